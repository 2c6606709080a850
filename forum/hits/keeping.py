"""The course of events from the database and back: loaded before views are counted, saved with the counts, in one transaction."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import select

from forum.boards import readings
from forum.boards.models import Thread
from forum.core.clock import now
from forum.core.database import db, rows
from forum.core.upsert import insert_for, upsert
from forum.hits import acts, scoring
from forum.hits.course import Audience, Course, Promoted, Warmth
from forum.hits.journal import View
from forum.hits.models import BoardUsual, Heat, Promotion, ThreadDay, Watch
from forum.hits.readers import DAY
from forum.hits.scoring import Clock, Histogram, Usual
from forum.ledger import actions as ledger

CHUNK: Final = 500


def watch() -> Watch:
    """The one row of the rule's state, locked: whoever holds it counts, the others wait."""
    found = db.session.get(Watch, 1, with_for_update=True)
    if found is None:
        empty = {"id": 1, "at": 0, "tau": 0.0, "reads": 0, "matured": 0, "last_thread": 0, "audience": 0}
        blank = {"counters": _packed([-1.0] * scoring.WEEK), "bins": _packed([0.0] * scoring.BINS)}
        upsert(Watch, {**empty, **blank}, update=[])
        found = db.session.get_one(Watch, 1, with_for_update=True)
    return found


def course_of(watch: Watch, audience: Audience | None, people: int, at: int) -> Course:
    """The course as it stood; `audience` says who can read a board, else `people` can read each."""
    boards, usuals = {}, {}
    kept = select(
        BoardUsual.board_id, BoardUsual.bins, BoardUsual.count.label("known"), BoardUsual.mu, BoardUsual.spread
    )
    for one in rows(kept):
        boards[one.board_id] = Histogram(scoring.BOARD_MEMORY, _doubles(one.bins), one.known)
        usuals[one.board_id] = Usual(one.mu, one.spread, watch.audience)
    if watch.at > at + DAY:  # a clock that was wrong, and is right again
        watch.at = at
    return Course(
        Clock(watch.at, watch.tau, watch.reads, _doubles(watch.counters)),
        Histogram(scoring.FORUM_MEMORY, _doubles(watch.bins), watch.matured),
        boards,
        usuals if audience is None else {},
        audience or (lambda _board: people),
    )


def load(course: Course, read: set[int], at: int) -> None:
    """Brings in the threads that are read, and those that may mature until `at`."""
    hours = max(0, at - course.at) / scoring.HOUR if course.at else 0
    latest = course.clock.tau + hours * scoring.FASTEST - scoring.MATURE
    kept = select(Heat, Thread.created_at, Thread.magic_at).join(Thread, Thread.id == Heat.thread_id)
    ripe = kept.where(Heat.matured.is_(False), Heat.born <= latest).order_by(Heat.born, Heat.thread_id)
    found = list(db.session.execute(ripe))
    ripening = [one[0].thread_id for one in found]
    for some in chunks(sorted(read.difference(ripening))):
        found += db.session.execute(kept.where(Heat.thread_id.in_(some)))
    for heat, created, magic_at in found:
        curve = json.loads(heat.curve)
        magic = magic_at is not None
        course.warm[heat.thread_id] = Warmth(
            heat.thread_id,
            heat.board_id,
            created,
            heat.born,
            heat.score,
            heat.peak,
            heat.matured,
            curve,
            magic,
            changed=False,
            again=heat.again,
            own=heat.own,
            robots=heat.robots,
        )
    course.ripening.extend(course.warm[thread] for thread in ripening)


def save(watch: Watch, course: Course, new: Sequence[View]) -> None:
    """Writes back what has changed: clock, heats, hits, promotions and what is usual."""
    clock = course.clock
    watch.at, watch.tau, watch.reads, watch.counters = clock.at, clock.tau, clock.reads, _packed(clock.counters)
    watch.bins, watch.matured = _packed(course.forum.bins), course.forum.count
    changed = [one for one in course.warm.values() if one.changed]
    heats = [
        {
            "thread_id": one.thread,
            "board_id": one.board,
            "score": one.score,
            "peak": one.peak,
            "born": one.born,
            "matured": one.matured,
            "curve": json.dumps([[hour, round(recent, 1)] for hour, recent in one.curve], separators=(",", ":")),
            "again": one.again,
            "own": one.own,
            "robots": one.robots,
        }
        for one in changed
    ]
    upsert(Heat, heats, update=["score", "peak", "matured", "curve", "again", "own", "robots"])
    read = [one for one in changed if one.hits]
    readings.counted([readings.Reading(one.thread, one.hits, course.trend(one)) for one in read])
    _add_thread_days(new)
    _save_usuals(watch, course, {one.board for one in changed})
    db.session.flush()
    _promote(course.promoted)


def _add_thread_days(new: Iterable[View]) -> None:
    counts: dict[tuple[int, int], int] = defaultdict(int)
    for view in new:
        counts[view.thread, view.at // DAY] += 1
    if not counts:
        return
    added = insert_for(ThreadDay)
    more = {"reads": ThreadDay.__table__.c.reads + added.excluded.reads}
    added = added.on_conflict_do_update(index_elements=["thread_id", "day"], set_=more)
    values = [{"thread_id": thread, "day": day, "reads": reads} for (thread, day), reads in counts.items()]
    db.session.connection().execute(added, values)


def _promote(promoted: Sequence[Promoted]) -> None:
    """The threads are Magic, each once: whoever holds the watch decides, so nobody else does at the same time."""
    if not promoted:
        return
    known = select(Promotion.thread_id).where(Promotion.thread_id.in_([one.thread for one in promoted]))
    before = {one.thread_id for one in rows(known)}
    fresh = [one for one in {one.thread: one for one in promoted}.values() if one.thread not in before]
    for one in fresh:
        readings.became_magic(one.thread, one.at)
    leaves = ledger.append(
        *(acts.magic(one.thread, one.readers, one.usual, one.starts_at, one.at) for one in fresh), at=now()
    )
    for one, leaf in zip(fresh, leaves, strict=True):
        db.session.add(
            Promotion(
                thread_id=one.thread,
                at=one.at,
                readers=one.readers,
                usual=one.usual,
                starts_at=one.starts_at,
                audience=one.audience,
                matured=one.matured,
                leaf=leaf,
            )
        )
    db.session.flush()


def _save_usuals(watch: Watch, course: Course, boards: set[int]) -> None:
    """What is usual, and where Magic starts: of all boards when that has changed, else of boards just met."""
    people = max(1, course.audience(0))
    if course.matured or watch.audience != people:
        boards = boards | set(course.boards)
        watch.audience = people
    values = []
    for board in sorted(boards):
        usual = course.usual(board)
        past = course.boards.setdefault(board, Histogram(scoring.BOARD_MEMORY))
        figures = {"mu": usual.mu, "spread": usual.spread, "readers": usual.readers, "starts_at": usual.starts_at}
        values.append({"board_id": board, "bins": _packed(past.bins), "count": past.count, **figures})
    upsert(BoardUsual, values, update=["bins", "count", "mu", "spread", "readers", "starts_at"])


def _packed(values: Sequence[float]) -> bytes:
    return array("d", values).tobytes()


def _doubles(raw: bytes) -> list[float]:
    return list(array("d", raw))


def chunks(values: Sequence[int]) -> Iterable[Sequence[int]]:
    for begin in range(0, len(values), CHUNK):
        yield values[begin : begin + CHUNK]
