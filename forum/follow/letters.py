"""Which letters wait for whom: begun together with the notices they tell of, claimed by one worker, ended once they are sent.

A letter holds no words: what it tells is looked up when it goes out. Refuses to forget one that a killed worker had begun.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, case, delete, exists, func, literal, null, or_, select, update
from sqlalchemy.types import String

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.database import db, execute, row, rows, writing
from forum.core.upsert import insert_for, upsert
from forum.follow import rhythm
from forum.follow.models import Letter, MailChoice, Notice, Turn

LEASE: Final = 300
"""Seconds a letter stays with the worker that took it before another may try."""
FIRST_WAIT: Final = 30
LONGEST_WAIT: Final = 6 * 3600
MOST_ATTEMPTS: Final = 15
"""After about two days of refusals a letter is given up; the next one is tried anew."""


class Claimed(NamedTuple):
    """A letter that is ours to send: it tells what came after turn `after`, up to turn `upto`."""

    person: int
    rhythm: str
    after: int
    upto: int
    attempts: int


def wait(told: Any, kind: str, due: Mapping[str, int]) -> None:
    """Begins letters to those of the people in `told` (a select of their numbers) who want that kind by mail: part of the transaction.

    `due`: for each rhythm, when; see rhythm.due.
    """
    who = told.subquery()
    number = next(iter(who.c))
    wanted = func.coalesce(MailChoice.rhythm, literal(rhythm.USUAL[kind], String))
    moment = case(*((wanted == one, literal(due[one])) for one in (rhythm.ONCE, rhythm.DAY, rhythm.WEEK)))
    values = (
        select(Person.id, wanted, moment, literal(0), null(), literal(0))
        .select_from(who)
        .join(Person, Person.id == number)
        .outerjoin(MailChoice, and_(MailChoice.person_id == Person.id, MailChoice.kind == kind))
        .where(Person.email.is_not(None), wanted != rhythm.NEVER)
    )
    _begin(values)


def brief(due_at: int) -> None:
    """Begins the next brief to everybody who wants it: management, unless they do not, and who asked for it."""
    values = (
        select(Person.id, literal(rhythm.BRIEF), literal(due_at), literal(0), null(), literal(0))
        .outerjoin(MailChoice, and_(MailChoice.person_id == Person.id, MailChoice.kind == rhythm.BRIEF))
        .where(Person.email.is_not(None), Person.left_at.is_(None), _wants_brief())
    )
    _begin(values)


def _wants_brief() -> Any:
    return or_(MailChoice.rhythm == rhythm.WEEK, and_(Person.management, MailChoice.rhythm.is_(None)))


def _begin(values: Any) -> None:
    names = ["person_id", "rhythm", "due_at", "upto", "under_way", "attempts"]
    statement = insert_for(Letter).from_select(names, values)
    later = func.coalesce(Letter.due_at, statement.excluded.due_at)
    execute(statement.on_conflict_do_update(index_elements=["person_id", "rhythm"], set_={"due_at": later}))


def claim(at: int) -> Claimed | None:
    """The letter that has waited longest, ours for the time of a lease; None when none is due. A transaction of its own."""
    with writing():
        found = db.session.execute(
            select(Letter)
            .where(Letter.due_at <= at)
            .order_by(Letter.due_at, Letter.person_id, Letter.rhythm)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).scalar_one_or_none()
        if found is None:
            return None
        if found.under_way is None:
            newest = row(select(func.coalesce(func.max(Turn.turn), 0).label("turn")))
            found.under_way = newest.turn if newest else 0
        found.due_at = at + LEASE
        found.attempts += 1
        return Claimed(found.person_id, found.rhythm, found.upto, found.under_way, found.attempts)


def ended(letter: Claimed, *, due: Mapping[str, int]) -> None:
    """It was sent, or there was nothing to tell: what came since begins the next. A transaction of its own."""
    mine = and_(Letter.person_id == letter.person, Letter.rhythm == letter.rhythm)
    with writing():
        db.session.execute(select(Letter.upto).where(mine).with_for_update())
        next_at = due[letter.rhythm] if _goes_on(letter) else None
        execute(update(Letter).where(mine).values(upto=letter.upto, under_way=None, attempts=0, due_at=next_at))


def _goes_on(letter: Claimed) -> bool:
    if letter.rhythm == rhythm.BRIEF:
        return wants_brief(letter.person)
    kinds = kinds_of(letter.person, letter.rhythm)
    since = and_(Notice.person_id == letter.person, Notice.turn > letter.upto, Notice.kind.in_(kinds))
    found = row(select(exists().where(since).label("more")))
    return bool(found and found.more)


def put_off(letter: Claimed, at: int) -> None:
    """It could not be sent now. A transaction of its own."""
    wait_for = min(FIRST_WAIT * 2 ** min(letter.attempts, 20), LONGEST_WAIT)
    mine = and_(Letter.person_id == letter.person, Letter.rhythm == letter.rhythm)
    with writing():
        execute(update(Letter).where(mine).values(due_at=at + wait_for))


def choices(person: int) -> dict[str, str]:
    """How somebody has each kind of notice by mail."""
    found = rows(select(MailChoice.kind, MailChoice.rhythm).where(MailChoice.person_id == person))
    chosen = {one.kind: one.rhythm for one in found}
    return {kind: chosen.get(kind, usual) for kind, usual in rhythm.USUAL.items()}


def kinds_of(person: int, rhythm_: str) -> list[str]:
    """The kinds of notice that come in letters of that rhythm."""
    return [kind for kind, chosen in choices(person).items() if chosen == rhythm_]


def wants_brief(person: int) -> bool:
    """Whether somebody gets the weekly brief."""
    found = select(Person.id).outerjoin(
        MailChoice, and_(MailChoice.person_id == Person.id, MailChoice.kind == rhythm.BRIEF)
    )
    return row(found.where(Person.id == person, _wants_brief())) is not None


def choose(actor: Actor, *, chosen: Mapping[str, str]) -> None:
    """How they want each kind from now on; inside the writing transaction under way."""
    upsert(
        MailChoice,
        [{"person_id": actor.id, "kind": kind, "rhythm": one} for kind, one in chosen.items()],
        update=["rhythm"],
    )


def stop(person: int, rhythm_: str) -> None:
    """No more letters of that rhythm: what came in them comes by mail no more. Inside the writing transaction under way."""
    kinds: Sequence[str] = [rhythm.BRIEF] if rhythm_ == rhythm.BRIEF else kinds_of(person, rhythm_)
    upsert(
        MailChoice, [{"person_id": person, "kind": kind, "rhythm": rhythm.NEVER} for kind in kinds], update=["rhythm"]
    )
    execute(delete(Letter).where(Letter.person_id == person, Letter.rhythm == rhythm_))
