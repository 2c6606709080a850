"""Floors: every post has its own, without a gap, whoever speaks at the same time; kept counters stay true."""

from __future__ import annotations

from sqlalchemy import select

from forum.accounts.models import Person
from forum.boards.models import Board, Post, Thread
from tests.conftest import NOON
from tests.pages import all_words, form
from tests.together import at_once


def test_eight_at_once_get_eight_floors(mina, person, say, browser, stored) -> None:
    thread = say(mina)
    address = f"/threads/{thread.thread}-{thread.slug}"
    to = f"/threads/{thread.thread}/posts"
    handles = [person(f"p{number}").handle for number in range(8)]
    browsers = [browser(handle) for handle in handles]
    for round_ in range(3):
        forms = [
            form(one.get(address), to) | {"body": f"{round_} of {h}"} for one, h in zip(browsers, handles, strict=True)
        ]
        answers = at_once(browsers, to, forms)
        assert [answer.status_code for answer in answers] == [303] * 8
        assert len({answer.location for answer in answers}) == 8
    floors = stored(
        select(Post.floor, Post.html, Person.handle).join(Person, Person.id == Post.author_id).order_by(Post.floor)
    )
    assert [one.floor for one in floors] == list(range(1, 26))
    assert all(one.handle in one.html for one in floors[1:])
    assert stored(select(Thread.posts, Thread.active_at)) == [(25, NOON)]
    assert stored(select(Board.threads, Board.posts)) == [(1, 25)]
    assert [one.posts for one in stored(select(Person.posts).order_by(Person.id))] == [1, *[3] * 8]


def test_threads_begun_at_once_are_all_there(mina, person, browser, stored) -> None:
    browsers = [browser(person(f"p{number}").handle) for number in range(6)]
    to = "/boards/canteen/new"
    forms = [form(one.get(to), to) | {"title": f"T{n}", "body": "x"} for n, one in enumerate(browsers)]
    answers = at_once(browsers, to, forms)
    assert [answer.status_code for answer in answers] == [303] * 6
    assert sorted(one.title for one in stored(select(Thread.title))) == [f"T{n}" for n in range(6)]
    assert stored(select(Board.threads, Board.posts)) == [(6, 6)]
    assert [one.posts for one in stored(select(Thread.posts))] == [1] * 6


def test_each_thread_counts_its_own(mina, idris, say, browser, stored) -> None:
    first, second = say(mina, title="First"), say(mina, title="Second")
    assert [say(idris, thread=one.thread).floor for one in (first, second, first, second, first)] == [2, 2, 3, 3, 4]
    page = browser("mina").get(f"/threads/{first.thread}-{first.slug}")
    assert all_words(page, "article.floor > a.no") == ["1", "2", "3", "4"]
    assert [one.last_author_id for one in stored(select(Thread.last_author_id))] == [idris.id, idris.id]


def test_what_is_said_later_about_earlier_times_does_not_turn_the_clock_back(mina, say, stored) -> None:
    thread = say(mina, at=NOON - 100)
    say(mina, thread=thread.thread, at=NOON - 5000)
    assert stored(select(Thread.active_at)) == [(NOON - 100,)]
    assert stored(select(Board.active_at)) == [(NOON - 100,)]
