"""What one reader muted of boards and threads, for the page where they are let out again. Plain rows; nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, bindparam, select

from forum.boards.models import Board, Thread
from forum.core.database import Read, rows
from forum.desk.models import MutedBoard, MutedThread

MOST: Final = 500
"""Threads that are listed, the newest first; any other is unmuted on its own page."""

_boards = Read(
    select(Board.slug, Board.name)
    .join(MutedBoard, MutedBoard.board_id == Board.id)
    .where(MutedBoard.person_id == bindparam("person"))
    .order_by(Board.name, Board.id)
)
_threads = Read(
    select(Thread.id, Thread.slug, Thread.title, Thread.lang, Board.name.label("board_name"))
    .join(MutedThread, MutedThread.thread_id == Thread.id)
    .join(Board, Board.id == Thread.board_id)
    .where(MutedThread.person_id == bindparam("person"))
    .order_by(Thread.id.desc())
    .limit(MOST)
)


def boards(person: int) -> Sequence[Row[Any]]:
    """(slug, name) of the boards the person reads folded."""
    return rows(_boards, person=person)


def threads(person: int) -> Sequence[Row[Any]]:
    """(id, slug, title, lang, board_name) of the threads the person reads folded."""
    return rows(_threads, person=person)
