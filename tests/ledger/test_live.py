"""A running forum verified from outside, as anybody can: by our command and by a program that is not ours, honest and tampered with."""

from __future__ import annotations

import shutil
import urllib.request
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from click.testing import Result
from flask import Flask

from forum import create_app
from forum.accounts import actions as accounts
from forum.config import Settings
from forum.core.database import db, writing
from forum.ledger import signing
from tests.browser import server
from tests.conftest import NOON
from tests.ledger.go_verifier import GoVerifier
from tests.ledger.history import History, told_story
from tests.ledger.tampering import CLASSES, edit_in_place, told, unbelted

KEY = "k" * 40


@pytest.fixture(scope="module")
def base(sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance of an honest forum with some hundred leaves; the verifiers get its key and its checkpoint to keep."""
    folder = tmp_path_factory.mktemp("live")
    with told_story(folder, sqlite_file, 600):
        with writing():
            token = accounts.make_token(handle="p0", name="verifier", at=NOON + 90_000)
        (folder / "token").write_text(token)
        key = signing.signer(folder)
        assert key is not None
        signing.sign(key, NOON + 90_000, None)
        db.session.remove()
    return folder


@pytest.fixture
def instance(base: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    folder = tmp_path / "instance"
    shutil.copytree(base, folder)
    return folder


@pytest.fixture
def kept(base: Path, tmp_path: Path) -> Path:
    """What a careful reader saved on an earlier day: key and checkpoint."""
    with server.running(base, workers=1, FORUM_SECRET_KEY=KEY) as url:
        for name in ("key", "checkpoint"):
            with urllib.request.urlopen(f"{url}/ledger/{name}") as answer:
                (tmp_path / name).write_bytes(answer.read())
    return tmp_path


def app_of(instance: Path) -> Flask:
    return create_app(Settings(instance=instance, database_url=f"sqlite:///{instance}/forum.sqlite3", secret_key=KEY))


def tampered(instance: Path, by: Callable[[Random, Path], None], seed: int = 3) -> None:
    with app_of(instance).app_context():
        by(Random(seed), instance)
        db.session.remove()
        db.engine.dispose()


def ours(instance: Path, url: str, kept: Path, *more: str) -> Result:
    """`ledger verify --url …`, run by somebody on another machine: an empty instance of their own."""
    runner = app_of(instance).test_cli_runner()
    files = ("--key", str(kept / "key"), "--checkpoint", str(kept / "checkpoint"))
    return runner.invoke(args=["ledger", "verify", "--url", url, *files, *more])


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


def test_an_honest_forum_is_accepted_today_and_after_more_was_said(
    instance: Path, kept: Path, elsewhere: Path, go_verifier: GoVerifier
) -> None:
    token = (instance / "token").read_text()
    for turn in range(2):
        with server.running(instance, workers=1, FORUM_SECRET_KEY=KEY) as url:
            theirs = go_verifier(url, kept / "key", kept / "checkpoint")
            assert (theirs.returncode, theirs.stderr) == (0, ""), theirs.stderr
            alone = ours(elsewhere, url, kept)
            assert alone.exit_code == 0, alone.output
            assert "the words were not looked at" in alone.output
            words = ours(elsewhere, url, kept, "--token", token)
            assert words.exit_code == 0, words.output
            assert "things that are shown fit them" in words.output
            assert theirs.stdout.split()[1] == alone.output.splitlines()[-2].split()[0]
        if turn == 0:
            with app_of(instance).app_context():
                history = History(2_000_000)
                history.load()
                history.acts(40)
                history.act("hour")
                key = signing.signer(instance)
                assert key is not None
                signing.sign(key, history.at, None)
                db.session.remove()
                db.engine.dispose()


def leaf_in_place(lot: Random, _folder: Path) -> None:
    """A leaf is other than it was, and nothing was signed again."""
    unbelted()
    told("UPDATE ledger SET leaf = replace(leaf, '1795', '1796') WHERE number = :lot", lot=lot.randint(0, 599))
    db.session.commit()


def node_in_place(_lot: Random, _folder: Path) -> None:
    """A hash of the upper tiles is other than it was."""
    unbelted()
    told("UPDATE ledger_nodes SET hash = randomblob(32) WHERE level = 1 AND number = 0")
    db.session.commit()


@pytest.mark.parametrize(
    "tamper",
    [leaf_in_place, node_in_place, *(one for one in CLASSES if one is not edit_in_place)],
    ids=lambda one: one.__name__,
)
def test_each_tampering_of_the_log_is_seen_by_both(
    instance: Path, kept: Path, elsewhere: Path, go_verifier: GoVerifier, tamper: Callable[[Random, Path], None]
) -> None:
    tampered(instance, tamper)
    with server.running(instance, workers=1, FORUM_SECRET_KEY=KEY) as url:
        theirs = go_verifier(url, kept / "key", kept / "checkpoint")
        assert theirs.returncode == 1, theirs.stdout
        mine = ours(elsewhere, url, kept)
        assert mine.exit_code == 1, mine.output
        assert "WRONG" in mine.output


def test_altered_words_are_seen_by_whoever_has_a_token(instance: Path, kept: Path, elsewhere: Path) -> None:
    def words(_lot: Random, _folder: Path) -> None:
        told("UPDATE revisions SET body = 'All is well.' WHERE body IS NOT NULL AND post_id % 5 = 0")
        told("UPDATE threads SET title = 'Nothing happened' WHERE title IS NOT NULL AND id % 3 = 0")
        db.session.commit()

    tampered(instance, words)
    token = (instance / "token").read_text()
    with server.running(instance, workers=1, FORUM_SECRET_KEY=KEY) as url:
        assert ours(elsewhere, url, kept).exit_code == 0
        found = ours(elsewhere, url, kept, "--token", token)
    assert found.exit_code == 1
    assert "was altered: its words do not fit leaf" in found.output
    assert "title" in found.output


def test_a_receipt_stands_without_the_forum(
    instance: Path, kept: Path, go_verifier: GoVerifier, tmp_path: Path
) -> None:
    runner = app_of(instance).test_cli_runner()
    made = runner.invoke(args=["ledger", "receipt", "1"])
    assert made.exit_code == 0, made.output
    (tmp_path / "post.tlog-proof").write_text(made.output)
    done = go_verifier("--receipt", tmp_path / "post.tlog-proof", kept / "key")
    assert done.returncode == 0, done.stderr
    (tmp_path / "post.tlog-proof").write_text(made.output.replace("index ", "index 1"))
    assert go_verifier("--receipt", tmp_path / "post.tlog-proof", kept / "key").returncode == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--url", "http://127.0.0.1:9"], "needs --key"),
        (["--url", "ftp://127.0.0.1", "--key", "{key}"], "must begin with http"),
        (["--url", "http://127.0.0.1:9", "--key", "{key}"], "/ledger/checkpoint cannot be read"),
        (["--url", "http://127.0.0.1:9", "--key", "{token}"], "holds no key"),
        (["--checkpoint", "{token}"], "is no checkpoint that the ledger's key signed"),
        (["--token", "x"], "--token goes with --url"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(instance: Path, kept: Path, words: list[str], says: str) -> None:
    named = [one.format(key=kept / "key", token=instance / "token") for one in words]
    done = app_of(instance).test_cli_runner().invoke(args=["ledger", "verify", *named])
    assert done.exit_code in (1, 2)
    assert says in done.output
    assert "Traceback" not in done.output


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the machine's stands between two processes on it."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
