"""`flask ledger …` and `flask legal erase`: what they say, in one line when they refuse, and with which exit status they end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.database import db
from forum.ledger import merkle, queries
from forum.ledger.checkpoints import checked, receipt_of
from tests.conftest import NOON
from tests.ledger.book import size, turn, verified

ORDER = "Regional court of Lübeck, 4 O 221/26"


@pytest.fixture
def mina(person: Any, board: Any, frozen: Any) -> Actor:
    board()
    made: Actor = person("mina")
    return made


@pytest.fixture
def sign(app: Flask, frozen: Any) -> Callable[[], None]:
    """The worker's turn for the ledger, some seconds later."""

    def later() -> None:
        frozen(now() + 5)
        turn(app)

    return later


@pytest.fixture
def run(app: Flask) -> Callable[..., Any]:
    """The command line; a refusal is one last line, and never a traceback."""

    def invoke(*args: str, typed: str = "", code: int = 0) -> Any:
        done = app.test_cli_runner().invoke(args=list(args), input=typed)
        assert done.exit_code == code, f"{done.output}\n{done.exception!r}"
        assert "Traceback" not in done.output
        if code == 1:
            assert done.stderr.splitlines()[-1].startswith("Error: ")
        return done

    return invoke


@pytest.mark.parametrize(
    "words",
    [
        *(("ledger", one) for one in ("status", "verify", "receipt", "rotate")),
        ("legal", "erase"),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_each_has_an_example(run: Any, words: tuple[str, str]) -> None:
    said = " ".join(run(*words, "--help").output.split())
    assert f"Example: flask --app wsgi {' '.join(words)}" in said


def test_status(run: Any, mina: Actor, say: Any, sign: Any) -> None:
    before = run("ledger", "status").stdout.splitlines()
    assert before == ["leaves\t1", "checkpoint\tnone yet: the worker signs the first one (`flask --app wsgi worker`)"]
    sign()
    say(mina)
    told = dict(line.split("\t") for line in run("ledger", "status").stdout.splitlines())
    assert told["leaves"] == "4"
    assert told["checkpoint"].startswith("2 leaves, signed ")
    assert told["key"].startswith("localhost/ledger+")
    assert told[""] == "signs on this machine"


def test_status_where_the_key_is_not(app: Flask, run: Any, mina: Actor, sign: Any) -> None:
    sign()
    (Path(app.instance_path) / "ledger.key").unlink()
    assert run("ledger", "status").stdout.splitlines()[-1] == "\tis not on this machine"


def test_verify_an_empty_forum_and_a_full_one(run: Any, mina: Actor, say: Any, sign: Any, tmp_path: Path) -> None:
    assert "1 leaves, root " in run("ledger", "verify").stdout
    say(mina)
    sign()
    done = run("ledger", "verify", "--rendered")
    assert "4 leaves, root " in done.stdout
    assert "3 things that are shown fit them" in done.stdout
    assert "No checkpoint was given that somebody kept" in done.stdout


def test_verify_with_a_checkpoint_that_was_kept(
    app: Flask, run: Any, mina: Actor, say: Any, sign: Any, browser: Any, tmp_path: Path
) -> None:
    say(mina)
    sign()
    kept = tmp_path / "monday.txt"
    kept.write_text(browser().get("/ledger/checkpoint").text)
    say(mina)
    sign()
    done = run("ledger", "verify", "--checkpoint", str(kept))
    assert done.stdout.splitlines()[-2] == "The first 4 are those of the checkpoint that was kept."
    with app.app_context():
        db.session.execute(text("UPDATE revisions SET body = 'Other.' WHERE post_id = 1"))
        db.session.commit()
        db.session.remove()
    done = run("ledger", "verify", "--checkpoint", str(kept), code=1)
    assert done.stdout == ("WRONG  post 1 (thread 1, floor 1), revision 1 was altered: its words do not fit leaf 1\n")
    assert done.stderr.splitlines()[-1] == "Error: One thing is wrong in 6 leaves; see above."


def test_verify_names_fifty_and_counts_the_rest(app: Flask, run: Any, mina: Actor, say: Any) -> None:
    first = say(mina, at=NOON - 86400)
    for number in range(60):
        say(mina, thread=first.thread, at=NOON - 80000 + 120 * number)
    with app.app_context():
        db.session.execute(text("UPDATE revisions SET body = 'Other.'"))
        db.session.commit()
        db.session.remove()
    done = run("ledger", "verify", code=1)
    lines = done.stdout.splitlines()
    assert len(lines) == 51
    assert all(line.startswith("WRONG  post ") for line in lines[:50])
    assert lines[50] == "… and 11 more"
    assert done.stderr.splitlines()[-1] == "Error: 61 things are wrong in 63 leaves; see above."


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("verify", "--checkpoint", "nowhere"), 2, "does not exist"),
        (("verify", "--checkpoint", "{words}"), 1, "is no checkpoint that the ledger's key signed"),
        (("verify", "--checkpoint", "{bytes}"), 1, "is no checkpoint that the ledger's key signed"),
        (("verify", "--key", "{words}"), 1, "holds no key such as stands at /ledger/key"),
        (("verify", "--key", "{bytes}"), 1, "holds no key such as stands at /ledger/key"),
        (("receipt",), 2, "Missing argument"),
        (("receipt", "x"), 2, "is not a valid integer"),
        (("receipt", "0"), 2, "not in the range"),
        (("receipt", "99999999999"), 2, "not in the range"),
        (("receipt", "7"), 1, "There is no such post."),
        (("rotate",), 1, "Only the machine that has the ledger's present key"),
        (("nothing",), 2, "No such command"),
    ],
)
def test_a_wrong_call(run: Any, mina: Actor, tmp_path: Path, words: tuple[str, ...], code: int, says: str) -> None:
    (tmp_path / "words").write_text("Good morning.\n")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    named = [one.format(words=tmp_path / "words", bytes=tmp_path / "bytes") for one in words]
    assert says in run("ledger", *named, code=code).output


