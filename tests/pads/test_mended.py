"""What went wrong once: a building that stood still, two changes on a Monday, a wish lost by an undo, lines that vanished."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import update

from forum.core.database import db, execute, writing
from forum.pads import jobs, publishing, rotating, rotation, slips
from forum.pads.flood import Flood
from forum.pads.models import Door
from forum.pads.rotation import Change, Pad, Plan, Question, forecast, morning
from forum.pads.waiting import Waiter
from tests.conftest import NOON, Browser
from tests.pads import desk
from tests.pads.desk import DOOR, MONDAY, WEEK, numbers
from tests.pages import all_words, links, wrong


def note_id(slip: str) -> str:
    """The note of a slip as it is shown."""
    number = slips.read(slip)
    assert number is not None
    return slips.note_id(number)


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
    for at in range(0, 60, 7):  # thirds of tokens add up to whole ones
        flood.wait("note", f"d{at}", "a", at)
    while (promised := flood.wait("note", "d", "a", 60)) == 0:
        continue
    for second in range(61, 60 + promised):
        assert flood.wait("note", "d", "a", second) > 0
    assert flood.wait("note", "d", "a", 60 + promised) == 0


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


def test_no_slip_fits_a_note_from_paper(app: Flask, person: Any, browser: Any, door: Any, waiting: Any) -> None:
    """A slip is sixteen bytes; the nonce that would make them of what is hashed for a paper note makes none."""
    sheet = door(rhythm="hand")
    person("petra", "hr")
    petra, nonce = browser("petra"), "a" * (16 - len(f"{sheet}") - 3)
    petra.post(f"/hr/pads/sheets/{sheet}/paper", page=f"/hr/pads/sheets/{sheet}", nonce=nonce, body="On paper.")
    with waiting.batch() as batch:
        (typed,) = batch.all()
    for text in (f"{sheet} {nonce} 0", f"{sheet} {nonce} 1"):
        slip = int.from_bytes(text.encode().ljust(16)[:16], "big")
        assert slips.note_id(slip) != typed.id
        answer = app.test_client().post("/pads/slip", data={"slip": slips.shown(slip), "act": "take back"})
        assert answer.status_code == 422
    with waiting.batch() as batch:
        assert batch.all() == [typed]


def test_going_back_and_typing_in_other_notes_loses_none(person: Any, browser: Any, door: Any, waiting: Any) -> None:
    sheet = door(rhythm="hand")
    person("petra", "hr")
    petra, path = browser("petra"), f"/hr/pads/sheets/{sheet}"
    for body in ("AAA\n\nBBB", "AAA\n\nBBB", "CCC\n\nAAA\n\nBBB\n\nBBB"):
        petra.post(f"{path}/paper", page=path, nonce="n" * 32, body=body)
    with waiting.batch() as batch:
        assert sorted(str(one.body) for one in batch.all()) == ["AAA", "BBB", "BBB", "CCC"]


def test_notes_for_a_sheet_that_is_not_here_stop_nothing(
    door: Any, waiting: Any, hour: Any, notes: Any, frozen: Callable[[int], None]
) -> None:
    sheet = door(rhythm="hand")
    here = [Waiter(f"{number:032x}", sheet, "Here.", "2026-W47", paper=False) for number in (1, 2)]
    lost = [Waiter(f"{number:032x}", 777, "Lost.", "2026-W47", paper=False) for number in (3, 4)]
    waiting.add([*here, *lost])
    frozen(NOON + 3600)
    assert hour(NOON + 3600) == 2
    assert [one.body for one in notes()] == ["Here.", "Here."]
    with waiting.batch() as batch:
        assert {one.id for one in batch.all()} == {one.id for one in lost}


def test_a_damaged_waiting_file_keeps_no_door_from_turning(
    app: Flask, plan: Any, hangs: Any, waiting: Any, frozen: Callable[[int], None]
) -> None:
    plan(*"AB", doors=("3-left",))
    waiting.path.parent.mkdir(exist_ok=True)
    waiting.path.write_bytes(b"no database" * 1000)
    frozen(MONDAY)
    with app.app_context(), pytest.raises(ExceptionGroup):
        jobs.tick(Path(app.instance_path), MONDAY, app.extensions["forum.settings"])
    assert hangs() == "B"


def test_another_time_zone_is_taken_up_without_a_change(make_app: Any, plan: Any, app: Flask) -> None:
    plan(*"AB", doors=("3-left",))
    with app.app_context():
        with writing():
            execute(update(Door).values(due_at=NOON - 5))  # as another zone had it
        assert rotating.is_due(NOON)
        with writing():
            assert rotating.rotate(NOON, UTC) == []
        assert not rotating.is_due(NOON)
        db.session.remove()


def test_doors_may_be_called_by_numbers(do: Any, plan: Any, hr: Browser) -> None:
    plan(*"AB", doors=("7", "gate-1"))
    assert do("/walk", move="7", by="1").status_code == 303
    assert all_words(hr.get("/hr/pads/doors"), ".queue h2") == ["Door gate-1", "Door 7"]


def test_an_answer_never_stands_under_other_words(
    app: Flask, person: Any, browser: Any, door: Any, write: Any, hour: Any, frozen: Callable[[int], None]
) -> None:
    door(rhythm="hand")
    slips_of = [write(app.test_client(), "3-left", words)[1] for words in ("Chairs, please.", "Lamps, please.")]
    frozen(NOON + 3600)
    assert hour(NOON + 3600) == 2
    anybody = app.test_client()
    ids = {words: note_id(slip) for words, slip in zip(("chairs", "lamps"), slips_of, strict=True)}
    for note in ids.values():
        assert anybody.post(f"/pads/notes/{note}/plus").status_code == 303
    person("vera", "management")
    vera, path = browser("vera"), f"/hr/pads/notes/{ids['chairs']}"
    assert vera.post(path, page=path, text="Yes, of course.").status_code == 303

    def corrected(slip: str) -> Any:
        return anybody.post("/pads/slip", data={"slip": slip, "act": "correct", "body": "A raise of half?"})

    refused, taken = corrected(slips_of[0]), corrected(slips_of[1])
    assert (refused.status_code, taken.status_code) == (422, 200)
    assert "must not stand under other words" in refused.text
    page = anybody.get("/pads/3-left")
    assert all_words(page, ".notes button") == ["+ 1", "+"]
    assert "Chairs, please." in page.text
    assert "A raise of half?" in page.text
    assert anybody.post("/pads/slip", data={"slip": slips_of[0], "act": "take back"}).status_code == 200
    (gone,) = all_words(anybody.get("/pads/3-left"), ".notes .gone")
    assert gone == "Taken back by the one who wrote it. Management Yes, of course."


def test_management_reaches_every_sheet_and_knows_how_many_notes_wait(
    app: Flask, person: Any, browser: Any, door: Any, frozen: Callable[[int], None]
) -> None:
    sheet = door(rhythm="hand")
    with app.app_context():
        with writing():
            notes = [Waiter(f"{number:032x}", sheet, f"Note {number}", "2026-W47", paper=False) for number in range(40)]
            publishing.pin_up(notes, at=NOON)
        db.session.remove()
    person("vera", "management")
    vera = browser("vera")
    assert "40 notes of the last two months wait" in vera.get("/hr/pads/answers").text
    assert f"/hr/pads/sheets/{sheet}" in links(vera.get("/hr/pads/figures"))


def test_the_sheets_of_next_monday_are_printed_on_friday(plan: Any, hr: Browser) -> None:
    plan(*"ABC", doors=("3-left", "3-right"))
    now, coming = hr.get("/hr/pads/print"), hr.get("/hr/pads/print?next")
    assert all_words(now, ".a4 h1") == ["A", "B"]
    assert all_words(coming, ".a4 h1") == ["B", "A"]


def test_of_many_paper_notes_the_one_that_is_too_long_is_named(door: Any, person: Any, browser: Any) -> None:
    sheet = door(rhythm="hand")
    person("petra", "hr")
    page = f"/hr/pads/sheets/{sheet}"
    answer = browser("petra").post(f"{page}/paper", page=page, body=f"One.\n\nTwo.\n\nThird {'x' * 500}")
    assert answer.status_code == 422
    assert wrong(answer) == ["Note 3 has 6 characters more than the 500 that fit. It begins: Third " + "x" * 34]
