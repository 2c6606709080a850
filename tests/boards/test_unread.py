"""What is new since one was here: marks, counts, and the link to the first floor not yet seen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import NOON
from tests.pages import all_words, links, words


def news(answer: Any) -> list[str]:
    """The titles of threads that are marked as new, each with how much is new in it."""
    return [one.partition(" · ")[0] for one in all_words(answer, "ol.index > li.new")]


@pytest.fixture
def soup(mina, say):
    return say(mina, title="Soup")


def test_a_thread_is_new_until_it_was_opened(soup, idris, say, browser) -> None:
    one = browser("idris")
    address = f"/threads/{soup.thread}-soup"
    assert news(one.get("/boards/canteen")) == ["Unread: Soup 1 new"]
    assert links(one.get("/boards/canteen"), "ol.index h3 a") == [address]
    assert all_words(one.get("/boards"), "li.new b") == ["1 unread"]
    assert all_words(one.get("/"), ".boards li.new") == ["Canteen1"]
    one.get(address)
    assert news(one.get("/boards/canteen")) == []
    assert all_words(one.get("/"), ".boards li") == ["Canteen–"]
    assert "Nothing new: you have seen it all." in words(one.get("/"))


def test_new_floors_are_counted_and_the_link_leads_to_the_first(soup, mina, idris, say, browser) -> None:
    one = browser("idris")
    address = f"/threads/{soup.thread}-soup"
    one.get(address)
    for number in range(30):
        say(mina, f"Reply {number}.", thread=soup.thread, at=NOON - 3000 + number * 60)
    page = one.get("/boards/canteen")
    assert news(page) == ["Unread: Soup 30 new"]
    assert links(page, "ol.index h3 a") == [f"{address}#p2"]
    assert news(one.get("/")) == ["Unread: Soup 30 new"]
    page = one.get(address)
    assert words(page, ".resume") == "30 new since you stopped: go on at floor 2"
    assert links(page, ".resume a") == [f"{address}#p2"]
    assert 'id="here"' in page.text
    page = one.get("/boards/canteen")
    assert news(page) == ["Unread: Soup 11 new"]
    assert links(page, "ol.index h3 a") == [f"{address}?page=2#p21"]
    one.get(f"{address}?page=2")
    assert news(one.get("/boards/canteen")) == []
    assert links(one.get("/boards/canteen"), "ol.index h3 a") == [address]


def test_ones_own_words_are_never_new(mina, browser, say, idris) -> None:
    one = browser("mina")
    started = one.post("/boards/canteen/new", page="/boards/canteen/new", title="Mine", body="x")
    assert news(one.get("/boards/canteen")) == []
    one.get(started.location)
    thread = started.location.partition("-")[0]
    answer = one.post(f"{thread}/posts", page=started.location, body="And this.")
    assert news(one.get("/boards/canteen")) == []
    other = browser("idris")
    other.get(answer.location)
    other.post(f"{thread}/posts", page=started.location, body="My answer.")
    assert news(other.get("/boards/canteen")) == []
    assert news(one.get("/boards/canteen")) == ["Unread: Mine 1 new"]


def test_an_answer_does_not_skip_what_was_said_meanwhile(soup, mina, idris, say, browser) -> None:
    one = browser("idris")
    address = f"/threads/{soup.thread}-soup"
    one.get(address)
    page = one.get(address)
    say(mina, "Meanwhile.", thread=soup.thread)
    assert page.status_code == 200
    one.client.post(f"/threads/{soup.thread}/posts", data={"csrf_token": one.token(), "body": "I say."})
    assert news(one.get("/boards/canteen")) == ["Unread: Soup 2 new"]
    assert links(one.get("/boards/canteen"), "ol.index h3 a") == [f"{address}#p2"]


def test_what_was_said_before_one_joined_is_not_new(mina, say, person, browser) -> None:
    old = say(mina, title="Old", at=NOON - 7200)
    say(mina, title="Fresh", at=NOON - 60)
    person("late", joined=NOON - 3600)
    one = browser("late")
    assert news(one.get("/boards/canteen")) == ["Unread: Fresh 1 new"]
    say(mina, thread=old.thread, at=NOON - 30)
    assert news(one.get("/boards/canteen")) == ["Unread: Fresh 1 new"]


def test_each_reader_has_an_own_count(soup, idris, person, browser) -> None:
    person("wei")
    browser("idris").get(f"/threads/{soup.thread}-soup")
    assert news(browser("idris").get("/boards/canteen")) == []
    assert news(browser("wei").get("/boards/canteen")) == ["Unread: Soup 1 new"]


def test_a_board_is_marked_as_read(mina, idris, say, board, browser) -> None:
    board("gates", "Gates")
    opened, other = say(mina, title="Opened"), say(mina, title="Other")
    say(mina, title="Elsewhere", board="gates")
    one = browser("idris")
    one.get(f"/threads/{opened.thread}-opened")
    say(mina, thread=opened.thread)
    assert len(news(one.get("/boards/canteen"))) == 2
    answer = one.post("/boards/canteen/read", page="/boards/canteen")
    assert (answer.status_code, answer.location) == (303, "/boards/canteen")
    assert news(one.get("/boards/canteen")) == []
    assert news(one.get("/boards/gates")) == ["Unread: Elsewhere 1 new"]
    say(mina, thread=opened.thread)
    say(mina, title="Later")
    assert news(one.get("/boards/canteen")) == ["Unread: Later 1 new", "Unread: Opened 1 new"]
    assert len(news(browser("mina").get("/boards/canteen"))) == 0
    assert other.thread


def test_everything_is_marked_as_read(mina, idris, say, board, browser) -> None:
    board("gates", "Gates")
    board("empty", "Empty")
    say(mina, title="One")
    say(mina, title="Two", board="gates")
    one = browser("idris")
    assert len(news(one.get("/"))) == 2
    assert one.post("/read", page="/").location == "/"
    assert news(one.get("/")) == []
    assert news(one.get("/boards/gates")) == []
    say(mina, title="Three", board="empty")
    assert news(one.get("/")) == ["Unread: Three 1 new"]
