"""A board with people on it, and a way to look into the tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Executable, Row

from forum.core.actor import Actor
from forum.core.database import db, execute, rows, writing


@pytest.fixture
def mina(person, board, frozen) -> Actor:
    """Somebody, on a forum with the board `canteen`."""
    board()
    made: Actor = person("mina", name="Mina O")
    return made


@pytest.fixture
def idris(mina: Actor, person) -> Actor:
    """Somebody else."""
    made: Actor = person("idris", name="Idris")
    return made


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
def change(app: Flask) -> Callable[[Executable], None]:
    """Changes the database behind the forum's back."""

    def run(statement: Executable) -> None:
        with app.app_context():
            with writing():
                execute(statement)
            db.session.remove()

    return run
