"""Reactions as people meet them: given, counted, taken back, gone with the words; exact when many press at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum import wiring
from forum.boards.actions import Said
from forum.boards.models import Thread
from forum.core import outbox
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.database import db
from forum.follow.models import Notice
from forum.reactions.models import Reaction, ReactionCount
from forum.reactions.rules import REACTIONS
from tests.pages import all_words, soup
from tests.together import at_once

THREAD = "/threads/1-a-title"


@pytest.fixture
def mina(person: Any, board: Any, frozen: Any) -> Actor:
    board()
    made: Actor = person("mina")
    return made


@pytest.fixture
def idris(mina: Actor, person: Any) -> Actor:
    made: Actor = person("idris")
    return made


@pytest.fixture
def said(mina: Actor, idris: Actor, say: Any) -> Said:
    """Floor 1 by Mina, floor 2 by Idris."""
    first: Said = say(mina)
    say(idris, thread=first.thread)
    return first


@pytest.fixture
def kept(app: Flask) -> Callable[[], dict[int, dict[str, int]]]:
    """Floor to its counts above nothing, as they are kept; they must be what the reactions say."""

    def look() -> dict[int, dict[str, int]]:
        with app.app_context():
            rows = db.session.execute(select(ReactionCount.__table__)).all()
            each = db.session.execute(select(Reaction.post_id, Reaction.reaction)).all()
            db.session.remove()
        for one in rows:
            assert {name: getattr(one, name) for name in REACTIONS} == {
                name: each.count((one.post_id, name)) for name in REACTIONS
            }
        found = {one.floor: {name: many for name in REACTIONS if (many := getattr(one, name))} for one in rows}
        assert sum(sum(one.values()) for one in found.values()) == len(each)
        return {floor: counts for floor, counts in found.items() if counts}

    return look


def row(answer: Any, floor: int) -> list[str]:
    """What stands under a floor, the choice of reactions aside."""
    return all_words(answer, f"#p{floor} .react > :not(details)")


def test_a_reaction_is_given_and_taken_back(said: Said, browser: Any, kept: Any) -> None:
    mina, idris = browser("mina"), browser("idris")
    path = f"/posts/{said.post}/reactions"
    page = idris.get(THREAD)
    assert [button["value"] for button in soup(page).select("#p1 .react details button")] == list(REACTIONS)
    assert soup(page).select("#p2 .react") == []  # nobody applauds themselves
    assert idris.post(path, reaction="thanks", on="1").location == f"{THREAD}#p1"
    idris.post(path, reaction="thanks", on="1")
    idris.post(path, reaction="agree", on="1")
    assert kept() == {1: {"agree": 1, "thanks": 1}}
    seen = idris.get(THREAD)
    assert row(seen, 1) == ["Agree, 1", "Thanks, 1"]
    assert {one["form"] for one in soup(seen).select("#p1 .react > button")} == {"unreact"}
    assert {one["aria-pressed"] for one in soup(seen).select("#p1 .react > button")} == {"true"}
    own = mina.get(THREAD)
    assert row(own, 1) == ["Agree, 1", "Thanks, 1"]
    assert soup(own).select("#p1 .react button") == []
    idris.post(path, reaction="thanks", on="0")
    idris.post(path, reaction="thanks", on="0")
    idris.post(path, reaction="sad", on="0")
    assert kept() == {1: {"agree": 1}}
    assert row(idris.get(THREAD), 1) == ["Agree, 1"]
    forms = {str(form["id"]): form for form in soup(seen).select("#react, #unreact")}
    assert {name: form.select_one('[name="on"]')["value"] for name, form in forms.items()} == {
        "react": "1",
        "unreact": "0",
    }


def test_a_module_of_ours_gets_the_row_alone(said: Said, browser: Any) -> None:
    one = browser("idris")
    form = {"csrf_token": one.token(), "reaction": "laugh", "on": "1"}
    answer = one.client.post(f"/posts/{said.post}/reactions", data=form, headers={"X-Part": "row"})
    assert answer.status_code == 200
    (found,) = soup(answer).select("[data-react]")
    assert found["data-react"] == str(said.post)
    assert "<html" not in answer.text
    assert found.select_one(":scope > button")["aria-pressed"] == "true"


def test_each_reader_sees_the_own_ones_pressed(said: Said, person: Any, browser: Any) -> None:
    """The pieces are remembered for all readers: nobody may get another's."""
    person("lin")
    path = f"/posts/{said.post}/reactions"
    one, other = browser("idris"), browser("lin")
    for _ in range(2):
        one.post(path, reaction="agree", on="1")
        assert [b["aria-pressed"] for b in soup(one.get(THREAD)).select("#p1 .react > button")] == ["true"]
        assert [b["aria-pressed"] for b in soup(other.get(THREAD)).select("#p1 .react > button")] == ["false"]
        other.post(path, reaction="agree", on="1")
        assert row(one.get(THREAD), 1) == ["Agree, 2"]
        other.post(path, reaction="agree", on="0")
        one.post(path, reaction="agree", on="0")


