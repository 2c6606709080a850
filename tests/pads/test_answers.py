"""HR and management answer notes in public and in a role's name: everybody reads it, and nothing keeps who it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.core.database import db, rows, writing
from forum.pads import rotating
from forum.pads.models import NoteAnswer
from tests.conftest import NOON
from tests.pages import all_words, links, soup, words, wrong

HOUR, DAY = 3600, 86400
REPLY = ".notes .reply"


@pytest.fixture
def jotted(app: Flask, door: Any, write: Any, hour: Any, frozen: Any, notes: Any) -> dict[str, Any]:
    """Two notes on a door's sheet: words -> (id, slip)."""
    sheet = door("3-left", "Which chair?", "Which lamp?", rhythm="hand")
    slips = {body: write(app.test_client(), "3-left", body)[1] for body in ("The red one.", "None.")}
    frozen(NOON + HOUR)
    assert hour(NOON + HOUR) == 2
    return {one.body: (one.id, slips[one.body]) for one in notes(sheet)}


@pytest.fixture
def desks(person: Any, browser: Any) -> dict[str, Any]:
    """Browsers by role; `both` is HR and management in one."""
    for handle, roles in (("hana", ["hr"]), ("max", ["management"]), ("vera", ["hr", "management"]), ("op", ["operator"])):  # fmt: skip
        person(handle, *roles, name=f"{handle.title()} Answering")
    person("emma", name="Emma Answering")
    handles = {"hr": "hana", "management": "max", "both": "vera", "operator": "op", "employee": "emma"}
    return {role: browser(handle) for role, handle in handles.items()}


@pytest.fixture
def answered(app: Flask) -> Callable[[], list[Any]]:
    """What the table of answers holds."""

    def look() -> list[Any]:
        with app.app_context():
            found = rows(select(NoteAnswer.note_id, NoteAnswer.role, NoteAnswer.text).order_by(NoteAnswer.id))
            db.session.remove()
        return list(found)

    return look


def test_hr_and_management_answer_and_everybody_reads_it_without_a_name(
    app: Flask, jotted: Any, desks: Any, answered: Any, zone: Any
) -> None:
    note, slip = jotted["The red one."]
    path, anybody = f"/hr/pads/notes/{note}", app.test_client()
    holder = anybody.post("/pads/slip", data={"slip": slip})
    assert "Nobody has answered it yet" in words(holder)
    for role, text in (("hr", "It is ordered."), ("management", "有话直说\n<b>And paid.</b>"), ("both", "Twice.")):
        page = desks[role].get(path)
        assert f"signed “{'HR' if role == 'hr' else 'Management'}”" in words(page)
        answer = desks[role].post(path, page=path, text=text)
        assert (answer.status_code, answer.location) == (303, f"/hr/pads/sheets/1#n-{note[:8]}")
        assert "Answered, in the name of" in words(desks[role].get("/hr/pads/sheets/1"), "body")
    said = ["HR It is ordered.", "Management 有话直说 <b>And paid.</b>", "Management Twice."]
    assert [one.role for one in answered()] == ["hr", "management", "management"]
    assert all_words(anybody.get("/pads/3-left"), REPLY) == said
    assert all_words(anybody.get("/pads/topics/1"), REPLY) == said
    assert all_words(anybody.post("/pads/slip", data={"slip": slip}), ".reply") == said
    assert all_words(desks["hr"].get("/hr/pads/sheets/1"), ".reply") == said
    assert all_words(desks["hr"].get(path), ".reply") == said
    with app.app_context():
        with writing():
            rotating.flip(1, NOON + 2 * HOUR, zone)
        db.session.remove()
    assert all_words(anybody.get("/pads/3-left/sheets/1"), REPLY) == said
    assert all_words(anybody.get("/pads/3-left"), REPLY) == []
    pages = [anybody.get(one).text for one in ("/pads/3-left/sheets/1", "/pads/topics/1")]
    assert not [word for word in ("hana", "max", "vera", "answering") for page in pages if word in page.lower()]


def test_the_other_note_and_its_holder_read_nothing(app: Flask, jotted: Any, desks: Any) -> None:
    note, _slip = jotted["The red one."]
    assert desks["hr"].post(f"/hr/pads/notes/{note}", page="/hr/pads", text="Yes.").status_code == 303
    other = app.test_client().post("/pads/slip", data={"slip": jotted["None."][1]})
    assert soup(other).select_one(".reply") is None
    found = soup(app.test_client().get("/pads/3-left")).select(f"#n-{jotted['None.'][0][:8]} .reply")
    assert found == []


