"""Who is told of what: those it concerns, once, with the word that says most; nobody who does not want it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from forum import markup
from forum.accounts.models import Person
from forum.boards import actions as boards
from forum.boards import answering, readings
from forum.core.actor import Actor
from forum.core.database import db, rows, writing
from forum.desk import actions as desk
from forum.follow import actions, jobs, telling
from forum.follow.models import Notice, Telling, ThreadFollow
from tests.conftest import NOON


def test_a_reply_a_quotation_and_a_mention_are_told(
    mina: Actor, idris: Actor, lin: Actor, say: Any, worked: Any, told: Any, new: Any
) -> None:
    first = say(mina, "The soup is cold.", title="Soup")
    second = say(lin, "It was warm at noon.", thread=first.thread)
    worked()
    assert told(mina) == [("Lin replied", "Soup", True)]  # she follows what she began
    quoted = markup.quote("It was warm at noon.", "Lin", f"/posts/{second.post}", "floor 2")
    say(idris, f"{quoted}\n\nNot here, @mina.", thread=first.thread)
    worked()
    assert ("Idris quoted you", "Soup", True) in told(lin)
    assert ("Idris mentioned you", "Soup", True) in told(mina)
    say(lin, "@idris and @lin and @nobody: see there.", thread=first.thread, reply_to=first.post)
    worked()
    assert ("Lin replied to you", "Soup", True) in told(mina)
    assert told(idris) == [("Lin mentioned you", "Soup", True)]  # one line for one post, the one that says most
    assert new(lin) == len(told(lin)) == 1  # nobody is told of what they said themselves


def test_what_quotations_mention_is_not_told_again(
    mina: Actor, idris: Actor, lin: Actor, say: Any, worked: Any, told: Any
) -> None:
    first = say(mina, "Ask @lin.", title="Soup")
    worked()
    assert len(told(lin)) == 1
    say(idris, markup.quote("Ask @lin.", "Mina O", f"/posts/{first.post}", "floor 1") + "\n\nWhy?", thread=first.thread)
    worked()
    assert told(lin) == [("Mina O mentioned you", "Soup", True)]


def test_many_replies_are_one_line_until_somebody_looks(
    mina: Actor, idris: Actor, say: Any, worked: Any, told: Any, new: Any, look: Any
) -> None:
    first = say(mina, "The soup is cold.", title="Soup")
    worked()
    for number in range(7):
        say(idris, f"Number {number}.", thread=first.thread)
    worked()
    assert told(mina) == [("7 new replies, the latest by Idris", "Soup", True)]
    assert new(mina) == 1
    look(mina)
    assert new(mina) == 0
    assert told(mina) == [("7 new replies, the latest by Idris", "Soup", False)]
    say(idris, "One more.", thread=first.thread)
    worked()
    assert told(mina) == [("Idris replied", "Soup", True)]
    assert new(mina) == 1


def test_what_was_read_in_the_thread_is_not_new_in_the_list(
    app: Flask, mina: Actor, idris: Actor, say: Any, worked: Any, told: Any, new: Any
) -> None:
    first = say(mina, "The soup is cold.", title="Soup")
    say(idris, "One.", thread=first.thread)
    worked()
    assert new(mina) == 1
    with app.app_context():
        with writing():
            desk.reached(mina.id, first.thread, 2)
        db.session.remove()
    assert new(mina) == 0
    assert told(mina) == [("Idris replied", "Soup", False)]
    say(idris, "Two.", thread=first.thread)
    worked()
    assert told(mina) == [("Idris replied", "Soup", True)]
    assert new(mina) == 1


def test_threads_boards_and_people_are_followed(
    mina: Actor, idris: Actor, lin: Actor, say: Any, worked: Any, told: Any, does: Any
) -> None:
    does(actions.follow_board, lin, board=1, on=True)
    does(actions.follow_person, idris, other=mina.id, on=True)
    first = say(mina, "The soup is cold.", title="Soup")
    worked()
    assert told(lin) == [("A new thread on Canteen", "Soup", True)]
    assert told(idris) == [("Mina O began a thread", "Soup", True)]
    does(actions.follow_thread, lin, thread=first.thread, on=True)
    say(mina, "And salty.", thread=first.thread)
    say(mina, "Tea.", title="Tea")
    worked()
    assert told(lin) == [("2 new threads on Canteen", "Tea", True), ("Mina O replied", "Soup", True)]
    assert told(idris) == [("3 new posts by Mina O", "Tea", True)]
    does(actions.follow_board, lin, board=1, on=False)
    does(actions.follow_person, idris, other=mina.id, on=False)
    does(actions.follow_thread, lin, thread=first.thread, on=False)
    before = told(lin), told(idris)
    say(mina, "Coffee.", title="Coffee")
    say(mina, "Bread.", thread=first.thread)
    worked()
    assert (told(lin), told(idris)) == before


def test_who_writes_follows_unless_they_chose_otherwise(
    mina: Actor, idris: Actor, lin: Actor, say: Any, worked: Any, told: Any, does: Any
) -> None:
    does(actions.choose_on_writing, lin, on=False)
    first = say(mina, "The soup is cold.", title="Soup")
    say(lin, "Mine was not.", thread=first.thread)
    say(idris, "Whose?", thread=first.thread)
    worked()
    does(actions.follow_thread, idris, thread=first.thread, on=False)
    say(mina, "Lin's.", thread=first.thread)
    say(idris, "I see.", thread=first.thread)
    worked()
    assert told(lin) == []
    assert told(idris) == []
    assert told(mina) == [("3 new replies, the latest by Idris", "Soup", True)]


def test_who_muted_somebody_or_a_thread_or_left_is_not_told(
    app: Flask, mina: Actor, idris: Actor, lin: Actor, person: Any, say: Any, worked: Any, told: Any, does: Any
) -> None:
    gone = person("gone")
    first = say(mina, "The soup is cold.", title="Soup")
    for one in (lin, gone):
        does(actions.follow_thread, one, thread=first.thread, on=True)
    does(desk.mute_person, lin, other=idris.id, on=True)
    does(desk.mute_thread, mina, thread=first.thread, on=True)
    with app.app_context():
        with writing():
            db.session.get_one(Person, gone.id).left_at = NOON - 10
        db.session.remove()
    say(idris, "Not mine, @lin, @mina, @gone.", thread=first.thread, reply_to=first.post)
    worked()
    assert told(lin) == told(mina) == told(gone) == []


def test_who_muted_a_board_is_told_of_nothing_there(
    mina: Actor, idris: Actor, lin: Actor, board: Any, say: Any, worked: Any, told: Any, does: Any
) -> None:
    board("gates", "Gates")
    first = say(mina, "The soup is cold.", title="Soup")
    does(actions.follow_thread, lin, thread=first.thread, on=True)
    does(actions.follow_person, lin, other=idris.id, on=True)
    does(desk.mute_board, lin, board=1, on=True)
    say(idris, "Ask @lin.", thread=first.thread)
    worked()
    assert told(lin) == []
    say(idris, "At the gate, @lin.", title="Gate 3", board="gates")
    worked()
    assert told(lin) == [("Idris mentioned you", "Gate 3", True)]
    does(desk.mute_board, lin, board=1, on=False)
    say(idris, "Not that either, @lin.", thread=first.thread)
    worked()
    assert ("Idris mentioned you", "Soup", True) in told(lin)


def test_magic_and_answers_are_told(
    app: Flask, mina: Actor, lin: Actor, person: Any, say: Any, worked: Any, told: Any, does: Any
) -> None:
    vp = person("vp", "management", name="The VP")
    first = say(mina, "The soup is cold.", title="Soup")
    worked()
    does(actions.follow_thread, lin, thread=first.thread, on=True)
    with app.app_context():
        with writing():
            readings.became_magic(first.thread, NOON)
        db.session.remove()
    worked()
    assert told(mina) == told(lin) == [("A thread became Magic", "Soup", True)]
    post = say(vp, "It will be warm.", thread=first.thread)
    with app.app_context():
        with writing():
            answering.mark(vp, post=post.post, state="answered", at=NOON)
        db.session.remove()
    worked()
    assert ("Management answered", "Soup", True) in told(mina)
    assert ("Management answered", "Soup", True) in told(lin)
    assert ("Management answered", "Soup", True) not in told(vp)


def test_nothing_is_told_of_what_was_withdrawn_meanwhile(
    app: Flask, mina: Actor, idris: Actor, say: Any, worked: Any, told: Any
) -> None:
    first = say(mina, "The soup is cold.", title="Soup")
    worked()
    reply = say(idris, "Zqwithdrawn.", thread=first.thread)
    with app.app_context():
        with writing():
            boards.withdraw(idris, post=reply.post, at=NOON)
        db.session.remove()
    worked()
    assert told(mina) == []


MANY = 1_300


@pytest.fixture
def crowd(app: Flask, mina: Actor, say: Any, worked: Any) -> int:
    """A thread that very many follow."""
    first = say(mina, "The soup is cold.", title="Soup")
    worked()
    with app.app_context():
        with writing():
            people = [{"handle": f"c{n}", "name": f"C{n}", "joined_at": NOON - 9000, "posts": 0} for n in range(MANY)]
            db.session.execute(insert(Person), people)
            ids = [one.id for one in rows(select(Person.id).where(Person.handle.like("c%")))]
            db.session.execute(
                insert(ThreadFollow), [{"thread_id": first.thread, "person_id": one, "on": True} for one in ids]
            )
        db.session.remove()
    return first.thread


def lines_of(app: Flask) -> dict[int, int]:
    with app.app_context():
        found = {one.person_id: one.many for one in rows(select(Notice.person_id, Notice.many))}
        db.session.remove()
    return found


@pytest.mark.parametrize("after", [1, 2, 3, 4, 5])
def test_a_worker_killed_in_the_middle_tells_nobody_twice_and_forgets_nobody(
    app: Flask, crowd: int, idris: Actor, mina: Actor, say: Any, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Killed after so many portions, and once more between the last portion and the end of its job."""
    say(idris, "One.", thread=crowd)
    second = say(idris, "Two.", thread=crowd)
    real, left = telling._portion, [after]

    def killed(*given: Any) -> bool:
        if not left[0]:
            raise SystemExit
        left[0] -= 1
        return real(*given)

    with app.app_context():
        with monkeypatch.context() as patch:
            patch.setattr(telling, "_portion", killed)
            with pytest.raises(SystemExit):
                jobs.said({"post": second.post})
        db.session.remove()
        for post in (second.post, second.post - 1, second.post - 1, second.post):
            jobs.said({"post": post})
        db.session.remove()
    found = lines_of(app)
    assert len(found) == MANY + 1
    assert set(found.values()) == {2}


def test_a_crowd_is_told_in_portions_and_others_have_their_turn(
    app: Flask, crowd: int, idris: Actor, say: Any, worked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "CHUNK", 100)
    monkeypatch.setattr(telling, "PORTIONS", 5)
    say(idris, "One.", thread=crowd)
    worked()
    assert len(lines_of(app)) == MANY + 1
    with app.app_context():
        (done,) = rows(select(func.count().label("many")).where(Telling.stage == telling.DONE))
        assert done.many == 2
        with writing():
            jobs.sweep(NOON + telling.KEPT + 3601)
        (left,) = rows(select(func.count().label("many")).select_from(Telling))
        assert left.many == 0
        db.session.remove()
