"""Threads that are read, and the worker's turn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum import wiring
from forum.boards.models import Thread
from forum.core.database import db, rows
from forum.hits import jobs
from tests.conftest import NOON


@pytest.fixture(autouse=True)
def _clock(frozen: Callable[[int], None]) -> None:
    """The clock stands at NOON."""


@pytest.fixture(autouse=True)
def _looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_looked", 0)


@pytest.fixture
def work(app: Flask) -> Callable[..., int]:
    """The worker's turns until nothing is left; returns how much was done."""

    def turn() -> int:
        done = 0
        with app.app_context():
            while more := wiring.tick(Path(app.instance_path), app.extensions["forum.settings"]):
                done += more
            db.session.remove()
        return done

    return turn


@pytest.fixture
def hits(app: Flask) -> Callable[[int], int]:
    """The hits of a thread as they stand in the database."""

    def of(thread: int) -> int:
        with app.app_context():
            (found,) = rows(select(Thread.hits).where(Thread.id == thread))
            db.session.remove()
        return int(found.hits)

    return of


@pytest.fixture
def thread(board: Callable[..., str], person: Any, say: Any) -> int:
    """A thread by chen."""
    board()
    return int(say(person("chen"), "The gate sticks.", title="A title", at=NOON - 7200).thread)
