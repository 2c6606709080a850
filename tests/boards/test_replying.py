"""Replies: to whom, with which words quoted, and @mentions that lead to people who exist."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from forum.boards.models import Post
from tests.pages import form, links, words


@pytest.fixture
def soup(mina, idris, say):
    """Three floors, the second with a quotation in it."""
    first = say(mina, "It was **too** salty.\n\nAgain.", title="Soup")
    say(idris, "> It was too salty.\n\nNo.", thread=first.thread)
    say(mina, "Yes.", thread=first.thread)
    return first


def reply_form(answer, soup) -> dict[str, str]:
    return form(answer, f"/threads/{soup.thread}/posts")


def test_a_reply_says_which_floor_it_answers(soup, browser, stored) -> None:
    one, address = browser("idris"), f"/threads/{soup.thread}-soup"
    page = one.get(f"{address}?reply={soup.post}")
    assert "In reply to Mina O, floor 1" in words(page, "form.write .to")
    sent = reply_form(page, soup) | {"body": "To the first."}
    assert sent["reply_to"] == str(soup.post)
    answer = one.client.post(f"/threads/{soup.thread}/posts", data=sent)
    assert (answer.status_code, answer.location) == (303, f"{address}#p4")
    assert stored(select(Post.reply_to).where(Post.floor == 4)) == [(soup.post,)]
    page = one.get(address)
    assert "floor 1" in words(page, "#p4 .by")
    assert f"{address}#p1" in links(page, "#p4 .by a")


def test_the_floor_just_above_needs_no_mention(soup, idris, say, browser) -> None:
    say(idris, "To the last.", thread=soup.thread, reply_to=soup.post + 2)
    assert "floor" not in words(browser("mina").get(f"/threads/{soup.thread}-soup"), "#p4 .by")


def test_a_reply_to_another_page_links_there(mina, say, browser) -> None:
    first = say(mina, title="Long")
    for number in range(19):
        say(mina, thread=first.thread, at=1_795_000_000 + number * 60)
    say(mina, thread=first.thread, reply_to=first.post + 4)
    page = browser("mina").get(f"/threads/{first.thread}-long?page=2")
    assert f"/threads/{first.thread}-long#p5" in links(page, "#p21 .by a")


def test_quoting_without_javascript(soup, browser) -> None:
    one, address = browser("idris"), f"/threads/{soup.thread}-soup"
    page = one.get(f"{address}?quote={soup.post}")
    sent = reply_form(page, soup)
    assert sent["reply_to"] == str(soup.post)
    assert sent["body"] == (f"> It was **too** salty.\n>\n> Again.\n>\n> — [Mina O, floor 1](/posts/{soup.post})\n\n")
    answer = one.client.post(f"/threads/{soup.thread}/posts", data=sent | {"body": sent["body"] + "I liked it."})
    page = one.get(answer.location)
    assert words(page, "#p4 blockquote") == "It was too salty. Again. Mina O, floor 1"
    assert words(page, "#p4 blockquote cite") == "Mina O, floor 1"
    assert f"/posts/{soup.post}" in links(page, "#p4 blockquote a")


def test_quoting_with_javascript(soup, browser) -> None:
    one = browser("mina")
    answer = one.get(f"/posts/{soup.post + 1}/quote")
    assert answer.mimetype == "application/json"
    assert answer.json == {
        "markdown": f"> No.\n>\n> — [Idris, floor 2](/posts/{soup.post + 1})\n\n",
        "floor": 2,
        "name": "Idris",
    }


def test_a_quotation_comes_after_the_draft(soup, browser) -> None:
    one = browser("idris")
    one.post("/drafts", spot=f"thread:{soup.thread}", body="I began.\n\n\n")
    body = reply_form(one.get(f"/threads/{soup.thread}-soup?quote={soup.post + 2}"), soup)["body"]
    assert body.startswith("I began.\n\n> Yes.\n")


def test_a_withdrawn_post_can_be_answered_and_not_quoted(soup, browser) -> None:
    mina, address = browser("mina"), f"/threads/{soup.thread}-soup"
    mina.post(f"/posts/{soup.post}/withdraw")
    assert mina.get(f"/posts/{soup.post}/quote").status_code == 404
    page = mina.get(f"{address}?quote={soup.post}", follow_redirects=True)
    assert (reply_form(page, soup)["body"], reply_form(page, soup)["reply_to"]) == ("", str(soup.post))


@pytest.mark.parametrize("way", ["quote", "reply"])
def test_only_posts_of_this_thread_are_answered(soup, mina, say, browser, stored, way: str) -> None:
    other = say(mina, title="Bread")
    one, address = browser("idris"), f"/threads/{soup.thread}-soup"
    for number in (str(other.post), "999", "0", "-1", "abc", "", "99999999999999", "²", "1 "):
        assert one.get(f"{address}?{way}={number}").status_code == 404, number
    answer = one.post(f"/threads/{soup.thread}/posts", page=address, body="Words.", reply_to=str(other.post))
    assert answer.status_code == 303
    for number in ("999", "-1", "abc", "99999999999999"):
        assert (
            one.post(f"/threads/{soup.thread}/posts", page=address, body=f"W {number}", reply_to=number).status_code
            == 303
        )
    assert {one.reply_to for one in stored(select(Post.reply_to).where(Post.floor > 3))} == {None}


def test_mentions_lead_to_people_who_exist(mina, idris, browser) -> None:
    one = browser("mina")
    body = "@idris and @Idris, not @nobody, `@idris`, me@idris.com"
    answer = one.post("/boards/canteen/new", page="/boards/canteen/new", title="Hello", body=body)
    page = one.get(answer.location)
    assert links(page, "#p1 .says a[href^='/people/']") == ["/people/idris", "/people/idris"]
    assert words(page, "#p1 .says") == "@idris and @Idris, not @nobody, @idris, me@idris.com"


def test_who_comes_later_is_not_linked_in_what_was_said_before(mina, browser, person, say) -> None:
    said = say(mina, "@wei will come.")
    person("wei")
    one = browser("mina")
    assert "/people/wei" not in one.get(f"/threads/{said.thread}-a-title").text
    one.post(f"/posts/{said.post}/edit", page=f"/posts/{said.post}/edit", title="A title", body="@wei has come.")
    assert "/people/wei" in links(one.get(f"/threads/{said.thread}-a-title"), ".says a")


def test_a_preview_says_nothing_and_keeps_all(soup, browser, stored) -> None:
    one, address = browser("idris"), f"/threads/{soup.thread}-soup"
    sent = reply_form(one.get(f"{address}?reply={soup.post}"), soup)
    page = one.client.post(f"/threads/{soup.thread}/posts", data=sent | {"body": "**Mind** it, @mina.", "preview": "1"})
    assert page.status_code == 200
    assert words(page, ".preview strong") == "Mind"
    assert links(page, ".preview a") == ["/people/mina"]
    again = reply_form(page, soup)
    assert {name: again[name] for name in ("body", "reply_to", "nonce")} == {
        "body": "**Mind** it, @mina.",
        "reply_to": str(soup.post),
        "nonce": sent["nonce"],
    }
    assert len(stored(select(Post.id))) == 3


def test_the_preview_of_the_form_is_what_will_be_said(mina, browser) -> None:
    one = browser("mina")
    answer = one.post("/preview", body="**Mind** <script>alert(1)</script> @mina")
    assert answer.status_code == 200
    assert "<strong>Mind</strong>" in answer.text
    assert "<script" not in answer.text
    assert one.post("/preview", body="  ").status_code == 422
    assert one.post("/preview", body="  ").text == "There is nothing here yet. Write something first."
