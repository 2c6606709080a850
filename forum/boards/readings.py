"""What the counter of readers writes on threads: hits, trend, since when Magic. Nobody else does, and nothing of it by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, update

from forum.boards.models import Thread
from forum.core import outbox
from forum.core.database import db


class Reading(NamedTuple):
    """So many more readers for a thread, and where it stands among what rises."""

    thread: int
    hits: int
    trend: float


_counted = (
    update(Thread.__table__)  # type: ignore[arg-type]
    .where(Thread.__table__.c.id == bindparam("thread"))
    .values(hits=Thread.__table__.c.hits + bindparam("more"), trend=bindparam("rises"))
)
_magic = (
    update(Thread.__table__)  # type: ignore[arg-type]
    .where(Thread.__table__.c.id == bindparam("thread"), Thread.__table__.c.magic_at.is_(None))
    .values(magic_at=bindparam("since"))
)


def counted(readings: Sequence[Reading]) -> None:
    """Adds readers to threads, inside the writing transaction under way."""
    if readings:
        values = [{"thread": one.thread, "more": one.hits, "rises": one.trend} for one in readings]
        db.session.connection().execute(_counted, values)


def became_magic(thread: int, at: int) -> None:
    """The thread is Magic from now on and for ever, inside the writing transaction under way."""
    db.session.connection().execute(_magic, {"thread": thread, "since": at})
    outbox.put("boards.thread", {"thread": thread}, at=at)
    outbox.put("boards.magic", {"thread": thread}, at=at)
