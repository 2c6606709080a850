"""What HR reads to plan, and HR and management to answer. Counts of sheets and topics; nothing below five notes is broken down."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, func, not_, select

from forum.core.database import row, rows
from forum.pads import rotation
from forum.pads.models import Door, Holiday, Hour, Note, NoteAnswer, Sheet, Topic
from forum.pads.rotation import Plan

WEEKS = 6
"""Weeks the calendar shows."""
RECENTLY = 60 * 86400
"""Seconds back in which notes wait for an answer."""


class Turn(NamedTuple):
    """A question that will be hung: when (Unix seconds), and whether HR has wished it so."""

    topic: int
    at: int


class Coming(NamedTuple):
    """A sheet of paper for a question that is not hung yet; `up_at` when it will be."""

    slug: str
    name: str
    place: str
    question: str
    intro: str
    up_at: int


class Ahead(NamedTuple):
    """The coming weeks: moments they begin (Monday 0:00), what each door is given in each, and when a door first finds nothing."""

    begins: list[int]
    turns: dict[int, list[list[Turn]]]
    dry: dict[int, int]


def doors() -> Any:
    """Doors with what hangs on them, in walking order; retired ones last."""
    hanging = (Sheet.door_id == Door.id) & Sheet.torn_at.is_(None)
    return rows(
        select(
            Door.id,
            Door.slug,
            Door.name,
            Door.place,
            Door.position,
            Door.rhythm,
            Door.every,
            Door.due_at,
            Door.wish_id,
            Door.flipped_at,
            Door.flipped_from,
            Door.retired_at,
            Sheet.id.label("sheet"),
            Sheet.topic_id,
            Sheet.question,
            Sheet.up_at,
            Sheet.notes,
        )
        .outerjoin(Sheet, hanging)
        .order_by(Door.retired_at.is_not(None), Door.position, Door.id)
    )


def door(slug: str) -> Row[Any] | None:
    """One door for HR."""
    return next((one for one in doors() if one.slug == slug), None)


def topics() -> Any:
    """Topics in the queue's order with their figures; retired ones last."""
    hung = select(Sheet.topic_id, func.count().label("sheets"), func.sum(Sheet.notes).label("notes"))
    totals = hung.where(~Sheet.undone | (Sheet.notes > 0)).group_by(Sheet.topic_id).subquery()
    return rows(
        select(
            Topic.id,
            Topic.question,
            Topic.intro,
            Topic.mood,
            Topic.not_before,
            Topic.not_after,
            Topic.position,
            Topic.retired_at,
            func.coalesce(totals.c.sheets, 0).label("sheets"),
            func.coalesce(totals.c.notes, 0).label("notes"),
        )
        .outerjoin(totals, totals.c.topic_id == Topic.id)
        .order_by(Topic.retired_at.is_not(None), Topic.position, Topic.id)
    )


def holidays() -> Any:
    """Days without changes, in order."""
    return rows(select(Holiday.day, Holiday.name).order_by(Holiday.day))


def hour() -> Row[Any] | None:
    """What the last full hour left waiting."""
    return row(select(Hour.hour, Hour.waiting).where(Hour.id == 1))


def ahead(plan: Plan, at: int) -> Ahead:
    """The coming weeks, if nobody changes the plan."""
    today = rotation.local(at, plan.zone).date()
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=7 * week) for week in range(WEEKS + 1)]
    begins = [rotation.morning(day, plan.zone) - rotation.HOUR * 3600 for day in days]
    turns: dict[int, list[list[Turn]]] = {pad.door: [[] for _ in range(WEEKS)] for pad in plan.pads}
    dry: dict[int, int] = {}
    for moment, made, waiting in rotation.forecast(plan, at, begins[-1] - 1):
        week = max(number for number, begin in enumerate(begins) if begin <= moment)
        for change in made:
            turns[change.door][week].append(Turn(change.topic, moment))
            dry.pop(change.door, None)
        for one in waiting:
            dry.setdefault(one, moment)
    return Ahead(begins[:-1], turns, dry)


