"""Editing: every version stays readable, with its difference; only its author edits; two windows lose nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from forum.boards.models import Post, Revision, Thread
from tests.conftest import NOON
from tests.pages import all_words, form, links, words, wrong
from tests.together import at_once


@pytest.fixture
def soup(mina, say):
    return say(mina, "The soup is salty.", title="Soup")


def edit(one, post: int, **fields: str):
    return one.post(f"/posts/{post}/edit", page=f"/posts/{post}/edit", **fields)


def versions(stored, post: int):
    found = stored(select(Revision).where(Revision.post_id == post).order_by(Revision.number))
    return [(one.number, one.title, one.body) for one in found]


def test_a_new_version_stands_and_the_old_one_stays(soup, browser, stored, frozen) -> None:
    frozen(NOON + 7200)
    one = browser("mina")
    shown = form(one.get(f"/posts/{soup.post}/edit"), f"/posts/{soup.post}/edit")
    assert (shown["title"], shown["body"], shown["based_on"]) == ("Soup", "The soup is salty.", "1")
    answer = one.client.post(f"/posts/{soup.post}/edit", data=shown | {"body": "The soup is **very** salty."})
    assert (answer.status_code, answer.location) == (303, f"/threads/{soup.thread}-soup#p1")
    page = one.get(answer.location)
    assert words(page, "#p1 .says") == "The soup is very salty."
    assert words(page, "#p1 .edited") == "edited 14:00, 2 versions"
    assert links(page, "#p1 .edited") == [f"/posts/{soup.post}/history"]
    assert versions(stored, soup.post) == [
        (1, "Soup", "The soup is salty."),
        (2, "Soup", "The soup is **very** salty."),
    ]
    assert stored(select(Post.revisions, Post.edited_at, Post.created_at)) == [(2, NOON + 7200, NOON - 3600)]
    assert words(browser("mina").get("/people/mina"), ".saidlist .words") == "The soup is very salty."


def test_the_history_shows_what_came_and_what_went(soup, browser, idris) -> None:
    mina = browser("mina")
    edit(mina, soup.post, title="Soup", body="The soup is sweet.")
    edit(mina, soup.post, title="Bread & soup", body="The soup is sweet.\n\nAnd <b>hot</b>.")
    one = browser("idris")
    page = one.get(f"/posts/{soup.post}/history")
    assert "3 versions" in words(page)
    assert all_words(page, ".title-diff del") == ["Soup"]
    assert all_words(page, ".title-diff ins") == ["Bread & soup"]
    assert all_words(page, ".diff:not(.title-diff) ins") == ["And <b>hot</b>."]
    assert all_words(page, ".diff:not(.title-diff) del") == []
    assert words(page, "pre.source") == "The soup is sweet. And <b>hot</b>."
    page = one.get(f"/posts/{soup.post}/history?version=2")
    assert (all_words(page, ".diff ins"), all_words(page, ".diff del")) == (["sweet"], ["salty"])
    assert all_words(page, ".title-diff") == []
    page = one.get(f"/posts/{soup.post}/history?version=1")
    assert all_words(page, "ins, .diff del") == []
    assert words(page, "pre.source") == "The soup is salty."
    assert words(page, ".version-title") == "Soup"
    assert links(page, ".versions a") == [f"/posts/{soup.post}/history?version={n}" for n in (3, 2, 1)]
    for version in ("0", "4", "-1", "x", "", "99999999999", "²", "1 "):
        assert one.get(f"/posts/{soup.post}/history?version={version}").status_code == 404


def test_a_long_history_lists_fifty_versions_around_the_one_shown(soup, browser) -> None:
    mina = browser("mina")
    for number in range(2, 61):
        edit(mina, soup.post, title="Soup", body=f"Version {number}.")
    for asked, first, last in (("", 60, 11), ("?version=60", 60, 11), ("?version=30", 55, 6), ("?version=1", 50, 1)):
        listed = all_words(mina.get(f"/posts/{soup.post}/history{asked}"), ".versions a")
        assert (listed[0], listed[-1], len(listed)) == (str(first), str(last), 50)


def test_a_new_title_moves_the_address_and_old_links_lead_there(soup, browser, stored) -> None:
    one = browser("mina")
    answer = edit(one, soup.post, title="食堂 Soup", body="The soup is salty.")
    assert answer.status_code == 303
    assert stored(select(Thread.title, Thread.slug)) == [("食堂 Soup", "食堂-soup")]
    page = one.get(f"/threads/{soup.thread}-soup", follow_redirects=True)
    assert words(page, "h1") == "食堂 Soup"
    assert all_words(one.get("/boards/canteen"), "ol.index h3") == ["食堂 Soup"]
    assert len(versions(stored, soup.post)) == 2


def test_a_reply_has_no_title_of_its_own(soup, mina, say, browser, stored) -> None:
    reply = say(mina, "Me too.", thread=soup.thread)
    one = browser("mina")
    assert "title" not in form(one.get(f"/posts/{reply.post}/edit"), f"/posts/{reply.post}/edit")
    assert edit(one, reply.post, title="Hijacked", body="Me three.").status_code == 303
    assert stored(select(Thread.title)) == [("Soup",)]
    assert versions(stored, reply.post) == [(1, None, "Me too."), (2, None, "Me three.")]


def test_the_same_words_are_no_new_version(soup, browser, stored) -> None:
    answer = edit(browser("mina"), soup.post, title=" Soup ", body="The soup is salty.")
    assert answer.status_code == 303
    assert len(versions(stored, soup.post)) == 1
    assert stored(select(Post.edited_at)) == [(None,)]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"title": "Soup", "body": " "}, "nothing here yet"),
        ({"title": "", "body": "My words."}, "needs a title"),
        ({"title": "x" * 201, "body": "My words."}, "1 characters longer"),
        ({"title": "Soup", "body": "x" * 40_001}, "1 characters more"),
    ],
)
def test_what_cannot_be_taken_stays_in_the_form(soup, browser, stored, fields: dict[str, str], why: str) -> None:
    answer = edit(browser("mina"), soup.post, **fields)
    assert answer.status_code == 422
    assert why in wrong(answer)[0]
    kept = form(answer, f"/posts/{soup.post}/edit")
    assert (kept["title"], kept["body"], kept["based_on"]) == (fields["title"], fields["body"], "1")
    assert len(versions(stored, soup.post)) == 1


def test_a_preview_changes_nothing(soup, browser, stored) -> None:
    answer = edit(browser("mina"), soup.post, title="Soup", body="**Look**", preview="1")
    assert answer.status_code == 200
    assert words(answer, ".preview strong") == "Look"
    assert form(answer, f"/posts/{soup.post}/edit")["body"] == "**Look**"
    assert len(versions(stored, soup.post)) == 1


def test_two_windows_keep_both_texts(soup, browser, stored) -> None:
    one, to = browser("mina"), f"/posts/{soup.post}/edit"
    first, second = form(one.get(to), to), form(one.get(to), to)
    assert one.client.post(to, data=first | {"body": "The soup was cold."}).status_code == 303
    answer = one.client.post(to, data=second | {"body": "The soup is hot."})
    assert answer.status_code == 409
    assert "changed in another window" in words(answer)
    assert all_words(answer, ".diff del") == ["was", "cold"]
    assert all_words(answer, ".diff ins") == ["is", "hot"]
    kept = form(answer, to)
    assert (kept["body"], kept["based_on"]) == ("The soup is hot.", "2")
    assert [body for _, _, body in versions(stored, soup.post)] == ["The soup is salty.", "The soup was cold."]
    assert one.client.post(to, data=kept).status_code == 303
    assert [body for _, _, body in versions(stored, soup.post)][-1] == "The soup is hot."


def test_two_windows_in_the_same_moment(soup, browser, stored) -> None:
    to = f"/posts/{soup.post}/edit"
    browsers = [browser("mina") for _ in range(4)]
    forms = [form(one.get(to), to) | {"body": f"Mine is {number}."} for number, one in enumerate(browsers)]
    answers = at_once(browsers, to, forms)
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    for number, answer in enumerate(answers):
        if answer.status_code == 409:
            assert form(answer, to)["body"] == f"Mine is {number}."
    kept = versions(stored, soup.post)
    assert len(kept) == 2
    assert answers[int(kept[1][2].split()[-1].rstrip("."))].status_code == 303


def test_a_form_without_its_version_counts_as_the_present_one(soup, browser, stored) -> None:
    one = browser("mina")
    for number, based_on in enumerate(("", "x", "²", "-1", "99999999999")):
        data = {"csrf_token": one.token(), "title": "Soup", "body": f"Edit {number}.", "based_on": based_on}
        assert one.client.post(f"/posts/{soup.post}/edit", data=data).status_code == 303, based_on
    assert len(versions(stored, soup.post)) == 6


def test_only_the_author_may(soup, idris, person, browser, stored) -> None:
    person("boss", "management", "operator", "hr")
    for handle in ("idris", "boss"):
        one = browser(handle)
        for path in ("edit", "withdraw"):
            assert one.get(f"/posts/{soup.post}/{path}").status_code == 403
            answer = one.post(f"/posts/{soup.post}/{path}", title="Soup", body="Mine now.", based_on="1")
            assert answer.status_code == 403
            assert "Only its author can change a post" in words(answer)
        assert f"/posts/{soup.post}/edit" not in one.get(f"/threads/{soup.thread}-soup").text
    assert len(versions(stored, soup.post)) == 1
