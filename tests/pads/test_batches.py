"""Notes go up at full hours only, a few at a time: never alone in their hour, never by anybody's hand, never twice."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from forum.core.database import db, row, writing
from forum.pads import actions, publishing, rotating, slips
from forum.pads.models import Hour
from forum.pads.waiting import Waiter, Waiting
from tests.conftest import NOON

HOUR = 3600
MIDNIGHT = NOON + 12 * HOUR
"""The first hour of the next day, in UTC."""
KOLKATA = NOON + HOUR // 2
"""A full hour of clocks that are five and a half hours ahead."""


@pytest.fixture(autouse=True)
def _the_day_has_begun(hour: Any) -> None:
    """The hour before NOON published nothing, so that NOON is not the day's first one."""
    hour(NOON - HOUR)


@pytest.fixture
def pen(app: Flask, waiting: Waiting) -> Callable[..., list[str]]:
    """Notes that wait, without a page; returns their ids."""

    def add(sheet: int, number: int = 1, *, paper: bool = False, body: str = "Words.") -> list[str]:
        made = [secrets.token_hex(16) for _ in range(number)]
        waiting.add(Waiter(one, sheet, body, "2026-W47", paper) for one in made)
        return made

    return add


@pytest.fixture
def left(waiting: Waiting) -> Callable[[], list[str]]:
    """The ids of the notes that wait."""

    def found() -> list[str]:
        with waiting.batch() as batch:
            return [one.id for one in batch.all()]

    return found


def ids(found: list[Any]) -> list[str]:
    return [one.id for one in found]


@pytest.mark.parametrize("late", [61, 1800, 3599])
def test_only_at_full_hours(door: Any, pen: Any, hour: Any, notes: Any, left: Any, late: int) -> None:
    made = pen(door(), 3)
    assert hour(NOON + late) == 0
    assert sorted(left()) == sorted(made)
    assert hour(NOON + HOUR) == 3
    assert ids(notes()) == sorted(made)
    assert left() == []


@pytest.mark.parametrize("late", [0, 1, 60])
def test_up_to_a_minute_late(door: Any, pen: Any, hour: Any, late: int) -> None:
    pen(door(), 3)
    assert hour(NOON + late) == 3


def test_only_once_an_hour(door: Any, pen: Any, hour: Any, left: Any) -> None:
    """What is written in the minutes after a publication waits for the next one."""
    sheet = door()
    pen(sheet, 2)
    assert hour(NOON + 1) == 2
    pen(sheet, 2)
    for moment in (1, 2, 200, 300):
        assert hour(NOON + moment) == 0
    assert len(left()) == 2
    assert hour(NOON + HOUR) == 2


def test_at_least_two_of_the_same_sheet(door: Any, pen: Any, hour: Any, notes: Any, left: Any) -> None:
    """Single notes on several doors make no pair."""
    one, other, third = door("3-left"), door("3-right"), door("4-left")
    alone, pair = [*pen(one), *pen(other)], pen(third, 2)
    assert hour(NOON) == 2
    assert ids(notes()) == sorted(pair)
    joined = [*alone[:1], *pen(one)]
    assert hour(NOON + HOUR) == 2
    assert ids(notes(one)) == sorted(joined)
    assert left() == alone[1:]


def test_a_single_note_waits_for_the_next_day(door: Any, pen: Any, hour: Any, notes: Any, left: Any) -> None:
    sheet = door()
    alone = pen(sheet)
    for at in range(NOON, MIDNIGHT, HOUR):
        assert hour(at) == 0
    assert left() == alone
    assert hour(MIDNIGHT) == 1
    assert ids(notes()) == alone
    late = pen(sheet)
    assert hour(MIDNIGHT + HOUR) == 0
    assert left() == late


def test_a_first_hour_that_was_missed_is_made_up(door: Any, pen: Any, hour: Any) -> None:
    """The worker was away at midnight: a single note goes a day after an hour left it waiting, never in the very hour it was written."""
    pen(door())
    assert hour(MIDNIGHT + 400) == 0
    assert hour(MIDNIGHT + HOUR) == 0
    assert hour(MIDNIGHT + 23 * HOUR) == 0
    assert hour(MIDNIGHT + 25 * HOUR) == 1


