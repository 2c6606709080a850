"""The ledger as anybody reads it: the page, the strip for the wall, checkpoint and key, the files for other programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from forum.core.database import db, writing
from forum.ledger import actions as ledger
from forum.ledger import merkle, queries, signing, tiles
from forum.ledger.checkpoints import checked, key_of
from forum.ledger.leaves import Act
from tests.conftest import NOON
from tests.ledger.book import found, size, turn
from tests.pages import all_words, links, soup, words

DAY = 86400


@pytest.fixture(autouse=True)
def _clock(frozen: Callable[[int], None]) -> None:
    """The clock stands at NOON."""


@pytest.fixture
def sign(app: Flask) -> Callable[[], int]:
    """The worker's turn for the ledger; returns how many checkpoints were signed."""
    return lambda: turn(app)


@pytest.fixture
def grow(app: Flask) -> Callable[..., None]:
    """So many leaves more; those of the pads are nobody's."""

    def more(many: int) -> None:
        with app.app_context():
            with writing():
                ledger.append(*(Act("pad.close", "pads", f"s:{number}") for number in range(many)), at=NOON)
            db.session.remove()

    return more


@pytest.fixture
def run(app: Flask) -> Callable[..., Any]:
    def invoke(*args: str, typed: str = "") -> Any:
        done = app.test_cli_runner().invoke(args=list(args), input=typed)
        assert done.exit_code == 0, done.output
        return done

    return invoke


def test_an_empty_ledger_is_proud_of_it(app: Flask, browser: Any) -> None:
    page = browser().get("/ledger")
    assert page.status_code == 200
    assert all_words(page, ".proud") == [
        "Nothing. Not one post was ever erased here.",
        "Nothing: no account was opened, no role given, no password set by anybody but its owner.",
    ]
    assert "The first checkpoint is signed a few seconds after" in words(page, ".stamp")
    assert "?before" not in page.text


def test_it_shows_the_signed_size_and_root(app: Flask, browser: Any, grow: Any, sign: Any) -> None:
    grow(1233)
    assert sign() == 1
    page = browser().get("/ledger")
    with app.app_context():
        point = queries.checkpoint()
        assert point is not None
        db.session.remove()
    assert words(page, ".stamp .size b") == "1,234"
    assert "".join(all_words(page, ".stamp .root span")) == point.note.splitlines()[2]
    assert "more than a day ago" not in page.text
    assert words(page, ".keyline code") == browser().get("/ledger/key").text.strip()


def test_a_worker_that_stopped_is_told(app: Flask, browser: Any, sign: Any, frozen: Any) -> None:
    sign()
    frozen(NOON + DAY)
    assert "more than a day ago" not in browser().get("/ledger").text
    frozen(NOON + DAY + 3601)
    assert "more than a day ago" in words(browser().get("/ledger"), ".stamp .field-error")


def test_handles_are_for_who_is_signed_in(app: Flask, browser: Any, person: Any, run: Any) -> None:
    person("mina")
    run("people", "role", "mina", "+hr")
    run("people", "token", "mina")
    out, inside = browser().get("/ledger"), browser("mina").get("/ledger")
    assert all_words(out, ".lines p:first-child") == [
        "An operator at the command line made a token, with which programs can act, for colleague no. 1",
        "An operator at the command line granted the role hr to colleague no. 1",
    ]
    assert "mina" not in out.text.lower()
    assert all_words(inside, ".lines p:first-child") == [
        "An operator at the command line made a token, with which programs can act, for mina",
        "An operator at the command line granted the role hr to mina",
    ]


def test_every_act_of_an_operator_has_its_words(app: Flask, browser: Any, person: Any, board: Any, run: Any) -> None:
    board()
    person("olga", "operator")
    run("people", "add", "lin", "--name", "Lin")
    run("people", "add", "wei", "--name", "W", "--password-stdin", typed="say what you want\n")
    run("people", "password", "lin", "--password-stdin", typed="say what you want\n")
    run("people", "deactivate", "lin")
    run("people", "role", "wei", "+management")
    run("people", "role", "wei", "-management")
    form = {"name": "Mensa & <b>", "description": "", "group": "Company", "position": "1"}
    assert browser("olga").post("/boards/canteen/arrange", page="/boards/arrange", **form).status_code == 303
    cli = "An operator at the command line"
    assert all_words(browser("olga").get("/ledger"), ".lines p:first-child") == [
        "olga gave a board new words: Mensa & <b>",
        f"{cli} took the role management from wei",
        f"{cli} granted the role management to wei",
        f"{cli} ended the access of lin",
        f"{cli} set a new password for lin",
        f"{cli} made an account, with a first password, for wei",
        f"{cli} made an account, without a password, for lin",
        f"{cli} granted the role operator to olga",
    ]


