"""Applies journals: each view that counts becomes a hit, exactly once, and the rule of Magic runs on. One transaction a turn.

A journal's (file, offset) is committed together with the counts. The row of the watch is locked first, so that any number of
workers count one after another, also on PostgreSQL.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import delete, func, insert, select, update

from forum.accounts.models import Person
from forum.boards import readings
from forum.boards.models import Thread
from forum.core.database import db, execute, row, rows, writing
from forum.core.upsert import insert_for, upsert
from forum.hits import journal, scoring
from forum.hits.course import OLD, Audience, Course, Promoted, Warmth
from forum.hits.journal import Piece, View
from forum.hits.models import BoardUsual, Heat, Journal, Promotion, ReadingDay, Seen, ThreadDay, Watch
from forum.hits.readers import DAY, OWN, ROBOT
from forum.hits.scoring import Clock, Histogram, Usual

MOST: Final = 100_000
"""Views applied in one transaction."""
A_DAY: Final = 100
"""Threads a day of one reader that count."""
MOST_BIRTHS: Final = 20_000
CHUNK: Final = 500
LATE: Final = 100
"""Numbers looked back for threads that were committed after younger ones."""


def drain(folder: Path, at: int, audience: Audience | None = None) -> int:
    """Applies what this machine's journals hold, up to MOST views; returns how many views it took. `at`: now, in Unix seconds."""
    paths = journal.waiting(folder)
    if not paths:
        return 0
    known = _applied([path.name for path in paths])
    pieces, left = [], MOST * journal.SIZE
    for path in paths:
        piece = journal.read(path, known.get(path.name, 0), left)
        pieces.append(piece)
        left -= piece.end - piece.begin
        if left < journal.SIZE:
            break
    moved = [piece for piece in pieces if piece.end > piece.begin]
    if moved:
        with writing():
            watch = _watch(at)
            mine = [piece for piece in moved if _claim(piece)]
            _count(watch, [view for piece in mine for view in piece.views], at, audience)
    _sweep(folder, [piece.name for piece in pieces if piece.over])
    return sum(len(piece.views) for piece in moved)


def look(at: int, audience: Audience | None = None) -> None:
    """Runs the rule on to a moment without reads: the clock, new threads, threads that mature."""
    with writing():
        _count(_watch(at), [], at, audience)


def active_people() -> int:
    """A: people who have ever signed in and have not left."""
    found = row(select(func.count()).select_from(Person).where(Person.came, Person.left_at.is_(None)))
    return int(found[0]) if found else 0


# --- journals ------------------------------------------------------------------------------------------------------


def _applied(names: Sequence[str]) -> dict[str, int]:
    found = rows(select(Journal.name, Journal.applied).where(Journal.name.in_(names)))
    return {one.name: one.applied for one in found}


def _claim(piece: Piece) -> bool:
    """Moves a journal's offset on, unless another worker did so meanwhile."""
    if piece.begin == 0:
        fresh = insert_for(Journal).values(name=piece.name, applied=piece.end).on_conflict_do_nothing()
        if execute(fresh):
            return True
    mine = update(Journal).where(Journal.name == piece.name, Journal.applied == piece.begin)
    return execute(mine.values(applied=piece.end)) == 1


def _sweep(folder: Path, over: Sequence[str]) -> None:
    """Removes journals that are applied to their end and have no owner: first the file, then what is known of it."""
    if not over:
        return
    known = _applied(over)
    for name in over:
        path = folder / name
        if path.exists() and known.get(name, 0) >= path.stat().st_size:
            path.unlink(missing_ok=True)
    left = {path.name for path in journal.waiting(folder)}
    mine = rows(select(Journal.name).where(Journal.name.startswith(journal.machine(folder), autoescape=True)))
    lost = [one.name for one in mine if one.name not in left]
    if lost:
        with writing():
            execute(delete(Journal).where(Journal.name.in_(lost)))


# --- the course, from the database and back -------------------------------------------------------------------------


def _watch(at: int) -> Watch:
    found = db.session.get(Watch, 1, with_for_update=True)
    if found is None:
        empty = {"id": 1, "at": 0, "tau": 0.0, "reads": 0, "matured": 0, "last_thread": 0, "audience": 0}
        blank = {"counters": _packed([-1.0] * scoring.WEEK), "bins": _packed([0.0] * scoring.BINS)}
        upsert(Watch, {**empty, **blank}, update=[])
        found = db.session.get_one(Watch, 1, with_for_update=True)
    return found


def _count(watch: Watch, views: Sequence[View], at: int, audience: Audience | None) -> None:
    course = _course(watch, audience)
    people = sorted((view for view in views if view.reader not in (OWN, ROBOT)), key=lambda view: view.at)
    new = _new_reads(people)
    first: dict[int, int] = {}
    for view in new:
        first.setdefault(view.thread, view.at)
    begin = course.at or at
    touched = {view.thread for view in views}
    births = _births(watch, at, touched)
    _load(course, touched, at)
    events: list[tuple[int, int, int, int]] = [(view.at, 1, view.thread, 0) for view in new]
    for thread, board, created in births:
        if created < begin - OLD:
            course.born(thread, board, created, old=True)
        else:  # a clock that was set back must not let a thread be read before it is there
            events.append((min(created, first.get(thread, created)), 0, thread, board))
    for moment, is_read, thread, board in sorted(events, key=lambda one: one[:2]):
        if is_read:
            course.read(thread, moment)
        else:
            course.born(thread, board, moment)
    course.advance(max(at, course.at))
    _note_uncounted(course, views, new)
    _save(watch, course, new)


