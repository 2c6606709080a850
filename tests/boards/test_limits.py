"""What can be said: anything but emptiness, excess and what cannot be kept; a refusal keeps the text and says why."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from forum.boards import rules
from forum.boards.models import Post, Revision, Thread
from forum.core.errors import Invalid
from tests.pages import form, words, wrong

NEW = "/boards/canteen/new"
EMPTY = [
    *(
        "",
        " ",
        "\n",
        "\r\n \t",
        "\u3000",
        "\u00a0",
        "\u200b",
        "\ufeff",
        "\u2060\u200b ",
        "\u2003\u2003",
        "\u2028\u2029",
    ),
    *("\x0b\x0c", "\u200d", "\u00ad", "\u202e\u202c", "\x1f"),
]
BODIES = [
    *((text, "There is nothing here yet") for text in EMPTY),
    ("x" * 41_000, "1000 characters more than the 40000"),
    ("汉" * 40_001, "1 characters more"),
    ("👍" * 40_001, "1 characters more"),
    ("a\x00b", "NUL character"),
    ("\x00", "NUL character"),
]
TITLES = [
    *((text, "needs a title") for text in EMPTY if text != "\x1f"),
    ("x" * 201, "1 characters longer than the 200"),
    ("汉" * 250, "50 characters longer"),
    ("a\x00b", "NUL character"),
    ("a\x07b", "control character"),
]


@pytest.fixture
def soup(mina, say):
    return say(mina, "Salty.", title="Soup")


def test_bodies_that_are_refused(soup, browser, stored) -> None:
    one = browser("mina")
    token = one.token()
    edit, reply = f"/posts/{soup.post}/edit", f"/threads/{soup.thread}/posts"
    for to in (NEW, reply, edit):
        for body, why in BODIES:
            data = {"csrf_token": token, "title": "T", "body": body}
            answer = one.client.post(to, data=data)
            assert answer.status_code == 422, (to, body[:10])
            assert why in wrong(answer)[0]
            assert 'aria-invalid="true"' in answer.text
            assert form(answer, to)["body"] == body
    assert len(stored(select(Post.id))) == 1
    assert len(stored(select(Revision.post_id))) == 1


def test_titles_that_are_refused(soup, browser, stored) -> None:
    one = browser("mina")
    token = one.token()
    for to in (NEW, f"/posts/{soup.post}/edit"):
        for title, why in TITLES:
            answer = one.client.post(to, data={"csrf_token": token, "title": title, "body": "My words."})
            assert answer.status_code == 422, (to, title[:10])
            assert why in wrong(answer)[0]
            kept = form(answer, to)
            assert (kept["title"], kept["body"]) == (title, "My words.")
    assert len(stored(select(Thread.id))) == 1


def test_forty_thousand_characters_fit_whatever_they_are(soup, browser, stored) -> None:
    one = browser("mina")
    for letter in ("x", "汉", "👍"):
        data = {"csrf_token": one.token(), "title": letter * 200, "body": letter * 40_000}
        assert one.client.post(NEW, data=data).status_code == 303
    kept = stored(select(Revision.title, Revision.body).order_by(Revision.post_id))[1:]
    assert [(len(one.title), len(one.body)) for one in kept] == [(200, 40_000)] * 3


def test_line_ends_count_and_are_kept_as_one(mina, browser, stored) -> None:
    one = browser("mina")
    whole = "a\r\n" * 20_000
    answer = one.client.post(NEW, data={"csrf_token": one.token(), "title": "Lines", "body": whole})
    assert answer.status_code == 303
    assert stored(select(Revision.body)) == [("a\n" * 20_000,)]
    over = one.client.post(NEW, data={"csrf_token": one.token(), "title": "Lines", "body": whole + "b"})
    assert "1 characters more" in wrong(over)[0]
    assert rules.body("a\rb\r\nc\n\rd") == "a\nb\nc\n\nd"


def test_a_title_is_one_line(mina, browser, stored) -> None:
    one = browser("mina")
    one.post(NEW, page=NEW, title="  The\r\nsoup \t is\u2003salty  ", body="x")
    assert stored(select(Thread.title)) == [("The soup is salty",)]


def test_half_a_character_cannot_be_kept() -> None:
    for rule, field in ((rules.body, "body"), (rules.title, "title"), (rules.board_name, "name")):
        for text in ("a\ud800b", "\udfff", "x\ude00"):
            with pytest.raises(Invalid, match="half a character") as caught:
                rule(text)
            assert caught.value.field == field


def test_broken_bytes_in_a_form_do_no_harm(soup, browser, stored) -> None:
    one = browser("mina")
    token = one.token()
    for broken in (b"%ED%A0%80", b"%ff%fe", b"\xed\xa0\x80", b"\xff", b"%", b"%zz", b"&&==&"):
        answer = one.client.post(
            f"/threads/{soup.thread}/posts",
            data=b"csrf_token=" + token.encode() + b"&body=My+words+" + broken,
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code in (303, 400), broken
    for said in stored(select(Revision.body)):
        said.body.encode()


def test_what_one_may_say_is_not_our_business(mina, browser, stored) -> None:
    one = browser("mina")
    for number, said in enumerate(
        ("damn", "<script>alert(1)</script>", "\u202ex", "​x", "1", "%s {{7*7}} {% x %}", "'; --")
    ):
        body = f"{said}." if number == 2 else said
        answer = one.post(NEW, page=NEW, title=body, body=body)
        assert answer.status_code == 303, said
        assert body in form(one.get(f"/posts/{number + 1}/edit"), f"/posts/{number + 1}/edit")["body"]
    assert "49" not in words(one.get("/posts/6", follow_redirects=True), "#p1 .says")
    assert len(stored(select(Post.id))) == 7
