"""Everything the trends pages read: figures by day from rollups, threads by narrow indexes, all of it limited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from forum.boards.models import NO_TREND, Answer, Board, Post, Thread
from forum.core.database import Read, rows
from forum.hits.models import BoardUsual, Heat, Promotion, ReadingDay, ThreadDay, Watch
from forum.trends.models import TrendDay, TrendPeople

WAITING: Final = 200
"""So many waiting threads are listed at most."""
FATES: Final = 500
"""So many of the latest Magic threads tell what became of Magic, and how fast."""
RISING: Final = 16
"""Enough for five that are not shown elsewhere on the page."""
OF_A_DAY: Final = 10
LOOKED: Final = 5_000
"""Posts of one day that are looked at to find where most was said."""

_first: BindParameter[int] = bindparam("first")
_last: BindParameter[int] = bindparam("last")
_most: BindParameter[int] = bindparam("most")
_day: BindParameter[int] = bindparam("day")
_thread = (
    Thread.id,
    Thread.slug,
    Thread.title,
    Thread.lang,
    Thread.hits,
    Thread.posts,
    Thread.magic_at,
    Thread.answer,
    Thread.answered_at,
    Thread.overturned_at,
    Board.slug.label("board"),
    Board.name.label("board_name"),
)


def _kind(name: str, day: Any, number: Any) -> Select[*tuple[Any, ...]]:
    return select(literal(name).label("kind"), day.label("day"), number.label("number")).where(
        day.between(_first, _last)
    )


_figures = union_all(
    _kind("posts", TrendDay.day, func.sum(TrendDay.posts)).group_by(TrendDay.day),
    _kind("threads", TrendDay.day, func.sum(TrendDay.threads)).group_by(TrendDay.day),
    _kind("writers", TrendPeople.day, TrendPeople.writers),
    _kind("readers", ReadingDay.day, ReadingDay.readers),
).subquery("figures")
_days = Read(select(_figures.c.kind, _figures.c.day, _figures.c.number))

_now = case((TrendDay.day >= bindparam("begin"), TrendDay.posts), else_=0)
_before = case((TrendDay.day < bindparam("begin"), TrendDay.posts), else_=0)
_sums = (
    select(TrendDay.board_id, func.sum(_now).label("now"), func.sum(_before).label("before"))
    .where(TrendDay.day.between(_first, _last))
    .group_by(TrendDay.board_id)
    .subquery("sums")
)
_boards = Read(
    select(Board.slug, Board.name, _sums.c.now, _sums.c.before)
    .join(_sums, _sums.c.board_id == Board.id)
    .order_by(Board.slug)
)

_magic = Read(
    select(*_thread, Promotion.at, Promotion.readers, Promotion.usual, Promotion.starts_at, Heat.curve)
    .select_from(Promotion)
    .join(Thread, Thread.id == Promotion.thread_id)
    .join(Board, Board.id == Thread.board_id)
    .outerjoin(Heat, Heat.thread_id == Promotion.thread_id)
    .where(Promotion.at >= bindparam("since"))
    .order_by(Promotion.at.desc(), Promotion.thread_id.desc())
    .limit(_most)
)

_waits = and_(Thread.overturned_at.is_(None), or_(Thread.answer.is_(None), Thread.answer == "heard"))
_waiting = Read(
    select(*_thread)
    .join(Board, Board.id == Thread.board_id)
    .where(Thread.magic_at.is_not(None), _waits)
    .order_by(Thread.magic_at, Thread.id)
    .limit(WAITING)
)

_risen = (
    select(Thread.id)
    .where(Thread.trend > bindparam("unread", NO_TREND))
    .order_by(Thread.trend.desc(), Thread.id.desc())
    .limit(_most)
    .subquery("risen")
)
_rising = Read(
    select(
        *_thread,
        Heat.curve,
        BoardUsual.starts_at,
        Heat.score,
        BoardUsual.readers.label("usual"),
        Watch.tau,
    )
    .select_from(Thread)
    .join(_risen, _risen.c.id == Thread.id)
    .join(Board, Board.id == Thread.board_id)
    .outerjoin(Heat, Heat.thread_id == Thread.id)
    .outerjoin(BoardUsual, BoardUsual.board_id == Thread.board_id)
    .outerjoin(Watch, Watch.id == 1)
    .order_by(Thread.trend.desc(), Thread.id.desc())
)

_latest = (
    select(Promotion.thread_id)
    .order_by(Promotion.at.desc(), Promotion.thread_id.desc())
    .limit(FATES)
    .subquery("latest")
)
_settled = select(func.min(Answer.at)).where(Answer.thread_id == Thread.id, Answer.state != "heard").scalar_subquery()
_fates = Read(
    select(Thread.magic_at, Thread.answer, Thread.overturned_at, _settled.label("settled_at"))
    .join(_latest, _latest.c.thread_id == Thread.id)
    .where(Thread.magic_at.is_not(None))
)

_read_most = Read(
    select(*_thread, ThreadDay.reads)
    .select_from(ThreadDay)
    .join(Thread, Thread.id == ThreadDay.thread_id)
    .join(Board, Board.id == Thread.board_id)
    .where(ThreadDay.day == _day, ThreadDay.reads >= bindparam("few"))
    .order_by(ThreadDay.reads.desc(), ThreadDay.thread_id.desc())
    .limit(OF_A_DAY)
)
_said_then = (
    select(Post.thread_id)
    .where(Post.created_at >= bindparam("begin"), Post.created_at < bindparam("end"))
    .order_by(Post.created_at, Post.id)
    .limit(LOOKED)
    .subquery("said_then")
)
_counted = (
    select(_said_then.c.thread_id, func.count().label("said"))
    .group_by(_said_then.c.thread_id)
    .order_by(func.count().desc(), _said_then.c.thread_id.desc())
    .limit(OF_A_DAY)
    .subquery("counted")
)
_written_most = Read(
    select(*_thread, _counted.c.said)
    .select_from(Thread)
    .join(_counted, and_(_counted.c.thread_id == Thread.id))
    .join(Board, Board.id == Thread.board_id)
    .order_by(_counted.c.said.desc(), Thread.id.desc())
)


def days(first: int, last: int) -> dict[str, dict[int, int]]:
    """Figures by kind (posts, threads, writers, readers) and day, for days since 1970."""
    found: dict[str, dict[int, int]] = {"posts": {}, "threads": {}, "writers": {}, "readers": {}}
    for one in rows(_days, first=first, last=last):
        found[one.kind][one.day] = int(one.number)
    return found


def boards(first: int, begin: int, last: int) -> Sequence[Row[Any]]:
    """Posts on each board that said something from `first` to `last`: `now` from `begin` on, and `before`."""
    return rows(_boards, first=first, begin=begin, last=last)


def magic(since: int, most: int) -> Sequence[Row[Any]]:
    """The latest threads that became Magic since a moment, with the figures of that moment."""
    return rows(_magic, since=since, most=most)


def waiting() -> Sequence[Row[Any]]:
    """Magic threads that wait for an answer, longest first, at most WAITING."""
    return rows(_waiting)


def rising() -> Sequence[Row[Any]]:
    """What stands highest above the usual of its board now, with its heat as the rule keeps it."""
    return rows(_rising, most=RISING)


def fates() -> Sequence[Row[Any]]:
    """What became of the FATES latest Magic threads: state now, and when management first settled it."""
    return rows(_fates)


def read_most(day: int, few: int) -> Sequence[Row[Any]]:
    """The threads most read on a day, by at least `few` people."""
    return rows(_read_most, day=day, few=few)


def written_most(day: int) -> Sequence[Row[Any]]:
    """The threads in which most was said on a day."""
    return rows(_written_most, begin=day * 86400, end=(day + 1) * 86400)