def _note_uncounted(course: Course, views: Sequence[View], new: Sequence[View]) -> None:
    """Views that count nothing are told as numbers. Those of threads that are not here are told nowhere."""
    counted = Counter(view.thread for view in new)
    for (thread, reader), number in Counter((view.thread, min(2, max(view.reader, -1))) for view in views).items():
        one = course.warm.get(thread)
        if one is None:
            continue
        one.changed = True
        if reader == OWN:
            one.own += number
        elif reader == ROBOT:
            one.robots += number
        else:
            one.again += number
    for thread, number in counted.items():
        course.warm[thread].again -= number


def _course(watch: Watch, audience: Audience | None) -> Course:
    people = active_people() if audience is None else 0
    boards, usuals = {}, {}
    kept = select(
        BoardUsual.board_id, BoardUsual.bins, BoardUsual.count.label("known"), BoardUsual.mu, BoardUsual.spread
    )
    for one in rows(kept):
        boards[one.board_id] = Histogram(scoring.BOARD_MEMORY, _doubles(one.bins), one.known)
        usuals[one.board_id] = Usual(one.mu, one.spread, watch.audience)
    return Course(
        Clock(watch.at, watch.tau, watch.reads, _doubles(watch.counters)),
        Histogram(scoring.FORUM_MEMORY, _doubles(watch.bins), watch.matured),
        boards,
        usuals if audience is None else {},
        audience or (lambda _board: people),
    )


def _new_reads(views: Sequence[View]) -> list[View]:
    """Of views in their order, those that count: a reader's first of a thread that day, and at most A_DAY threads."""
    days: dict[int, list[View]] = defaultdict(list)
    for view in views:
        days[view.at // DAY].append(view)
    new = []
    for day, of_day in days.items():
        seen: dict[int, set[int]] = defaultdict(set)
        readers = sorted({view.reader for view in of_day})
        for some in _chunks(readers):
            for one in rows(select(Seen.reader, Seen.thread_id).where(Seen.day == day, Seen.reader.in_(some))):
                seen[one.reader].add(one.thread_id)
        came = sum(1 for reader in readers if reader not in seen)
        counted = []
        for view in of_day:
            read = seen[view.reader]
            if view.thread not in read and len(read) < A_DAY:
                read.add(view.thread)
                counted.append(view)
        counted = _of_threads_that_are(counted)
        if counted:
            values = [{"day": day, "reader": view.reader, "thread_id": view.thread} for view in counted]
            db.session.connection().execute(insert(Seen), values)
            _add_day(day, len(counted), came)
        new += counted
    return sorted(new, key=lambda view: view.at)


def _of_threads_that_are(views: list[View]) -> list[View]:
    """Without views of threads that are not in this database: it may be an older one, restored."""
    here: set[int] = set()
    for some in _chunks(sorted({view.thread for view in views})):
        here.update(one.id for one in rows(select(Thread.id).where(Thread.id.in_(some))))
    return [view for view in views if view.thread in here]


def _add_day(day: int, reads: int, readers: int) -> None:
    added = insert_for(ReadingDay).values(day=day, reads=reads, readers=readers)
    table = ReadingDay.__table__.c
    more = {"reads": table.reads + added.excluded.reads, "readers": table.readers + added.excluded.readers}
    db.session.connection().execute(added.on_conflict_do_update(index_elements=["day"], set_=more))


def _births(watch: Watch, at: int, read: set[int]) -> list[tuple[int, int, int]]:
    """Threads the rule has not met, oldest first: (number, board, creation)."""
    unmet = (
        select(Thread.id, Thread.board_id, Thread.created_at)
        .outerjoin(Heat, Heat.thread_id == Thread.id)
        .where(Heat.thread_id.is_(None))
        .order_by(Thread.id)
    )
    younger = unmet.where(Thread.id > watch.last_thread - LATE, Thread.created_at <= at).limit(MOST_BIRTHS)
    found = {one.id: one for one in rows(younger)}
    watch.last_thread = max([watch.last_thread, *found])
    for some in _chunks(sorted(read)):
        found.update({one.id: one for one in rows(unmet.where(Thread.id.in_(some)))})
    return sorted(((one.id, one.board_id, one.created_at) for one in found.values()), key=lambda one: (one[2], one[0]))


def _load(course: Course, read: set[int], at: int) -> None:
    """Brings in the threads that are read, and those that may mature until `at`."""
    hours = max(0, at - course.at) / scoring.HOUR if course.at else 0
    latest = course.clock.tau + hours * scoring.FASTEST - scoring.MATURE
    kept = select(Heat, Thread.created_at, Thread.magic_at).join(Thread, Thread.id == Heat.thread_id)
    ripe = kept.where(Heat.matured.is_(False), Heat.born <= latest).order_by(Heat.born, Heat.thread_id)
    found = list(db.session.execute(ripe))
    ripening = [one[0].thread_id for one in found]
    for some in _chunks(sorted(read.difference(ripening))):
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
            0,
            False,
        )
    course.ripening.extend(course.warm[thread] for thread in ripening)


def _save(watch: Watch, course: Course, new: Sequence[View]) -> None:
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
            "curve": json.dumps(one.curve, separators=(",", ":")),
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
    for promoted in course.promoted:
        _promote(promoted)
    _save_usuals(watch, course, {one.board for one in changed})
    db.session.flush()


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


def _promote(one: Promoted) -> None:
    """The thread is Magic: once, whoever decides it."""
    fresh = insert_for(Promotion).values(
        thread_id=one.thread,
        at=one.at,
        readers=one.readers,
        usual=one.usual,
        starts_at=one.starts_at,
        audience=one.audience,
        matured=one.matured,
    )
    if execute(fresh.on_conflict_do_nothing()):
        readings.became_magic(one.thread, one.at)


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


def _chunks(values: Sequence[int]) -> Iterable[Sequence[int]]:
    for begin in range(0, len(values), CHUNK):
        yield values[begin : begin + CHUNK]
