"""Bookmarks: kept with a note to self, found again, let go; nobody else ever sees one."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from forum.core.database import db, writing
from forum.desk.models import Bookmark
from forum.keep import actions
from tests.architecture.test_the_house import counted
from tests.conftest import NOON
from tests.pages import all_words, form, links, steady, words, wrong


@pytest.fixture
def talk(mina, idris, say):
    first = say(mina, "Mina begins.", title="Soup")
    return first, say(idris, "Idris answers, at length.", thread=first.thread)


def address(said) -> str:
    return f"/posts/{said.post}/bookmark"


def test_a_post_is_kept_noted_changed_and_let_go(talk, browser) -> None:
    one, thread = browser("mina"), f"/threads/{talk[0].thread}-soup"
    keep = address(talk[1])
    assert keep in links(one.get(thread), "#p2 .acts a")
    assert "Idris answers" in words(one.get(keep))
    answer = one.post(keep, page=keep, note="Ask him\r\nabout 食堂 <b>")
    assert (answer.status_code, answer.location) == (303, f"{thread}#p2")
    assert "Bookmarked" in all_words(one.get(thread), "#p2 .acts a")
    assert "Bookmark" in all_words(one.get(thread), "#p1 .acts a")
    page = one.get("/bookmarks")
    assert all_words(page, ".note") == ["Ask him about 食堂 <b>"]
    assert "Idris, Floor 2 in Canteen" in words(page)
    assert "Idris answers, at length." in words(page)
    assert form(one.get(keep), keep)["note"] == "Ask him\nabout 食堂 <b>"
    one.post(keep, page=keep, note="Asked.")
    assert all_words(one.get("/bookmarks"), ".note") == ["Asked."]
    assert one.post(keep, page=keep, on="0", back="list").location == "/bookmarks"
    assert "Nothing kept yet" in words(one.get("/bookmarks"))
    assert "Bookmarked" not in all_words(one.get(thread), ".acts a")


def test_keeping_twice_is_keeping_once(talk, browser, app) -> None:
    one = browser("mina")
    for note in ("first", "second"):
        one.post(address(talk[1]), note=note)
    with app.app_context():
        assert [(kept.note, kept.post_id) for kept in db.session.scalars(select(Bookmark))] == [("second", 2)]
        db.session.remove()


def test_newest_first_and_paged(talk, mina, say, browser, app) -> None:
    times = [NOON - 50_000 + 120 * number for number in range(45)]
    posts = [say(mina, f"Floor {at}.", thread=talk[0].thread, at=at).post for at in times]
    with app.app_context():
        with writing():
            for number, post in enumerate(posts):
                actions.bookmark(mina, post=post, note=f"note {number}", at=NOON + number)
        db.session.remove()
    one, path, seen = browser("mina"), "/bookmarks", []
    while path:
        page = one.get(path)
        seen += all_words(page, ".note")
        path = next((link for link in links(page, ".older a") if "before" in link), "")
    assert seen == [f"note {number}" for number in reversed(range(45))]
    assert "There is nothing older" in words(one.get("/bookmarks?before=1"))
    for odd in ("x", "-1", "9" * 40, "٣"):
        assert len(all_words(one.get(f"/bookmarks?before={odd}"), ".note")) == 20


def test_a_withdrawn_post_stays_with_its_note(talk, browser) -> None:
    one = browser("mina")
    one.post(address(talk[1]), note="Important.")
    browser("idris").post(f"/posts/{talk[1].post}/withdraw")
    page = one.get("/bookmarks")
    assert "Withdrawn by its author." in words(page)
    assert "at length" not in page.text
    assert all_words(page, ".note") == ["Important."]
    assert "Withdrawn by its author." in words(one.get(address(talk[1])))
    assert "Bookmarked" in all_words(one.get(f"/threads/{talk[0].thread}-soup"), "#p2 .acts a")


def test_nobody_else_sees_it(talk, browser, person) -> None:
    person("boss", "management", "operator", "hr")
    paths = ("/bookmarks", f"/threads/{talk[0].thread}-soup", "/people/mina", address(talk[1]))
    others = [browser(handle) for handle in ("idris", "boss")]
    for one in others:
        one.get(paths[1])
    before = [steady(one.get(path).text) for one in others for path in paths]
    browser("mina").post(address(talk[1]), note="A secret of mine.")
    assert [steady(one.get(path).text) for one in others for path in paths] == before
    assert browser().get("/bookmarks").status_code == 303


@pytest.mark.parametrize("note", ["x" * 501, "a\x00b"])
def test_a_note_that_does_not_fit_is_told_and_kept_in_the_form(talk, browser, note: str) -> None:
    one = browser("mina")
    answer = one.post(address(talk[1]), note=note)
    assert answer.status_code == 422
    assert len(wrong(answer)) == 1
    if "\x00" not in note:
        assert form(answer, address(talk[1]))["note"] == note
    assert one.post(address(talk[1]), note="x" * 500).status_code == 303


def test_there_must_be_a_post(talk, browser) -> None:
    one = browser("mina")
    assert one.get("/posts/999/bookmark").status_code == one.post("/posts/999/bookmark").status_code == 404


def test_it_costs_pages_no_question_more(talk, browser, app) -> None:
    one, thread = browser("mina"), f"/threads/{talk[0].thread}-soup"
    one.get(thread)
    with counted(app) as seen:
        one.get(thread)
    before = len(seen)
    one.post(address(talk[0]), note="")
    one.post(address(talk[1]), note="")
    with counted(app) as seen:
        assert all_words(one.get(thread), ".acts b") == ["Bookmarked", "Bookmarked"]
    assert len(seen) == before
    with counted(app) as seen:
        one.get("/bookmarks")
    assert len(seen) <= 3
