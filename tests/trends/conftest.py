"""A forum with days behind it, and ways to put readers, Magic and answers into its tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, update

from forum.boards.models import Answer, Post, Thread
from forum.core.actor import Actor
from forum.core.database import db, execute, row, writing
from forum.hits.models import Heat, Promotion, ReadingDay, ThreadDay, Watch
from forum.trends import rollups
from tests.conftest import NOON

HOUR, DAY = 3600, 86400
TODAY = NOON // DAY


@pytest.fixture
def staff(person, board, frozen) -> list[Actor]:
    """Six colleagues, the first one of them management, and two boards."""
    board()
    board("gates", "Gates & Buildings")
    return [person("vp", "management"), *(person(f"p{number}") for number in range(5))]


@pytest.fixture
def readers(app: Flask) -> Callable[..., None]:
    """So many readers on a day, or of a thread on a day."""

    def set_(day: int, people: int, thread: int | None = None) -> None:
        with app.app_context():
            with writing():
                if thread is None:
                    execute(insert(ReadingDay).values(day=day, reads=people * 3, readers=people))
                else:
                    execute(insert(ThreadDay).values(thread_id=thread, day=day, reads=people))
            db.session.remove()

    return set_


@pytest.fixture
def magic(app: Flask) -> Callable[..., None]:
    """A thread became Magic; perhaps it was answered since."""

    def make(
        thread: int, since: int, *, steps: tuple[tuple[str, int], ...] = (), by: int = 1, readers: int = 212
    ) -> None:
        with app.app_context():
            with writing():
                execute(update(Thread).where(Thread.id == thread).values(magic_at=since, hits=readers * 2))
                values = {"thread_id": thread, "at": since, "readers": readers, "usual": 9, "starts_at": 126}
                execute(insert(Promotion).values(**values, leaf=0, audience=400, matured=90))
                post = row(db.select(Post.id).where(Post.thread_id == thread, Post.floor == 1))
                assert post
                for state, at in steps:
                    execute(
                        insert(Answer).values(
                            leaf=0, thread_id=thread, post_id=post.id, person_id=by, state=state, at=at
                        )
                    )
                    now = {"answer": state, "answered_at": at, "answered_by": by, "answer_post_id": post.id}
                    if state == "overturned":
                        now["overturned_at"] = at
                    execute(update(Thread).where(Thread.id == thread).values(**now))
            db.session.remove()

    return make


@pytest.fixture
def warm(app: Flask) -> Callable[..., None]:
    """A thread stands so many times above the usual of its board, with so many recent readers."""

    def heat(thread: int, trend: float, score: float) -> None:
        with app.app_context():
            with writing():
                if row(db.select(Watch.id)) is None:
                    zero = {"tau": 0.0, "reads": 0, "counters": b"", "bins": b"", "matured": 0, "last_thread": 0}
                    execute(insert(Watch).values(id=1, at=NOON, audience=0, **zero))
                execute(update(Thread).where(Thread.id == thread).values(trend=trend))
                curve = "[[0, 1.0], [1, 2.5], [5, 40.0]]"
                cold = {"peak": 1.0, "born": 0.0, "matured": False, "board_id": 1}
                execute(insert(Heat).values(thread_id=thread, score=score, curve=curve, **cold))
            db.session.remove()

    return heat


@pytest.fixture
def rolled(app: Flask) -> Callable[..., None]:
    """Brings the figures up to date."""

    def roll(at: int = NOON) -> None:
        with app.app_context():
            rollups.catch_up(at)
            db.session.remove()

    return roll


@pytest.fixture
def look(app: Flask) -> Callable[..., Any]:
    """What a function finds in the database."""

    def found(ask: Callable[..., Any], *args: Any) -> Any:
        with app.app_context():
            answer = ask(*args)
            db.session.remove()
        return answer

    return found
