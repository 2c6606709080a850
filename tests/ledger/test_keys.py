"""The key that signs: made once, kept to its owner, changed in public, and a change that is cut off anywhere is finished."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from forum.config import ROOT
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.database import db
from forum.core.errors import Conflict
from forum.ledger import jobs, queries, signing
from forum.ledger.checkpoints import Key, Signer, checked, key_of, receipt_of
from forum.ledger.leaves import COMMAND
from tests.ledger.book import Line, found, same, size, together, turn, verified
from tests.ledger.history import looked
from tests.pages import all_words


@pytest.fixture
def mina(person: Any, board: Any, frozen: Any) -> Actor:
    board()
    made: Actor = person("mina")
    return made


@pytest.fixture
def tick(app: Flask, frozen: Any) -> Callable[..., int]:
    """The worker's turn for the ledger on some machine, some seconds later."""

    def later(instance: Path | None = None) -> int:
        frozen(now() + 5)
        return turn(app, instance)

    return later


def keys(app: Flask) -> list[Key]:
    with app.app_context():
        made = queries.keys()
        db.session.remove()
    return made


def point(browser: Any, *known: Key) -> Any:
    return checked(browser().get("/ledger/checkpoint").text, known)


def rotated(app: Flask) -> Signer:
    with app.app_context():
        made = signing.rotate(Path(app.instance_path), now())
        db.session.remove()
    return made


def test_the_first_key_is_a_public_line_and_a_file_of_its_owner(
    app: Flask, frozen: Any, tick: Any, browser: Any
) -> None:
    assert tick() == 1
    file = Path(app.instance_path) / "ledger.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in file.parent.glob("ledger.*")] == ["ledger.key"]
    key = Signer.read(file.read_text()).key
    (leaf,) = found(app)
    same(leaf, Line("key.rotate", "forum", f"k:{key.id.hex()}", str(key), public=True))
    assert browser().get("/ledger/key").text == f"{key}\n"
    assert all_words(browser().get("/ledger"), ".lines p:first-child") == [f"A key began to sign the ledger: {key}"]


def test_an_old_checkpoint_and_an_old_receipt_outlive_the_key(
    app: Flask, mina: Actor, say: Any, tick: Any, browser: Any, tmp_path: Path
) -> None:
    made = say(mina)
    tick()
    kept, receipt = browser().get("/ledger/checkpoint").text, browser("mina").get(f"/posts/{made.post}/receipt").text
    run = app.test_cli_runner()
    said = run.invoke(args=["ledger", "rotate"])
    assert said.exit_code == 0
    (fresh, old) = keys(app)
    assert said.output == f"From now on this key signs: {fresh}\n"
    assert (fresh.name, fresh.public != old.public) == (old.name, True)
    same(found(app)[-1], Line("key.rotate", COMMAND, f"k:{fresh.id.hex()}", str(fresh), public=True))
    said = all_words(browser().get("/ledger"), ".lines p:first-child")
    assert [one.partition(":")[0] for one in said if " key" in one] == [
        "An operator at the command line began a new key, which signs the ledger",
        "A key began to sign the ledger",
    ]
    file = Path(app.instance_path) / "ledger.key"
    assert Signer.read(file.read_text()).key == fresh
    assert Signer.read(file.with_suffix(f".{old.id.hex()}").read_text()).key == old
    assert {one.stat().st_mode & 0o777 for one in file.parent.glob("ledger.*")} == {0o600}
    say(mina)
    tick()
    assert point(browser, fresh)
    (tmp_path / "kept").write_text(kept)
    done = run.invoke(args=["ledger", "verify", "--checkpoint", str(tmp_path / "kept"), "--rendered"])
    assert done.exit_code == 0, done.output
    assert checked(receipt_of(receipt).note, [old])
    assert checked(receipt_of(receipt).note, keys(app))
    verified(app)


def test_in_the_moment_of_the_change_both_keys_sign(app: Flask, mina: Actor, say: Any, tick: Any, browser: Any) -> None:
    """Who holds the old key is shown the line that names the new one; who reads the new key sees a checkpoint that it signed."""
    say(mina)
    tick()
    (old,) = keys(app)
    fresh = rotated(app)
    for known in (old, fresh.key):
        assert point(browser, known).size == size(app)
    assert key_of(browser().get("/ledger/key").text) == fresh.key
    assert tick() == 0
    say(mina)
    assert tick() == 1
    assert point(browser, old) is None
    assert point(browser, fresh.key).size == size(app)


