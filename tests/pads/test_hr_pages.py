"""What HR sees: a calendar that comes true, figures from five notes on, one number of waiting notes, CSV, and notes typed in from paper."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from forum.core.database import db, writing
from forum.pads import hr_queries, rotating
from tests.conftest import NOON, Browser
from tests.pads import desk
from tests.pads.desk import DAY, HOUR, MONDAY, TOPIC, WEEK, numbers
from tests.pages import all_words, form, soup, words, wrong

hr, do, plan, hangs = desk.hr, desk.do, desk.plan, desk.hangs
NAMES = ("", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WORDS = "Chairs.\n\nWith arms,\nplease.\n\n \t\n\n  A lamp.  \n\n"


@pytest.fixture
def pinned(app: Flask, write: Any, hour: Any, frozen: Any, notes: Any) -> Callable[..., list[Any]]:
    """Notes written on a door's page and pinned up at 13:00; all that hang then."""

    def wrote(slug: str, *bodies: str) -> list[Any]:
        for body in bodies:
            answer, _slip = write(
                app.test_client(), slug, body, environ_base={"REMOTE_ADDR": f"10.0.0.{len(body) % 250}"}
            )
            assert answer.status_code == 200, words(answer)
        frozen(NOON + HOUR)
        hour(NOON + HOUR)
        return list(notes())

    return wrote


# --- the calendar ----------------------------------------------------------------------------------------------------


def calendar(hr: Browser) -> dict[str, list[list[tuple[str, str]]]]:
    """door -> week -> [(question, weekday, if it is no Monday)] as the page shows them."""
    found = {}
    for line in soup(hr.get("/hr/pads")).select("tr[data-door]"):
        weeks = []
        for cell in line.select("td[data-week]"):
            turns = [(one.find("span").get_text(), (one.select_one(".small") or one.new_tag("i")).get_text() if one.select_one(".small") else "") for one in cell.select(".turn")]  # fmt: skip
            weeks.append(turns)
        found[str(line["data-door"])] = weeks
    return found


def test_the_calendar_shows_what_then_happens(
    hr: Browser, do: Any, plan: Any, frozen: Any, app: Flask, zone: Any
) -> None:
    plan(*"ABCDEFG", doors=("1", "2"))
    plan(doors=("3",), rhythm="days", every="4")
    plan(doors=("4", "5"), rhythm="days", every="10")
    do("/topics/new", **TOPIC | {"question": "Later?", "not_before": "2026-12-02", "not_after": "2026-12-20"})
    do("/doors/2/wish", topic=numbers(hr)["F"])
    do("/holidays", day="2026-11-30", name="")
    foretold = calendar(hr)
    assert [len(weeks) for weeks in foretold.values()] == [hr_queries.WEEKS] * 5
    happened: dict[str, list[list[tuple[str, str]]]] = {
        slug: [[] for _ in range(hr_queries.WEEKS)] for slug in foretold
    }
    questions = {int(number): question for question, number in numbers(hr).items()}
    with app.app_context():
        slugs = {one.id: one.slug for one in hr_queries.doors()}
        for day in range(-5, hr_queries.WEEKS * 7 - 5):
            for at in (MONDAY - 9 * HOUR - 2 * DAY + day * DAY, MONDAY - 2 * DAY + day * DAY):
                if at > NOON:
                    with writing():
                        for one in rotating.rotate(at, zone):
                            name = NAMES[(day - 2) % 7]
                            happened[slugs[one.door]][(at - MONDAY + 7 * DAY) // WEEK].append(
                                (questions[one.topic], name)
                            )
        db.session.remove()
    assert happened == foretold
    assert foretold["2"][1] == [("F", "")]
    assert foretold["1"][2] != [("Mon", "")]
    assert any(question == "Later?" for weeks in foretold.values() for week in weeks for question, _day in week)


