"""Makes the figures of a day from the posts and threads of that day, as often as one likes: the same words give the same figures."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BindParameter, ColumnClause, Integer, bindparam, delete, distinct, func, literal_column, select

from forum.boards.models import Post, Thread
from forum.core.database import execute, row, rows, writing
from forum.core.upsert import upsert
from forum.trends.models import TrendDay, TrendPeople

DAY: Final = 86400
KEPT: Final = 400
"""Days back that are looked at."""
CHUNK: Final = 20
"""Days rolled up in one transaction."""

_begin: BindParameter[int] = bindparam("begin")
_end: BindParameter[int] = bindparam("end")
_a_day: ColumnClause[int] = literal_column(str(DAY), Integer)  # spelled out: PostgreSQL must see one expression twice
_post_day = (Post.created_at // _a_day).label("day")
_thread_day = (Thread.created_at // _a_day).label("day")
_posts = (
    select(_post_day, Thread.board_id, func.count().label("number"))
    .join(Thread, Thread.id == Post.thread_id)
    .where(Post.created_at >= _begin, Post.created_at < _end)
    .group_by(_post_day, Thread.board_id)
)
_threads = (
    select(_thread_day, Thread.board_id, func.count().label("number"))
    .where(Thread.created_at >= _begin, Thread.created_at < _end)
    .group_by(_thread_day, Thread.board_id)
)
_writers = (
    select(_post_day, func.count(distinct(Post.author_id)).label("number"))
    .where(Post.created_at >= _begin, Post.created_at < _end)
    .group_by(_post_day)
)
_known = select(TrendPeople.day).where(TrendPeople.day.between(bindparam("first"), bindparam("last")))


def day_of(at: int) -> int:
    """The day (UTC, since 1970) of a moment."""
    return at // DAY


def roll_up(day: int, last: int | None = None) -> None:
    """Recomputes one day, or all from `day` to `last`. Counts before it writes, so that nobody waits for the counting."""
    last = day if last is None else last
    span = {"begin": day * DAY, "end": (last + 1) * DAY}
    posts = {(one.day, one.board_id): one.number for one in rows(_posts, **span)}
    threads = {(one.day, one.board_id): one.number for one in rows(_threads, **span)}
    writers = {one.day: one.number for one in rows(_writers, **span)}
    said = [
        {"day": key[0], "board_id": key[1], "posts": posts.get(key, 0), "threads": threads.get(key, 0)}
        for key in sorted(posts.keys() | threads.keys())
    ]
    with writing():
        execute(delete(TrendDay).where(TrendDay.day.between(day, last)))
        upsert(TrendDay, said, update=["posts", "threads"])
        people = [{"day": one, "writers": writers.get(one, 0)} for one in range(day, last + 1)]
        upsert(TrendPeople, people, update=["writers"])


def catch_up(at: int) -> None:
    """Recomputes today and yesterday, whatever is missing of the last KEPT days, and one older day in turn.

    The older one heals days that an import filled after they were rolled up: each of them comes by within KEPT turns.
    """
    today = day_of(at)
    oldest = row(select(Post.created_at).order_by(Post.created_at, Post.id).limit(1))
    if oldest is None:
        return
    first = min(max(today - KEPT + 1, day_of(oldest.created_at)), today)
    known = {one.day for one in rows(_known, first=first, last=today)}
    older = today - 2 - at // 60 % KEPT
    wanted = ({*range(first, today + 1)} - known) | {today - 1, today} | ({older} if older >= first else set())
    for begin, end in _runs(sorted(wanted)):
        roll_up(begin, end)


def _runs(days: list[int]) -> list[tuple[int, int]]:
    """Neighbouring days together, at most CHUNK of them."""
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and runs[-1][1] == day - 1 and day - runs[-1][0] < CHUNK:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
