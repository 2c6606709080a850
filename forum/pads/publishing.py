"""Pins notes up: at full hours only, a batch for each sheet, never by anybody's hand.

A batch holds at least two notes of a sheet; a single one waits for the next day's first hour. Notes from paper are marked as such, so
they neither hide a note nor make a pair with it, and follow each hour. The batch enters the database ordered by its random ids in one
transaction; the file of waiting notes is then rewritten.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select, update

from forum.core import outbox
from forum.core.database import db, execute, row, rows, writing
from forum.core.upsert import insert_for
from forum.pads import rotating, sealing
from forum.pads.models import Hour, Note, Sheet
from forum.pads.rotation import local
from forum.pads.rules import FULL
from forum.pads.waiting import Batch, Waiter, Waiting

log = logging.getLogger(__name__)

HOUR: Final = 3600
LATE: Final = 60
"""Seconds after a full hour in which its batch may still go up; later, the next hour takes it."""
PAIR: Final = 2
CHUNK: Final = 400


def full_hour(at: int, every: int, zone: ZoneInfo) -> int:
    """The last full hour of the company's clocks (a rehearsal's hour has `every` seconds), in Unix seconds."""
    if every != HOUR:
        return at - at % every
    offset = local(at, zone).utcoffset()
    ahead = int(offset.total_seconds()) if offset else 0
    return at - (at + ahead) % HOUR


def next_hour(at: int, every: int, zone: ZoneInfo) -> int:
    """When a note that is written now can go up at the earliest."""
    return full_hour(at, every, zone) + every


def publish(waiting: Waiting, at: int, *, every: int, zone: ZoneInfo) -> int:
    """Pins up what is ready, once an hour; returns how many notes. Repeating it after a kill does no harm."""
    hour = full_hour(at, every, zone)
    state = row(select(Hour.hour).where(Hour.id == 1))
    if at - hour > LATE or not _is_new(hour, state.hour if state else 0, every):
        return 0
    with waiting.batch() as batch:
        found = _left(batch)
        with writing():
            held = rotating.alone()
            if not _is_new(hour, held.hour, every):
                return 0  # another worker was faster
            today, before = (local(one, zone).date().isoformat() for one in (hour, hour - every))
            alone = hour - held.hour == every
            ready = _ready(_known(found), today, first=today != before, an_hour=alone)
            sealing.follow(hour)  # first: notes and seals are locked before sheets, as by whoever takes a note back
            pin_up(ready, at=hour)
            gone = {one.id for one in ready} | {one.id for one in found if one.body is None}
            held.hour, held.waiting = hour, len(found) - len(gone)
        batch.remove(gone)
        batch.leave(today)
    if gone:
        waiting.rewrite()
    return len(ready)


def tidy(waiting: Waiting) -> None:
    """After a start: what a killed worker had pinned up but not yet taken out of the waiting file."""
    if waiting.path.exists():
        with waiting.batch() as batch:
            _left(batch)
        waiting.rewrite()


def _is_new(hour: int, last: int, every: int) -> bool:
    return last < hour or last > hour + 2 * every  # the latter: a clock that was wrong


def _known(found: Sequence[Waiter]) -> list[Waiter]:
    """Without notes whose sheet is not in this database: it may be an older one, restored. They go on waiting."""
    wanted = sorted({one.sheet for one in found})
    here: set[int] = set()
    for begin in range(0, len(wanted), CHUNK):
        here.update(one.id for one in rows(select(Sheet.id).where(Sheet.id.in_(wanted[begin : begin + CHUNK]))))
    if lost := sum(one.sheet not in here for one in found):
        log.error("%s notes wait for sheets that this database does not know: was an older one restored?", lost)
    return [one for one in found if one.sheet in here]


def _left(batch: Batch) -> list[Waiter]:
    """The waiting notes; those that are pinned up already are taken out."""
    found = batch.all()
    there: set[str] = set()
    for begin in range(0, len(found), CHUNK):
        some = [one.id for one in found[begin : begin + CHUNK]]
        there.update(one.id for one in rows(select(Note.id).where(Note.id.in_(some))))
    db.session.rollback()
    batch.remove(there)
    return [one for one in found if one.id not in there]


def _ready(found: Iterable[Waiter], today: str, *, first: bool, an_hour: bool) -> list[Waiter]:
    """What goes up now. A single note goes in the day's `first` hour, but not when it can only have been written in the hour just over
    (`an_hour`); where nobody published in the first hour, a day after an hour left it waiting.
    """
    paper, piles = [], defaultdict(list)
    for one in found:
        if one.body is None:
            continue
        if one.paper:
            paper.append(one)
        else:
            piles[one.sheet].append(one)
    single = [one for pile in piles.values() if len(pile) < PAIR for one in pile]
    return [
        *paper,
        *(one for pile in piles.values() if len(pile) >= PAIR for one in pile),
        *(
            one
            for one in single
            if (first and (one.seen is not None or not an_hour)) or (one.seen is not None and one.seen < today)
        ),
    ]


def pin_up(notes: Sequence[Waiter], *, at: int) -> None:
    """Puts a batch on its sheets, in the order of the random ids; a sheet that is full now is torn off. Inside a writing transaction."""
    if not notes:
        return
    values = [
        {"id": one.id, "sheet_id": one.sheet, "body": one.body, "week": one.week, "pluses": 0, "paper": one.paper}
        for one in sorted(notes)
    ]
    counts: dict[int, int] = defaultdict(int)
    up: list[Row[Any]] = []
    for begin in range(0, len(values), CHUNK):
        fresh = insert_for(Note).values(values[begin : begin + CHUNK]).on_conflict_do_nothing()
        up += rows(fresh.returning(Note.id, Note.sheet_id, Note.body))
    sealing.pinned(up, at)
    if up:
        outbox.put("pads.notes", {"notes": sorted(one.id for one in up)}, at=at)
    for one in up:
        counts[one.sheet_id] += 1
    for sheet in sorted(counts):
        execute(update(Sheet).where(Sheet.id == sheet).values(notes=Sheet.notes + counts[sheet]))
        now = row(select(Sheet.notes.label("number")).where(Sheet.id == sheet))
        if now is not None and now.number >= FULL:
            rotating.full(sheet, at)