def test_the_same_answer_twice_is_one_and_of_each_role_its_own(jotted: Any, desks: Any, answered: Any) -> None:
    note, _slip = jotted["None."]
    path = f"/hr/pads/notes/{note}"
    for role in ("hr", "hr", "both", "management"):
        assert desks[role].post(path, page=path, text="Noted.\r\n").status_code == 303
    assert [(one.role, one.text) for one in answered()] == [("hr", "Noted."), ("management", "Noted.")]


@pytest.mark.parametrize("role", ["employee", "operator"])
def test_nobody_else_answers_or_reads_the_desk(jotted: Any, desks: Any, answered: Any, role: str) -> None:
    note, _slip = jotted["None."]
    for path in (f"/hr/pads/notes/{note}", "/hr/pads/answers", "/hr/pads/sheets/1", "/hr/pads/sheets/1.csv"):
        assert desks[role].get(path).status_code == 403
    assert desks[role].post(f"/hr/pads/notes/{note}", text="Mine.").status_code == 403
    assert answered() == []


def test_an_answer_that_cannot_stand_is_handed_back(jotted: Any, desks: Any, answered: Any) -> None:
    note, _slip = jotted["None."]
    path = f"/hr/pads/notes/{note}"
    for text, why in (
        ("", "nothing here yet"),
        (" \n\u200b", "nothing here yet"),
        ("x" * 1001, "1 characters more than the 1000"),
        ("Bell \x07.", "control character"),
    ):
        answer = desks["hr"].post(path, page=path, text=text)
        assert answer.status_code == 422
        assert why in wrong(answer)[0]
        assert (soup(answer).select("textarea#text")[0].get_text().removeprefix("\n")) == text
    for missing in ("0" * 32, "x", "G" * 32, note[:31], f"{note}0"):
        assert desks["hr"].post(f"/hr/pads/notes/{missing}", page=path, text="x").status_code == 404
        assert desks["hr"].get(f"/hr/pads/notes/{missing}").status_code == 404
    assert answered() == []
    assert desks["hr"].post(path, page=path, text="x" * 1000).status_code == 303


def test_what_many_agree_with_waits_first_until_it_is_answered(
    app: Flask, jotted: Any, desks: Any, frozen: Any
) -> None:
    note, _slip = jotted["None."]
    assert app.test_client().post(f"/pads/notes/{note}/plus").status_code == 303
    page = desks["management"].get("/hr/pads/answers")
    assert all_words(page, ".jotted .words > p:first-child") == ["None.", "The red one."]
    assert f"/hr/pads/notes/{note}" in links(page)
    assert "in the name of management" in words(page)
    assert links(page, ".tabs a") == ["/hr/pads/answers", "/hr/pads/figures"], "the plan is HR's"
    assert desks["management"].post(f"/hr/pads/notes/{note}", text="Why?").status_code == 303
    page = desks["hr"].get("/hr/pads/answers")
    assert all_words(page, ".jotted .words > p:first-child") == ["The red one."]
    assert soup(desks["management"].get("/hr/pads/sheets/1")).select_one("textarea") is None, "typing in is HR's"
    frozen(NOON + 61 * DAY)
    assert "Every note of late has an answer" in words(desks["hr"].get("/hr/pads/answers"))


def test_a_note_that_was_taken_back_shows_no_words_at_the_desk_either(
    app: Flask, jotted: Any, desks: Any, answered: Any
) -> None:
    note, slip = jotted["The red one."]
    path = f"/hr/pads/notes/{note}"
    assert desks["hr"].post(path, page=path, text="Why red?").status_code == 303
    assert app.test_client().post("/pads/slip", data={"slip": slip, "act": "take back"}).status_code == 200
    for page in ("/hr/pads/answers", "/hr/pads/sheets/1", "/hr/pads/sheets/1.csv", path):
        answer = desks["hr"].get(page)
        assert answer.status_code == 200
        assert "The red one." not in answer.text
    shown = words(app.test_client().get("/pads/3-left"), ".notes .gone")
    assert shown == "Taken back by the one who wrote it. HR Why red?"
    assert [one.text for one in answered()] == ["Why red?"]


def test_no_table_keeps_who_answered(app: Flask, jotted: Any, desks: Any) -> None:
    """Not the name, and no table of people, sessions or logs has changed by an answer."""
    note, _slip = jotted["None."]
    path = f"/hr/pads/notes/{note}"
    token = desks["hr"].token(path)

    def everything() -> dict[str, list[Any]]:
        with app.app_context():
            found = {
                name: [tuple(one) for one in db.session.execute(select(table)).all()]
                for name, table in db.metadata.tables.items()
            }
            db.session.remove()
        return found

    before = everything()
    assert desks["hr"].client.post(path, data={"csrf_token": token, "text": "An answer."}).status_code == 303
    after = everything()
    assert [name for name in after if after[name] != before[name]] == ["note_answers"]
    assert after["note_answers"] == [(1, note, "An answer.", "hr")]