def test_many_of_one_moment_are_one_line(app: Flask, browser: Any, person: Any, run: Any, frozen: Any) -> None:
    for number in range(5):
        run("people", "add", f"p{number}", "--name", "P")
    frozen(NOON + 1)
    run("people", "add", "p5", "--name", "P")
    person("mina")
    page = browser("mina").get("/ledger")
    cli = "An operator at the command line made an account, without a password, for"
    assert all_words(page, ".lines p:first-child") == [f"{cli} p5", f"{cli} p4, p3, p2 and 2 more"]
    assert [line.partition(" · ")[2] for line in all_words(page, ".lines .small")] == [
        "entry 5",
        "5 entries, the first is 0",
    ]


def test_erasures_stand_apart_with_their_reasons(
    app: Flask, browser: Any, board: Any, person: Any, say: Any, run: Any
) -> None:
    board()
    made = say(person("mina"), "Words.")
    reason = "Court of Lübeck <b>4 O</b> & 汤"
    run("legal", "erase", str(made.post), "--reason", reason, typed=f"{made.post}\n")
    page = browser().get("/ledger")
    (line,) = all_words(page, "section[aria-labelledby=erased] li p:first-child")
    assert line == f"A post was erased because the law demanded it: {reason}"
    assert "Not one post was ever erased" not in page.text
    assert all_words(page, ".proud") == [
        "Nothing: no account was opened, no role given, no password set by anybody but its owner."
    ]


def test_older_lines_are_a_page_further(app: Flask, browser: Any, run: Any) -> None:
    with app.app_context():
        with writing():
            for number in range(250):
                done = b"token" if number % 2 else b"password"
                ledger.append(Act("account.access", "cli", f"u:{number}", content=done, public=True), at=NOON + number)
        db.session.remove()
    one, seen, path = browser(), [], "/ledger"
    for many in (100, 100, 50):
        page = one.get(path)
        assert page.status_code == 200
        lines = all_words(page, "section[aria-labelledby=acts] li p:first-child")
        assert len(lines) == many
        seen += [int(line.rpartition(" ")[2]) for line in lines]
        further = [href for href in links(page, ".choose a") if "before" in href]
        path = further[0].replace("#acts", "") if further else ""
    assert seen == list(range(249, -1, -1))
    assert path == ""
    assert "Nothing earlier." in words(one.get("/ledger?before=0"), "section[aria-labelledby=acts]")


@pytest.mark.parametrize("before", ["x", "-1", "1e3", "%C2%B2", "1" * 19, "0x1", " 1", "1.0"])
def test_no_such_older_lines(app: Flask, browser: Any, before: str) -> None:
    assert browser().get(f"/ledger?before={before}").status_code == 404


def test_the_strip_of_the_day_stays_what_it_was(app: Flask, browser: Any, grow: Any, sign: Any, frozen: Any) -> None:
    one = browser()
    early = one.get("/ledger/print")
    assert (early.status_code, early.headers["Refresh"]) == (200, "5")
    assert "signed a few seconds after" in words(early)
    sign()
    first = one.get("/ledger/print")
    assert "Refresh" not in first.headers
    assert words(first, ".size b") == "1"
    assert words(first, ".strip h1") == "The ledger of localhost"
    assert words(first, ".strip header p") == "November 21, 2026"
    grow(9)
    frozen(NOON + 60)
    assert sign() == 1
    assert words(one.get("/ledger/print"), ".size b") == "1"
    assert words(one.get("/ledger"), ".stamp .size b") == "10"
    frozen(NOON + DAY)
    assert words(one.get("/ledger/print"), ".size b") == "10", "before today's first: the latest"
    assert sign() == 1
    grow(1)
    frozen(NOON + DAY + 60)
    sign()
    strip = one.get("/ledger/print")
    assert words(strip, ".size b") == "10"
    assert words(strip, ".strip header p") == "November 22, 2026"
    assert soup(strip).select_one("svg.qr[role=img][aria-label]")
    assert one.get("/ledger/key").text.strip() in words(strip)


def test_a_checkpoint_is_signed_when_there_is_news_and_not_more_often(
    app: Flask, grow: Any, sign: Any, frozen: Any
) -> None:
    assert [sign(), sign()] == [1, 0]
    grow(1)
    assert sign() == 0, "at most every two seconds"
    frozen(NOON + 2)
    assert [sign(), sign()] == [1, 0]
    frozen(NOON + 3600)
    assert sign() == 0
    frozen(NOON + DAY)
    assert [sign(), sign()] == [1, 0], "once a day for the wall"
    grow(1)
    frozen(NOON - 900)
    assert sign() == 1, "a clock that was put back"


