"""Ten thousand rotations of a company that plans, forgets, flips and is switched off, against a record kept by hand; and through the database."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from forum.core.database import db, rows, writing
from forum.pads import planning, rotating, rotation
from forum.pads.models import Door, Sheet
from forum.pads.rotation import Change, Pad, Plan, Question
from tests.pads.test_rotation import nine, slow_due

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY, WEEK = 3600, 86400, 7 * 86400
BEGIN = nine(date(2026, 1, 5), BERLIN)
WANTED = 10_000
slow = lru_cache(maxsize=65536)(slow_due)


@dataclass
class Board:
    """What somebody who walks past a door and writes down what hangs there knows of it."""

    rhythm: str
    every: int
    counted_from: int | None = None
    hangs: int | None = None
    hung: set[int] = field(default_factory=set)
    """Questions that hung here since all of them had hung."""


class Company:
    """A plan as rotation reads it, and beside it a record of our own that rotation never sees."""

    def __init__(self, dice: random.Random) -> None:
        self.dice, self.at, self.changed, self.stuck, self.lost = dice, BEGIN, 0, 0, 0
        self.record: dict[int, Board] = {}
        self.plan = Plan((), (), frozenset(), BERLIN)
        self.seen = 0
        for _door in range(12):
            self.add_door()
        for _topic in range(25):
            self.add_topic()

    # --- what HR does

    def add_door(self) -> None:
        self.seen += 1
        rhythm, every = self.rhythm()
        self.record[self.seen] = Board(rhythm, every)
        fresh = Pad(self.seen, rhythm, every, None, None, 1, frozenset())
        self.plan = self.plan._replace(pads=(*self.plan.pads, fresh))

    def rhythm(self) -> tuple[str, int]:
        return self.dice.choice(("weekly", "weekly", "days", "days", "hand")), self.dice.choice((1, 2, 3, 7, 10))

    def add_topic(self) -> None:
        self.seen += 1
        first = self.today() + timedelta(days=self.dice.randint(-30, 60)) if self.dice.random() < 0.3 else None
        last = (first or self.today()) + timedelta(days=self.dice.randint(0, 90)) if self.dice.random() < 0.2 else None
        self.plan = self.plan._replace(queue=(Question(self.seen, first, last), *self.plan.queue))

    def today(self) -> date:
        return datetime.fromtimestamp(self.at, BERLIN).date()

    def edit(self) -> None:
        """Something of the plan becomes another."""
        plan, dice = self.plan, self.dice
        pads, queue = list(plan.pads), list(plan.queue)
        what = dice.randrange(9)
        if what == 0:
            dice.shuffle(queue)
        elif what == 1 and len(queue) > 4:
            queue.remove(dice.choice(queue))
        elif what == 2 and len(queue) < 40:
            self.add_topic()
            queue = list(self.plan.queue)
        elif what == 3 and len(pads) < 14:
            self.add_door()
            pads = list(self.plan.pads)
            pads.insert(dice.randrange(len(pads)), pads.pop())
        elif what == 4 and len(pads) > 10:
            del self.record[pads.pop(dice.randrange(len(pads))).door]
        elif what == 5:
            number = dice.randrange(len(pads))
            rhythm, every = self.rhythm()
            since = None if pads[number].since is None else self.at
            pads[number] = pads[number]._replace(rhythm=rhythm, every=every, since=since)
            known = self.record[pads[number].door]
            known.rhythm, known.every, known.counted_from = rhythm, every, since
        elif what == 6 and queue:
            number = dice.randrange(len(pads))
            pads[number] = pads[number]._replace(wish=dice.choice(queue).topic)
        elif what == 7:
            begin = self.today() + timedelta(days=dice.randint(-3, 20))
            days = {begin + timedelta(days=one) for one in range(dice.choice((1, 1, 2, 4, 12)))}
            self.plan = plan = plan._replace(holidays=frozenset(sorted(plan.holidays | days)[-20:]))
        elif what == 8 and queue:
            number = dice.randrange(len(queue))
            queue[number] = Question(queue[number].topic)
        self.plan = plan._replace(pads=tuple(pads), queue=tuple(queue))

    def flip(self) -> None:
        """One door now, perhaps to a question of HR's own choice; a wish that is not used up stays."""
        pad = self.dice.choice(self.plan.pads)
        plan, chosen = self.plan, None
        if self.dice.random() < 0.5 and self.open():
            chosen = self.dice.choice(sorted(self.open()))
            plan = plan._replace(pads=tuple(one._replace(wish=chosen) if one == pad else one for one in plan.pads))
        made = rotation.changes(plan, self.at, only=pad.door)
        self.check(plan, made, only=pad.door)
        self.plan = rotation.after(self.plan, made)

    # --- what is looked at

    def open(self) -> set[int]:
        today = self.today()
        return {
            one.topic
            for one in self.plan.queue
            if (one.not_before or today) <= today <= (one.not_after or today)
        }  # fmt: skip

    def due(self, pad: Pad) -> bool:
        known = self.record[pad.door]
        if known.counted_from is None:
            return True
        if known.rhythm == "hand":
            return False
        return slow(known.rhythm, known.every, known.counted_from, self.plan.holidays, BERLIN) <= self.at

    def turn(self) -> None:
        """The worker's look."""
        made = rotation.changes(self.plan, self.at)
        self.check(self.plan, made)
        self.plan = rotation.after(self.plan, made)
        assert rotation.changes(self.plan, self.at) == [], "never twice"

    def check(self, plan: Plan, made: list[Change], only: int | None = None) -> None:
        free, turned, by_wish = self.open(), {one.door: one.topic for one in made}, set()
        was_due = {pad.door for pad in plan.pads if (pad.door == only if only is not None else self.due(pad))}
        assert len(turned) == len(made)
        assert set(turned) <= was_due
        now = [turned.get(pad.door, self.record[pad.door].hangs) for pad in plan.pads]
        for number, pad in enumerate(plan.pads):
            known = self.record[pad.door]
            beside = [now[one] for one in (number - 1, number + 1) if 0 <= one < len(now)]
            left = free - known.hung - {known.hangs} or free - {known.hangs}
            if pad.door not in turned:
                if pad.door in was_due:
                    self.stuck += 1
                    assert pad.wish not in free - {known.hangs}
                    assert not left - set(beside), "a question was free for this door"
                continue
            topic = turned[pad.door]
            assert topic in free
            assert topic != known.hangs
            if pad.wish in free - {known.hangs}:
                assert topic == pad.wish
                by_wish.add(pad.door)
                known.hung |= {topic}
            else:
                assert topic in left or not left - set(beside), "repeated before the others were used up"
                assert topic not in beside
                known.hung = {topic} if topic in known.hung else known.hung | {topic}
        for one in made:
            self.record[one.door].hangs, self.record[one.door].counted_from = one.topic, self.at
            assert one.at == self.at
        self.changed += len(made)

    def live(self) -> None:
        """Time passes, mostly a few hours, sometimes weeks in which the server is down; then something happens."""
        dice = self.dice
        day = self.today() + timedelta(days=1)
        self.at = dice.choice(
            (nine(day, BERLIN), nine(day, BERLIN) - 1, self.at + dice.randint(1, 2 * DAY), self.at + 1)
        )
        if dice.random() < 0.03:
            self.at += dice.randint(1, 5) * WEEK + dice.randint(0, DAY)
        if dice.random() < 0.1:
            self.edit()
        if dice.random() < 0.05:
            self.flip()
        self.turn()
        assert [(one.door, one.topic) for one in self.plan.pads] == [
            (pad.door, self.record[pad.door].hangs) for pad in self.plan.pads
        ]