def test_the_calendar_says_when_a_door_finds_no_new_question(hr: Browser, plan: Any, frozen: Any) -> None:
    assert "No door has a pad yet" in words(hr.get("/hr/pads"))
    plan("A", doors=("1",))
    assert "From November 23, 2026 on, a door will have no new question" in words(
        hr.get("/hr/pads"), "main .told[role=status]"
    )
    frozen(MONDAY + 1)
    assert "A door finds no new question and keeps its sheet" in words(hr.get("/hr/pads"), "main .told[role=status]")
    plan("B", "C")
    assert "no new question" not in words(hr.get("/hr/pads"), "body")
    headings = all_words(hr.get("/hr/pads"), "thead th")
    assert headings[:4] == ["Door", "Hangs now", "Rest of this week", "From Nov 30"]


# --- figures ---------------------------------------------------------------------------------------------------------


def test_figures_name_no_number_below_five(hr: Browser, door: Any, pinned: Any, person: Any, browser: Any) -> None:
    door("3-left", "Much?", "Little?", rhythm="hand")
    door("4-left", "Nothing?", rhythm="hand")
    pinned("3-left", *"abcde")
    shown = all_words(hr.get("/hr/pads/figures"), "ol.index li")
    assert shown[0] == "Much?light · on 1 sheetRead and answer: Door 3-left5notes"
    assert all(re.fullmatch(r"(Little|Nothing)\?light< 5notes", one) for one in shown[1:]), shown
    person("max", "management")
    assert all_words(browser("max").get("/hr/pads/figures"), "ol.index li") == shown


def test_a_topic_on_several_doors_is_counted_together_and_placed_from_five_on(
    hr: Browser, plan: Any, pinned: Any, app: Flask
) -> None:
    plan("One for all?", "Between?", doors=("a", "b", "c"))
    pinned("a", "1", "2")
    anybody = app.test_client()
    assert "2 notes from all doors together" in words(anybody.get("/pads/topics/1"))
    assert "Where it hung" not in anybody.get("/pads/topics/1").text
    assert all_words(hr.get("/hr/pads/figures"), "ol.index .figures") == ["< 5notes", "< 5notes"]


def test_waiting_notes_are_one_number_of_the_last_full_hour(
    hr: Browser, door: Any, write: Any, hour: Any, frozen: Any, app: Flask
) -> None:
    for slug in ("3-left", "4-left"):
        door(slug)
    frozen(NOON + HOUR)
    hour(NOON + HOUR)
    for slug in ("3-left", "4-left", "3-left", "3-left"):
        write(app.test_client(), slug, f"On {slug}")
    for page, said in (("/hr/pads", "After the last full hour 0 notes waited"), ("/hr/pads/figures", "0 notes waited")):
        assert said in words(hr.get(page)), "what came since the hour is not told"
    frozen(NOON + 2 * HOUR)
    assert hour(NOON + 2 * HOUR) == 3
    assert "After the last full hour 1 note waited, all doors together" in words(hr.get("/hr/pads"))
    assert "1 note waited after the last full hour, all doors together" in words(hr.get("/hr/pads/figures"))
    assert "The next go up at 15:00" in words(hr.get("/hr/pads/figures"))


# --- CSV -------------------------------------------------------------------------------------------------------------


def cells(hr: Browser, sheet: int) -> list[list[str]]:
    answer = hr.get(f"/hr/pads/sheets/{sheet}.csv")
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert answer.text.startswith("\ufeff")
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.text[1:], newline="")))


