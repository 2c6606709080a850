"""Turns the plan into sheets: reads it, asks rotation what is due, tears off and hangs up. One at a time, whoever calls."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from forum.core.database import db, execute, row, rows
from forum.core.errors import N_, Conflict, Invalid
from forum.core.upsert import insert_for
from forum.pads import rotation, sealing
from forum.pads.models import Door, Holiday, Hour, Sheet, Topic
from forum.pads.rotation import Change, Pad, Plan, Question

AGAIN = 60
"""Seconds until a door that found no topic is tried again."""
NOT_YET = -1
"""A sheet's leaf until its number is known."""
UNDO = 3600
"""Seconds in which a flip can be undone."""


def alone() -> Hour:
    """Whoever changes what hangs on doors takes this row first; the others wait. Inside a writing transaction."""
    found = db.session.get(Hour, 1, with_for_update=True)
    if found is None:
        values = {"id": 1, "hour": 0, "waiting": 0, "look_on": ""}
        execute(insert_for(Hour).values(**values).on_conflict_do_nothing())
        found = db.session.get_one(Hour, 1, with_for_update=True)
    return found


def plan(zone: ZoneInfo) -> Plan:
    """The plan as it stands: four questions, however many sheets there were."""
    doors = rows(
        select(Door.id, Door.rhythm, Door.every, Door.since, Door.round, Door.wish_id, Sheet.topic_id.label("topic"))
        .outerjoin(Sheet, (Sheet.door_id == Door.id) & Sheet.torn_at.is_(None))
        .where(Door.retired_at.is_(None))
        .order_by(Door.position, Door.id)
    )
    used: dict[int, set[int]] = defaultdict(set)
    for one in rows(
        select(Sheet.door_id, Sheet.topic_id)
        .join(Door, (Door.id == Sheet.door_id) & (Door.round == Sheet.round))
        .where(~Sheet.undone, Door.retired_at.is_(None))
        .distinct()
    ):
        used[one.door_id].add(one.topic_id)
    return Plan(
        tuple(
            Pad(one.id, one.rhythm, one.every, one.since, one.topic, one.round, frozenset(used[one.id]), one.wish_id)
            for one in doors
        ),
        tuple(
            Question(
                one.id,
                one.not_before and date.fromisoformat(one.not_before),
                one.not_after and date.fromisoformat(one.not_after),
            )
            for one in rows(
                select(Topic.id, Topic.not_before, Topic.not_after)
                .where(Topic.retired_at.is_(None))
                .order_by(Topic.position, Topic.id)
            )
        ),
        holidays(),
        zone,
    )


def holidays() -> frozenset[date]:
    """Days on which nothing changes."""
    return frozenset(date.fromisoformat(one.day) for one in rows(select(Holiday.day)))


def is_due(at: int) -> bool:
    """Whether any door is due, and was not found without a topic just now: one look, for the worker."""
    untried = Door.tried_at.is_(None) | (Door.tried_at < at - AGAIN) | (Door.tried_at > at)
    return row(select(Door.id).where(Door.retired_at.is_(None), Door.due_at <= at, untried).limit(1)) is not None


def rotate(at: int, zone: ZoneInfo) -> list[Change]:
    """Makes every change that is due. Inside a writing transaction."""
    alone()
    now = plan(zone)
    made = rotation.changes(now, at)
    for change in made:
        _turn(change, at, now)
    for one in rows(select(Door.id).where(Door.retired_at.is_(None), Door.due_at <= at)):
        pad = next(pad for pad in now.pads if pad.door == one.id)
        if not rotation.is_due(pad, now, at):  # the company has another time zone since
            execute(update(Door).where(Door.id == one.id).values(due_at=rotation.due_at(pad, now)))
    moved = {one.door for one in made}
    stuck = [pad.door for pad in now.pads if pad.door not in moved and rotation.is_due(pad, now, at)]
    if stuck:
        execute(update(Door).where(Door.id.in_(stuck)).values(tried_at=at))
    return made


def _turn(change: Change, at: int, now: Plan) -> None:
    door = db.session.get_one(Door, change.door, populate_existing=True)
    asked = db.session.get_one(Topic, change.topic)
    tear(door.id, at)
    _hang(door.id, asked.id, (asked.question, asked.intro), change.round, at, goes_on=False)
    if door.wish_id == change.topic:
        door.wish_id = None
    door.since, door.round, door.tried_at = at, change.round, None
    door.due_at = rotation.due(door.rhythm, door.every, at, now.holidays, now.zone)
    forget_flip(door)
    db.session.flush()


