"""A forum that is searched by either backend on either database, the worker's turns, and a look at what is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import Executable, delete, select

from forum import wiring
from forum.boards import actions
from forum.core import outbox
from forum.core.actor import Actor
from forum.core.database import db, execute, rows, writing
from forum.search import finding, grammar, indexing, jobs, matching, vocabulary, whoosh_index
from forum.search.models import SearchState
from tests.conftest import NOON

TODAY = date(2026, 11, 21)
UTC = ZoneInfo("UTC")


@pytest.fixture(params=["whoosh", "database"])
def by(request: pytest.FixtureRequest) -> str:
    """Every test that searches does so by both backends."""
    return str(request.param)


@pytest.fixture
def app(make_app: Callable[..., Flask], by: str) -> Flask:
    return make_app(search=by)


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, a search looks at everything."""
    monkeypatch.setattr(matching, "SECONDS", 600.0)


@pytest.fixture(autouse=True)
def begun_anew() -> Iterator[Callable[[], None]]:
    """Forgets what the worker's process knows of the index; at the beginning of each test, and when a test calls it: a new process."""

    def forget() -> None:
        jobs._looked = 0
        indexing._reconciled_here.clear()
        whoosh_index._readers.clear()
        vocabulary._shares.cache_clear()

    forget()
    yield forget
    forget()


@pytest.fixture
def mina(person: Any, board: Any, frozen: Any) -> Actor:
    """Somebody, on a forum with the board `canteen`."""
    board()
    made: Actor = person("mina", name="Mina O")
    return made


@pytest.fixture
def idris(mina: Actor, person: Any) -> Actor:
    """Somebody else."""
    made: Actor = person("idris", name="Idris")
    return made


def turn(app: Flask, at: int) -> None:
    """One turn of the worker, as far as search has to do with it."""
    with app.app_context():
        outbox.work(wiring.HANDLERS, at=at, batched=wiring.TOGETHER)
        jobs.tick(Path(app.instance_path), at, app.extensions["forum.settings"].search)
        db.session.remove()


def quiet(app: Flask, at: int) -> bool:
    """Whether the worker has nothing to do."""
    with app.app_context():
        due = rows(select(outbox.Job.id).where(outbox.Job.due_at <= at).limit(1))
        state = rows(select(SearchState.building, SearchState.stage))
        db.session.remove()
    return not due and bool(state) and state[0].building is None and state[0].stage is None


@pytest.fixture
def worked(app: Flask) -> Callable[..., None]:
    """The worker's turns until nothing is left to do; by another application of the same forum, where one is named."""

    def turns(at: int = NOON, by: Flask = app) -> None:
        for _ in range(300):
            turn(by, at)
            if quiet(by, at):
                return
        raise AssertionError("the worker finds no end")

    return turns


@pytest.fixture
def find(app: Flask) -> Callable[..., set[int | str]]:
    """The posts and notes that a query finds. Raises Broken."""

    def found(text: str, *, newest: bool = False, at: int = NOON, by: Flask = app, me: int = 0) -> set[int | str]:
        with by.app_context():
            query = grammar.parse(text, TODAY)
            made = finding.search(query, folder=Path(by.instance_path), zone=UTC, at=at, newest=newest, me=me)
            db.session.remove()
        return {hit.post or hit.note or "" for group in made.groups for hit in group.hits}

    return found


@pytest.fixture
def state(app: Flask) -> Callable[[], Any]:
    """What is served and what is built."""

    def look() -> Any:
        with app.app_context():
            (found,) = rows(select(SearchState.__table__))
            db.session.remove()
        return found

    return look


@pytest.fixture
def stored(app: Flask) -> Callable[[Executable], Any]:
    """What a statement finds in the database."""

    def look(statement: Executable) -> Any:
        with app.app_context():
            found = rows(statement)
            db.session.remove()
        return found

    return look


@pytest.fixture
def many(app: Flask) -> Callable[..., list[int]]:
    """Says many things in one transaction, as replies of one thread or each as its own; returns the posts."""

    def said(actor: Actor, bodies: list[str], *, title: str | None = None, at: int = NOON - 3600) -> list[int]:
        made: list[int] = []
        thread = None
        with app.app_context():
            written = [actions.written(body) for body in bodies]
            with writing():
                for number, words in enumerate(written):
                    nonce = f"{title} {number} {at}"
                    if thread is None or title is None:
                        one = actions.start_thread(
                            actor, board="canteen", title=title or f"Thread {number}", words=words, nonce=nonce,
                            at=at + number, paced=False,
                        )  # fmt: skip
                        thread = one.thread
                    else:
                        one = actions.reply(
                            actor, thread=thread, words=words, reply_to=None, nonce=nonce, at=at + number, paced=False
                        )
                    made.append(one.post)
            db.session.remove()
        return made

    return said


@pytest.fixture
def edit(app: Flask) -> Callable[..., None]:
    """Its author gives a post other words, and its thread another title."""

    def changed(actor: Actor, post: int, body: str, *, title: str | None = None, based_on: int = 1) -> None:
        with app.app_context():
            words = actions.written(body)
            with writing():
                actions.edit(actor, post=post, words=words, title=title, based_on=based_on, at=NOON)
            db.session.remove()

    return changed


@pytest.fixture
def withdraw(app: Flask) -> Callable[[Actor, int], None]:
    """Its author takes a post back."""

    def gone(actor: Actor, post: int) -> None:
        with app.app_context():
            with writing():
                actions.withdraw(actor, post=post, at=NOON)
            db.session.remove()

    return gone


@pytest.fixture
def unheard(app: Flask) -> Callable[[], None]:
    """Forgets all jobs, as if they had been done: what follows depends on the index alone."""

    def forget() -> None:
        with app.app_context():
            with writing():
                execute(delete(outbox.Job))
            db.session.remove()

    return forget


WHOSE_FILES = ("test_healing.py", "test_damage.py")
"""Whoosh's files are the same on either database."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out Whoosh beside PostgreSQL, which nobody has who did not ask for it; that all find the same, test_backends.py shows."""
    out = [one for one in items if _needless(one)]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [one for one in items if one not in out]


def _needless(one: pytest.Item) -> bool:
    given = getattr(getattr(one, "callspec", None), "params", {})
    if one.path.parent.name != "search" or given.get("backend") != "postgresql":
        return False
    return given.get("by") == "whoosh" or one.path.name in WHOSE_FILES
