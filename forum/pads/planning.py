"""What HR does: doors, topics, their order, holidays. Refuses to touch a note, and a door's address never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update

from forum.core.database import db, execute, row, rows
from forum.core.errors import N_, Invalid, Missing
from forum.core.upsert import upsert
from forum.core.words import one_line
from forum.pads import rotating, rules
from forum.pads.models import Door, Holiday, Sheet, Topic


def door(slug: str) -> Door:
    """A door for changing. Raises Missing."""
    found = db.session.scalars(select(Door).where(Door.slug == slug)).one_or_none()
    if found is None:
        raise Missing(N_("There is no such door."))
    return found


def topic(number: int) -> Topic:
    """A topic for changing. Raises Missing."""
    found = db.session.get(Topic, number)
    if found is None:
        raise Missing(N_("There is no such question."))
    return found


def add_door(*, slug: str, name: str, place: str, rhythm: str, every: int, at: int, zone: ZoneInfo) -> Door:
    """A door with its pad; a topic hangs at once if there is one. Raises Invalid."""
    rotating.alone()
    values = {"slug": rules.slug(slug), "name": rules.door_name(name), "place": rules.place(place)}
    if row(select(Door.id).where(Door.slug == values["slug"])) is not None:
        raise Invalid(
            "slug", N_("Another door has this address. Addresses are never used twice: paper outlives plans.")
        )
    last = row(select(func.max(Door.position).label("last")))
    made = Door(
        **values,
        rhythm=rules.rhythm(rhythm),
        every=every,
        position=(last.last or 0) + 1 if last else 1,
        due_at=0,
        round=1,
    )
    db.session.add(made)
    db.session.flush()
    rotating.rotate(at, zone)
    return made


def change_door(
    slug: str, *, name: str, place: str, rhythm: str, every: int, wish: int | None, at: int, zone: ZoneInfo
) -> None:
    """Other words or another rhythm for a door; a new rhythm counts from now. Raises Invalid."""
    rotating.alone()
    one = door(slug)
    one.name, one.place = rules.door_name(name), rules.place(place)
    if (one.rhythm, one.every) != (rules.rhythm(rhythm), every):
        one.rhythm, one.every = rhythm, every
        if one.since is not None:
            one.since = max(one.since, at)
            one.flipped_since = one.flipped_since and one.since
    if wish is not None and topic(wish).retired_at is not None:
        raise Invalid("wish", N_("This question is retired. Choose another, or bring it back first."))
    one.wish_id = wish
    db.session.flush()
    rotating.replan(zone)
    rotating.rotate(at, zone)


def wish(slug: str, number: int | None, *, at: int, zone: ZoneInfo) -> None:
    """Which question hangs on a door at its next change; None: as the queue says. Raises Invalid."""
    one = door(slug)
    change_door(slug, name=one.name, place=one.place, rhythm=one.rhythm, every=one.every, wish=number, at=at, zone=zone)


def retire_door(slug: str, *, at: int) -> None:
    """Takes the pad off a door: its sheet is torn off like any other, all sheets stay readable at the same address."""
    rotating.alone()
    one = door(slug)
    if one.retired_at is None:
        rotating.tear(one.id, at)
        one.retired_at, one.due_at, one.since, one.wish_id = at, None, None, None
        rotating.forget_flip(one)
        db.session.flush()


def bring_back_door(slug: str, *, at: int, zone: ZoneInfo) -> None:
    """A retired door has a pad again, at its old address."""
    rotating.alone()
    one = door(slug)
    if one.retired_at is not None:
        one.retired_at, one.due_at = None, 0
        db.session.flush()
        rotating.rotate(at, zone)


def walk(order: Sequence[str]) -> None:
    """The doors in walking order; who is not named stays behind the others."""
    rotating.alone()
    ids = {one.slug: one.id for one in rows(select(Door.slug, Door.id).order_by(Door.position, Door.id))}
    _arrange(Door, ids, order)


def add_topic(values: Mapping[str, str], *, at: int, zone: ZoneInfo) -> Topic:
    """A question for the queue, behind those that have hung nowhere yet; a door that was waiting for one takes it. Raises Invalid."""
    rotating.alone()
    order = rows(
        select(Topic.id, Topic.id.in_(select(Sheet.topic_id)).label("hung")).order_by(Topic.position, Topic.id)
    )
    fresh = max((place for place, one in enumerate(order, 1) if not one.hung), default=0)
    made = Topic(position=0, **_topic(values))
    db.session.add(made)
    db.session.flush()
    ids = [one.id for one in order]
    queue([*ids[:fresh], made.id, *ids[fresh:]])
    db.session.expire_all()
    rotating.rotate(at, zone)
    return made


def change_topic(number: int, values: Mapping[str, str], *, at: int, zone: ZoneInfo) -> None:
    """Other words or dates; sheets that hang or hung keep the words people answered to. Raises Invalid."""
    rotating.alone()
    one = topic(number)
    for name, value in _topic(values).items():
        setattr(one, name, value)
    db.session.flush()
    rotating.rotate(at, zone)


def _topic(values: Mapping[str, str]) -> dict[str, str | None]:
    found = {
        "question": rules.question(values["question"]),
        "intro": rules.intro(values["intro"]),
        "mood": rules.mood(values["mood"]),
        "not_before": rules.day("not_before", values["not_before"]),
        "not_after": rules.day("not_after", values["not_after"]),
    }
    if found["not_before"] and found["not_after"] and found["not_before"] > found["not_after"]:
        raise Invalid("not_after", N_("The last day comes before the first."))
    return found


def retire_topic(number: int, *, at: int) -> None:
    """Out of the queue; where it hangs it hangs on until its sheet changes."""
    rotating.alone()
    one = topic(number)
    one.retired_at = one.retired_at or at
    execute(update(Door).where(Door.wish_id == number).values(wish_id=None))
    db.session.flush()


def bring_back_topic(number: int, *, at: int, zone: ZoneInfo) -> None:
    """Into the queue again, at its old place."""
    rotating.alone()
    topic(number).retired_at = None
    db.session.flush()
    rotating.rotate(at, zone)


def queue(order: Sequence[int]) -> None:
    """The queue in this order; who is not named stays behind the others."""
    rotating.alone()
    known = rows(select(Topic.id).order_by(Topic.position, Topic.id))
    _arrange(Topic, {one.id: one.id for one in known}, order)


def _arrange(model: type[Door | Topic], ids: Mapping[str, int] | Mapping[int, int], order: Sequence[object]) -> None:
    named = [ids[one] for one in dict.fromkeys(order) if one in ids]  # type: ignore[index]
    rest = [one for one in ids.values() if one not in set(named)]
    for position, number in enumerate([*named, *rest], 1):
        execute(update(model).where(model.id == number, model.position != position).values(position=position))


def add_holiday(day: str, name: str, *, zone: ZoneInfo) -> None:
    """A day on which nothing changes. Raises Invalid."""
    rotating.alone()
    found = rules.day("day", day)
    if found is None:
        raise Invalid("day", N_("Please give a date such as 2026-12-24."))
    upsert(Holiday, {"day": found, "name": one_line("name", name, rules.DOOR_NAME_MAX)}, update=["name"])
    rotating.replan(zone)


def drop_holiday(day: str, *, zone: ZoneInfo) -> None:
    """An ordinary day again."""
    rotating.alone()
    execute(delete(Holiday).where(Holiday.day == rules.day("day", day)))
    rotating.replan(zone)
