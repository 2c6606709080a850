"""Dumps and archives made by hand, the command line, and what must be true of the tables after every import."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Executable, Row, select

from forum.accounts.models import Person
from forum.boards.models import Board, Imported, Post, Revision, Thread
from forum.config import ROOT
from forum.core.database import db, rows

REAL = ROOT / "forum" / "exchange" / "demo_content" / "stackexchange"


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    """The command line; nothing but what was asked for may come of it."""

    def invoke(*args: str | Path, code: int = 0) -> Result:
        result = app.test_cli_runner().invoke(args=[str(one) for one in args])
        assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
        return result

    return invoke


@pytest.fixture
def stored(app: Flask) -> Callable[[Executable], Sequence[Row[Any]]]:
    """What a statement finds in the database."""

    def look(statement: Executable) -> Sequence[Row[Any]]:
        with app.app_context():
            found = rows(statement)
            db.session.remove()
        return found

    return look


@pytest.fixture
def state(app: Flask) -> Callable[[], dict[str, str]]:
    """A hash of everything in every table."""

    def taken() -> dict[str, str]:
        with app.app_context():
            made = {}
            for table in db.metadata.sorted_tables:
                found = rows(select(table).order_by(*table.primary_key))
                made[table.name] = f"{len(found)} {hashlib.sha256(repr(found).encode()).hexdigest()}"
            db.session.remove()
        return made

    return taken


@pytest.fixture
def sound(stored: Callable[[Executable], Sequence[Row[Any]]]) -> Callable[[], None]:
    """Every kept figure is true, floors have no gap, versions are whole, answers stay in their thread."""

    def check() -> None:
        posts = stored(select(Post.__table__).order_by(Post.thread_id, Post.floor))
        threads = stored(select(Thread.__table__))
        by_thread: dict[int, list[Row[Any]]] = defaultdict(list)
        for post in posts:
            by_thread[post.thread_id].append(post)
        for thread in threads:
            floors = by_thread[thread.id]
            assert [one.floor for one in floors] == list(range(1, thread.posts + 1))
            assert thread.active_at == max(one.created_at for one in floors)
            assert (thread.author_id, thread.last_author_id) == (floors[0].author_id, floors[-1].author_id)
            assert thread.created_at == floors[0].created_at
        for board in stored(select(Board.__table__)):
            here = [one for one in threads if one.board_id == board.id]
            assert (board.threads, board.posts) == (len(here), sum(one.posts for one in here))
            assert board.active_at >= max((one.active_at for one in here), default=0)
        said = Counter(one.author_id for one in posts)
        for person in stored(select(Person.__table__)):
            assert person.posts == said[person.id], person.handle
        thread_of = {one.id: one.thread_id for one in posts}
        assert all(thread_of[one.reply_to] == one.thread_id for one in posts if one.reply_to)
        _versions(posts, stored(select(Revision.__table__).order_by(Revision.post_id, Revision.number)))

    return check


def _versions(posts: Sequence[Row[Any]], revisions: Sequence[Row[Any]]) -> None:
    by_post: dict[int, list[Row[Any]]] = defaultdict(list)
    for one in revisions:
        by_post[one.post_id].append(one)
    for post in posts:
        versions = by_post[post.id]
        assert [one.number for one in versions] == list(range(1, post.revisions + 1))
        assert versions[0].created_at == post.created_at
        gone = post.withdrawn_at is not None
        assert all((one.body is None) == gone for one in versions)
        assert all((one.title is not None) == (post.floor == 1 and not gone) for one in versions)
        assert (post.html is None) == gone
        if not gone:
            assert 1 <= len(versions[-1].body) <= 40_000
            assert post.html


@pytest.fixture
def dump(tmp_path: Path) -> Callable[..., Path]:
    """Writes a dump: a file for each argument, its rows as dictionaries or as raw lines."""

    def write(folder: str = "dump", **files: Sequence[dict[str, object] | str]) -> Path:
        made = tmp_path / folder
        made.mkdir(exist_ok=True)
        for name, given in files.items():
            lines = [one if isinstance(one, str) else row(one) for one in given]
            text = "\n".join(
                ['<?xml version="1.0" encoding="utf-8"?>', f"<{name.lower()}>", *lines, f"</{name.lower()}>"]
            )
            (made / f"{name}.xml").write_text(text, encoding="utf-8")
        return made

    return write


def row(values: dict[str, object]) -> str:
    """A row as dumps write it."""
    return "  <row " + " ".join(f"{name}={quoteattr(str(value))}" for name, value in values.items()) + " />"


def question(number: int, title: str = "A question", body: str = "<p>Words.</p>", **more: object) -> dict[str, object]:
    """A row of Posts.xml that opens a thread."""
    at = f"2020-01-{number % 27 + 1:02}T10:00:00.000"
    given = {"Id": number, "PostTypeId": 1, "CreationDate": at, "Title": title, "Body": body, "OwnerUserId": 1}
    return {**given, "ViewCount": 7, **more}


def answer(number: int, to: int, body: str = "<p>An answer.</p>", **more: object) -> dict[str, object]:
    """A row of Posts.xml that answers."""
    at = f"2020-02-01T10:00:{number % 60:02}.000"
    given = {"Id": number, "PostTypeId": 2, "ParentId": to, "CreationDate": at, "Body": body, "OwnerUserId": 2}
    return {**given, **more}


def comment(number: int, on: int, text: str = "A comment.", **more: object) -> dict[str, object]:
    """A row of Comments.xml."""
    at = f"2020-02-02T10:00:{number % 60:02}.000"
    return {"Id": number, "PostId": on, "CreationDate": at, "Text": text, "UserId": 3, **more}


def origins(stored: Callable[[Executable], Sequence[Row[Any]]]) -> dict[str, int]:
    """Posts by the source's own names."""
    return {one.key: one.post_id for one in stored(select(Imported.key, Imported.post_id))}
