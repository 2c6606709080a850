"""A colleague who uses no mouse."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.people import PASSWORD


def tab_to(page: Page, wanted: Locator, most: int = 120) -> int:
    """Presses Tab until the keyboard is there; returns how many presses it took."""
    for presses in range(1, most + 1):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return presses
    raise AssertionError(f"{most} times Tab do not reach {wanted}")


def test_from_sign_in_to_a_reply(visit, site, board):
    mina, idris = site.person("Mina"), site.person("Idris")
    site.thread(board, (mina, "The soup."), title=f"By keyboard, {board}")
    page = visit()
    page.goto("/login")
    tab_to(page, page.get_by_label("Handle or mail address"))
    page.keyboard.type(idris.handle)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/")

    skip = page.get_by_role("link", name="Skip to the words")
    assert tab_to(page, skip) == 1
    assert skip.bounding_box()["width"] > 100
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))
    first = page.locator("main a").first
    assert tab_to(page, first) == 1

    page.goto(f"{site.url}/boards")  # a reload would begin at #main again
    page.goto(f"{site.url}/")
    main = page.get_by_role("navigation", name="Main")
    boards = main.get_by_role("link", name="Boards")
    assert tab_to(page, boards) <= 4
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Boards")
    tab_to(page, page.locator(f'main a[href="/boards/{board}"]'))
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Start a thread")).to_be_visible()
    tab_to(page, page.get_by_role("link", name=f"By keyboard, {board}"))
    page.keyboard.press("Enter")
    expect(page.locator("#p1")).to_be_visible()
    tab_to(page, page.locator("#p1").get_by_role("link", name="Reply"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your reply, in Markdown")).to_be_focused()
    page.keyboard.type("All of it without a mouse.")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile("#p2$"))
    expect(page.locator("#p2 .says")).to_have_text("All of it without a mouse.")


def test_every_tool_of_the_writing_form_is_reached(visit, site, board):
    page = visit(site.person("Mina"))
    page.goto(f"/boards/{board}/new")
    tab_to(page, page.get_by_label("Title", exact=True))
    page.keyboard.type("A table by keyboard")
    tools = page.get_by_role("toolbar").get_by_role("button")
    for number in range(tools.count()):
        tab_to(page, tools.nth(number), most=1)
    tab_to(page, page.get_by_role("button", name="Preview"))
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    area = page.get_by_label("Your words, in Markdown")
    expect(area).to_be_focused()
    expect(area).to_have_value(re.compile(r"^\| what \| how many \|"))
    page.keyboard.type("soup")
    expect(area).to_have_value(re.compile(r"^\| soup \| how many \|"))
    tab_to(page, page.get_by_role("button", name="Say it"), most=3)  # past the files and the poll
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("A table by keyboard")


def test_tab_leaves_the_text_field(visit, site, board):
    """No trap: Tab is not swallowed by the writing form."""
    mina = site.person("Mina")
    page = visit(mina)
    page.goto(site.where(site.thread(board, (mina, "The soup."))))
    page.get_by_label("Your reply, in Markdown").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Add pictures or files")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_label("Your reply, in Markdown")).to_be_focused()
