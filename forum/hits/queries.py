"""What pages read of Magic and of what rises: plain rows, a fixed number of statements."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.boards.models import NO_TREND, Board, BoardGroup, Post, Thread
from forum.boards.queries import muted, shielded
from forum.boards.rules import PAGE
from forum.core.database import Read, row, rows
from forum.hits import scoring
from forum.hits.models import BoardUsual, Heat, Promotion, Watch
from forum.hits.scoring import Clock

LATELY: Final = 7 * 86400
"""Seconds for which a thread counts as Magic "now", whatever was answered."""
MOST_NOW: Final = 20

_author = aliased(Person, name="author")
_speaker = aliased(Person, name="speaker")


def _magic_threads() -> Select[*tuple[Any, ...]]:
    return shielded(
        select(
            Thread.id,
            Thread.slug,
            Thread.title,
            Thread.lang,
            Thread.posts,
            Thread.hits,
            Thread.created_at,
            Thread.magic_at,
            Thread.answer,
            Thread.answered_at,
            Thread.overturned_at,
            _author.name.label("author"),
            _speaker.name.label("speaker"),
            Board.slug.label("board"),
            Board.name.label("board_name"),
            Post.excerpt,
            Post.lang.label("excerpt_lang"),
            Promotion.readers,
            Promotion.usual,
            Promotion.starts_at,
            Heat.curve,
            func.coalesce(Heat.peak, 0.0).label("peak"),
            muted,
        )
        .select_from(Promotion)
        .join(Thread, Thread.id == Promotion.thread_id)
        .join(Board, Board.id == Thread.board_id)
        .join(_author, _author.id == Thread.author_id)
        .join(Post, and_(Post.thread_id == Thread.id, Post.floor == 1))
        .outerjoin(_speaker, _speaker.id == Thread.answered_by)
        .outerjoin(Heat, Heat.thread_id == Thread.id)
        .order_by(Promotion.at.desc(), Promotion.thread_id.desc())
    )


_now = Read(
    _magic_threads()
    .where(
        or_(
            Promotion.at > bindparam("since"),
            and_(Thread.overturned_at.is_(None), or_(Thread.answer.is_(None), Thread.answer == "heard")),
        )
    )
    .limit(MOST_NOW)
)
_lately = Read(
    _magic_threads()
    .where(Promotion.at > bindparam("since"))
    .order_by(None)
    .order_by(Thread.trend.desc(), Thread.id.desc())
    .limit(bindparam("most"))
)
_hall = Read(_magic_threads().limit(PAGE).offset(bindparam("offset")))
_how_many = Read(select(func.count().label("number")).select_from(Promotion))
_rising = Read(
    shielded(
        select(
            Thread.id,
            Thread.slug,
            Thread.title,
            Thread.lang,
            Thread.posts,
            Thread.hits,
            Thread.active_at,
            Thread.magic_at,
            Thread.answer,
            Thread.overturned_at,
            Thread.trend,
            _author.name.label("author"),
            Board.slug.label("board"),
            Board.name.label("board_name"),
            Heat.score,
            Heat.curve,
            BoardUsual.readers.label("usual"),
            BoardUsual.starts_at,
            muted,
        )
        .select_from(Thread)
        .join(Board, Board.id == Thread.board_id)
        .join(_author, _author.id == Thread.author_id)
        .join(Heat, Heat.thread_id == Thread.id)
        .join(BoardUsual, BoardUsual.board_id == Thread.board_id)
        .where(Thread.trend > NO_TREND)
        .order_by(Thread.trend.desc(), Thread.id.desc())
        .limit(bindparam("most"))
    )
)
_why = Read(
    select(
        Thread.id,
        Thread.slug,
        Thread.title,
        Thread.lang,
        Thread.hits,
        Thread.created_at,
        Thread.magic_at,
        Board.slug.label("board"),
        Board.name.label("board_name"),
        BoardGroup.name.label("group"),
        Heat.score,
        func.coalesce(Heat.peak, 0.0).label("peak"),
        Heat.curve,
        Heat.matured,
        Heat.again,
        Heat.own,
        Heat.robots,
        BoardUsual.bins,
        BoardUsual.count.label("known"),
        BoardUsual.mu,
        BoardUsual.spread,
        Promotion.at.label("promoted_at"),
        Promotion.readers,
        Promotion.usual,
        Promotion.starts_at,
        Promotion.audience,
    )
    .select_from(Thread)
    .join(Board, Board.id == Thread.board_id)
    .join(BoardGroup, BoardGroup.id == Board.group_id)
    .outerjoin(Heat, Heat.thread_id == Thread.id)
    .outerjoin(BoardUsual, BoardUsual.board_id == Thread.board_id)
    .outerjoin(Promotion, Promotion.thread_id == Thread.id)
    .where(Thread.id == bindparam("thread"))
)
_promotion = Read(
    select(
        Promotion.at,
        Promotion.readers,
        Promotion.usual,
        Promotion.starts_at,
        func.coalesce(Heat.peak, 0.0).label("peak"),
    )
    .outerjoin(Heat, Heat.thread_id == Promotion.thread_id)
    .where(Promotion.thread_id == bindparam("thread"))
)
_watch = Read(select(Watch.at, Watch.tau, Watch.reads, Watch.counters, Watch.matured, Watch.audience))


def magic_now(at: int, person: int) -> Sequence[Row[Any]]:
    """Threads that became Magic lately, and those that wait for an answer; newest first."""
    return rows(_now, since=at - LATELY, person=person)


def magic_lately(at: int, most: int, person: int) -> Sequence[Row[Any]]:
    """Threads that became Magic lately, the warmest first."""
    return rows(_lately, since=at - LATELY, most=most, person=person)


def hall(page: int, person: int) -> Sequence[Row[Any]]:
    """A page of all that ever was Magic, newest first."""
    return rows(_hall, offset=(page - 1) * PAGE, person=person)


def ever_magic() -> int:
    """How many threads ever became Magic: a few in a thousand."""
    found = row(_how_many)
    return int(found.number) if found else 0


def rising(most: int, person: int) -> Sequence[Row[Any]]:
    """What rises now: recent readers over the usual of the board."""
    return rows(_rising, most=most, person=person)


def why(thread: int) -> Row[Any] | None:
    """All that the rule knows of one thread."""
    return row(_why, thread=thread)


def promotion(thread: int) -> Row[Any] | None:
    """How a thread became Magic, if it did."""
    return row(_promotion, thread=thread)


class Now:
    """The activity clock, run on to a moment: tells how warm a score is then."""

    def __init__(self, at: int) -> None:
        found = row(_watch)
        self.audience = max(1, found.audience) if found else 1
        self.matured = found.matured if found else 0
        clock = Clock(found.at, found.tau, found.reads, list(array("d", found.counters))) if found else Clock()
        self.tau = clock.advance(at) if found and found.at else 0.0

    def heat(self, score: float | None) -> float:
        """Recent readers."""
        return scoring.heat(score, self.tau)
