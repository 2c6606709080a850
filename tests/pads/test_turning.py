"""Doors change: as the queue and HR wish, by a flip and back again, after holidays, late when the server was down; and a word when nothing is left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from forum import wiring
from forum.core.database import db, rows
from forum.core.outbox import Job
from tests.accounts import conftest as accounts
from tests.conftest import NOON, Browser
from tests.pads import desk
from tests.pads.desk import DAY, DOOR, HOUR, MONDAY, TOPIC, WEEK, all_sheets, numbers, queue, typed
from tests.pages import all_words, soup, words, wrong

app, smtp, smtp_server, mail_changes = accounts.app, accounts.smtp, accounts.smtp_server, accounts.mail_changes
hr, do, plan, hangs = desk.hr, desk.do, desk.plan, desk.hangs


def test_the_queue_decides_what_hangs_next_and_new_questions_go_before_used_ones(
    hr: Browser, do: Any, plan: Any, hangs: Any, frozen: Any
) -> None:
    plan("Used?", "Also used?", doors=("3-left",))
    frozen(MONDAY)
    assert hangs() == "Also used?"
    plan("New?", "Newer?")
    assert queue(hr) == ["New?", "Newer?", "Used?", "Also used?"]
    do("/queue", move=numbers(hr)["Newer?"], by="-1")
    frozen(MONDAY + WEEK)
    assert hangs() == "Newer?"


def test_a_wish_hangs_at_the_next_change_and_can_be_withdrawn(
    hr: Browser, do: Any, plan: Any, hangs: Any, frozen: Any
) -> None:
    plan(*"ABCDE", doors=("3-left",))
    ids = numbers(hr)
    do("/doors/3-left/wish", topic=ids["E"])
    assert hangs() == "A", "a wish flips nothing"
    assert all_words(hr.get("/hr/pads"), "td .wished") == ["E"]
    frozen(MONDAY)
    assert hangs() == "E"
    do("/doors/3-left", **{k: v for k, v in DOOR.items() if k != "slug"}, wish=ids["D"])
    assert typed(hr.get("/hr/pads/doors/3-left"))["wish"] == ids["D"]
    do("/doors/3-left/wish", topic="")
    frozen(MONDAY + WEEK)
    assert hangs() == "B"
    do(f"/topics/{ids['C']}/retire")
    fields = {k: v for k, v in DOOR.items() if k != "slug"} | {"wish": ids["C"]}
    answer = hr.post("/hr/pads/doors/3-left", page="/hr/pads", **fields)
    assert (answer.status_code, len(wrong(answer))) == (422, 1)
    for bad in ("999", "x", "²"):
        assert hr.post("/hr/pads/doors/3-left/wish", page="/hr/pads", topic=bad).status_code == 404


def test_a_flip_changes_one_door_at_once_and_can_be_undone_within_the_hour(
    hr: Browser, do: Any, plan: Any, hangs: Any, frozen: Any, app: Flask
) -> None:
    plan(*"ABCD", doors=("3-left", "3-right"))
    assert (hangs(), hangs("3-right")) == ("A", "B")
    assert "Undo the flip" not in hr.get("/hr/pads").text
    frozen(NOON + HOUR)
    do("/doors/3-left/flip", topic=numbers(hr)["D"])
    assert (hangs(), hangs("3-right")) == ("D", "B")
    assert "Undo the flip" in hr.get("/hr/pads").text
    frozen(NOON + 2 * HOUR)
    assert do("/doors/3-left/undo", back="plan").location == "/hr/pads"
    assert hangs() == "A"
    assert "Nothing was published" in words(hr.get("/hr/pads"), "body")
    do("/doors/3-left/undo")
    assert (hangs(), "too late" in words(hr.get("/hr/pads"), "body")) == ("A", True), "it was undone already"
    do("/doors/3-left/flip")
    assert hangs() == "C", "the plan's next: neither what hangs beside nor what hung here"
    frozen(NOON + 3 * HOUR + 1)
    assert "Undo the flip" not in hr.get("/hr/pads/doors/3-left").text
    do("/doors/3-left/undo")
    assert hangs() == "C"
    assert "It is too late to undo this flip" in words(hr.get("/hr/pads"), "body")
    left = [one for one in all_sheets(app) if one.slug == "3-left"]
    assert [(one.question, one.torn_at and one.torn_at - NOON, one.undone) for one in left] == [
        ("A", 2 * HOUR, False),
        ("D", 2 * HOUR, True),
        ("C", None, False),
    ]
    frozen(MONDAY)
    assert hangs() == "B"
    frozen(MONDAY + WEEK)
    assert hangs() == "D", "what was undone was never used"


def test_a_flip_without_a_free_question_says_so_and_changes_nothing(
    hr: Browser, do: Any, plan: Any, hangs: Any
) -> None:
    plan("A", doors=("3-left",))
    do("/topics/new", **TOPIC | {"question": "Later?", "not_before": "2026-11-22"})
    for topic, why in (("", "No other question is free"), (numbers(hr)["Later?"], "does not hang today")):
        answer = hr.post("/hr/pads/doors/3-left/flip", page="/hr/pads", topic=topic)
        assert answer.status_code == 422
        assert why in wrong(answer)[0]
        assert soup(answer).select_one(".field.wrong label[for=topic]")
    assert hangs() == "A"
    for path in ("/doors/nowhere/flip", "/doors/nowhere/undo", "/doors/nowhere/retire", "/doors/nowhere"):
        assert hr.post(f"/hr/pads{path}", page="/hr/pads", **DOOR).status_code == 404
    assert hr.get("/hr/pads/doors/nowhere").status_code == 404


def test_holidays_move_the_change_and_dropping_them_moves_it_back(
    hr: Browser, do: Any, plan: Any, hangs: Any, frozen: Any
) -> None:
    plan(*"AB", doors=("3-left",))
    for day in ("", "24.12.2026", "2026-02-30"):
        answer = hr.post("/hr/pads/holidays", page="/hr/pads/holidays", day=day, name="Labour & Thanks")
        assert (answer.status_code, len(wrong(answer))) == (422, 1)
        assert (typed(answer)["day"], typed(answer)["name"]) == (day, "Labour & Thanks")
    answer = hr.post("/hr/pads/holidays", page="/hr/pads/holidays", day="2026-11-23", name="n" * 61)
    assert soup(answer).select_one(".field.wrong label[for=name]")
    for day, name in (("2026-11-24", ""), ("2026-11-23", "Labour"), ("2026-11-23", "Labour & Thanks")):
        do("/holidays", day=day, name=name)
    assert all_words(hr.get("/hr/pads/holidays"), "ul.index h2") == ["Labour & Thanks", "2026-11-24"]
    frozen(MONDAY + DAY)
    assert hangs() == "A"
    do("/holidays", drop="2026-11-24")
    do("/holidays", drop="2026-11-24")
    assert hangs() == "B", "Tuesday is an ordinary day again"


def test_a_change_missed_while_the_server_was_down_is_made_up_at_the_next_request_and_once(
    hr: Browser, plan: Any, hangs: Any, frozen: Any, app: Flask
) -> None:
    plan(*"ABCD", doors=("3-left", "3-right"))
    frozen(MONDAY - 1)
    assert (hangs(), hangs("3-right")) == ("A", "B")
    back = MONDAY + 5 * WEEK + 12345
    frozen(back)
    assert (hangs(), hangs("3-right")) == ("B", "A")
    for later in (1, HOUR, DAY):
        frozen(back + later)
        assert (hangs(), hangs("3-right")) == ("B", "A")
    assert len(all_sheets(app)) == 4
    assert {one.up_at for one in all_sheets(app)} == {NOON, back - back % 3600}


def test_no_new_question_keeps_the_sheet_and_hr_is_told_once_in_five_days(
    plan: Any, do: Any, hangs: Any, frozen: Any, app: Flask, smtp: Any, person: Any
) -> None:
    person("hank", "hr", email="hank@example.com")
    person("emma", email="emma@example.com")
    person("nomail", "hr")
    settings = app.extensions["forum.settings"]

    def worker(at: int) -> list[str]:
        """A turn of the worker; who got a letter by it."""
        frozen(at)
        sent = len(smtp.recipients)
        with app.app_context():
            wiring.tick(Path(app.instance_path), settings)
            assert rows(select(Job.id).where(Job.kind == "pads.dry")) == []
            db.session.remove()
        return smtp.recipients[sent:]

    plan("Only one?", doors=("3-left", "4-left"))
    assert worker(NOON - 3 * HOUR - 1) == [], "not before nine"
    told = worker(NOON)
    assert sorted(told) == ["hana@example.com", "hank@example.com"]
    assert smtp.mails[-1]["Subject"] == "The pads are running out of questions"
    text = smtp.text()
    assert "November 21, 2026 on the first of 2 toilet doors" in text.replace("\n", " ")
    assert "http://localhost/hr/pads" in text
    sent = [len(worker(NOON - 3 * HOUR + day * DAY + more)) for day in range(1, 11) for more in (-1, 0, 60, HOUR)]
    assert sent == [2 if number in (4 * 4 + 1, 9 * 4 + 1) else 0 for number in range(40)]
    assert sorted([hangs(), hangs("4-left")]) == ["A blank sheet", "Only one?"]
    plan(*"ABCDEFGH")
    assert [worker(NOON + day * DAY) for day in range(14, 18)] == [[], [], [], []]


def test_another_rhythm_counts_from_now_and_saving_the_same_one_does_not(
    do: Any, plan: Any, hangs: Any, frozen: Any, hr: Browser
) -> None:
    plan(*"ABCDE", doors=("3-left",))
    fields = {name: value for name, value in DOOR.items() if name != "slug"}
    frozen(MONDAY - HOUR)
    do("/doors/3-left", **fields | {"rhythm": "days", "every": "2"})
    frozen(MONDAY + DAY)
    assert hangs() == "A"
    do("/doors/3-left", **fields | {"rhythm": "days", "every": "2"})
    frozen(MONDAY + 2 * DAY)
    assert hangs() == "B"
    do("/doors/3-left", **fields | {"rhythm": "hand", "every": "abc"})
    assert "changes by hand" in words(hr.get("/hr/pads/doors/3-left"))
    frozen(MONDAY + 8 * WEEK)
    assert hangs() == "B"
    do("/doors/3-left", **fields)
    frozen(MONDAY + 9 * WEEK - 1)
    assert hangs() == "B", "a missed Monday of another rhythm is not made up"
    frozen(MONDAY + 9 * WEEK)
    assert hangs() == "C"