def test_a_sheet_as_csv_holds_every_note_and_no_formula(
    hr: Browser, door: Any, write: Any, hour: Any, frozen: Any, app: Flask, notes: Any, browser: Any, person: Any
) -> None:
    sheet = door("3-left", '=HYPERLINK("http://x")?', name="-1+1")
    bodies = ["=1+1", "+491", "-x", "@SUM(A1)", " =2", "\t=3", 'say "hi", please\nand\n=4', "有话，直说", "one, two"]
    slips = [write(app.test_client(), "3-left", body, environ_base={"REMOTE_ADDR": f"10.0.1.{number}"})[1] for number, body in enumerate([*bodies, "Gone."])]  # fmt: skip
    hr.post(f"/hr/pads/sheets/{sheet}/paper", page=f"/hr/pads/sheets/{sheet}", body="On paper.")
    frozen(NOON + HOUR)
    assert hour(NOON + HOUR) == 11
    assert app.test_client().post("/pads/slip", data={"slip": slips[-1], "act": "take back"}).status_code == 200
    liked = next(one for one in notes(sheet) if one.body == "one, two")
    for _ in range(3):
        app.test_client().post(f"/pads/notes/{liked.id}/plus")
    hr.post(f"/hr/pads/notes/{liked.id}", page="/hr/pads", text="=No.")
    person("max", "management")
    browser("max").post(f"/hr/pads/notes/{liked.id}", page="/settings", text="Yes,\nsoon.")
    head, *lines = cells(hr, sheet)
    assert head == ["question", "door", "week", "note", "agree", "from_paper", "answers"]
    assert lines[0] == ["'=HYPERLINK(\"http://x\")?", "'-1+1", "2026-W47", "one, two", "3", "", "hr: =No. / management: Yes,\nsoon."]  # fmt: skip
    found = sorted(line[3] for line in lines)
    kept = [f"'{one}" if one.lstrip()[:1] in tuple("=+-@") else one for one in bodies]
    assert found == sorted([*kept, "On paper."])
    assert [line[3] for line in lines if line[5] == "yes"] == ["On paper."]
    assert not [cell for line in lines for cell in line if cell.lstrip()[:1] in tuple("=+-@")]
    assert "Gone." not in str(lines)


# --- typed in from paper ---------------------------------------------------------------------------------------------


def test_notes_from_paper_are_paragraphs_in_the_same_pile(
    hr: Browser, door: Any, hour: Any, frozen: Any, notes: Any, app: Flask
) -> None:
    sheet = door()
    path, page = f"/hr/pads/sheets/{sheet}/paper", f"/hr/pads/sheets/{sheet}"
    sent = form(hr.get(page), f"{path}#paper") | {"body": WORDS}
    for _twice in range(2):
        assert hr.client.post(path, data=sent).status_code == 303
    assert "3 notes from paper go up at the next full hour" in words(hr.get(page), "body")
    assert hr.post(path, page=page, body="A single one.\r\n\r\n").status_code == 303
    frozen(NOON + HOUR)
    assert hour(NOON + HOUR) == 4
    assert hr.client.post(path, data=sent).status_code == 303, "once more, after its hour"
    frozen(NOON + 2 * HOUR)
    assert hour(NOON + 2 * HOUR) == 0
    found = notes(sheet)
    assert sorted(" ".join(one.body.split()) for one in found) == ["A lamp.", "A single one.", "Chairs.", "With arms, please."]  # fmt: skip
    assert all(one.paper for one in found)
    assert all_words(app.test_client().get("/pads/3-left"), ".notes .mark") == ["from paper"] * 4


def test_a_torn_off_sheet_takes_what_was_on_its_paper(
    hr: Browser, plan: Any, do: Any, hour: Any, frozen: Any, notes: Any
) -> None:
    plan("A", "B", doors=("3-left",))
    frozen(NOON + 2 * DAY)
    do("/doors/3-left/flip")
    do("/sheets/1/paper", body="From the old paper.", nonce="n")
    frozen(NOON + 2 * DAY + HOUR)
    assert hour(NOON + 2 * DAY + HOUR) == 1
    assert [one.sheet_id for one in notes()] == [1]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "nothing here yet"),
        (" \n\n\u200b\n", "nothing here yet"),
        ("\n\n".join(f"Note {number}" for number in range(61)), "61 notes; at most 60"),
        ("Fine.\n\n" + "x" * 501, "1 characters more than the 500"),
        ("Fine.\n\nBell \x07.", "control character"),
    ],
)
def test_what_is_wrong_with_notes_from_paper_keeps_what_was_typed(
    hr: Browser, door: Any, waiting: Any, body: str, why: str
) -> None:
    sheet = door()
    path, page = f"/hr/pads/sheets/{sheet}/paper", f"/hr/pads/sheets/{sheet}"
    answer = hr.post(path, page=page, body=body)
    assert answer.status_code == 422
    assert why in wrong(answer)[0]
    assert form(answer, f"{path}#paper")["body"] == body
    assert form(answer, f"{path}#paper")["nonce"]
    with waiting.batch() as batch:
        assert batch.all() == []
    assert hr.post(path, page=page, body="\n\n".join("x" * 500 for _ in range(60))).status_code == 303
    assert hr.post("/hr/pads/sheets/999/paper", page=page, body="x").status_code == 404
