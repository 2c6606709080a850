"""HR plans through its pages: doors, questions, their order; what is wrong stands next to the field, and nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.core.database import db, rows
from forum.pads import rules
from forum.pads.models import Door, Topic
from tests.conftest import NOON, Browser
from tests.pads import desk
from tests.pads.desk import DOOR, HOUR, MONDAY, TOPIC, WEEK, all_sheets, numbers, queue, typed
from tests.pages import all_words, soup, words, wrong

hr, do, plan, hangs = desk.hr, desk.do, desk.plan, desk.hangs


def test_a_question_hangs_as_soon_as_there_is_a_door_and_a_door_gets_one_as_soon_as_there_is_a_question(
    plan: Any, hangs: Any, hr: Browser
) -> None:
    plan(doors=("1-left", "1-right"))
    assert hangs("1-left") == hangs("1-right") == "A blank sheet"
    plan("What smells?")
    assert {hangs("1-left"), hangs("1-right")} == {"What smells?", "A blank sheet"}, "neighbours differ"
    plan("What sings?")
    assert {hangs("1-left"), hangs("1-right")} == {"What smells?", "What sings?"}
    plan("What shines?", doors=("2-left",))
    assert hangs("2-left") == "What shines?", "what stands first in the queue"
    assert queue(hr) == ["What shines?", "What sings?", "What smells?"], "what has hung stands behind"
    assert all_words(hr.get("/hr/pads/doors"), "ol.queue h2") == ["Door 1-left", "Door 1-right", "Door 2-left"]
    assert "Door 2-left has a pad" not in words(hr.get("/hr/pads/doors"), "body"), "told once"


def test_what_is_wrong_with_a_door_stands_next_to_it_and_nothing_typed_is_lost(
    hr: Browser, plan: Any, app: Flask
) -> None:
    plan(doors=("taken",))
    bad = [("slug", one) for one in (*rules.TAKEN, "SLIP ", "", "3_left", "-x", "x-", "a b", "ü", "a" * 33, "taken")]
    bad += [("name", ""), ("name", " \u200b"), ("name", "n" * 61), ("place", "p" * 101), ("rhythm", "yearly")]
    bad += [("every", one) for one in ("0", "abc", "91", "", "1.5", "-1", "１", "99999")]
    for field, value in bad:
        fields = DOOR | {"rhythm": "days", "every": "5", field: value}
        answer = hr.post("/hr/pads/doors", page="/hr/pads/doors", **fields)
        assert answer.status_code == 422, (field, value)
        assert len(wrong(answer)) == 1
        assert soup(answer).select_one(f".field.wrong label[for={field}]"), (field, value)
        kept = typed(answer)
        assert all(kept.get(one) == fields[one] for one in ("slug", "name", "place")), (field, value)
        assert kept["every"] == (fields["every"] or "7")
        assert kept.get("rhythm") == (None if field == "rhythm" else "days")
        if field not in ("slug",):
            changed = hr.post("/hr/pads/doors/taken", page="/hr/pads/doors/taken", **fields)
            assert changed.status_code == 422
            assert soup(changed).select_one(f".field.wrong label[for={field}]"), (field, value)
            assert typed(changed)["place"] == fields["place"]
    with app.app_context():
        assert [(one.slug, one.name, one.rhythm) for one in rows(select(Door.slug, Door.name, Door.rhythm))] == [
            ("taken", "Door taken", "weekly")
        ]
        db.session.remove()


def test_what_is_wrong_with_a_question_stands_next_to_it_and_nothing_typed_is_lost(
    hr: Browser, plan: Any, app: Flask
) -> None:
    plan("First?")
    bad = [("question", one) for one in ("", " \u200b ", "q" * 121, "a\x07b")] + [("intro", "i" * 301)]
    bad += [("not_before", one) for one in ("tomorrow", "2026-02-30", "20261123", "1999-12-31", "2026-1-1")]
    bad += [("not_after", "2026-13-01"), ("not_after", "2026-11-19"), ("mood", "sad")]
    for field, value in bad:
        fields = TOPIC | {"intro": "Tell.", "mood": "serious", "not_before": "2026-11-20", field: value}
        for path in ("/hr/pads/topics/new", "/hr/pads/topics/1"):
            answer = hr.post(path, page=path, **fields)
            assert answer.status_code == 422, (path, field, value)
            assert len(wrong(answer)) == 1
            assert soup(answer).select_one(f".field.wrong label[for={field}]"), (field, value)
            kept = typed(answer)
            assert all(kept[one] == fields[one] for one in ("intro", "not_before", "not_after")), (field, value)
            assert kept["question"] == fields["question"] or "\x07" in value
            assert kept.get("mood") == (None if field == "mood" else "serious")
    with app.app_context():
        assert [one.question for one in rows(select(Topic.question))] == ["First?"]
        db.session.remove()
    assert "The last day comes before the first" in wrong(
        hr.post("/hr/pads/topics/new", page="/hr/pads", **TOPIC | {"not_before": "2026-11-20", "not_after": "2026-11-19"})
    )[0]  # fmt: skip
    for same in ({"not_before": "2026-11-20", "not_after": "2026-11-20"}, {"question": "q" * 120, "intro": "i" * 300}):
        assert hr.post("/hr/pads/topics/new", page="/hr/pads", **TOPIC | same).status_code == 303


@pytest.mark.parametrize(("path", "names"), [("/queue", "ABCD"), ("/walk", "abcd")])
def test_the_order_is_moved_step_by_step_or_dragged(hr: Browser, do: Any, plan: Any, path: str, names: str) -> None:
    plan(*"ABCD", doors=tuple("abcd"))
    ids = numbers(hr) if path == "/queue" else {one: one for one in "abcd"}
    shown = {"/queue": lambda: "".join(queue(hr)), "/walk": lambda: "".join(one[-1] for one in all_words(hr.get("/hr/pads/doors"), "ol.queue h2"))}  # fmt: skip
    one, two, three, four = names

    def order() -> str:
        return shown[path]()

    do(path, move=ids[three], by="-1")
    assert order() == one + three + two + four
    do(path, move=ids[one], by="-1")
    do(path, move=ids[four], by="1")
    assert order() == one + three + two + four, "nobody leaves the row"
    do(path, move=ids[one], by="1")
    assert order() == three + one + two + four
    do(path, order=",".join(ids[each] for each in (four, two, three, one)))
    assert order() == four + two + three + one
    do(path, order=f"999,{ids[one]},{ids[one]},x,,{ids[three]}")
    assert order() == one + three + four + two, "who is not named stays behind"
    do(path, order="")
    assert order() == one + three + four + two
    for bad in ({"move": "999", "by": "1"}, {"move": ids[one], "by": "2"}, {"move": ids[one]}, {}):
        assert hr.post(f"/hr/pads{path}", page="/hr/pads", **bad).status_code == 404


def test_a_retired_door_keeps_its_address_and_its_sheets(
    hr: Browser, do: Any, plan: Any, hangs: Any, frozen: Any, app: Flask
) -> None:
    plan(*"AB", doors=("3-left",))
    frozen(NOON + HOUR)
    do("/doors/3-left/retire")
    do("/doors/3-left/retire")
    anybody = app.test_client()
    assert "No pad hangs here any more" in words(anybody.get("/pads/3-left"))
    assert all_words(anybody.get("/pads/3-left"), "ol.index h2") == ["A"]
    assert anybody.get("/pads/3-left/sheets/1").status_code == 200
    assert anybody.get("/pads/3-left/print").status_code == 404
    assert "Doors without a pad now" in words(anybody.get("/pads"))
    assert hr.get("/hr/pads/print").status_code == 404
    assert "Flip it now" not in hr.get("/hr/pads/doors/3-left").text
    for act in ("flip", "undo"):
        assert hr.post(f"/hr/pads/doors/3-left/{act}", page="/hr/pads").status_code in (303, 404)
    answer = hr.post("/hr/pads/doors", page="/hr/pads", **DOOR)
    assert "Addresses are never used twice" in wrong(answer)[0]
    frozen(NOON + 9 * WEEK)
    assert "No pad hangs here any more" in words(anybody.get("/pads/3-left"))
    do("/doors/3-left/retire", back="1")
    do("/doors/3-left/retire", back="1")
    assert hangs() == "B", "the rotation goes on where it was"
    assert [(one.question, one.torn_at and one.torn_at - NOON) for one in all_sheets(app)] == [
        ("A", HOUR),
        ("B", None),
    ]


def test_a_doors_address_never_changes(do: Any, plan: Any, hangs: Any, app: Flask) -> None:
    plan("A", doors=("3-left",))
    do("/doors/3-left", **DOOR | {"slug": "4-left", "name": "Fourth", "new_slug": "4-left"})
    assert hangs() == "A"
    assert words(app.test_client().get("/pads/3-left"), ".pad-door").startswith("Fourth")
    assert app.test_client().get("/pads/4-left").status_code == 404


def test_a_retired_question_hangs_on_until_its_change_and_comes_back_to_its_place(
    hr: Browser, do: Any, plan: Any, hangs: Any, frozen: Any
) -> None:
    plan(*"ABC", doors=("3-left",))
    ids = numbers(hr)
    for one in "AB":
        do(f"/topics/{ids[one]}/retire")
    assert (hangs(), queue(hr)) == ("A", ["C"])
    assert all_words(hr.get("/hr/pads"), "details.retired li span") == ["A", "B"]
    frozen(MONDAY)
    assert hangs() == "C"
    do(f"/topics/{ids['B']}/retire", back="1")
    assert queue(hr) == ["B", "C"]
    frozen(MONDAY + WEEK)
    assert hangs() == "B"
    for path in ("/topics/99/retire", "/topics/99"):
        assert hr.post(f"/hr/pads{path}", page="/hr/pads", **TOPIC).status_code == 404
    assert hr.get("/hr/pads/topics/99").status_code == 404


def test_other_words_for_a_question_leave_its_sheets_as_people_answered_them(
    hr: Browser, do: Any, plan: Any, hangs: Any, frozen: Any
) -> None:
    plan("Old words?", doors=("3-left",))
    do("/topics/1", **TOPIC | {"question": "New words?", "intro": "Tell."})
    assert (hangs(), queue(hr)) == ("Old words?", ["New words?"])
    plan("Another?")
    frozen(MONDAY)
    assert hangs() == "Another?"
    frozen(MONDAY + WEEK)
    assert hangs() == "New words?"
