"""What went wrong once: a building that stood still, two changes on a Monday, a wish lost by an undo, lines that vanished."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from forum.pads import rotation
from forum.pads.flood import DOOR as RATE
from forum.pads.flood import Flood
from forum.pads.rotation import Change, Pad, Plan, Question, forecast, morning
from tests.conftest import NOON, Browser
from tests.pads import desk
from tests.pads.desk import DOOR, MONDAY, WEEK, numbers
from tests.pages import all_words

UTC = ZoneInfo("UTC")
BEGIN = morning(date(2026, 1, 5), UTC)
DAY = 86400
none: frozenset[Any] = frozenset()
hr, do, plan, hangs = desk.hr, desk.do, desk.plan, desk.hangs


def hourly(plan: Plan, begin: int, end: int) -> list[Change]:
    """What a worker does that looks every hour."""
    done: list[Change] = []
    for at in range(begin, end + 1, 3600):
        made = rotation.changes(plan, at)
        plan = rotation.after(plan, made)
        done += made
    return done


@pytest.mark.parametrize("topics", [6, 25])
def test_one_door_by_hand_does_not_stop_the_others(topics: int) -> None:
    pads = tuple(Pad(n, "hand" if n == 6 else "weekly", 7, None, None, 1, none) for n in range(12))
    plan = Plan(pads, tuple(Question(number) for number in range(1, topics + 1)), none, UTC)
    foretold = [one for _at, made, _waiting in forecast(plan, BEGIN, BEGIN + 104 * 7 * DAY) for one in made]
    assert {one.door for one in foretold if one.at > BEGIN + 96 * 7 * DAY} == set(range(12)) - {6}


def test_a_door_that_waits_for_a_question_of_monday_changes_once_that_monday() -> None:
    pad, monday = Pad(1, "weekly", 7, BEGIN - 20 * DAY, 1, 1, frozenset({1})), date(2026, 1, 12)
    plan = Plan((pad,), (Question(2, monday), Question(3, monday)), none, UTC)
    told = [one for _at, made, _waiting in forecast(plan, BEGIN, BEGIN + 10 * DAY) for one in made]
    assert hourly(plan, BEGIN, BEGIN + 10 * DAY) == told


def test_a_question_that_ends_lets_the_next_round_begin_as_foretold() -> None:
    pads = (
        Pad(1, "weekly", 7, BEGIN - 8 * DAY, 1, 1, frozenset({1, 3})),
        Pad(2, "hand", 7, BEGIN - 9 * DAY, 2, 1, frozenset({2})),
    )
    plan = Plan(pads, (Question(1), Question(2, None, date(2026, 1, 7)), Question(3)), none, UTC)
    told = [one for _at, made, _waiting in forecast(plan, BEGIN, BEGIN + 6 * DAY) for one in made]
    assert hourly(plan, BEGIN, BEGIN + 6 * DAY) == told


def test_a_line_of_a_note_taken_back_stays_on_the_hanging_sheet(
    app: Flask, door: Any, write: Any, hour: Any, frozen: Callable[[int], None]
) -> None:
    door(rhythm="hand")
    slips = [
        write(app.test_client(), "3-left", f"Note {n}", environ_base={"REMOTE_ADDR": f"10.0.0.{n}"})[1]
        for n in range(31)
    ]
    frozen(NOON + 3600)
    assert hour(NOON + 3600) == 31
    assert app.test_client().post("/pads/slip", data={"slip": slips[0], "act": "take back"}).status_code == 200
    pages = [app.test_client().get(f"/pads/3-left?page={page}") for page in (1, 2)]
    assert sum(len(all_words(page, ".notes .gone")) for page in pages) == 1


def test_the_printed_file_needs_no_server(app: Flask, door: Any, tmp_path: Any) -> None:
    door(rhythm="hand")
    out = tmp_path / "sheet.html"
    app.test_cli_runner().invoke(args=["pads", "print", "3-left", "--out", str(out)])
    assert "/static/" not in out.read_text()


def test_whoever_waits_as_long_as_told_may_write(app: Flask) -> None:
    flood = Flood()
    for number in range(RATE.burst):
        assert flood.wait("note", "d", f"a{number}", 0) == 0
    promised = flood.wait("note", "d", "b", 0)
    for second in range(1, promised):
        assert flood.wait("note", "d", "b", second) > 0
    assert flood.wait("note", "d", "b", promised) == 0


def test_undo_gives_the_wish_back(do: Any, plan: Any, hangs: Any, frozen: Callable[[int], None], hr: Browser) -> None:
    plan(*"ABCD", doors=("3-left",))
    do("/doors/3-left/wish", topic=numbers(hr)["D"])
    do("/doors/3-left/flip")
    assert hangs() == "D"
    do("/doors/3-left/undo")
    assert hangs() == "A"
    frozen(MONDAY)
    assert hangs() == "D"


def test_a_flip_to_what_hangs_already_changes_nothing(plan: Any, hangs: Any, hr: Browser) -> None:
    plan(*"ABCD", doors=("3-left",))
    answer = hr.post("/hr/pads/doors/3-left/flip", page="/hr/pads", topic=numbers(hr)["A"])
    assert (answer.status_code, hangs()) == (422, "A")


def test_an_undo_after_another_rhythm_does_not_turn_at_once(
    do: Any, plan: Any, hangs: Any, frozen: Callable[[int], None]
) -> None:
    plan(*"ABCD", doors=("3-left",), rhythm="hand")
    frozen(NOON + 5 * WEEK)
    do("/doors/3-left/flip")
    fields = {name: value for name, value in DOOR.items() if name != "slug"}
    do("/doors/3-left", **fields | {"rhythm": "days", "every": "7"})
    do("/doors/3-left/undo")
    assert hangs() == "A"


def test_no_byte_in_a_form_of_hr_breaks_anything(plan: Any, hr: Browser) -> None:
    plan(*"AB", doors=("3-left",))
    for path, fields in (
        ("holidays", {"drop": "\x00"}),
        ("queue", {"order": "\x00"}),
        ("walk", {"order": "\x00"}),
        ("doors", DOOR | {"rhythm": "\x00"}),
    ):
        assert hr.post(f"/hr/pads/{path}", page="/hr/pads", **fields).status_code < 500, path
