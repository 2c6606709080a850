"""Management's answer: its own words alone, four states, every step kept, and a changed decision said for ever."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from forum.boards import answering
from forum.boards.models import Answer, Thread
from forum.boards.permissions import can_answer
from forum.core.actor import Actor
from forum.core.database import db, writing
from forum.core.errors import Conflict, Invalid, Missing, Refused
from forum.hits.models import Promotion
from tests.conftest import NOON
from tests.pages import all_words, form, links, soup, words, wrong

DAY = 86400
CHANGED = "A decision was changed because of this thread."


@pytest.fixture
def lin(mina, person) -> Actor:
    """Management."""
    made: Actor = person("lin", "management", name="Lin W")
    return made


@pytest.fixture
def gate(mina, lin, say):
    """Mina's thread and Lin's post in it."""
    first = say(mina, "The gates.", title="Gate 3", at=NOON - 9000)
    return say(lin, "We have **read** it all.", thread=first.thread, at=NOON - 8000)


@pytest.fixture
def mark(app: Flask):
    """Marks a post, as an action."""

    def marked(actor: Actor, post: int, state: str, at: int = NOON) -> bool:
        with app.app_context():
            try:
                with writing():
                    return answering.mark(actor, post=post, state=state, at=at)
            finally:
                db.session.remove()

    return marked


@pytest.fixture
def steps(stored):
    """What the table of steps holds, in order."""
    return lambda: stored(select(Answer.post_id, Answer.person_id, Answer.state, Answer.at).order_by(Answer.id))


@pytest.fixture
def present(stored):
    """The thread's own columns."""

    def look(thread: int = 1):
        columns = (Thread.answer, Thread.answer_post_id, Thread.answered_by, Thread.answered_at, Thread.overturned_at)
        return tuple(stored(select(*columns).where(Thread.id == thread))[0])

    return look


@pytest.mark.parametrize("state", answering.STATES)
def test_a_post_becomes_the_answer(gate, lin, mark, steps, present, state: str) -> None:
    assert present() == (None, None, None, None, None)
    assert mark(lin, gate.post, state) is True
    assert steps() == [(gate.post, lin.id, state, NOON)]
    assert present() == (state, gate.post, lin.id, NOON, NOON if state == "overturned" else None)


def test_the_same_again_is_nothing(gate, lin, mark, steps, present) -> None:
    mark(lin, gate.post, "heard")
    assert mark(lin, gate.post, "heard", NOON + 60) is False
    assert len(steps()) == 1
    assert present()[3] == NOON


def test_any_state_moves_to_any_other_and_a_changed_decision_stays(gate, lin, mark, steps, present) -> None:
    walk = ["heard", "answered", "heard", "declined", "overturned", "declined", "overturned", "heard", "overturned"]
    for number, state in enumerate(walk):
        assert mark(lin, gate.post, state, NOON + number) is True
        assert present()[0] == state
        assert present()[4] == (NOON + 4 if number >= 4 else None)
    assert [one.state for one in steps()] == walk


def test_any_manager_moves_it_on_with_words_of_their_own(gate, lin, person, say, mark, steps, present) -> None:
    wei = person("wei", "management", "hr")
    mark(lin, gate.post, "declined")
    with pytest.raises(Refused):
        mark(wei, gate.post, "answered")
    own = say(wei, "We thought again.", thread=gate.thread)
    assert mark(wei, own.post, "overturned", NOON + 5) is True
    assert present() == ("overturned", own.post, wei.id, NOON + 5, NOON + 5)
    assert mark(lin, gate.post, "declined", NOON + 9) is True
    assert present() == ("declined", gate.post, lin.id, NOON + 9, NOON + 5)
    assert [one.post_id for one in steps()] == [gate.post, own.post, gate.post]


def test_each_thread_has_its_own(gate, lin, say, mark, present) -> None:
    other = say(lin, "An opening of my own.", title="Another")
    mark(lin, gate.post, "heard")
    mark(lin, other.post, "overturned")
    assert present(gate.thread)[:2] == ("heard", gate.post)
    assert present(other.thread)[:2] == ("overturned", other.post)