def test_checkpoint_and_key_as_files(app: Flask, browser: Any, grow: Any, sign: Any) -> None:
    one = browser()
    assert [one.get(f"/ledger/{name}").status_code for name in ("checkpoint", "key")] == [404, 404]
    grow(4)
    sign()
    note, key = one.get("/ledger/checkpoint"), one.get("/ledger/key")
    for answer in (note, key):
        assert answer.content_type == "text/plain; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-cache"
        assert "Set-Cookie" not in answer.headers
    point = checked(note.text, [key_of(key.text)])
    assert point is not None
    root = merkle.root_of(merkle.leaf_hash(leaf.leaf.encode()) for leaf in found(app))
    assert (point.origin, point.size, point.root) == ("localhost/ledger", 5, root)
    assert key_of(key.text).name == "localhost/ledger"


def test_tiles(app: Flask, browser: Any, grow: Any) -> None:
    """Full ones and parts, of entries and of hashes, computed here from the leaves."""
    grow(2 * 256 + 7)
    one = browser()
    raw = [leaf.leaf.encode() for leaf in found(app)]
    hashes = [merkle.leaf_hash(leaf) for leaf in raw]
    wanted = {
        "entries/000": tiles.bundle(raw[:256]),
        "entries/002.p/7": tiles.bundle(raw[512:]),
        "entries/002.p/1": tiles.bundle(raw[512:513]),
        "entries/001.p/255": tiles.bundle(raw[256:511]),
        "0/001": b"".join(hashes[256:512]),
        "0/002.p/7": b"".join(hashes[512:]),
        "1/000.p/2": b"".join(merkle.root_of(hashes[begin : begin + 256]) for begin in (0, 256)),
    }
    for name, content in wanted.items():
        answer = one.get(f"/ledger/tile/{name}")
        assert (answer.status_code, answer.data) == (200, content), name
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        *("entries/002", "entries/002.p/8", "entries/003.p/1", "0/002", "0/003.p/1", "1/000", "1/000.p/3", "1/001.p/1"),
        *("2/000.p/1", "63/000.p/1", "64/000", "entries/000.p/0", "entries/000.p/256", "entries/000.p/007"),
        *("entries/0", "entries/0000", "entries/x000/000", "x/000", "00/000", "0/-01", "entries/000.p", "entries"),
        *("entries/x999/x999/x999/x999/x999/999", "0/x999/x999/x999/x999/x999/999.p/255", "0/０００", "../checkpoint"),
        *("entries/000/", "entries/000.p/1/", "0/000%0a"),
    ],
)
def test_no_such_tile(app: Flask, browser: Any, grow: Any, name: str) -> None:
    grow(2 * 256 + 7)
    assert size(app) == 519
    assert browser().get(f"/ledger/tile/{name}").status_code == 404


def test_everything_is_read_without_signing_in_and_nothing_is_written(app: Flask, browser: Any, sign: Any) -> None:
    sign()
    one = browser()
    for path in ("/ledger", "/ledger/print", "/ledger/checkpoint", "/ledger/key", "/ledger/tile/entries/000.p/1"):
        assert one.get(path).status_code == 200
        assert one.client.post(path).status_code in (400, 405)
    assert signing.path(Path(app.instance_path)).exists()


def test_a_strip_is_compared_on_the_page(sign: Any, browser: Any, board: Any, person: Any, say: Any) -> None:
    """The letters for a number of entries stay the same, whatever is said later; a number that is not there is told as such."""
    board()
    mina = person("mina")
    say(mina, "Words.")
    sign()
    one = browser()
    root = one.get("/ledger/checkpoint").text.splitlines()[2]
    size = one.get("/ledger/checkpoint").text.splitlines()[1]
    say(mina, "More.")
    for typed in (size, f" {size} "):
        page = one.get("/ledger", query_string={"entries": typed})
        assert "".join(all_words(page, "section[aria-labelledby=compare] .root span")) == root
    for typed in ("0", "999,999", "-1", "soup", "9" * 40, "²"):
        page = one.get("/ledger", query_string={"entries": typed})
        assert page.status_code == 200
        assert all_words(page, "section[aria-labelledby=compare] [role=alert]")
        assert not all_words(page, "section[aria-labelledby=compare] .root")
