"""On a phone: one column, fingers, and nothing that has to be pushed sideways."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.people import PASSWORD
from tests.browser.visiting import PHONE

WIDTHS = "() => [document.documentElement.scrollWidth, visualViewport.width, visualViewport.scale]"
COLUMNS = "all => all.filter(one => getComputedStyle(one).gridTemplateColumns.split(' ').length > 1).map(one => one.className)"


def fits(page: Page) -> None:
    """One column, as wide as the glass."""
    assert page.evaluate(WIDTHS) == [390, 390, 1]
    assert page.locator(".cols, .lead, .thread, .title:not(.who), .form.row").evaluate_all(COLUMNS) == []


def test_sign_in_read_and_reply(visit, site, board):
    mina, idris = site.person("Mina"), site.person("Idris")
    title = f"On a phone, {board}"
    site.thread(board, (mina, "The soup.\n\n```\n" + "soup " * 60 + "\n```"), (mina, "And the spoon."), title=title)
    page = visit(**PHONE)
    page.goto("/")
    fits(page)
    page.get_by_label("Handle or mail address").tap()
    page.keyboard.type(idris.handle)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").tap()
    link = page.locator(".index").get_by_role("link", name=title, exact=True)
    expect(link).to_be_visible()
    fits(page)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Boards").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Boards")
    fits(page)
    page.locator(f'main a[href="/boards/{board}"]').tap()
    link.tap()
    expect(page.locator("#p2 .says")).to_have_text("And the spoon.")
    fits(page)
    page.locator("#p1").get_by_role("link", name="Quote").tap()
    area = page.get_by_label("Your reply, in Markdown")
    expect(area).to_be_focused()
    area.press("Control+End")
    area.press_sequentially("With thumbs.")
    page.get_by_role("button", name="Preview").tap()
    expect(page.locator(".preview blockquote pre")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="Say it").tap()
    expect(page).to_have_url(re.compile("#p3$"))
    expect(page.locator("#p3 .says > p")).to_have_text("With thumbs.")
    fits(page)


def test_a_thread_is_started_with_thumbs(visit, site, board):
    page = visit(site.person("Mina"), **PHONE)
    page.goto(f"/boards/{board}")
    page.get_by_role("link", name="Start a thread").tap()
    page.get_by_label("Title", exact=True).fill("Thumbs")
    page.get_by_label("Your words, in Markdown").tap()
    page.get_by_role("button", name="Bold").tap()
    page.keyboard.type("loud")
    fits(page)
    page.get_by_role("button", name="Say it").tap()
    expect(page.locator("#p1 .says strong")).to_have_text("loud")
    fits(page)
