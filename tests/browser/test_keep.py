"""Somebody follows a thread, mutes a colleague and a word, opens what is folded; keeps a post with a note and finds it again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def talk(site, board):
    """A thread in which two others speak; (the thread, one of them, the other)."""
    mina, idris = site.person("Mina"), site.person("Idris")
    said = site.thread(
        board, (mina, "The lift is stuck."), (idris, "Again."), (mina, "Nobody hears."), title=f"The lift of {board}"
    )
    return said, mina, idris


@pytest.mark.parametrize("script", [True, False])
def test_follow_mute_and_unfold(visit, site, board, talk, script):
    said, _, idris = talk
    lin = site.person("Lin")
    page = visit(lin, java_script_enabled=script)
    page.goto(f"/threads/{said.thread}")
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.locator(".told")).to_contain_text("You will be told of replies here")
    page.goto(f"/people/{idris.handle}")
    page.get_by_role("button", name="Mute for me").click()
    expect(page.locator(".told")).to_contain_text("Nobody else notices")
    page.goto("/settings/muted")
    page.get_by_label("A word or a phrase").fill("LIFT")
    page.get_by_role("button", name="Mute it").click()
    expect(page.locator(".let").first).to_contain_text("LIFT")
    page.goto(f"/threads/{said.thread}")
    first, second, third = (page.locator(f"#p{number}") for number in (1, 2, 3))
    line = first.get_by_text("Folded, because you muted the word “LIFT”")
    expect(line).to_be_visible()
    expect(first.get_by_text("The lift is stuck.")).to_be_hidden()
    expect(second.get_by_text("Folded, because you muted Idris")).to_be_visible()
    expect(third.get_by_text("Nobody hears.")).to_be_visible()
    line.click()
    expect(first.get_by_text("The lift is stuck.")).to_be_visible()
    page.goto(f"/boards/{board}")
    folded = page.locator("li.folded")
    expect(folded.get_by_role("link")).to_be_hidden()
    folded.get_by_text("Folded, because you muted the word “LIFT”").click()
    folded.get_by_role("link", name=f"The lift of {board}").click()
    expect(page).to_have_url(re.compile(f"/threads/{said.thread}-"))
    page.goto("/settings/muted")
    page.get_by_role("listitem").filter(has_text="LIFT").get_by_role("button", name="Unmute").click()
    page.goto(f"/boards/{board}")
    expect(page.locator("li.folded")).to_have_count(0)


def test_a_post_is_kept_with_a_note_and_found_again(visit, site, talk):
    said, _, _ = talk
    page = visit(site.person("Lin"))
    page.goto(f"/threads/{said.thread}")
    page.locator("#p2").get_by_role("link", name="Bookmark").click()
    expect(page.get_by_label("A note to yourself")).to_be_focused()
    page.get_by_label("A note to yourself").fill("Ask Idris on Monday.")
    page.get_by_role("button", name="Keep it").click()
    expect(page).to_have_url(re.compile("#p2$"))
    expect(page.locator("#p2").get_by_role("link", name="Bookmarked")).to_be_visible()
    page.get_by_role("link", name="Lin, your page").click()
    page.get_by_role("link", name="Bookmarks").click()
    expect(page.locator(".note")).to_have_text("Ask Idris on Monday.")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Nothing kept yet")).to_be_visible()


def test_a_feed_address_is_shown_once_and_opens_the_feed(visit, site, board, talk):
    page = visit(site.person("Lin"))
    page.goto(f"/boards/{board}")
    page.get_by_role("link", name="Feed").click()
    page.get_by_role("button", name="Make the address").first.click()
    address = page.get_by_label("The address")
    expect(address).to_be_focused()
    answer = page.request.get(address.input_value())
    assert answer.status == 200
    assert f"The lift of {board}" in answer.text()
    assert answer.headers["content-type"].startswith("application/atom+xml")
