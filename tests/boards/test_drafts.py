"""Drafts: kept while typing, back in the form they were meant for, gone once said, and nobody else's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from forum.desk.models import Draft
from tests.conftest import NOON
from tests.pages import form


@pytest.fixture
def soup(mina, say):
    return say(mina, "Salty.", title="Soup")


@pytest.fixture
def drafts(stored):
    def look() -> list[tuple[str, str, str]]:
        return [(one.spot, one.title, one.body) for one in stored(select(Draft.__table__).order_by(Draft.spot))]

    return look


def test_a_reply_begun_is_there_again_and_goes_when_said(soup, idris, browser, drafts) -> None:
    one, to, address = browser("idris"), f"/threads/{soup.thread}/posts", f"/threads/{soup.thread}-soup"
    spot = form(one.get(address), to)["spot"]
    assert one.post("/drafts", spot=spot, body="\n I began <b>\r\nhere").status_code == 204
    assert one.post("/drafts", spot=spot, body="\n I began <b>\r\nhere and").status_code == 204
    assert form(browser("idris").get(address), to)["body"] == "\n I began <b>\r\nhere and"
    page = form(one.get(address), to)
    assert page["body"] == "\n I began <b>\r\nhere and"
    assert form(browser("mina").get(address), to)["body"] == ""
    assert len(drafts()) == 1
    assert one.client.post(to, data=page | {"body": page["body"] + " ended."}).status_code == 303
    assert drafts() == []
    assert form(one.get(address), to)["body"] == ""


def test_a_thread_begun_is_there_again_and_goes_when_said(mina, browser, drafts) -> None:
    one, to = browser("mina"), "/boards/canteen/new"
    spot = form(one.get(to), to)["spot"]
    one.post("/drafts", spot=spot, title="So", body="")
    one.post("/drafts", spot=spot, title="Soup", body="It is")
    page = form(one.get(to), to)
    assert (page["title"], page["body"]) == ("Soup", "It is")
    assert one.client.post(to, data=page).status_code == 303
    assert drafts() == []


def test_an_edit_begun_is_there_again_and_goes_when_saved(soup, browser, drafts) -> None:
    one, to = browser("mina"), f"/posts/{soup.post}/edit"
    spot = form(one.get(to), to)["spot"]
    one.post("/drafts", spot=spot, title="Soups", body="Saltier.")
    page = form(one.get(to), to)
    assert (page["title"], page["body"], page["based_on"]) == ("Soups", "Saltier.", "1")
    one.post("/drafts", spot=spot, title="", body="Saltiest.")
    page = form(one.get(to), to)
    assert (page["title"], page["body"]) == ("Soup", "Saltiest.")
    assert one.client.post(to, data=page).status_code == 303
    assert drafts() == []


def test_each_spot_has_its_own(soup, mina, say, browser, drafts) -> None:
    other = say(mina, title="Bread")
    one = browser("mina")
    for spot in (f"thread:{soup.thread}", f"thread:{other.thread}", "board:1", f"post:{soup.post}"):
        one.post("/drafts", spot=spot, body=f"For {spot}.")
    assert len(drafts()) == 4
    one.post(f"/threads/{soup.thread}/posts", page=f"/threads/{soup.thread}-soup", body="Said.")
    assert [spot for spot, _, _ in drafts()] == ["board:1", "post:1", "thread:2"]


def test_empty_words_drop_it_and_so_does_the_button(mina, browser, drafts) -> None:
    one = browser("mina")
    one.post("/drafts", spot="board:1", body="x")
    assert one.post("/drafts", spot="board:1", title=" ", body=" \n").status_code == 204
    assert drafts() == []
    one.post("/drafts", spot="board:1", body="x")
    for back, to in (("/boards", "/boards"), ("//evil.example", "/"), ("", "/")):
        answer = one.post("/drafts/drop", spot="board:1", back=back)
        assert (answer.status_code, answer.location) == (303, to)
    assert drafts() == []


def test_what_a_draft_cannot_hold(mina, browser, drafts) -> None:
    one = browser("mina")
    for spot in ("", "x", "thread:0", "thread:", "thread:-1", "board:x", "person:1", "thread:1 ", "thread:99999999999"):
        assert one.post("/drafts", spot=spot, body="x").status_code == 400, spot
        assert one.post("/drafts/drop", spot=spot).status_code == 400, spot
    assert one.post("/drafts", spot="board:1", body="x" * 100_001).status_code == 422
    assert one.post("/drafts", spot="board:1", title="x" * 100_001).status_code == 422
    assert drafts() == []
    assert one.post("/drafts", spot="board:1", title="T\x00", body="a\x00b" + "x" * 90_000).status_code == 204
    assert drafts() == [("board:1", "T", "ab" + "x" * 90_000)]


def test_nobody_elses_draft_is_touched(mina, idris, browser, drafts) -> None:
    browser("mina").post("/drafts", spot="board:1", body="Mina's.")
    other = browser("idris")
    other.post("/drafts", spot="board:1", body="Idris's.")
    other.post("/drafts/drop", spot="board:1")
    other.post("/boards/canteen/new", page="/boards/canteen/new", title="T", body="Said.")
    assert drafts() == [("board:1", "", "Mina's.")]


def test_too_fast_keeps_the_draft(soup, mina, say, browser, drafts, frozen) -> None:
    for _ in range(20):
        say(mina, thread=soup.thread, at=NOON)
    one = browser("mina")
    one.post("/drafts", spot=f"thread:{soup.thread}", body="Patience.")
    answer = one.post(f"/threads/{soup.thread}/posts", page=f"/threads/{soup.thread}-soup", body="Patience.")
    assert answer.status_code == 429
    assert [body for _, _, body in drafts()] == ["Patience."]
