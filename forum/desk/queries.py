"""What a reader's own desk holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, bindparam, func, select

from forum.accounts.models import Person
from forum.core.database import Read, row, rows
from forum.desk.models import Draft, MutedPerson

BEGINNING: Final = 400
"""Characters of a draft that a list shows."""

_draft = select(Draft.title, Draft.body, Draft.saved_at).where(
    Draft.person_id == bindparam("person"), Draft.spot == bindparam("spot")
)
_drafts = Read(
    select(Draft.spot, Draft.title, func.substr(Draft.body, 1, BEGINNING).label("begins"), Draft.saved_at)
    .where(Draft.person_id == bindparam("person"))
    .order_by(Draft.saved_at.desc(), Draft.spot)
)
_muted_people = (
    select(Person.handle, Person.name)
    .join(MutedPerson, MutedPerson.muted_id == Person.id)
    .where(MutedPerson.person_id == bindparam("person"))
    .order_by(Person.handle)
)


def draft(person: int, spot: str) -> Row[Any] | None:
    """(title, body, saved_at) of what the person began to write there."""
    return row(_draft, person=person, spot=spot)


def drafts(person: int) -> Sequence[Row[Any]]:
    """(spot, title, begins, saved_at) of all that the person began to write, the latest first."""
    return rows(_drafts, person=person)


def muted_people(person: int) -> Sequence[Row[Any]]:
    """(handle, name) of those the person reads folded."""
    return rows(_muted_people, person=person)


def has_muted(person: int, other: int) -> bool:
    """Whether the one reads the other folded."""
    found = row(select(MutedPerson.muted_id).where(MutedPerson.person_id == person, MutedPerson.muted_id == other))
    return found is not None
