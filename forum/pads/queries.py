"""What the public pages of pads read: plain rows, a fixed number of questions a page. Nobody is asked about here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from forum.core.database import Read, row, rows
from forum.pads.models import Door, Note, NoteAnswer, Sheet, Topic
from forum.pads.rules import PAGE

SHEETS = 20
"""Torn-off sheets on one page."""
RECENT = 3
"""Torn-off sheets named under the pad."""

_WORTH = Sheet.torn_at.is_not(None) & ((~Sheet.undone & ~Sheet.goes_on) | (Sheet.notes > 0))
"""Sheets of the archive: torn off, and not hung by a flip that was undone, or after a full one, before anybody wrote."""

_pad = Read(
    select(
        Door.id,
        Door.slug,
        Door.name,
        Door.place,
        Door.due_at,
        Door.tried_at,
        Door.retired_at,
        Sheet.id.label("sheet"),
        Sheet.number,
        Sheet.topic_id,
        Sheet.question,
        Sheet.intro,
        Sheet.up_at,
        Sheet.torn_at,
        Sheet.notes,
        select(func.count()).where(Note.sheet_id == Sheet.id).scalar_subquery().label("standing"),
    )
    .outerjoin(Sheet, (Sheet.door_id == Door.id) & Sheet.torn_at.is_(None))
    .where(Door.slug == bindparam("slug"))
)
_wall = Read(
    select(Door.slug, Door.name, Door.place, Door.retired_at, Sheet.question, Sheet.up_at, Sheet.notes, Sheet.topic_id)
    .outerjoin(Sheet, (Sheet.door_id == Door.id) & Sheet.torn_at.is_(None))
    .order_by(Door.position, Door.id)
)
_notes = Read(
    select(Note.id, Note.body, Note.week, Note.pluses, Note.paper)
    .where(Note.sheet_id == bindparam("sheet"))
    .order_by(Note.body.is_(None), Note.pluses.desc(), Note.id)
    .limit(PAGE)
    .offset(bindparam("skip"))
)
_answers = Read(
    select(NoteAnswer.note_id, NoteAnswer.text, NoteAnswer.role)
    .join(Note, Note.id == NoteAnswer.note_id)
    .where(Note.sheet_id == bindparam("sheet"))
    .order_by(NoteAnswer.id)
)
_torn = Read(
    select(Sheet.number, Sheet.question, Sheet.up_at, Sheet.torn_at, Sheet.notes)
    .where(Sheet.door_id == bindparam("door"), _WORTH)
    .order_by(Sheet.number.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)
_sheet = Read(
    select(
        Sheet.id.label("sheet"),
        Sheet.number,
        Sheet.topic_id,
        Sheet.question,
        Sheet.intro,
        Sheet.up_at,
        Sheet.torn_at,
        Sheet.notes,
        Door.slug,
        Door.name,
        Door.place,
        Door.id,
    )
    .join(Door, Door.id == Sheet.door_id)
    .where(Door.slug == bindparam("slug"), Sheet.number == bindparam("number"))
)


def pad(slug: str) -> Row[Any] | None:
    """A door with what hangs on it."""
    return row(_pad, slug=slug)


def wall() -> Any:
    """All doors in walking order, retired ones too."""
    return rows(_wall)


def sheet(slug: str, number: int) -> Row[Any] | None:
    """One sheet of a door, hanging or torn off."""
    return row(_sheet, slug=slug, number=number)


def sheet_by_id(number: int) -> Row[Any] | None:
    """One sheet, for whoever has only its number."""
    of = select(Sheet.id.label("sheet"), Sheet.number, Sheet.question, Sheet.torn_at, Door.slug, Door.name)
    return row(of.join(Door, Door.id == Sheet.door_id).where(Sheet.id == number))


def notes(sheet: int, page: int = 1) -> Any:
    """A page of a sheet's notes: those most agreed with first, then in the order of their random ids."""
    return rows(_notes, sheet=sheet, skip=(page - 1) * PAGE)


def standing(sheet: int) -> int:
    """Notes of a sheet, with those that were taken back."""
    found = row(select(func.count().label("number")).where(Note.sheet_id == sheet))
    return int(found.number) if found else 0


def answers(sheet: int) -> tuple[Any, ...]:
    """What was said to the notes of a sheet."""
    return tuple(rows(_answers, sheet=sheet))


def by_note(answers: Sequence[Any]) -> dict[str, list[Any]]:
    """Answers, by note."""
    found = defaultdict(list)
    for one in answers:
        found[one.note_id].append(one)
    return dict(found)


def torn(door: int, *, most: int = RECENT, skip: int = 0) -> Any:
    """Sheets torn off a door, the latest first."""
    return rows(_torn, door=door, most=most, skip=skip)


def torn_ever(door: int) -> int:
    """How many sheets were torn off a door."""
    found = row(select(func.count().label("number")).where(Sheet.door_id == door, _WORTH))
    return int(found.number) if found else 0


def topic(number: int) -> Row[Any] | None:
    """A question, and how many notes all its sheets have."""
    total = select(func.coalesce(func.sum(Sheet.notes), 0)).where(Sheet.topic_id == number).scalar_subquery()
    hung = select(func.count()).select_from(Sheet).where(Sheet.topic_id == number).scalar_subquery()
    return row(
        select(Topic.id, Topic.question, Topic.intro, total.label("notes"), hung.label("sheets")).where(
            Topic.id == number
        )
    )


def topic_sheets(number: int) -> Any:
    """Where a question hangs or hung, the latest first."""
    return rows(
        select(Door.slug, Door.name, Sheet.number, Sheet.up_at, Sheet.torn_at, Sheet.notes)
        .join(Door, Door.id == Sheet.door_id)
        .where(Sheet.topic_id == number, ~Sheet.undone | (Sheet.notes > 0))
        .order_by(Sheet.id.desc())
        .limit(60)
    )


def topic_notes(number: int, page: int) -> Any:
    """What was jotted on a question across all doors, most agreed with first."""
    return rows(
        select(Note.id, Note.body, Note.week, Note.pluses, Note.paper)
        .join(Sheet, Sheet.id == Note.sheet_id)
        .where(Sheet.topic_id == number, Note.body.is_not(None))
        .order_by(Note.pluses.desc(), Note.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )


def topic_answers(page: Sequence[Any]) -> Sequence[Any]:
    """What was said to these notes."""
    of = select(NoteAnswer.note_id, NoteAnswer.text, NoteAnswer.role)
    return rows(of.where(NoteAnswer.note_id.in_([one.id for one in page])).order_by(NoteAnswer.id))


def said_to(note: str) -> Any:
    """What was said to one note."""
    return rows(select(NoteAnswer.text, NoteAnswer.role).where(NoteAnswer.note_id == note).order_by(NoteAnswer.id))
