"""Applies journals: each view that counts becomes a hit, exactly once, and the rule of Magic runs on. One transaction a turn.

A journal's (file, offset) is committed together with the counts. The row of the watch is locked first, so that any number of
workers count one after another, also on PostgreSQL.
"""

from __future__ import annotations

import gc
import logging
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import delete, func, select, update

from forum.accounts.models import Person
from forum.boards.models import Thread
from forum.core.database import db, execute, row, rows, writing
from forum.core.upsert import add_many, insert_for
from forum.hits import journal, keeping
from forum.hits.course import OLD, Audience, Course
from forum.hits.journal import Piece, View
from forum.hits.models import Heat, Journal, ReadingDay, Seen, Watch
from forum.hits.readers import DAY, OWN, ROBOT

log = logging.getLogger(__name__)

MOST: Final = 100_000
"""Views applied in one transaction."""
OLDEST: Final = 30 * DAY
"""Seconds that a view can have waited in its journal."""
A_DAY: Final = 100
"""Threads a day of one reader that count."""
MOST_BIRTHS: Final = 20_000
LATE: Final = 100
"""Numbers looked back for threads that were committed after younger ones."""


def drain(folder: Path, at: int, audience: Audience | None = None) -> int:
    """Applies what this machine's journals hold, up to MOST views; returns how many views it took. `at`: now, in Unix seconds."""
    paths = journal.waiting(folder)
    if not paths:
        return 0
    with _uncollected():
        return _drain(folder, paths, at, audience)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of cycles: a batch makes hundreds of thousands of small things and no cycle."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _drain(folder: Path, paths: Sequence[Path], at: int, audience: Audience | None) -> int:
    known = _applied([path.name for path in paths])
    pieces, left = [], MOST * journal.SIZE
    for path in paths:
        try:
            piece = journal.read(path, known.get(path.name, 0), left)
        except OSError as error:
            log.error("a journal cannot be read, the others are: %s", error)
            continue
        pieces.append(piece)
        left -= piece.end - piece.begin
        if left < journal.SIZE:
            break
    moved = [piece for piece in pieces if piece.end > piece.begin]
    if moved:
        with writing():
            watch = keeping.watch()
            mine = [piece for piece in moved if _claim(piece)]
            views = [_in_time(view, at) for piece in mine for view in piece.views]
            _count(watch, views, at if left >= journal.SIZE else max((view.at for view in views), default=at), audience)
    _sweep(folder, [piece.name for piece in pieces if piece.over])
    return sum(len(piece.views) for piece in moved)


def _in_time(view: View, at: int) -> View:
    """A clock that was wrong for a while must not carry the rule's clock away."""
    return view if at - OLDEST <= view.at <= at else view._replace(at=min(max(view.at, at - OLDEST), at))


def look(at: int, audience: Audience | None = None) -> None:
    """Runs the rule on to a moment without reads: the clock, new threads, threads that mature."""
    with writing():
        _count(keeping.watch(), [], at, audience)


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
        try:
            if known.get(name, 0) >= path.stat().st_size:
                path.unlink()
        except FileNotFoundError:
            continue  # another worker was faster
        except OSError as error:
            log.error("an applied journal cannot be removed: %s", error)
    left = {path.name for path in journal.waiting(folder)}
    mine = rows(select(Journal.name).where(Journal.name.startswith(journal.machine(folder), autoescape=True)))
    lost = [one.name for one in mine if one.name not in left]
    if lost:
        with writing():
            execute(delete(Journal).where(Journal.name.in_(lost)))


# --- views -----------------------------------------------------------------------------------------------------------


def _count(watch: Watch, views: Sequence[View], at: int, audience: Audience | None) -> None:
    course = keeping.course_of(watch, audience, active_people() if audience is None else 0, at)
    people = sorted((view for view in views if view.reader not in (OWN, ROBOT)), key=lambda view: view.at)
    new = _new_reads(people)
    first: dict[int, int] = {}
    for view in new:
        first.setdefault(view.thread, view.at)
    begin = course.at or at
    touched = {view.thread for view in views}
    births = _births(watch, at, touched)
    keeping.load(course, touched, at)
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
    keeping.save(watch, course, new)


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


def _new_reads(views: Sequence[View]) -> list[View]:
    """Of views in their order, those that count: a reader's first of a thread that day, and at most A_DAY threads."""
    days: dict[int, list[View]] = defaultdict(list)
    for view in views:
        days[view.at // DAY].append(view)
    new = []
    for day, of_day in days.items():
        seen: dict[int, set[int]] = defaultdict(set)
        readers = sorted({view.reader for view in of_day})
        for some in keeping.chunks(readers):
            known = rows(select(Seen.reader, Seen.thread_id).where(Seen.day == day, Seen.reader.in_(some)))
            for reader, thread in map(tuple, known):
                seen[reader].add(thread)
        came = sum(1 for reader in readers if reader not in seen)
        counted = []
        for view in of_day:
            read = seen[view.reader]
            if view.thread not in read and len(read) < A_DAY:
                read.add(view.thread)
                counted.append(view)
        counted = _of_threads_that_are(counted)
        if counted:
            add_many(Seen, ("day", "reader", "thread_id"), sorted((day, view.reader, view.thread) for view in counted))
            _add_day(day, len(counted), came)
        new += counted
    return sorted(new, key=lambda view: view.at)


def _of_threads_that_are(views: list[View]) -> list[View]:
    """Without views of threads that are not in this database: it may be an older one, restored."""
    here: set[int] = set()
    for some in keeping.chunks(sorted({view.thread for view in views})):
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
    for some in keeping.chunks(sorted(read)):
        found.update({one.id: one for one in rows(unmet.where(Thread.id.in_(some)))})
    return sorted(((one.id, one.board_id, one.created_at) for one in found.values()), key=lambda one: (one[2], one[0]))