@pytest.mark.parametrize("roles", [(), ("hr",), ("operator",), ("hr", "operator")])
def test_nobody_else_answers_for_management(gate, person, say, mark, steps, present, browser, roles) -> None:
    other = person("other", *roles)
    own = say(other, "I speak for all.", thread=gate.thread)
    one = browser("other")
    for post in (own.post, gate.post):
        with pytest.raises(Refused):
            mark(other, post, "answered")
        assert one.get(f"/posts/{post}/answer").status_code == 403
        assert one.post(f"/posts/{post}/answer", state="answered").status_code == 403
    assert "/answer" not in one.get(f"/threads/{gate.thread}-gate-3").text
    assert (steps(), present()[0]) == ([], None)


def test_who_leaves_management_cannot_move_it(gate, lin, mark, present) -> None:
    mark(lin, gate.post, "heard")
    with pytest.raises(Refused):
        mark(lin._replace(roles=frozenset({"employee"})), gate.post, "answered")
    assert present()[0] == "heard"


def test_the_rule_itself(gate, lin, mina, stored) -> None:
    class Post:
        author_id = lin.id
        withdrawn_at: int | None = None

    assert can_answer(lin, Post())
    assert not can_answer(mina, Post())
    Post.withdrawn_at = NOON
    assert not can_answer(lin, Post())


def test_words_of_others_and_words_that_are_gone(gate, mina, lin, mark, steps, browser) -> None:
    one = browser("lin")
    answer = one.post("/posts/1/answer", state="answered")
    assert answer.status_code == 403
    assert "only a post of your own can be the answer" in words(answer)
    one.post(f"/posts/{gate.post}/withdraw")
    with pytest.raises(Conflict):
        mark(lin, gate.post, "answered")
    for answer in (one.get(f"/posts/{gate.post}/answer"), one.post(f"/posts/{gate.post}/answer", state="answered")):
        assert answer.status_code == 409
        assert "its words are gone" in words(answer)
    with pytest.raises(Missing):
        mark(lin, 999, "answered")
    assert one.get("/posts/999/answer").status_code == 404
    assert one.post("/posts/999/answer", state="heard").status_code == 404
    assert steps() == []


@pytest.mark.parametrize(
    "state", ["", "Heard", "heard ", "magic", "\x00", "heard\nanswered", "x" * 9000, "overturned;--"]
)
def test_bad_states(gate, lin, mark, steps, present, browser, state: str) -> None:
    with pytest.raises(Invalid) as caught:
        mark(lin, gate.post, state)
    assert caught.value.field == "state"
    answer = browser("lin").post(f"/posts/{gate.post}/answer", state=state)
    assert answer.status_code == 422
    assert wrong(answer) == ["Choose one of the four: what does this post say?"]
    assert (steps(), present()[0]) == ([], None)


def test_a_form_without_its_token_marks_nothing(gate, browser, steps) -> None:
    assert browser("lin").client.post(f"/posts/{gate.post}/answer", data={"state": "heard"}).status_code == 400
    assert steps() == []


def test_the_page_asks_and_the_form_sends(gate, lin, browser, steps, frozen) -> None:
    one, address = browser("lin"), f"/posts/{gate.post}/answer"
    thread = one.get(f"/threads/{gate.thread}-gate-3")
    assert address in links(thread, "#p2 .acts a")
    assert "Mark as the answer" in words(thread, "#p2 .acts")
    assert "/posts/1/answer" not in thread.text
    page = one.get(address)
    assert all_words(page, ".options b") == ["Heard", "Answered", "Decided otherwise", "No, because"]
    assert len(set(all_words(page, ".options b + span"))) == 4
    assert [box["value"] for box in soup(page).select("input[type=radio]")] == list(answering.STATES)
    assert soup(page).select("input[checked]") == []
    assert "We have read it all." in words(page, ".sheet")
    sent = form(page, address) | {"state": "overturned"}
    for _ in range(2):  # pressed twice
        answer = one.client.post(address, data=sent)
        assert (answer.status_code, answer.location) == (303, f"/threads/{gate.thread}-gate-3#p2")
        frozen(NOON + 300)
    assert [tuple(row) for row in steps()] == [(gate.post, lin.id, "overturned", NOON)]
    again = one.get(address)
    assert [box["value"] for box in soup(again).select("input[checked]")] == ["overturned"]
    assert "Move the answer on" in words(one.get(answer.location), "#p2 .acts")


