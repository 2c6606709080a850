"""What holds the house together: headers, no inline script, a fixed number of queries, a schema that is what migrations make."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import event

from forum.boards import answering
from forum.config import NAMES, ROOT
from forum.core.actor import Actor
from forum.core.database import Read, db, writing
from tests.conftest import NOON

PAGES = (
    "/",
    "/?sort=new",
    "/boards",
    "/boards/canteen",
    "/boards/canteen?sort=hits",
    "/boards/canteen/new",
    "/boards/new",
    "/settings",
    "/settings/muted",
    "/settings/feeds",
    "/bookmarks",
    "/posts/1/bookmark",
    "/drafts",
    "/logout",
    "/privacy",
    "/security",
    "/people/chen",
    "/threads/1-a-title",
    "/threads/1-a-title?quote=1",
    "/posts/1/history",
    "/nothing-here",
    "/boards/arrange",
)
SIGNED_OUT = ("/login", "/signup", "/forgot", "/healthz", "/privacy", "/security", "/nothing-here", "/reset/x")


@pytest.fixture
def lively(app: Flask, person: Any, board: Any, say: Any, browser: Callable[..., Any], frozen: Any, pad: str) -> Any:
    chen = person("chen", "management")
    person("mina")
    board()
    first = say(chen, "One **word**, `code` and @mina.\n\n- [x] done\n\n::: spoiler\nx\n:::")
    say(chen, "A second floor.", thread=first.thread, reply_to=first.post)
    return browser("mina")


def test_every_page_has_the_headers_and_nothing_inline(lively: Any, browser: Callable[..., Any]) -> None:
    nobody = browser()
    for one, path in [(lively, page) for page in PAGES] + [(nobody, page) for page in SIGNED_OUT]:
        answer = one.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Cookie" in answer.headers["Vary"]
        assert "private" in answer.headers["Cache-Control"] or "no-store" in answer.headers["Cache-Control"]
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", answer.text), path


def test_signed_out_pages_lead_to_sign_in_and_back(lively: Any, browser: Callable[..., Any]) -> None:
    answer = browser().get("/boards/canteen?sort=new")
    assert answer.status_code == 303
    assert answer.location == "/login?next=/boards/canteen%3Fsort%3Dnew"


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that are run, but for the beginnings of transactions."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT")):
            seen.append(statement)

    run = Read.all

    def read(self: Read, values: Any) -> Any:
        seen.append(str(self.statement))
        return run(self, values)

    with app.app_context():
        engine = db.engine
    monkey = pytest.MonkeyPatch()
    event.listen(engine, "before_cursor_execute", note)
    monkey.setattr(Read, "all", read)
    try:
        yield seen
    finally:
        monkey.undo()
        event.remove(engine, "before_cursor_execute", note)


BUDGET = {
    "/": 8,
    "/magic": 5,
    "/trending": 4,
    "/threads/1/magic": 4,
    "/boards": 4,
    "/boards/canteen": 5,
    "/threads/1-a-title": 7,
    "/threads/1-a-title?page=2": 6,
    "/people/chen": 7,
    "/posts/1/history": 5,
    "/posts/1/proof": 6,
    "/ledger": 7,
    "/boards/canteen/new": 4,
    "/search?q=word": 10,
    "/search/suggest?q=ti": 6,
    "/search/similar?title=a+title": 5,
    "/pads": 1,
    "/pads/3-left": 4,
    "/pads/3-left/sheets/1": 5,
    "/notifications": 4,
    "/bookmarks": 3,
    "/posts/1/bookmark": 3,
    "/drafts": 3,
    "/settings/muted": 5,
    "/settings/feeds?for=boards/canteen": 4,
    "/feeds/all.atom": 2,
    "/feeds/boards/canteen.atom": 3,
    "/notifications/count?thread=1": 3,
    "/settings/mail": 6,
    "/settings/following": 5,
}
"""Statements a page, who is signed in included."""


def test_a_page_asks_a_fixed_small_number_of_questions(
    app: Flask, lively: Any, say: Any, person: Any, capsys: Any
) -> None:
    others = [person(f"p{number}") for number in range(5)]
    for number in range(19):
        say(others[number % 5], f"Floor {number}", thread=1, at=NOON - 100000 + 120 * number)

    def figures() -> dict[str, int]:
        found = {}
        for path in BUDGET:
            lively.get(path)  # the place in the thread moves once, not at every look
            with counted(app) as seen:
                assert lively.get(path).status_code == 200
            found[path] = len(seen)
        return found

    small = figures()
    for number in range(60):
        said = say(others[number % 5], "More.", title=f"Thread {number}", at=NOON - 90000 + 120 * number)
        say(others[(number + 1) % 5], "And more.", thread=said.thread, at=NOON - 80000 + 120 * number)
    for number in range(40):
        say(others[number % 5], f"Long {number}", thread=1, at=NOON - 70000 + 120 * number)
    large = figures()
    with capsys.disabled():
        print(f"\nstatements a page: {large}", end="")
    assert small == large
    for path, most in BUDGET.items():
        assert large[path] <= most, (path, large[path])


def test_an_answer_costs_its_thread_one_question_more(app: Flask, lively: Any) -> None:
    path = "/threads/1-a-title"
    lively.get(path)
    with counted(app) as seen:
        lively.get(path)
    without = len(seen)
    for state in ("heard", "overturned", "answered"):
        with app.app_context():
            with writing():
                answering.mark(
                    Actor(1, "chen", "Chen", frozenset({"employee", "management"})), post=1, state=state, at=NOON
                )
            db.session.remove()
        with counted(app) as seen:
            assert "Management’s answer" in lively.get(path).text
        assert len(seen) == without + 1 <= BUDGET[path] + 1


def test_the_schema_is_what_migrations_make(app: Flask) -> None:
    with app.app_context():
        flask_migrate.check()
        db.session.remove()


def test_every_setting_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [name for name in NAMES if f"`{name}`" not in readme] == []


def test_imports_go_one_way() -> None:
    done = subprocess.run(
        ["lint-imports", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": f"{ROOT / '.venv' / 'bin'}:/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stdout


def test_files_stay_readable() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in [*ROOT.glob("forum/**/*.py"), *ROOT.glob("tests/**/*.py")]
        if (lines := len(path.read_text().splitlines())) > 350 and "versions" not in path.parts
    }
    assert long == {}
    assert {
        path.name for path in Path(ROOT, "templates").rglob("*.html") if len(path.read_text().splitlines()) > 140
    } == set()