def test_what_is_no_reaction_is_refused(said: Said, browser: Any, kept: Any) -> None:
    one = browser("idris")
    for odd in ("", "love", "Agree", "agree\x00", "9" * 5000, "id", "post_id", "floor"):
        answer = one.post(f"/posts/{said.post}/reactions", reaction=odd, on="1")
        assert answer.status_code == 422
        assert "Choose one of the reactions" in answer.text
    assert one.post("/posts/999/reactions", reaction="agree", on="1").status_code == 404
    assert one.post(f"/posts/{said.post}/reactions", reaction="agree", on="yes").status_code == 303  # only 1 is on
    assert browser("mina").post(f"/posts/{said.post}/reactions", reaction="agree", on="1").status_code == 403
    assert kept() == {}


def test_words_that_are_gone_have_no_reactions(app: Flask, said: Said, browser: Any, kept: Any) -> None:
    path, one = f"/posts/{said.post}/reactions", browser("idris")
    one.post(path, reaction="sad", on="1")
    browser("mina").post(f"/posts/{said.post}/withdraw")
    assert soup(one.get("/threads/1-withdrawn")).select("#p1 .react") == []
    for on in ("0", "1"):
        assert one.post(path, reaction="sad", on=on).status_code == 409
    with app.app_context():
        while outbox.work(wiring.HANDLERS, at=now(), batched=wiring.TOGETHER):
            pass
        db.session.remove()
    assert kept() == {}


def test_many_at_once_are_counted_exactly(said: Said, person: Any, browser: Any, kept: Any) -> None:
    browsers = []
    for number in range(6):
        person(f"p{number}")
        browsers += [browser(f"p{number}"), browser(f"p{number}")]  # each at two browsers
    tokens = [one.token() for one in browsers]

    def all_press(*on: str) -> None:
        forms = [
            {"csrf_token": token, "reaction": "agree", "on": on[number % len(on)]}
            for number, token in enumerate(tokens)
        ]
        answers = at_once(browsers, f"/posts/{said.post}/reactions", forms)
        assert {one.status_code for one in answers} == {303}

    all_press("1")
    assert kept() == {1: {"agree": 6}}
    all_press("0", "1")  # each both at once: whatever comes last
    kept()
    all_press("0")
    assert kept() == {}


def test_a_reaction_moves_nothing_and_tells_nobody(app: Flask, said: Said, browser: Any) -> None:
    def state() -> tuple[Any, ...]:
        with app.app_context():
            while outbox.work(wiring.HANDLERS, at=now(), batched=wiring.TOGETHER):
                pass
            found = (
                db.session.execute(select(Thread.__table__)).all(),
                db.session.execute(select(Notice.__table__)).all(),
            )
            db.session.remove()
        return found

    before = state()
    browser("idris").post(f"/posts/{said.post}/reactions", reaction="thanks", on="1")
    assert state() == before


def test_the_second_page_has_its_own(said: Said, mina: Actor, say: Any, browser: Any) -> None:
    last = [
        say(mina, f"Floor {number}", thread=said.thread, at=now() - 3000 + 200 * number) for number in range(3, 24)
    ][-1]
    one = browser("idris")
    one.post(f"/posts/{last.post}/reactions", reaction="agree", on="1")
    assert row(one.get(f"{THREAD}?page=2"), last.floor) == ["Agree, 1"]
    assert all_words(one.get(THREAD), ".react > button") == []