def test_ten_thousand_rotations_against_a_record_of_our_own(capsys: pytest.CaptureFixture[str]) -> None:
    company, looks = Company(random.Random(4)), 0
    while company.changed < WANTED:
        company.live()
        looks += 1
    with capsys.disabled():
        print(
            f"\nrotation, simulated: {company.changed} changes in {looks} looks at {len(company.record)} doors and "
            f"{len(company.plan.queue)} questions, {(company.at - BEGIN) // WEEK} weeks; "
            f"{company.stuck} times a due door found no question"
        )


# --- through the database --------------------------------------------------------------------------------------------


@pytest.fixture
def company(app: Flask) -> list[int]:
    """Twelve doors of mixed rhythms, six questions, holidays; the numbers of the doors."""
    with app.app_context():
        with writing():
            for number in range(6):
                values = {"question": f"Question {number}?", "intro": "", "mood": "light"}
                planning.add_topic(values | {"not_before": "", "not_after": ""}, at=BEGIN, zone=BERLIN)
            for day in ("2026-02-16", "2026-04-06", "2026-05-25", "2026-05-26"):
                planning.add_holiday(day, "", zone=BERLIN)
            made = [
                planning.add_door(
                    slug=f"d{number}", name=f"Door {number}", place="", at=BEGIN, zone=BERLIN,
                    rhythm=("weekly", "days", "weekly", "days")[number % 4], every=2 + number % 5,
                ).id
                for number in range(12)
            ]  # fmt: skip
        db.session.remove()
    return made