def sheets(door: int, most: int = 60) -> Any:
    """Sheets of a door, the latest first."""
    return rows(
        select(Sheet.id, Sheet.number, Sheet.question, Sheet.up_at, Sheet.torn_at, Sheet.notes)
        .where(
            Sheet.door_id == door,
            not_(and_(Sheet.undone | (Sheet.goes_on & Sheet.torn_at.is_not(None)), Sheet.notes == 0)),
        )
        .order_by(Sheet.number.desc())
        .limit(most)
    )


def sheet(number: int) -> Row[Any] | None:
    """One sheet with its door."""
    return row(
        select(
            Sheet.id,
            Sheet.number,
            Sheet.topic_id,
            Sheet.question,
            Sheet.intro,
            Sheet.up_at,
            Sheet.torn_at,
            Sheet.notes,
            Door.slug,
            Door.name,
        )
        .join(Door, Door.id == Sheet.door_id)
        .where(Sheet.id == number)
    )


def read_sheets() -> dict[int, list[Any]]:
    """Every sheet that has notes, the latest first, by topic."""
    found: dict[int, list[Any]] = defaultdict(list)
    of = select(Sheet.id, Sheet.topic_id, Sheet.notes, Door.name).join(Door, Door.id == Sheet.door_id)
    for one in rows(of.where(Sheet.notes > 0).order_by(Sheet.id.desc()).limit(1000)):
        found[one.topic_id].append(one)
    return dict(found)


def waits(since: int) -> int:
    """How many notes of late nobody has answered."""
    open_notes = select(func.count().label("number")).select_from(Note).join(Sheet, Sheet.id == Note.sheet_id)
    open_notes = open_notes.outerjoin(NoteAnswer, NoteAnswer.note_id == Note.id)
    found = row(open_notes.where(NoteAnswer.id.is_(None), Note.body.is_not(None), Sheet.up_at > since))
    return int(found.number) if found else 0


def all_notes(sheet: int) -> Any:
    """Every note of a sheet that was not taken back, most agreed with first."""
    return rows(
        select(Note.id, Note.body, Note.week, Note.pluses, Note.paper)
        .where(Note.sheet_id == sheet, Note.body.is_not(None))
        .order_by(Note.pluses.desc(), Note.id)
    )


def note(number: str) -> Row[Any] | None:
    """One published note with the sheet it hangs on, and what was said to it."""
    return row(
        select(
            Note.id, Note.body, Note.week, Note.pluses, Note.paper, Note.sheet_id, Sheet.question, Door.name, Door.slug
        )
        .join(Sheet, Sheet.id == Note.sheet_id)
        .join(Door, Door.id == Sheet.door_id)
        .where(Note.id == number)
    )


def unanswered(since: int, most: int = 30) -> list[tuple[Any, list[Any]]]:
    """Notes of late that many agree with and nobody has answered, most agreed with first, by question."""
    found = rows(
        select(Note.id, Note.body, Note.week, Note.pluses, Note.paper, Note.sheet_id, Sheet.question, Sheet.topic_id)
        .join(Sheet, Sheet.id == Note.sheet_id)
        .outerjoin(NoteAnswer, NoteAnswer.note_id == Note.id)
        .where(NoteAnswer.id.is_(None), Note.body.is_not(None), Sheet.up_at > since)
        .order_by(Note.pluses.desc(), Note.id)
        .limit(most)
    )
    grouped: dict[int, list[Any]] = defaultdict(list)
    for one in found:
        grouped[one.topic_id].append(one)
    return [(some[0], some) for some in grouped.values()]


def to_print() -> Any:
    """Every door with a pad, in walking order, as its sheet of paper needs it."""
    return rows(
        select(Door.slug, Door.name, Door.place, Sheet.id.label("sheet"), Sheet.question, Sheet.intro, Sheet.up_at)
        .join(Sheet, (Sheet.door_id == Door.id) & Sheet.torn_at.is_(None))
        .where(Door.retired_at.is_(None))
        .order_by(Door.position, Door.id)
    )


def coming(plan: Plan, at: int) -> list[Coming]:
    """What every door with a change ahead will show after it, in walking order."""
    turns = ahead(plan, at).turns
    words = {one.id: one for one in topics()}
    made = []
    for one in doors():
        first = next((turn for week in turns.get(one.id, ()) for turn in week), None)
        if first is not None:
            asked = words[first.topic]
            made.append(Coming(one.slug, one.name, one.place, asked.question, asked.intro, first.at))
    return made
