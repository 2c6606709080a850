"""Lists of threads: their orders, their pages, what a row says."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from forum.boards.models import Thread
from tests.conftest import NOON
from tests.pages import all_words, links, words


@pytest.fixture
def three(mina, idris, say, change):
    """Old but lively, new but quiet, much read."""
    lively = say(mina, title="Lively", at=NOON - 9000)
    read = say(mina, title="Read", at=NOON - 8000)
    say(mina, title="New", at=NOON - 7000)
    say(idris, thread=lively.thread, at=NOON - 60)
    change(update(Thread).where(Thread.id == read.thread).values(hits=1234))


@pytest.mark.parametrize(
    ("sort", "titles"),
    [("active", ["Lively", "New", "Read"]), ("new", ["New", "Read", "Lively"]), ("hits", ["Read", "New", "Lively"])],
)
def test_orders(three, browser, sort: str, titles: list[str]) -> None:
    one = browser("mina")
    page = one.get(f"/boards/canteen?sort={sort}")
    assert all_words(page, "ol.index h3") == titles
    assert all_words(page, "nav.tabs [aria-current]") == [{"active": "Active", "new": "New", "hits": "Most read"}[sort]]
    front = one.get(f"/?sort={sort}")
    assert all_words(front, "section[aria-labelledby=latest] h3") == titles
    if sort == "active":
        assert all_words(one.get("/boards/canteen"), "ol.index h3") == titles


def test_a_row_says_who_when_and_how_much(three, browser) -> None:
    rows = all_words(browser("mina").get("/boards/canteen?sort=hits"), "ol.index > li:not(.cap)")
    assert rows[0] == "Read Mina O · 09:46 0replies 1,234readers"
    assert rows[2] == "Lively Mina O · last by Idris, 11:59 1reply 0readers"


def test_twenty_threads_a_page(mina, say, browser) -> None:
    for number in range(45):
        say(mina, title=f"Thread {number}", at=NOON - 90000 + number * 600)
    one = browser("mina")
    titles = [f"Thread {number}" for number in reversed(range(45))]
    for page, part in ((1, titles[:20]), (2, titles[20:40]), (3, titles[40:])):
        for sort in ("active", "new"):
            answer = one.get(f"/boards/canteen?sort={sort}&page={page}")
            assert all_words(answer, "ol.index h3") == part
    assert one.get("/boards/canteen?page=4").status_code == 404
    assert links(one.get("/boards/canteen?sort=new&page=2"), ".pager a") == [
        "/boards/canteen?sort=new",
        "/boards/canteen?sort=new&page=3",
        "/boards/canteen?sort=new&page=3",
    ]
    assert links(one.get("/boards/canteen"), ".pager a") == [
        "/boards/canteen?page=2",
        "/boards/canteen?page=3",
        "/boards/canteen?page=2",
    ]
    profile = one.get("/people/mina?page=3")
    assert all_words(profile, "ol.index h3") == titles[40:]


def test_the_lead_is_the_most_talked_about_of_the_last_days(mina, idris, say, browser) -> None:
    old = say(mina, title="Old", at=NOON - 11 * 86400)
    fresh = say(mina, "Why it **matters**.", title="Fresh", at=NOON - 86400)
    say(mina, title="Newest", at=NOON - 60)
    for _ in range(3):
        say(idris, thread=old.thread)
    say(idris, thread=fresh.thread)
    front = browser("mina").get("/")
    assert words(front, ".lead h2") == "Fresh"
    assert words(front, ".lead .deck") == "Why it matters."


def test_an_empty_forum_says_what_to_do(person, browser, frozen) -> None:
    person("mina")
    one = browser("mina")
    assert "It is quiet here. Somebody has to begin." in words(one.get("/"))
    assert "There is no board yet" in words(one.get("/boards"))


def test_an_empty_board_says_what_to_do(mina, browser) -> None:
    assert "Nobody has said anything here yet." in words(browser("mina").get("/boards/canteen"))
    assert "Nothing yet. Some listen first." in words(browser("mina").get("/people/mina"))


def test_boards_stand_in_their_groups(mina, board, browser) -> None:
    board("soup", "Soup", "Products")
    board("bread", "Bread", "Products")
    page = browser("mina").get("/boards")
    assert all_words(page, "section h2") == ["Company", "Products"]
    assert all_words(page, "section h3") == ["Canteen", "Soup", "Bread"]
    assert links(browser("mina").get("/"), ".boards li a") == ["/boards/canteen", "/boards/soup", "/boards/bread"]
