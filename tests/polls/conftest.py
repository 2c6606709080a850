"""A thread with a poll, and colleagues who may vote in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.boards.actions import Said
from forum.core.actor import Actor
from forum.core.database import db
from forum.polls.models import Poll, PollChoice, PollVote

UNTIL = "2026-11-28"
END = 1_795_910_400
"""The moment after that day, in UTC."""


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
def said(mina: Actor, say: Any) -> Said:
    """Mina's thread, without a poll yet."""
    made: Said = say(mina, "It is from 1989.", title="The plotter")
    return made


@pytest.fixture
def ask(said: Said, browser: Any) -> Callable[..., str]:
    """Mina asks; returns the address of the poll."""

    def asked(choices: str = "Keep it\nToss it\nGive it to the tower", until: str = UNTIL, **more: str) -> str:
        path = f"/threads/{said.thread}/poll"
        answer = browser("mina").post(f"{path}/new", choices=choices, until=until, **more)
        assert answer.status_code == 303, answer.text
        assert answer.location == f"/threads/{said.thread}-the-plotter#poll"
        return path

    return asked


@pytest.fixture
def counts(app: Flask) -> Callable[[], tuple[int, list[int]]]:
    """(voters, votes of each choice) as they are kept; they must be what the votes say."""

    def look() -> tuple[int, list[int]]:
        with app.app_context():
            voters = db.session.scalar(select(Poll.voters)) or 0
            kept = list(db.session.scalars(select(PollChoice.votes).order_by(PollChoice.number)))
            votes = list(db.session.scalars(select(PollVote.choices)))
            db.session.remove()
        assert (voters, kept) == (len(votes), [sum(one >> n + 1 & 1 for one in votes) for n in range(len(kept))])
        return voters, kept

    return look
