"""Somebody is mentioned, hears the bell, reads; and a thread that stays open says that it has gone on."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def bell(page):
    return page.get_by_role("link", name=re.compile("^What concerns you"))


def test_a_mention_rings_is_read_and_is_silent_on_every_device(visit, site, board):
    mina, idris = site.person("Mina"), site.person("Idris")
    said = site.thread(board, (mina, "Who knows the cook?"), title=f"The cook of {board}")
    page = visit(mina)
    page.goto("/")
    expect(bell(page).locator("b")).to_be_hidden()
    site.reply(said, idris, f"Ask @{idris.handle}, @{mina.handle}.")
    site.tell()
    page.reload()
    expect(bell(page).locator("b")).to_have_text("1")
    expect(bell(page)).to_have_accessible_name("What concerns you: 1 new")
    bell(page).click()
    line = page.locator(".notices li").first
    expect(line).to_contain_text("Idris mentioned you")
    line.get_by_role("link", name=f"The cook of {board}").click()
    expect(page).to_have_url(re.compile("#p2$"))
    elsewhere = visit(mina)
    elsewhere.goto("/boards")
    expect(bell(elsewhere).locator("b")).to_be_hidden()


def test_the_bell_counts_on_and_the_thread_says_it_went_on(visit, site, board):
    mina, idris = site.person("Mina"), site.person("Idris")
    said = site.thread(board, (mina, "Who knows the cook?"), title=f"The cook of {board}")
    site.tell()
    page = visit(mina)
    page.clock.install()
    page.goto(f"/threads/{said.thread}")
    expect(page.locator("[data-goes-on]")).to_be_hidden()
    site.reply(said, idris, "I do.")
    site.tell()
    page.clock.run_for(50_000)
    expect(bell(page).locator("b")).to_have_text("1")
    expect(bell(page)).to_have_accessible_name("What concerns you: 1 new")
    more = page.get_by_role("link", name="1 new since you opened this page: show")
    expect(more).to_be_visible()
    more.click()
    expect(page.locator("#p2 .says")).to_contain_text("I do.")
    expect(page.locator("[data-goes-on]")).to_be_hidden()


def test_following_without_a_script(visit, site, board):
    mina, idris = site.person("Mina"), site.person("Idris")
    said = site.thread(board, (mina, "Who knows the cook?"), title=f"The cook of {board}")
    page = visit(idris, java_script_enabled=False)
    page.goto(f"/threads/{said.thread}")
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.get_by_text("You will be told of replies here.")).to_be_visible()
    site.reply(said, mina, "Nobody?")
    site.tell()
    page.goto("/notifications")
    expect(page.locator(".notices li").first).to_contain_text("Mina replied")
    page.goto(f"/threads/{said.thread}")
    page.get_by_role("button", name="Stop following").click()
    expect(page.get_by_text("You will not be told of replies here any more.")).to_be_visible()