def test_the_page_says_which_answer_stands_now(gate, lin, say, mark, browser) -> None:
    later = say(lin, "More.", thread=gate.thread)
    mark(lin, gate.post, "heard")
    page = browser("lin").get(f"/posts/{later.post}/answer")
    assert words(page, "main .told").startswith("The answer now: Heard · Lin W · 12:00 · floor 2.")
    assert soup(page).select("input[checked]") == []


def test_everybody_sees_it_above_the_thread(gate, lin, mark, browser) -> None:
    one, address = browser("mina"), f"/threads/{gate.thread}-gate-3"
    assert soup(one.get(address)).select(".verdict") == []
    mark(lin, gate.post, "answered")
    page = one.get(address)
    assert words(page, ".verdict h2") == "Answered"
    assert words(page, ".verdict .words") == "We have read it all."
    assert words(page, ".verdict .small") == "Lin W · 12:00 · floor 2"
    assert links(page, ".verdict .small a") == ["/people/lin", f"{address}#p2"]
    assert soup(page).select(".verdict svg.seal, .verdict details, .verdict .proud") == []
    assert words(page, "#p2 .state") == "The answer: Answered"
    assert len(all_words(page, ".state")) == 1
    assert "/answer" not in links(page)


def test_its_history_is_open_to_everybody(gate, lin, person, say, mark, browser) -> None:
    wei = person("wei", "management", name="Wei")
    own = say(wei, "Now in full.", thread=gate.thread)
    mark(lin, gate.post, "heard", NOON - 2 * DAY)
    mark(wei, own.post, "declined", NOON - DAY)
    mark(wei, own.post, "answered", NOON)
    page = browser("mina").get(f"/threads/{gate.thread}-gate-3")
    assert words(page, ".steps summary") == "How it came to this: 3 steps"
    assert all_words(page, ".steps li") == [
        "HeardLin W · Thursday 12:00 · floor 2",
        "No, becauseWei · yesterday 12:00 · floor 3",
        "AnsweredWei · 12:00 · floor 3",
    ]
    assert words(page, ".verdict .words") == "Now in full."
    assert all_words(page, ".state") == ["An earlier answer: Heard", "The answer: Answered"]


def test_a_changed_decision_is_said_for_ever(gate, lin, say, mark, browser) -> None:
    one, address = browser("mina"), f"/threads/{gate.thread}-gate-3"
    later = say(lin, "The details.", thread=gate.thread)
    mark(lin, gate.post, "declined", NOON - 3 * DAY)
    mark(lin, gate.post, "overturned", NOON - 2 * DAY)
    page = one.get(address)
    assert words(page, ".verdict h2") == "Decided otherwise"
    assert words(page, ".verdict .proud") == f"{CHANGED} November 19, 2026"
    assert len(soup(page).select(".verdict.changed > svg.seal")) == 1
    assert len(soup(page).select("#p2 .state.otherwise svg.seal")) == 1
    mark(lin, later.post, "overturned", NOON - DAY)
    for state in ("answered", "declined", "heard"):
        mark(lin, later.post, state)
        page = one.get(address)
        assert words(page, ".verdict h2") != "Decided otherwise"
        assert words(page, ".verdict .proud") == f"{CHANGED} November 19, 2026, floor 2"
        assert links(page, ".verdict .proud a") == [f"{address}#p2"]
        assert len(soup(page).select(".verdict.changed > svg.seal")) == 1
        assert all_words(one.get("/boards/canteen"), ".index .otherwise") == ["Decided otherwise"]


def test_it_is_said_after_a_hundred_more_steps(gate, lin, mark, browser) -> None:
    mark(lin, gate.post, "overturned", NOON - 2 * DAY)
    for number in range(101):
        mark(lin, gate.post, ("heard", "answered")[number % 2], NOON + number)
    page = browser("mina").get(f"/threads/{gate.thread}-gate-3")
    assert words(page, ".verdict .proud").startswith(f"{CHANGED} November 19, 2026")
    assert all_words(page, ".steps b")[0] == "Decided otherwise"
    assert len(all_words(page, ".steps b")) == 101


