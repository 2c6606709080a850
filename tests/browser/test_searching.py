"""Somebody looks for something, at a desk and on a phone, with the keyboard and without a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect


def box(page: Page):
    return page.get_by_role("combobox", name="Search everything")


@pytest.fixture
def stocked(site, board):
    """Threads about a word that no other test knows, from two people."""
    mina, idris = site.person("Mina"), site.person("Idris")
    site.thread(board, (mina, "The **zwieback** is gone by noon."), title=f"Zwieback of {board}")
    site.thread(
        board,
        (idris, "Bring your own."),
        (mina, "Two zwiebacks a day, said the cook."),
        title=f"What the kitchen promised, {board}",
    )
    site.index()
    return mina, idris


def test_from_any_page_to_the_post(visit, site, board, stocked):
    page = visit(stocked[1])
    page.goto(f"/boards/{board}")
    box(page).fill(f"zwiebacks board:{board}")
    box(page).press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=zwiebacks"))
    expect(page.locator(".results > li")).to_have_count(2)
    expect(page.locator(".results h3").first).to_have_text(f"Zwieback of {board}")
    expect(page.locator(".results mark").first).to_have_text("Zwieback")
    page.locator(".results").get_by_role("link", name="floor 2").click()
    expect(page).to_have_url(re.compile("#p2$"))
    expect(page.locator("#p2 .says")).to_contain_text("Two zwiebacks a day")


def test_what_is_offered_while_typing_is_reached_by_arrows(visit, board, stocked):
    page = visit(stocked[1])
    page.goto("/boards")
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    page.keyboard.type(f"kitchen promised {board}")
    option = page.get_by_role("option", name=re.compile("What the kitchen promised"))
    expect(option).to_be_visible()
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(option).to_be_hidden()
    expect(box(page)).to_have_value(f"kitchen promised {board}")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"What the kitchen promised, {board}")


def test_narrowing_by_click_and_back(visit, site, board, stocked):
    other = site.board("Elsewhere")
    site.thread(other, (stocked[0], f"Zwieback again, {board}."), title="Elsewhere")
    site.index()
    page = visit(stocked[1])
    page.goto("/search?q=zwieback")
    page.locator(f'.counts a[href*="board={other}"]').click()
    expect(page.locator(".results > li")).to_have_count(1)
    expect(page.locator(".narrowed")).to_contain_text("Elsewhere")
    page.get_by_role("link", name="Newest first").click()
    expect(page).to_have_url(re.compile("sort=new"))
    page.get_by_role("link", name="Not only Elsewhere").click()
    expect(page.locator(".narrowed")).to_have_count(0)
    expect(page.locator(".results > li").nth(1)).to_be_visible()


def test_has_this_been_said(visit, board, stocked):
    page = visit(stocked[1])
    page.goto(f"/boards/{board}/new")
    page.get_by_label("Title", exact=True).press_sequentially(f"The kitchen promised zwieback {board}")
    said = page.locator(".similar")
    expect(said).to_contain_text("Has this been said?")
    expect(said.get_by_role("link", name=f"What the kitchen promised, {board}")).to_be_visible()
    page.get_by_label("Title", exact=True).fill("")
    page.get_by_label("Title", exact=True).press_sequentially("qqq")
    expect(said).to_have_count(0)


def test_on_a_phone_and_without_a_script(visit, board, stocked):
    phone = visit(stocked[1], viewport={"width": 390, "height": 844}, has_touch=True)
    phone.goto("/")
    box(phone).tap()
    box(phone).fill("zwieback")
    box(phone).press("Enter")
    expect(phone.locator(".results mark").first).to_be_visible()
    narrow = phone.locator(".narrow > summary")
    expect(narrow).to_be_visible()
    narrow.tap()
    expect(phone.get_by_role("heading", name="By board")).to_be_visible() if phone.locator("#boards").count() else None
    plain = visit(stocked[1], java_script_enabled=False)
    plain.goto(f"/boards/{board}/new")
    plain.get_by_label("Title", exact=True).fill("What the kitchen promised")
    plain.get_by_label("Your words, in Markdown").fill("Nothing yet.")
    plain.get_by_role("button", name="Preview").click()
    expect(plain.locator(".similar")).to_contain_text("What the kitchen promised")
    plain.goto("/boards")
    field = plain.get_by_label("Search everything")
    field.fill("zwieback")
    field.press("Enter")
    expect(plain.locator(".results mark").first).to_be_visible()
