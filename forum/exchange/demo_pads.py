"""The demo's toilet doors: some weeks of questions, notes and answers, hung and pinned up by the same functions as in earnest."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from forum.core.database import db, execute, row, rows, writing
from forum.pads import actions, planning, publishing, rotating, rotation, slips
from forum.pads.models import Door, Note, Sheet, Topic
from forum.pads.waiting import Waiter

CONTENT: Final = Path(__file__).parent / "demo_content" / "pads.toml"
DAY: Final = 86400
STORY: Final = "3-left"
"""The door people talk about on the boards."""
ITS_TOPICS: Final = (1, 16, 17, 18, 19)
"""What hung there, as places in the queue; the last one hangs now."""
LIGHTS_OUT: Final = "bakery"
"""The door that was given up."""


class Hung(NamedTuple):
    """A question hung on a door for a time that began so many weeks ago."""

    weeks: int
    door: str
    topic: int


def plan(doors: Sequence[dict[str, Any]], topics: int) -> list[Hung]:
    """Which question hung where, oldest first: each with its notes on one sheet."""
    others = [one["slug"] for one in doors if one["slug"] not in (STORY, LIGHTS_OUT)]
    left = [number for number in range(1, topics) if number not in ITS_TOPICS]
    made = [Hung(9, LIGHTS_OUT, 0)]
    made += [Hung(len(ITS_TOPICS) - 1 - number, STORY, topic) for number, topic in enumerate(ITS_TOPICS)]
    before = len(left) - len(others)
    made += [Hung(1, door, topic) for door, topic in zip(others, left[:before], strict=False)]
    made += [Hung(0, door, topic) for door, topic in zip(others, left[before:], strict=True)]
    return sorted(made, key=lambda one: -one.weeks)


def fill(now: int, zone: ZoneInfo) -> int:
    """Hangs the pads of the demo, in one transaction; returns how many notes they have."""
    content = tomllib.loads(CONTENT.read_text(encoding="utf-8"))
    doors, topics = content["doors"], content["topics"]
    random = Random(47)  # noqa: S311 (a demo, the same each time)
    with writing():
        for one in doors:
            planning.add_door(
                slug=one["slug"],
                name=one["name"],
                place=one["place"],
                rhythm=one["rhythm"],
                every=one.get("every", 7),
                at=now - 80 * DAY,
                zone=zone,
            )
        db.session.add_all(
            Topic(position=at, question=one["question"], intro=one.get("intro", ""), mood=one["mood"])
            for at, one in enumerate(topics, 1)
        )
        db.session.flush()
        written = [one for one in topics if one.get("notes")]
        notes = sum(_hang(one, topics[one.topic], now, zone, random) for one in plan(doors, len(written)))
        fresh = list(range(len(written), len(topics)))
        ids = [one.id for one in rows(select(Topic.id).order_by(Topic.position))]
        planning.queue([ids[at] for at in [*fresh, *range(len(written))]])
        planning.retire_door(LIGHTS_OUT, at=now - 6 * 7 * DAY)
        _forget_flips()
        today = rotation.local(now, zone).date()
        for month, day, name in ((12, 25, "Christmas Day"), (1, 1, "New Year’s Day")):
            year = today.year + (month < today.month)
            planning.add_holiday(f"{year}-{month:02}-{day:02}", name, zone=zone)
    return notes


def _forget_flips() -> None:
    """What hangs was hung by the plan, as far as anybody can tell."""
    for door in db.session.scalars(select(Door)):
        rotating.forget_flip(door)
    db.session.flush()


def _hang(one: Hung, topic: dict[str, Any], now: int, zone: ZoneInfo, random: Random) -> int:
    today = rotation.local(now, zone).date()
    at = rotation.morning(today - timedelta(days=today.weekday() + 7 * one.weeks), zone)
    at = at if at < now else at - 7 * DAY
    number = row(select(Topic.id).where(Topic.question == topic["question"]))
    assert number
    rotating.flip(planning.door(one.door).id, at, zone, topic=number.id)
    sheet = row(select(Sheet.id).where(Sheet.torn_at.is_(None), Sheet.door_id == planning.door(one.door).id))
    assert sheet
    until = min(at + 4 * DAY, now)
    said = []
    for note in topic["notes"]:
        moment = random.randint(at, max(at + 1, until))
        waiter = Waiter(
            slips.note_id(slips.new()), sheet.id, note["t"], actions.week(moment, zone), note.get("paper", False)
        )
        said.append((waiter, note))
    publishing.pin_up([waiter for waiter, _ in said], at=until - until % publishing.HOUR)
    for waiter, note in said:
        execute(update(Note).where(Note.id == waiter.id).values(pluses=note.get("plus", 0)))
        if "answer" in note:
            actions.answer(waiter.id, role=note["role"], text=note["answer"])
    return len(said)