def test_a_receipt_that_nobody_signed_yet_is_signed_now(app: Flask, run: Any, mina: Actor, say: Any) -> None:
    made = say(mina)
    receipt = receipt_of(run("ledger", "receipt", str(made.post)).stdout)
    with app.app_context():
        point = checked(receipt.note, queries.keys())
        db.session.remove()
    assert point is not None
    leaf = merkle.leaf_hash(receipt.extra)
    assert merkle.included(leaf, receipt.number, point.size, receipt.path, point.root)
    assert f'"o":"p:{made.post}"'.encode() in receipt.extra


def test_no_receipt_where_the_key_is_not(app: Flask, run: Any, mina: Actor, say: Any, sign: Any) -> None:
    sign()
    (Path(app.instance_path) / "ledger.key").unlink()
    made = say(mina)
    said = run("ledger", "receipt", str(made.post), code=1)
    assert "is not signed yet" in said.stderr
    assert said.stdout == ""


def test_erasing_asks_for_the_number(app: Flask, run: Any, mina: Actor, say: Any, browser: Any) -> None:
    made = say(mina, "Zqsecret.", title="Zqtitle")
    args = ("legal", "erase", str(made.post), "--reason", ORDER)
    begin = size(app)
    for typed in ("\n", "yes\n", "11\n", f"-{made.post}\n", f"p:{made.post}\n"):
        done = run(*args, typed=typed, code=1)
        assert "That is not the number; nothing was erased." in done.stderr
        assert f"A post was erased because the law demanded it: {ORDER}" in done.stdout
        assert "“Zqtitle”, by mina" in done.stdout
    assert "Zqsecret" in browser("mina").get(f"/posts/{made.post}", follow_redirects=True).text
    assert app.test_cli_runner().invoke(args=list(args), input="").exit_code == 1
    assert size(app) == begin
    done = run(*args, typed=f"  {made.post} \n")
    assert "Erased. /ledger says so" in done.stdout
    assert size(app) == begin + 1
    page = browser("mina").get(f"/posts/{made.post}", follow_redirects=True).text
    assert "Zqsecret" not in page
    assert "Zqtitle" not in page
    verified(app, rendered=True)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("1",), 2, "Missing option '--reason'"),
        (("1", "--reason", ""), 1, "A reason is needed: everybody will read it."),
        (("1", "--reason", " \u200b\n "), 1, "A reason is needed"),
        (("1", "--reason", "x" * 501), 1, "1 characters longer than the 500"),
        (("7", "--reason", ORDER), 1, "There is no such post."),
        (("0", "--reason", ORDER), 2, "not in the range"),
        (("x", "--reason", ORDER), 2, "is not a valid integer"),
        (("2", "--reason", ORDER), 1, "The words of this post are gone already."),
        (("3", "--reason", ORDER), 1, "The words of this post are gone already."),
    ],
)
def test_what_cannot_be_erased(
    app: Flask, run: Any, mina: Actor, say: Any, browser: Any, words: tuple[str, ...], code: int, says: str
) -> None:
    for _ in range(3):
        say(mina)
    browser("mina").post("/posts/2/withdraw")
    run("legal", "erase", "3", "--reason", "Another order", typed="3\n")
    begin = size(app)
    done = run("legal", "erase", *words, typed=f"{words[0]}\n", code=code)
    assert says in done.output
    assert size(app) == begin


def test_nothing_but_the_command_line_erases(app: Flask) -> None:
    rules = [rule.rule for rule in app.url_map.iter_rules() if "eras" in rule.rule or "legal" in rule.rule]
    assert rules == []


def test_a_reason_is_one_line_however_it_was_typed(app: Flask, run: Any, mina: Actor, say: Any, browser: Any) -> None:
    say(mina)
    run("legal", "erase", "1", "--reason", "  Order\n7 \t of <b>x</b>  ", typed="1\n")
    page = browser().get("/ledger").text
    assert "Order 7 of &lt;b&gt;x&lt;/b&gt;" in page
