"""Everything that matters, in a browser that runs no JavaScript."""

from __future__ import annotations

import re

from playwright.sync_api import expect

REPLY = "Your reply, in Markdown"


def test_reading_and_writing_need_no_script(visit, site, board):
    mina, idris = site.person("Mina"), site.person("Idris")
    said = site.thread(board, (mina, "The soup was **cold**."))
    page = visit(idris, java_script_enabled=False)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Boards").click()
    page.locator(f'main a[href="/boards/{board}"]').click()
    page.get_by_role("link", name="The soup").click()
    expect(page.get_by_role("toolbar")).to_be_hidden()
    page.locator("#p1").get_by_role("link", name="Quote").click()
    area = page.get_by_label(REPLY)
    expect(area).to_have_value(re.compile(r"^> The soup was \*\*cold\*\*\.\n>\n> — \[Mina, floor 1\]"))
    expect(page.locator("#reply .to")).to_contain_text("In reply to Mina, floor 1")
    area.fill(area.input_value() + "It was *lukewarm*.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview em")).to_have_text("lukewarm")
    expect(area).to_have_value(re.compile("lukewarm"))
    page.get_by_role("button", name="Say it").click()
    expect(page).to_have_url(re.compile("#p2$"))
    expect(page.locator("#p2 blockquote strong")).to_have_text("cold")

    page.locator("#p2").get_by_role("link", name="Edit").click()
    page.get_by_label("Your words, in Markdown").fill("It was warm.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview")).to_have_text("It was warm.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#p2 .says")).to_have_text("It was warm.")
    page.locator("#p2 .edited").click()
    expect(page.locator("div.diff ins")).to_contain_text("warm")
    page.goto(site.where(said))
    page.locator("#p2").get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.locator("#p2")).to_contain_text("Withdrawn by its author")


def test_a_thread_is_started_and_refused_without_script(visit, site, board):
    page = visit(site.person("Mina"), java_script_enabled=False)
    page.goto(f"/boards/{board}/new")
    page.get_by_label("Your words, in Markdown").fill("Words without a title.")
    page.get_by_role("button", name="Say it").click()
    expect(page.get_by_text("A thread needs a title")).to_be_visible()
    expect(page.get_by_label("Your words, in Markdown")).to_have_value("Words without a title.")
    page.get_by_label("Title", exact=True).fill("And now with one")
    page.get_by_role("button", name="Say it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("And now with one")


def test_signing_out_ends_the_session(visit, site):
    page = visit(site.person("Mina"), java_script_enabled=False)
    page.get_by_role("link", name="Mina, your page").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto("/settings")
    expect(page).to_have_url(re.compile(r"/login\?next=/settings$"))


def test_after_a_preview_quoting_goes_on(visit, site, board):
    """The page with a preview has another address than the thread; its links lead on all the same."""
    mina = site.person("Mina")
    said = site.thread(board, (mina, "The soup."))
    page = visit(mina, java_script_enabled=False)
    page.goto(site.where(said))
    page.get_by_label(REPLY).fill("It was *lukewarm*.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview em")).to_have_text("lukewarm")
    page.locator("#p1").get_by_role("link", name="Quote").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The soup")
    expect(page.get_by_label(REPLY)).to_have_value(re.compile("> The soup"))
