"""The demo company: what a visitor may expect to find in it, and that it fills an empty forum only."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import Integer, cast, func, select

from forum.accounts.models import Person, PersonName
from forum.boards.models import Board, Imported, Post, Revision, Thread
from forum.core.outbox import Job
from forum.desk.models import BoardPlace, Draft, Place
from forum.exchange import demo, demo_past, demo_words
from forum.follow.models import Notice
from tests.conftest import NOON


@pytest.fixture
def shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo with less that is borrowed."""
    sites = tuple(site._replace(threads=12) for site in demo_past.SITES)
    monkeypatch.setattr(demo_past, "SITES", sites)
    monkeypatch.setattr(demo_past, "RUNNING", 60)


def test_the_whole_demo(run, stored, sound, frozen, browser, state) -> None:
    result = run("demo")
    sound()
    assert demo.PASSWORD in result.stdout
    for handle in demo.SIGN_INS:
        assert f"  {handle} " in result.stdout
    assert len(stored(select(Board.id))) >= 12
    assert len(stored(select(Person.id))) >= 50
    roles = stored(select(func.sum(cast(Person.hr, Integer)), func.sum(cast(Person.management, Integer))))[0]
    assert min(roles) >= 2
    sizes = [one.posts for one in stored(select(Thread.posts))]
    assert max(sizes) > 2_000
    assert min(sizes) <= 3
    assert 5_000 <= sum(sizes) <= 8_000
    assert len(stored(select(Thread.id).where(Thread.lang == "zh"))) >= 20
    times = [one.created_at for one in stored(select(Post.created_at))]
    assert max(times) <= NOON
    assert min(times) > NOON - 400 * 86400
    assert sum(one > NOON - 86400 for one in times) > 20
    _the_desk(stored)
    assert browser("mina").get("/").status_code == 200
    before = state()
    assert "has posts" in run("demo", code=1).stderr
    assert "  mina " in run("demo", "--if-empty").stdout
    assert state() == before


def _the_desk(stored) -> None:
    mina = stored(select(Person.id).where(Person.handle == demo.READER))[0].id
    places = dict(tuple(one) for one in stored(select(Place.thread_id, Place.floor).where(Place.person_id == mina)))
    marks = dict(tuple(one) for one in stored(select(BoardPlace.board_id, BoardPlace.thread_id)))
    threads = stored(select(Thread.__table__))
    joined = stored(select(Person.joined_at).where(Person.id == mina))[0].joined_at
    half = [one for one in threads if one.id in places and places[one.id] < one.posts]
    new = [
        one
        for one in threads
        if one.id not in places
        and one.author_id != mina
        and one.created_at > joined
        and one.id > marks.get(one.board_id, 0)
    ]
    assert 30 <= len(places) <= 60
    assert 5 <= len(half) <= 12
    assert 10 <= len(new) <= 25
    assert len(stored(select(Draft.spot))) == 1
    told = stored(select(Notice.kind, Notice.at).where(Notice.person_id == mina))
    assert len({one.kind for one in told}) >= 3
    assert 5 <= len(told) <= 40
    assert all(NOON - 30 * 86400 < one.at <= NOON for one in told)
    assert not stored(select(Job.id).where(Job.kind.in_(("boards.magic", "boards.answered"))))  # it was told as of then


def test_whose_words_they_are(shorter, run, stored, sound, frozen, browser) -> None:
    run("demo")
    sound()
    _its_own_words(stored)
    _borrowed_words_name_their_originals(stored)
    _the_page_of_credits(browser)


def _its_own_words(stored) -> None:
    [gone, *_] = stored(select(Post.__table__).where(Post.withdrawn_at.is_not(None)))
    assert {one.body for one in stored(select(Revision.body).where(Revision.post_id == gone.id))} == {None}
    assert stored(select(Post.id).where(Post.revisions > 1))
    names = Counter(one.person_id for one in stored(select(PersonName.person_id)))
    with_history = {one.handle: len(one.names) for one in demo_words.colleagues(NOON)}
    for one in stored(select(Person.__table__)):
        assert names[one.id] == with_history.get(one.handle, 1)  # who only reads has one name
        assert one.email is None
    hashes = stored(select(Person.handle, Person.password_hash))
    assert len({one.password_hash for one in hashes if one.handle in with_history}) == 1
    assert {one.password_hash for one in hashes if one.handle not in with_history} == {
        None
    }  # nobody is signed in as them
    left = {one.id: one.left_at for one in stored(select(Person.__table__)) if one.left_at}
    assert left
    late = stored(select(Post.author_id, Post.created_at).where(Post.author_id.in_(left)))
    assert all(one.created_at <= left[one.author_id] for one in late)
    story = stored(select(Thread.__table__).where(Thread.title == demo.STORY))
    assert len(story) == 1
    links = stored(select(Post.html).where(Post.html.contains('href="#p')))
    assert links


def _borrowed_words_name_their_originals(stored) -> None:
    sources = Counter(one.source for one in stored(select(Imported.source)))
    assert set(sources) == {"demo:history", "demo:beer", "demo:coffee"}
    boards = {one.slug: one.id for one in stored(select(Board.slug, Board.id))}
    for site in demo_past.SITES:
        posts = stored(
            select(Thread.board_id)
            .join(Post, Post.thread_id == Thread.id)
            .join(Imported, Imported.post_id == Post.id)
            .where(Imported.source == f"demo:{site.name}")
            .distinct()
        )
        assert [one.board_id for one in posts] == [boards[site.name]]


def test_it_can_be_filled_up(shorter, run, stored, sound, frozen, state) -> None:
    result = run("demo", "--posts", "4000")
    sound()
    assert "4,000 posts" in result.stdout
    assert stored(select(func.count()).select_from(Post))[0][0] == 4_000
    own = stored(select(Thread.id).where(Thread.title == demo.STORY))[0].id
    assert max(one.posts for one in stored(select(Thread.posts).where(Thread.id < own))) >= 100
    _the_desk(stored)


def test_a_forum_of_ones_own_is_left_alone(run, frozen, person, board, say, state) -> None:
    board()
    say(person("mina"))
    before = state()
    assert run("demo", "--if-empty").stdout == ""
    run("demo", "--posts", "10", code=1)
    assert state() == before


def test_people_and_boards_that_are_there_are_taken_as_they_are(
    shorter, run, stored, sound, frozen, person, board
) -> None:
    person("op", "operator", name="Our operator")
    board("canteen", "The real canteen")
    run("demo")
    sound()
    assert stored(select(Person.name).where(Person.handle == "op"))[0].name == "Our operator"
    assert stored(select(Board.name).where(Board.slug == "canteen"))[0].name == "The real canteen"


def _the_page_of_credits(browser) -> None:
    page = browser("mina").get("/credits").text
    for words in (
        "History Meta Stack Exchange",
        "https://alcohol.stackexchange.com",
        "https://coffee.stackexchange.com/questions/",
        "CC BY-SA 3.0",
        "CC BY-SA 4.0",
        "https://creativecommons.org/licenses/by-sa/4.0/",
        "Semaphore",
    ):
        assert words in page, words
    assert browser().get("/credits").status_code == 303
