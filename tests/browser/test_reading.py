"""What is new, where one stopped, whom one would rather not read: the reader's own view of the forum."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from forum.core.clock import now


def row(page: Page, title: str) -> Locator:
    return page.locator(".index > li").filter(has=page.get_by_role("link", name=title, exact=True))


def dotted(row: Locator) -> str:
    """What stands in the margin before a row: the dot is drawn by the style sheet."""
    return str(row.evaluate("one => getComputedStyle(one, '::before').content"))


def test_what_is_new_is_found(visit, site, board):
    mina, idris = site.person("Mina"), site.person("Idris")
    title = f"News of {board}"
    said = site.thread(board, (mina, "One."), (mina, "Two."), title=title)
    page = visit(idris)
    expect(row(page, title)).to_contain_text("2 new")
    assert dotted(row(page, title)) == '""'
    row(page, title).get_by_role("link", name=title, exact=True).click()
    expect(page.locator("#here")).to_have_count(0)
    page.goto(f"/boards/{board}")
    expect(row(page, title)).not_to_contain_text("new")
    assert dotted(row(page, title)) == "none"

    for words in ("Three.", "Four."):
        site.say(mina, words, thread=said.thread, at=now())
    for address in (f"/boards/{board}", "/"):
        page.goto(address)
        expect(row(page, title)).to_have_class("new")
        expect(row(page, title)).to_contain_text("2 new")
        assert dotted(row(page, title)) == '""'
    boards = page.get_by_role("navigation", name="Boards")
    expect(boards.locator("li", has=page.locator(f'a[href="/boards/{board}"]')).locator(".num")).to_have_text("1")
    row(page, title).get_by_role("link", name=title, exact=True).click()
    expect(page).to_have_url(re.compile(r"#p3$"))
    expect(page.get_by_text("You stopped here")).to_be_visible()
    assert page.locator("#here + article").get_attribute("id") == "p3"
    expect(page.get_by_role("link", name="2 new since you stopped: go on at floor 3")).to_have_count(1)


def test_everything_is_marked_as_read(visit, site, board):
    mina, idris = site.person("Mina"), site.person("Idris")
    title = f"Read me, {board}"
    site.thread(board, (mina, "One."), title=title)
    page = visit(idris)
    expect(row(page, title)).to_have_class("new")
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("Nothing new: you have seen it all.")).to_be_visible()
    expect(page.locator(".index .new, .boards .new")).to_have_count(0)
    site.thread(board, (mina, "Later."), title=f"Later, {board}", ago=0)
    page.reload()
    expect(row(page, f"Later, {board}")).to_have_class("new")
    page.goto(f"/boards/{board}")
    page.get_by_role("button", name="Mark board as read").click()
    expect(page.locator(".index .new")).to_have_count(0)


def test_a_long_thread_is_resumed_on_the_right_page(visit, site, board):
    people = [site.person(name) for name in ("Mina", "Petra", "Kwame")]
    floors = [(people[number % 3], f"This is floor {number + 1}.") for number in range(45)]
    said = site.thread(board, *floors, title=f"Long, {board}")
    page = visit(site.person("Idris"))
    page.goto(site.where(said))
    expect(page.locator(".floor")).to_have_count(20)
    page.goto(f"/boards/{board}")
    expect(row(page, f"Long, {board}")).to_contain_text("25 new")
    row(page, f"Long, {board}").get_by_role("link", name=f"Long, {board}", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?page=2#p21$"))
    expect(page.locator("#p21")).to_be_in_viewport()
    expect(page.locator("#here")).to_have_text("You stopped here")

    page.goto(site.where(said))
    pages = page.get_by_role("navigation", name="Pages of this thread")
    pages.get_by_role("link", name="To the latest").click()
    expect(page).to_have_url(re.compile(r"\?page=3#p45$"))
    expect(page.locator("#p45")).to_be_in_viewport()
    expect(page.locator(".floor")).to_have_count(5)
    page.goto(f"/posts/{said.post - 15}")
    expect(page).to_have_url(re.compile(r"\?page=2#p30$"))


def test_reading_places_can_be_forgotten(visit, site, board):
    mina, idris = site.person("Mina"), site.person("Idris")
    said = site.thread(board, (mina, "One."), (mina, "Two."), title=f"Forget, {board}")
    page = visit(idris)
    page.goto(site.where(said))
    site.say(mina, "Three.", thread=said.thread, at=now())
    page.goto("/settings")
    page.get_by_role("button", name="Forget all of it, and stop").click()
    expect(page.get_by_role("status")).to_contain_text("Forgotten.")
    page.goto(f"/boards/{board}")
    expect(page.locator(".index .new")).to_have_count(0)
    page.goto(site.where(said))
    expect(page.locator("#here")).to_have_count(0)


def test_a_muted_colleague_is_folded_and_can_be_opened(visit, site, board):
    mina, idris, loud = site.person("Mina"), site.person("Idris"), site.person("Gerhard")
    said = site.thread(board, (mina, "The soup."), (loud, "THE SOUP!"), title=f"Mute, {board}")
    page = visit(idris)
    page.goto(f"/people/{loud.handle}")
    page.get_by_role("button", name="Mute for me").click()
    expect(page.get_by_role("status")).to_contain_text("folded. Nobody else notices.")
    page.goto(site.where(said))
    words = page.locator("#p2 .says")
    expect(words).to_be_hidden()
    page.get_by_text("Folded, because you muted Gerhard").click()
    expect(words).to_be_visible()
    page.goto(f"/people/{loud.handle}")
    page.get_by_role("button", name="Unmute").click()
    page.goto(site.where(said))
    expect(words).to_be_visible()


def test_a_muted_thread_is_folded_in_lists(visit, site, board):
    mina, idris = site.person("Mina"), site.person("Idris")
    title = f"Enough, {board}"
    said = site.thread(board, (mina, "The soup."), title=title)
    page = visit(idris)
    page.goto(site.where(said))
    page.get_by_role("button", name="Mute for me").click()
    expect(page.get_by_role("button", name="Unmute")).to_be_visible()
    page.goto(f"/boards/{board}")
    expect(page.get_by_role("link", name=title, exact=True)).to_be_hidden()
    page.get_by_text("A thread you muted").click()
    page.get_by_role("link", name=title, exact=True).click()
    page.get_by_role("button", name="Unmute").click()
    expect(page.get_by_role("button", name="Mute for me")).to_be_visible()