def test_hours_and_days_are_those_of_the_companys_clocks(
    make_app: Any, door: Any, pen: Any, hour: Any, notes: Any
) -> None:
    """In Kolkata they are full at half past UTC, and the next day begins at 18:30."""
    settings = make_app(timezone="Asia/Kolkata").extensions["forum.settings"]
    sheet = door()
    hour(KOLKATA - HOUR, settings)
    pen(sheet, 2)
    assert hour(NOON, settings) == 0
    assert hour(KOLKATA, settings) == 2
    alone = pen(sheet)
    for number in range(1, 6):
        assert hour(KOLKATA + number * HOUR, settings) == 0
    assert hour(KOLKATA + 6 * HOUR, settings) == 1  # 18:30 UTC
    assert set(alone) <= set(ids(notes()))


@pytest.mark.parametrize("name", ["UTC", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns", "Europe/Berlin"])
def test_the_next_hour_is_full_there(name: str) -> None:
    zone = ZoneInfo(name)
    for at in range(NOON, NOON + 2 * HOUR, 977):
        following = publishing.next_hour(at, HOUR, zone)
        assert at < following <= at + HOUR
        assert publishing.full_hour(following, HOUR, zone) == following
        local = publishing.local(following, zone)
        assert (local.minute, local.second) == (0, 0)


def test_paper_neither_pairs_nor_waits(door: Any, pen: Any, hour: Any, notes: Any, left: Any) -> None:
    """Else whoever types in could draw a single note out; and it goes up each hour, alone or not."""
    sheet = door()
    alone = pen(sheet)
    typed = pen(sheet, paper=True)
    assert hour(NOON) == 1
    assert [(one.id, one.paper) for one in notes()] == [(typed[0], True)]
    pen(sheet, 5, paper=True)
    assert hour(NOON + HOUR) == 5
    assert left() == alone
    joined = pen(sheet)
    assert hour(NOON + 2 * HOUR) == 2
    assert {one.id for one in notes() if not one.paper} == {*alone, *joined}


def test_notes_of_a_torn_sheet_follow_in_their_hour(
    app: Flask, door: Any, write: Any, hour: Any, notes: Any, sheets: Any, zone: Any, left: Any
) -> None:
    """A flip publishes nothing, and undoing it neither; who was writing meanwhile may still send the form."""
    old = door("3-left", "One?", "Two?", rhythm="hand")
    client = app.test_client()
    write(client, "3-left", "First.")
    with app.app_context():
        with writing():
            rotating.flip(1, NOON + 60, zone)
        db.session.remove()
    fresh = sheets("3-left")[-1].id
    assert notes() == []
    assert len(left()) == 1
    answer, _ = write(client, "3-left", "Second.", fields={"sheet": str(old)})
    assert answer.status_code == 200
    write(client, "3-left", "On the new one.")
    assert hour(NOON + HOUR) == 2
    assert sorted(one.body for one in notes(old)) == ["First.", "Second."]
    assert notes(fresh) == []
    with app.app_context():
        with writing():
            rotating.undo(1, NOON + HOUR, zone)
        db.session.remove()
    assert len(left()) == 1
    assert notes(fresh) == []
    assert hour(MIDNIGHT) == 1
    assert [one.body for one in notes(fresh)] == ["On the new one."]
    assert [one.notes for one in sheets("3-left")] == [2, 1]


def test_a_form_for_a_sheet_torn_long_ago_comes_back_with_its_words(
    app: Flask, door: Any, write: Any, frozen: Any, zone: Any, left: Any
) -> None:
    old = door("3-left", "One?", "Two?", rhythm="hand")
    with app.app_context():
        with writing():
            rotating.flip(1, NOON, zone)
        db.session.remove()
    frozen(NOON + actions.GRACE + 1)
    answer, _ = write(app.test_client(), "3-left", "Too late.", fields={"sheet": str(old)})
    assert answer.status_code == 409
    assert "Too late." in answer.text
    assert left() == []


def test_words_corrected_before_the_hour_are_the_ones_that_go_up(
    app: Flask, door: Any, write: Any, waiting: Waiting, hour: Any, notes: Any
) -> None:
    door()
    client = app.test_client()
    _, slip = write(client, "3-left", "Chairs.")
    _, gone = write(client, "3-left", "Tables.")
    write(client, "3-left", "Lamps.")
    client.post("/pads/slip", data={"slip": slip, "act": "correct", "body": "Stools."})
    client.post("/pads/slip", data={"slip": gone, "act": "take back"})
    assert hour(NOON) == 2
    assert sorted(one.body for one in notes()) == ["Lamps.", "Stools."]


def test_a_note_taken_back_while_it_waited_makes_no_pair_and_does_not_return(
    app: Flask, door: Any, write: Any, hour: Any, notes: Any, left: Any
) -> None:
    door()
    client = app.test_client()
    write(client, "3-left", "Chairs.")
    _, gone = write(client, "3-left", "Tables.")
    client.post("/pads/slip", data={"slip": gone, "act": "take back"})
    answer, _ = write(client, "3-left", "Tables.", fields={"slip": gone})
    assert "You have taken this note back" in answer.text
    assert len(left()) == 2
    assert hour(NOON) == 0
    assert len(left()) == 1
    assert hour(MIDNIGHT) == 1
    assert [one.body for one in notes()] == ["Chairs."]


def killed_after_the_commit(waiting: Waiting, found: list[Any]) -> None:
    """What a worker leaves that dies between the database's commit and the removal: both hold the notes."""
    waiting.add(Waiter(one.id, one.sheet_id, one.body, one.week, one.paper) for one in found)


def test_a_worker_killed_after_the_commit_pins_nothing_twice(
    app: Flask, door: Any, pen: Any, hour: Any, notes: Any, sheets: Any, waiting: Waiting, left: Any
) -> None:
    sheet = door()
    made = pen(sheet, 3)
    hour(NOON)
    killed_after_the_commit(waiting, notes())
    assert len(left()) == 3
    assert hour(NOON + 60) == 0
    with app.app_context():
        publishing.tidy(waiting)
        db.session.remove()
    assert left() == []
    killed_after_the_commit(waiting, notes())
    assert hour(NOON + HOUR) == 0
    assert left() == []
    assert ids(notes()) == sorted(made)
    assert [one.notes for one in sheets("3-left")] == [3]


def test_what_a_killed_worker_left_makes_no_pair(
    door: Any, pen: Any, hour: Any, notes: Any, waiting: Waiting, left: Any
) -> None:
    sheet = door()
    pen(sheet, 2)
    hour(NOON)
    killed_after_the_commit(waiting, notes())
    alone = pen(sheet)
    assert hour(NOON + HOUR) == 0
    assert left() == alone


def test_what_a_killed_worker_left_is_corrected_and_taken_back_with_its_note(
    app: Flask, door: Any, write: Any, hour: Any, notes: Any, waiting: Waiting
) -> None:
    door()
    client = app.test_client()
    _, slip = write(client, "3-left", "Chairs.")
    _, other = write(client, "3-left", "Tables.")
    hour(NOON)
    killed_after_the_commit(waiting, notes())
    for one, fields in ((slip, {"act": "correct", "body": "Stools."}), (other, {"act": "take back"})):
        client.post("/pads/slip", data={"slip": one, **fields})
    with waiting.batch() as batch:
        assert [one.body for one in batch.all()] == [None, None]
    assert hour(NOON + HOUR) == 0
    number = slips.read(slip)
    assert number is not None
    assert {one.id: one.body for one in notes()}[slips.note_id(number)] == "Stools."
    assert sorted(str(one.body) for one in notes()) == ["None", "Stools."]


def test_a_full_sheet_is_torn_off_and_a_fresh_one_hangs(
    app: Flask, door: Any, pen: Any, hour: Any, notes: Any, sheets: Any, write: Any
) -> None:
    sheet = door(rhythm="hand")
    pen(sheet, 59)
    hour(NOON)
    assert [one.torn_at for one in sheets("3-left")] == [None]
    pen(sheet, 3)
    assert hour(NOON + HOUR) == 3
    first, second = sheets("3-left")
    assert (first.notes, first.torn_at) == (62, NOON + HOUR)
    assert (second.notes, second.torn_at, second.goes_on, second.question) == (0, None, True, first.question)
    assert len(notes(sheet)) == 62
    answer, _ = write(app.test_client(), "3-left", "There is room again.")
    assert answer.status_code == 200


def test_hr_knows_one_number_of_the_last_full_hour(
    app: Flask, person: Any, browser: Any, door: Any, pen: Any, hour: Any
) -> None:
    one, other = door("3-left"), door("3-right")
    pen(one)
    pen(other)
    hour(NOON)
    pen(one)

    def kept() -> tuple[int, int]:
        with app.app_context():
            found = row(select(Hour.hour, Hour.waiting))
            db.session.remove()
        assert found is not None
        return found.hour, found.waiting

    assert kept() == (NOON, 2)
    person("vera", "hr")
    page = browser("vera").get("/hr/pads").text
    assert "After the last full hour 2 notes waited, all doors together." in page
    hour(NOON + HOUR)
    assert kept() == (NOON + HOUR, 1)
