"""Where a reader stopped: moves forward only, is the reader's own, can be switched off, and nothing but reading sets it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from forum.desk.models import BoardPlace, Place
from tests.conftest import NOON
from tests.pages import steady, words


@pytest.fixture
def soup(mina, say):
    """A thread of 45 posts."""
    first = say(mina, title="Soup", at=NOON - 9000)
    for number in range(44):
        say(mina, f"Reply {number}.", thread=first.thread, at=NOON - 8000 + number * 60)
    return first


@pytest.fixture
def place(stored):
    def look() -> int | None:
        found = stored(select(Place.floor))
        assert len(found) <= 1
        return found[0].floor if found else None

    return look


def test_a_place_only_moves_forward(soup, idris, browser, place) -> None:
    one = browser("idris")
    address = f"/threads/{soup.thread}-soup"
    reached = []
    for page in (1, 3, 2, 1, 3):
        one.get(f"{address}?page={page}")
        reached.append(place())
    assert reached == [20, 45, 45, 45, 45]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"Purpose": "preview"},
        {"X-Purpose": "preview"},
        {"X-Moz": "prefetch"},
    ],
)
def test_a_page_fetched_ahead_leaves_no_place(mina, say, idris, browser, place, headers) -> None:
    soup = say(mina, title="Soup")
    one = browser("idris")
    assert one.get(f"/threads/{soup.thread}-soup", headers=headers).status_code == 200
    assert place() is None


def test_only_opening_a_thread_leaves_a_place(mina, say, idris, browser, place) -> None:
    soup = say(mina, "> not mine", title="Soup")
    one = browser("idris")
    for path in ("/", "/boards/canteen", "/people/mina", f"/posts/{soup.post}", f"/posts/{soup.post}/history"):
        one.get(path)
    one.get(f"/posts/{soup.post}/quote")
    one.client.head(f"/threads/{soup.thread}-soup")
    one.post(f"/threads/{soup.thread}/posts", page="/settings", body="")
    one.post(f"/threads/{soup.thread}/posts", page="/settings", body="Look", preview="1")
    one.post(f"/threads/{soup.thread}/mute", on="1")
    assert place() is None
    assert browser().get(f"/threads/{soup.thread}-soup").status_code == 303
    assert place() is None
    one.get(f"/threads/{soup.thread}-soup")
    assert place() == 1


def test_switching_off_erases_and_stays_off(soup, idris, browser, stored, place) -> None:
    one = browser("idris")
    address = f"/threads/{soup.thread}-soup"
    one.get(address)
    one.post("/boards/canteen/read")
    assert len(stored(select(BoardPlace.thread_id))) == 1
    answer = one.post("/settings/place", page="/settings", keep="0")
    assert (answer.status_code, answer.location) == (303, "/settings")
    assert "Nothing is noted." in words(one.get("/settings"))
    assert place() is None
    assert stored(select(BoardPlace.thread_id)) == []
    one.get(f"{address}?page=3")
    one.post(f"/threads/{soup.thread}/posts", page=address, body="I say.")
    one.post("/boards/canteen/read", page="/boards/canteen")
    one.post("/read", page="/")
    assert place() is None
    assert stored(select(BoardPlace.thread_id)) == []
    for path in ("/", "/boards", "/boards/canteen"):
        assert 'class="new"' not in one.get(path).text, path
    assert "You stopped here" not in one.get(address).text
    one.post("/settings/place", page="/settings", keep="1")
    one.get(address)
    assert place() == 20


def test_nobody_elses_page_shows_it(soup, idris, person, browser) -> None:
    boss = person("boss", "management", "operator", "hr")
    address = f"/threads/{soup.thread}-soup"
    others = [browser("mina"), browser(boss.handle)]
    paths = ("/", "/boards", "/boards/canteen", address, f"{address}?page=3", "/people/idris", "/people/mina")

    def seen() -> list[str]:
        for one in others:  # their own places are where they will stay
            one.get(f"{address}?page=3")
        return [steady(one.get(path).text) for one in others for path in paths]

    before = seen()
    reader = browser("idris")
    for page in (1, 2, 3):
        reader.get(f"{address}?page={page}")
    reader.post("/read", page="/")
    assert seen() == before


def test_a_place_is_a_floor_and_no_time(stored) -> None:
    assert {column.name for column in Place.__table__.columns} == {"person_id", "thread_id", "floor"}
    assert {column.name for column in BoardPlace.__table__.columns} == {"person_id", "board_id", "thread_id"}