def history(app: Flask) -> list[Any]:
    with app.app_context():
        found = rows(
            select(Sheet.door_id, Sheet.number, Sheet.topic_id, Sheet.up_at, Sheet.torn_at).order_by(
                Sheet.door_id, Sheet.number
            )
        )
        db.session.remove()
    return list(found)


def gapless(app: Flask, doors: list[int]) -> None:
    """One sheet hangs on every door, and each was hung when the one before was torn off."""
    found = history(app)
    for door in doors:
        sheets = [one for one in found if one.door_id == door]
        assert [one.number for one in sheets] == list(range(1, len(sheets) + 1))
        assert [one.torn_at for one in sheets[:-1]] == [one.up_at for one in sheets[1:]]
        assert sheets[-1].torn_at is None


def looks(begin: int, end: int) -> Iterator[int]:
    """The worker's turns: at once, then at night, just before nine, at nine and in the evening of every day."""
    yield begin
    day = datetime.fromtimestamp(begin, BERLIN).date()
    while nine(day, BERLIN) <= end:
        morning = nine(day, BERLIN)
        yield from (at for at in (morning - 9 * HOUR, morning - 1, morning, morning + 8 * HOUR) if begin < at <= end)
        day += timedelta(days=1)


def test_what_is_foretold_is_what_the_worker_does_for_thirty_weeks(app: Flask, company: list[int]) -> None:
    at, end, dice, foretold = BEGIN + HOUR, BEGIN + 30 * WEEK, random.Random(7), []
    with app.app_context():
        while at < end:
            until = min(end, at + dice.randint(1, 5) * WEEK + dice.randint(0, DAY))
            told = [one for _at, made, _dry in rotation.forecast(rotating.plan(BERLIN), at, until) for one in made]
            done = []
            for look in looks(at, until):
                if rotating.is_due(look):
                    with writing():
                        done += rotating.rotate(look, BERLIN)
            assert done == told
            foretold += told
            at = until + dice.randint(0, 3) * WEEK + dice.randint(1, DAY)  # the server is down
        db.session.remove()
    assert len(foretold) > 250
    gapless(app, company)
    hung = [(one.door_id, one.topic_id, one.up_at) for one in history(app) if one.up_at > BEGIN]
    assert sorted(hung) == sorted((one.door, one.topic, one.at) for one in foretold)


def test_two_looks_at_once_change_nothing_twice(app: Flask, company: list[int]) -> None:
    for week in range(1, 7):
        at, together, faults = BEGIN + week * WEEK, threading.Barrier(3), []

        def look(at: int = at, together: threading.Barrier = together, faults: list[Any] = faults) -> None:
            with app.app_context():
                together.wait()
                try:
                    with writing():
                        rotating.rotate(at, BERLIN)
                except BaseException as error:
                    faults.append(error)
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=look) for _ in range(3)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert faults == []
        hung = [one.door_id for one in history(app) if one.up_at == at]
        assert len(hung) == len(set(hung)) >= 6
        gapless(app, company)
    with app.app_context():
        hanging = rows(select(Sheet.door_id).where(Sheet.torn_at.is_(None)).join(Door, Door.id == Sheet.door_id))
        db.session.remove()
    assert sorted(one.door_id for one in hanging) == company