def test_the_answer_withdrawn_stays_the_answer(gate, lin, mark, browser, steps, present) -> None:
    mark(lin, gate.post, "heard", NOON - 60)
    mark(lin, gate.post, "overturned")
    assert browser("lin").post(f"/posts/{gate.post}/withdraw").status_code == 303
    assert (len(steps()), present()[0], present()[4]) == (2, "overturned", NOON)
    page = browser("mina").get(f"/threads/{gate.thread}-gate-3")
    assert words(page, ".verdict h2") == "Decided otherwise"
    assert words(page, ".verdict .gone") == "Its words were withdrawn by their author. That they were the answer stays."
    assert "read it all" not in page.text
    assert CHANGED in words(page, ".verdict")
    assert words(page, "#p2 .state") == "The answer: Decided otherwise"


def test_an_edited_answer_shows_its_words_of_today(gate, lin, mark, browser) -> None:
    mark(lin, gate.post, "answered")
    edit = f"/posts/{gate.post}/edit"
    browser("lin").post(edit, page=edit, body="In other words.", based_on="1")
    assert words(browser("mina").get(f"/threads/{gate.thread}-gate-3"), ".verdict .words") == "In other words."


def test_later_pages_say_it_in_a_line(gate, mina, lin, say, mark, browser) -> None:
    for number in range(20):
        say(mina, f"Floor {number}", thread=gate.thread, at=NOON - 7000 + number * 60)
    mark(lin, gate.post, "overturned")
    one, address = browser("mina"), f"/threads/{gate.thread}-gate-3?page=2"
    page = one.get(address)
    assert words(page, ".verdict.brief") == "Management’s answer Decided otherwise Lin W · 12:00 · floor 2"
    mark(lin, gate.post, "heard", NOON + 60)
    assert CHANGED in words(one.get(address), ".verdict.brief")


def test_a_magic_thread_says_how_long_it_waits(gate, lin, mark, browser, change, frozen) -> None:
    one, address = browser("mina"), f"/threads/{gate.thread}-gate-3"
    assert soup(one.get(address)).select(".waits") == []
    since = NOON - 2 * DAY - 6 * 3600
    change(update(Thread).values(magic_at=since))
    figures = {"readers": 212, "usual": 9, "starts_at": 126, "audience": 400, "matured": 50}
    change(insert(Promotion).values(thread_id=gate.thread, at=since, leaf=0, **figures))
    told = "Management has not answered yet; this thread has waited 2 days 6 hours."
    assert words(one.get(address), ".waits") == told
    mark(lin, gate.post, "answered")
    page = one.get(address)
    assert soup(page).select(".waits") == []
    assert words(page, ".verdict .small").endswith("· 2 days 6 hours after it became Magic")


def test_lists_say_it_in_one_quiet_line(gate, mina, lin, say, mark, browser, change) -> None:
    one = browser("mina")

    def lines() -> list[str]:
        return all_words(one.get("/boards/canteen"), ".index > li .quiet")

    assert "Magic" not in lines()[0]
    for state, word in (("heard", "Heard"), ("answered", "Answered"), ("declined", "No, because")):
        mark(lin, gate.post, state)
        assert lines()[0].endswith(f"· {word}")
        assert soup(one.get("/boards/canteen")).select(".index svg.seal") == []
    change(update(Thread).values(magic_at=NOON))
    mark(lin, gate.post, "overturned")
    for path in ("/boards/canteen", "/boards/canteen?sort=hits", "/"):
        page = one.get(path)
        assert all_words(page, ".index .magic") == ["Magic"], path
        assert all_words(page, ".index .otherwise") == ["Decided otherwise"], path
        assert len(soup(page).select(".index li svg.seal[aria-hidden=true]")) == 2, path


def test_a_floor_remembered_for_one_reader_is_not_anothers(gate, lin, mina, mark, browser) -> None:
    address = f"/threads/{gate.thread}-gate-3"
    boss, other = browser("lin"), browser("mina")
    for _ in range(2):
        assert "Mark as the answer" in boss.get(address).text
        assert "Mark as the answer" not in other.get(address).text
    mark(lin, gate.post, "heard")
    assert "Move the answer on" in boss.get(address).text
    assert words(other.get(address), ".state") == "The answer: Heard"