def forget_flip(door: Door) -> None:
    """What hangs can no more be undone."""
    door.flipped_from = door.flipped_at = door.flipped_since = door.flipped_wish = None


def tear(door: int, at: int) -> None:
    """Takes what hangs on a door off it, if anything does."""
    hanging = row(select(Sheet.id).where(Sheet.door_id == door, Sheet.torn_at.is_(None)))
    if hanging is not None:
        execute(update(Sheet).where(Sheet.id == hanging.id).values(torn_at=at))
        execute(update(Sheet).where(Sheet.id == hanging.id).values(closed_entry=sealing.torn(hanging.id, at)))


def _hang(door: int, topic: int, words: tuple[str, str], turn: int, at: int, *, goes_on: bool) -> None:
    """A sheet with these words, its question and what stands under it."""
    last = row(select(func.max(Sheet.number).label("last")).where(Sheet.door_id == door))
    question, intro = words
    sheet = Sheet(
        door_id=door,
        number=(last.last or 0) + 1 if last else 1,
        topic_id=topic,
        question=question,
        intro=intro,
        round=turn,
        goes_on=goes_on,
        up_at=at,
        opened_entry=NOT_YET,
    )
    db.session.add(sheet)
    db.session.flush()
    sheet.opened_entry = sealing.hung(sheet.id, door, question, intro, at)
    db.session.flush()


def full(sheet: int, at: int) -> None:
    """Tears a full sheet off; a fresh one with the same words takes its place, and the plan goes on as it was."""
    found = db.session.get_one(Sheet, sheet, populate_existing=True)
    if found.torn_at is not None:
        return
    tear(found.door_id, at)
    _hang(found.door_id, found.topic_id, (found.question, found.intro), found.round, at, goes_on=True)


def flip(door: int, at: int, zone: ZoneInfo, *, topic: int | None = None) -> None:
    """Changes a door now, to a topic or to what the plan would choose. Raises Invalid when there is nothing to change to."""
    alone()
    now = plan(zone)
    if topic is not None:
        if topic not in rotation.open_topics(now, at):
            raise Invalid("topic", N_("This question does not hang today: its dates say otherwise, or it is retired."))
        if any(one.door == door and one.topic == topic for one in now.pads):
            raise Invalid("topic", N_("This question hangs there already."))
        now = now._replace(pads=tuple(one._replace(wish=topic) if one.door == door else one for one in now.pads))
    made = rotation.changes(now, at, only=door)
    if not made:
        raise Invalid("topic", N_("No other question is free for this door today. Add one, or choose another."))
    one = db.session.get_one(Door, door, populate_existing=True)
    before = row(select(Sheet.id).where(Sheet.door_id == door, Sheet.torn_at.is_(None)))
    since, wish = one.since, one.wish_id
    _turn(made[0], at, now)
    if before is not None:
        one.flipped_from, one.flipped_at, one.flipped_since, one.flipped_wish = before.id, at, since, wish
        db.session.flush()


def undo(door: int, at: int, zone: ZoneInfo) -> None:
    """Takes a flip back: the sheet before hangs again, as if nothing had been. Publishes nothing. Raises Conflict when it is too late."""
    alone()
    one = db.session.get_one(Door, door, populate_existing=True)
    if one.flipped_from is None or one.flipped_at is None or not 0 <= at - one.flipped_at <= UNDO:
        raise Conflict(N_("It is too late to undo this flip; flip the door once more instead."))
    hanging = db.session.scalars(select(Sheet).where(Sheet.door_id == door, Sheet.torn_at.is_(None))).one()
    before = db.session.get_one(Sheet, one.flipped_from, populate_existing=True)
    hanging.undone = True
    tear(door, at)
    before.torn_at, before.closed_entry = None, None
    db.session.flush()
    before.opened_entry = sealing.hung(before.id, door, before.question, before.intro, at)
    one.since, one.round, one.wish_id = one.flipped_since, before.round, one.wish_id or one.flipped_wish
    one.due_at = rotation.due(one.rhythm, one.every, one.since, holidays(), zone)
    forget_flip(one)
    db.session.flush()


def replan(zone: ZoneInfo) -> None:
    """After a change of the holidays: when each door is due now."""
    days = holidays()
    for door in db.session.scalars(select(Door).where(Door.retired_at.is_(None))):
        door.due_at = rotation.due(door.rhythm, door.every, door.since, days, zone)
    db.session.flush()
