"""Nothing typed is lost: not by an ended session, a stale form or a refusal; and no other site can put words in one's mouth."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from forum.boards.models import Post, Revision
from forum.desk.models import Draft
from tests.conftest import NOON, PASSWORD
from tests.pages import all_words, form, words

TYPED = "\n  I **typed** <this>\r\n\r\nfor \"an hour\" & 'more'.  "
LATER = NOON + 91 * 86400


@pytest.fixture
def soup(mina, say):
    return say(mina, "Salty.", title="Soup")


def spots(soup) -> dict[str, tuple[str, str]]:
    """Where one writes: the page with the form, and where it goes."""
    return {
        "reply": (f"/threads/{soup.thread}-soup", f"/threads/{soup.thread}/posts"),
        "thread": ("/boards/canteen/new", "/boards/canteen/new"),
        "edit": (f"/posts/{soup.post}/edit", f"/posts/{soup.post}/edit"),
    }


def typed_into(one: Any, page: str, to: str, **more: str) -> dict[str, str]:
    sent = form(one.get(page), to) | {"body": TYPED} | more
    return sent | ({"title": "A <title>"} if "title" in sent else {})


@pytest.mark.parametrize("where", ["reply", "thread", "edit"])
def test_a_session_that_ended_while_typing(soup, browser, frozen, stored, where: str) -> None:
    page, to = spots(soup)[where]
    one = browser("mina")
    sent = typed_into(one, page, to)
    frozen(LATER)
    answer = one.client.post(to, data=sent)
    assert answer.status_code == 401
    assert "What you wrote is kept" in words(answer)
    sign_in = form(answer, "/login") | {"login": "mina", "password": "not this one"}
    assert sign_in["body"] == TYPED
    again = one.client.post("/login", data=sign_in)
    assert again.status_code == 422
    sign_in = form(again, "/login") | {"login": "mina", "password": PASSWORD}
    back = one.client.post("/login", data=sign_in)
    assert back.status_code == 303
    written = one.get(back.location)
    assert "Your words are here, as you left them." in words(written, "header")
    kept = form(written, to)
    assert kept["body"] == TYPED
    assert kept.get("title", "A <title>") == "A <title>"
    assert one.client.post(to, data=kept).status_code == 303
    newest = stored(select(Revision.body).order_by(Revision.created_at.desc()).limit(1))
    assert newest == [(TYPED.replace("\r\n", "\n"),)]
    assert stored(select(Draft.body)) == []


def test_words_become_the_draft_of_who_signs_in(soup, idris, browser, frozen, stored) -> None:
    page, to = spots(soup)["reply"]
    one = browser("mina")
    sent = typed_into(one, page, to)
    frozen(LATER)
    answer = one.client.post(to, data=sent)
    one.client.post("/login", data=form(answer, "/login") | {"login": "idris", "password": PASSWORD})
    assert stored(select(Draft.person_id)) == [(idris.id,)]
    assert len(stored(select(Post.id))) == 1


def test_without_words_the_sign_in_leads_back(soup, browser, frozen) -> None:
    page, to = spots(soup)["reply"]
    one = browser("mina")
    sent = form(one.get(page), to)
    frozen(LATER)
    answer = one.client.post(to, data=sent)
    assert (answer.status_code, answer.location) == (303, f"/login?next={page}%23reply")


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil"])
def test_the_way_back_stays_in_the_forum(soup, browser, back: str) -> None:
    _, to = spots(soup)["reply"]
    one = browser()
    answer = one.client.post(to, data={"body": "x", "spot": f"thread:{soup.thread}", "back": back})
    signed_in = one.client.post("/login", data=form(answer, "/login") | {"login": "mina", "password": PASSWORD})
    assert (signed_in.status_code, signed_in.location) == (303, "/")
    assert one.client.post(to, data={"back": back}).status_code == 400  # signed in now: a form without its token
    assert browser().client.post(to, data={"back": back}).location == "/login"


@pytest.mark.parametrize("token", ["", "wrong", "from before"])
@pytest.mark.parametrize("where", ["reply", "thread", "edit"])
def test_a_stale_form_can_be_sent_again(soup, browser, stored, where: str, token: str) -> None:
    page, to = spots(soup)[where]
    one = browser("mina")
    before = browser("mina").token()
    sent = typed_into(one, page, to)
    answer = one.client.post(to, data=sent | {"csrf_token": before if token == "from before" else token})
    assert answer.status_code == 400
    assert len(stored(select(Revision.post_id))) == 1
    again = form(answer, to)
    assert again == sent | {"csrf_token": again["csrf_token"]}
    done = one.client.post(to, data=again)
    assert done.status_code == 303
    newest = stored(select(Revision.body).order_by(Revision.created_at.desc()).limit(1))
    assert newest == [(TYPED.replace("\r\n", "\n"),)]


def test_a_stale_form_keeps_its_address(soup, browser) -> None:
    one = browser("mina")
    answer = one.client.post("/boards/canteen/new?x=1&y=%22%3E", data={"body": "x"})
    assert form(answer, "/boards/canteen/new?x=1&y=%22%3E")["body"] == "x"


def test_a_stale_form_never_hands_back_a_password(browser, person) -> None:
    person("mina")
    one = browser("mina")
    for path in ("/settings/password", "/settings/address", "/login"):
        data = {"old": "secret-1", "new": "secret-2", "password": "secret-3", "again": "secret-4", "body": "x"}
        answer = one.client.post(path, data=data)
        assert answer.status_code == 400
        assert "secret" not in answer.text


ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Referer": "https://evil.example/localhost/"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://["},
    {"Referer": "//[::1"},
]


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_what_another_site_sends_is_not_handed_back_as_ones_own(soup, browser, stored, headers: dict[str, str]) -> None:
    for one in (browser("mina"), browser()):
        for page, to in spots(soup).values():
            data = {"title": "Planted title", "body": "Planted words", "spot": "board:1", "back": page}
            answer = one.client.post(to, data=data, headers=headers)
            assert answer.status_code in (303, 400)
            assert "Planted" not in answer.text
    planted = {"login": "mina", "password": PASSWORD, "body": "Planted words", "spot": "board:1"}
    answer = browser().client.post("/login", data=planted, headers=headers)
    assert "Planted" not in answer.text
    assert stored(select(Draft.body)) == []
    assert len(stored(select(Post.id))) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Referer": "http://localhost/boards"},
        {},
    ],
)
def test_what_comes_from_here_is(soup, browser, headers: dict[str, str]) -> None:
    _, to = spots(soup)["reply"]
    assert "My words" in browser("mina").client.post(to, data={"body": "My words"}, headers=headers).text


def test_a_refusal_of_another_kind_shows_the_words_too(soup, idris, browser) -> None:
    answer = browser("idris").post(f"/posts/{soup.post}/edit", title="T <b>", body="Not mine <b>.")
    assert answer.status_code == 403
    assert all_words(answer, "pre.source") == ["Not mine <b>."]
    assert all_words(answer, ".version-title") == ["T <b>"]


def test_more_than_a_megabyte_is_refused_kindly(soup, browser) -> None:
    one = browser("mina")
    data = {"csrf_token": one.token(), "body": "x" * 1_000_001}
    for path in (f"/threads/{soup.thread}/posts", "/drafts", "/preview"):
        answer = one.client.post(path, data=data)
        assert answer.status_code == 413
        assert "That is too large" in answer.text
    many = one.client.post(
        "/preview", data={f"f{number}": "x" for number in range(200)}, content_type="multipart/form-data"
    )
    assert many.status_code in (400, 413)
    assert browser().client.post("/drafts", data=data).status_code == 413
