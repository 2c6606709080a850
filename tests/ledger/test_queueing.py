"""What waits in line for the ledger's head on PostgreSQL decides on what stands when it is its turn, not on what stood before."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from forum.boards import arranging
from forum.boards.models import Board
from forum.core.database import db, row, writing
from forum.ledger.queries import head
from forum.pads import actions as pads
from forum.pads import publishing, sealing, slips
from forum.pads.models import NoteSeal
from forum.pads.waiting import Waiter
from tests.conftest import NOON
from tests.ledger.history import looked

HOUR = 3600
pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


class Line:
    """Acts that begin one after the other while somebody holds the head, and go on when it is let go."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.pool = ThreadPoolExecutor(8)
        self.let_go = threading.Event()
        self.held = threading.Event()
        self.done: list[Future[None]] = [self.pool.submit(self._inside, self._hold)]
        self.held.wait()

    def _inside(self, act: Callable[[], Any]) -> None:
        with self.app.app_context():
            try:
                act()
            finally:
                db.session.remove()

    def _hold(self) -> None:
        with writing():
            head(lock=True)
            self.held.set()
            self.let_go.wait()

    def queue(self, act: Callable[[], Any]) -> None:
        """Begins an act, and returns when it waits for a lock, or is done."""
        before = self._waiting()
        self.done.append(self.pool.submit(self._inside, act))
        while self._waiting() == before and not self.done[-1].done():
            os.sched_yield()

    def _waiting(self) -> int:
        with self.app.app_context():
            found = row(text("SELECT count(*) AS many FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))
            db.session.remove()
        return int(found.many) if found else 0

    def end(self) -> None:
        """The head is let go; all acts end, none with an error."""
        self.let_go.set()
        for one in self.done:
            one.result()
        self.pool.shutdown()


@pytest.fixture
def slip(app: Flask, pad: Any) -> int:
    """The slip of a note that hangs, and that its holder has corrected since."""
    made = slips.new()
    with app.app_context():
        with writing():
            publishing.pin_up([Waiter(slips.note_id(made), 1, "Words.", "2026-W47", paper=False)], at=NOON)
        pads._change_hanging(slips.note_id(made), "Other words.", NOON)
        db.session.remove()
    return made


@pytest.fixture
def pad(app: Flask) -> None:
    """A door with a question on it."""
    from tests.ledger.history import History

    with app.app_context():
        History(1).begin()
        db.session.remove()


def followed(at: int) -> None:
    with writing():
        sealing.follow(at)


def test_a_note_taken_back_while_its_correction_is_written_down(app: Flask, slip: int) -> None:
    line = Line(app)
    line.queue(lambda: followed(NOON + HOUR))
    line.queue(lambda: pads._change_hanging(slips.note_id(slip), None, NOON))
    line.end()
    with app.app_context():
        assert looked().flaws == []
        followed(NOON + 2 * HOUR)
        report = looked()
        seal = row(select(NoteSeal.pending, NoteSeal.note_salt).where(NoteSeal.note_id == slips.note_id(slip)))
        db.session.remove()
    assert report.flaws == []
    assert seal == (False, None)


def test_publishing_and_taking_back_do_not_block_each_other(app: Flask, slip: int) -> None:
    def hour() -> None:
        with writing():
            sealing.follow(NOON + HOUR)
            fresh = Waiter(slips.note_id(slips.new()), 1, "More words.", "2026-W47", paper=False)
            publishing.pin_up([fresh], at=NOON + HOUR)

    line = Line(app)
    line.queue(hour)
    line.queue(lambda: pads._change_hanging(slips.note_id(slip), None, NOON))
    line.end()
    with app.app_context():
        assert looked().flaws == []
        db.session.remove()


def test_two_operators_arrange_one_board(app: Flask, board: Any, person: Any) -> None:
    board()
    olga = person("olga", "operator")

    def arranged(name: str, description: str) -> None:
        with writing():
            arranging.arrange(
                olga, slug="canteen", name=name, description=description, group="Company", position=1, at=NOON
            )

    line = Line(app)
    line.queue(lambda: arranged("Kitchen", ""))
    line.queue(lambda: arranged("Canteen", "Soup."))
    line.end()
    with app.app_context():
        assert looked().flaws == []
        assert row(select(Board.name, Board.description)) == ("Canteen", "Soup.")
        db.session.remove()