def test_a_machine_without_the_key_signs_nothing(
    app: Flask, mina: Actor, say: Any, tick: Any, browser: Any, tmp_path: Path, caplog: Any, monkeypatch: Any
) -> None:
    tick()
    say(mina)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr(signing, "_missing_told", False)
    with caplog.at_level(logging.ERROR):
        assert [tick(elsewhere), tick(elsewhere)] == [0, 0]
    assert [one.message for one in caplog.records] == [
        "this machine has no ledger.key, and the ledger has one elsewhere: nothing is signed here"
    ]
    assert list(elsewhere.iterdir()) == []
    signing.make(elsewhere, "localhost/ledger")
    assert tick(elsewhere) == 0, "nor with a key that the ledger does not know"
    with app.app_context(), pytest.raises(Conflict, match="Only the machine that has"):
        signing.rotate(elsewhere, now())
    assert len(keys(app)) == 1
    assert tick() == 1
    verified(app)


def test_a_file_that_holds_no_key(app: Flask, tick: Any) -> None:
    file = Path(app.instance_path) / "ledger.key"
    file.write_text("")
    with pytest.raises(Conflict, match="holds no key"):
        tick()
    assert file.read_text() == ""


CUTS = ("written", "half written", "named", "signed", "moved")


@pytest.mark.parametrize("cut", CUTS)
def test_a_change_that_was_cut_off(app: Flask, mina: Actor, say: Any, tick: Any, browser: Any, cut: str) -> None:
    """The parts of `rotate`, up to where a kill came; then the worker starts again."""
    say(mina)
    tick()
    (old,) = keys(app)
    instance = Path(app.instance_path)
    file, waits = instance / "ledger.key", instance / "ledger.next"
    fresh = Signer.fresh(old.name)
    waits.write_text(fresh.secret()[:40] if cut == "half written" else fresh.secret() + "\n")
    with app.app_context():
        if cut in ("named", "signed", "moved"):
            signing.begin(fresh, now(), by=COMMAND)
        if cut in ("signed", "moved"):
            signing.sign(Signer.read(file.read_text()), now(), None)
        if cut == "moved":
            file.rename(file.with_suffix(f".{old.id.hex()}"))
        db.session.remove()
    say(mina)
    assert tick() == 1
    say(mina)
    assert tick() == 1
    begun = cut in ("named", "signed", "moved")
    signs = fresh.key if begun else old
    assert keys(app)[0] == signs
    assert point(browser, signs).size == size(app)
    assert Signer.read(file.read_text()).key == signs
    assert waits.exists() is not begun
    if begun:
        assert Signer.read(file.with_suffix(f".{old.id.hex()}").read_text()).key == old
    again = rotated(app)
    assert Signer.read(file.read_text()).key == again.key
    assert not waits.exists()
    say(mina)
    assert tick() == 1
    assert point(browser, again.key).size == size(app)
    with app.app_context():
        assert looked().flaws == []
        db.session.remove()


MAKE = """
import sys
from pathlib import Path
from forum.ledger import signing
sys.stdin.readline()
for number in range(40):
    folder = Path(sys.argv[1]) / str(number)
    print(signing.make(folder, "localhost/ledger").key)
"""


@pytest.mark.parametrize("backend", ["sqlite"])
def test_two_processes_make_the_first_key_at_once(backend: str, tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / str(number)).mkdir()
    command = [sys.executable, "-c", MAKE, str(tmp_path)]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT, "env": os.environ}
    both = [subprocess.Popen(command, **pipes) for _ in range(3)]
    for one in both:
        one.stdin.write("now\n")
        one.stdin.flush()
    said = [one.communicate(timeout=120)[0].splitlines() for one in both]
    assert [one.returncode for one in both] == [0, 0, 0]
    assert said[0] == said[1] == said[2]
    assert len(set(said[0])) == 40
    for number, key in enumerate(said[0]):
        assert [one.name for one in (tmp_path / str(number)).iterdir()] == ["ledger.key"]
        assert str(Signer.read((tmp_path / str(number) / "ledger.key").read_text()).key) == key


def test_two_workers_of_one_machine_begin_with_one_key(app: Flask, frozen: Any, mina: Actor) -> None:
    """Both are at their first turn in the same moment."""

    def work() -> None:
        jobs.tick(Path(app.instance_path), now(), app.extensions["forum.settings"])

    together(app, work, work, work)
    assert len(keys(app)) == 1
    assert [json.loads(one.leaf)["t"] for one in found(app)].count("key.rotate") == 1
    verified(app)


def test_a_worker_turns_while_the_key_is_changed(app: Flask, mina: Actor, say: Any, tick: Any) -> None:
    say(mina)
    tick()
    instance = Path(app.instance_path)
    settings = app.extensions["forum.settings"]

    def change() -> None:
        for _ in range(5):
            signing.rotate(instance, now())

    def turns() -> None:
        for number in range(40):
            jobs.tick(instance, now() + 10 * number, settings)

    together(app, change, turns, turns)
    assert len(keys(app)) == 6
    assert Signer.read((instance / "ledger.key").read_text()).key == keys(app)[0]
    assert len(list(instance.glob("ledger.*"))) == 6
    verified(app)
