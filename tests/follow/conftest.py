"""Some colleagues on a board, the worker's turn, and a look at what somebody was told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from forum import wiring
from forum.accounts.models import Person
from forum.core import outbox
from forum.core.actor import Actor
from forum.core.database import db, execute, writing
from forum.follow import actions, letters, lines, queries
from forum.follow.views import LATEST
from forum.mail import sending
from tests.conftest import NOON
from tests.mailbox import Mailbox, app, mail_changes, smtp, smtp_server, tick

__all__ = ["app", "mail_changes", "smtp", "smtp_server", "tick"]


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


@pytest.fixture
def lin(mina: Actor, person: Any) -> Actor:
    """A third."""
    made: Actor = person("lin", name="Lin")
    return made


@pytest.fixture
def worked(app: Flask) -> Callable[..., int]:
    """The worker's turns until nothing is left; returns how many jobs that were."""

    def turns(at: int = NOON) -> int:
        done = 0
        with app.app_context():
            while found := outbox.work(wiring.HANDLERS, at=at, batched=wiring.TOGETHER):
                done += found
            db.session.remove()
        return done

    return turns


@pytest.fixture
def told(app: Flask) -> Callable[..., list[tuple[str, str | None, bool]]]:
    """(sentence, title, whether it is new) of what somebody was told, the latest first."""

    def look(actor: Actor) -> list[tuple[str, str | None, bool]]:
        with app.test_request_context():
            found = lines.lines(queries.notices(actor.id, before=LATEST, most=100))
            db.session.remove()
        return [(one.sentence, one.title, one.new) for one in found]

    return look


@pytest.fixture
def new(app: Flask) -> Callable[[Actor], int]:
    """What the bell shows somebody."""

    def count(actor: Actor) -> int:
        with app.app_context():
            found = queries.bell(actor.id)
            db.session.remove()
        return found

    return count


@pytest.fixture
def does(app: Flask) -> Callable[..., None]:
    """Follows, or looks: one of `actions`, in a transaction of its own."""

    def act(what: Callable[..., None], actor: Actor, **values: Any) -> None:
        with app.app_context():
            with writing():
                what(actor, **values)
            db.session.remove()

    return act


@pytest.fixture
def look(does: Any, app: Flask) -> Callable[[Actor], None]:
    """Somebody opens the page of what concerns them."""

    def looked(actor: Actor) -> None:
        with app.app_context():
            found = queries.notices(actor.id, before=LATEST, most=1)
            db.session.remove()
        if found:
            does(actions.looked, actor, turn=found[0].turn)

    return looked


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that was away a test before is asked again, and what the worker does by the hour is due."""
    monkeypatch.setattr(sending, "_away", {})
    monkeypatch.setattr(wiring, "_swept", 0)


@pytest.fixture
def addressed(app: Flask, smtp: Mailbox) -> Callable[..., None]:
    """Gives people an address."""

    def give(*people: Actor) -> None:
        with app.app_context():
            with writing():
                for one in people:
                    execute(update(Person).where(Person.id == one.id).values(email=f"{one.handle}@say.example"))
            db.session.remove()

    return give


@pytest.fixture
def at(frozen: Any, tick: Any) -> Callable[[int], None]:
    """The worker's turns at a moment, until there is nothing left to do."""

    def turns(moment: int) -> None:
        frozen(moment)
        while tick():
            pass

    return turns


@pytest.fixture
def wants(app: Flask) -> Callable[..., None]:
    """How somebody wants kinds of letters."""

    def choose(actor: Actor, **chosen: str) -> None:
        with app.app_context():
            with writing():
                letters.choose(actor, chosen=chosen)
            db.session.remove()

    return choose
