"""Nothing that was typed is lost: closed tabs, ended sessions, stale pages, impatient fingers."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

REPLY = "Your reply, in Markdown"


def typed(page: Page, words: str) -> None:
    """Types a reply and waits until the forum has it as a draft: nothing is under way after that."""
    page.get_by_label(REPLY).fill(words)
    expect(page.get_by_text(re.compile(r"Draft kept \d"))).to_be_visible()


def test_a_draft_outlives_the_tab(visit, site, board):
    mina = site.person("Mina")
    said = site.thread(board, (mina, "The soup."))
    page = visit(mina)
    page.goto(site.where(said))
    typed(page, "Half a thought")
    context = page.context
    page.close()
    page = context.new_page()
    page.goto(site.where(said))
    expect(page.get_by_label(REPLY)).to_have_value("Half a thought")
    page.get_by_role("button", name="Say it").click()
    expect(page.locator("#p2 .says")).to_have_text("Half a thought")
    expect(page.get_by_label(REPLY)).to_have_value("")
    page.goto(site.where(said))
    expect(page.get_by_label(REPLY)).to_have_value("")


def test_a_draft_of_a_thread_keeps_its_title(visit, site, board):
    page = visit(site.person("Mina"))
    page.goto(f"/boards/{board}/new")
    page.get_by_label("Title", exact=True).fill("A title alone")
    expect(page.get_by_text(re.compile(r"Draft kept \d"))).to_be_visible()
    page.goto("/boards")
    page.goto(f"/boards/{board}/new")
    expect(page.get_by_label("Title", exact=True)).to_have_value("A title alone")


def test_leaving_the_page_in_haste_keeps_the_words(visit, site, board):
    mina = site.person("Mina")
    said = site.thread(board, (mina, "The soup."))
    page = visit(mina)
    page.goto(site.where(said))
    page.get_by_label(REPLY).fill("In haste")
    page.get_by_role("link", name="Front page").click()
    expect(page).to_have_url(f"{site.url}/")
    for _ in range(100):  # nobody waits for a draft on its way, so the next page may be faster
        page.goto(site.where(said))
        if page.get_by_label(REPLY).input_value():
            break
    expect(page.get_by_label(REPLY)).to_have_value("In haste")


def test_a_session_that_ended_while_typing(visit, site, board):
    mina = site.person("Mina")
    said = site.thread(board, (mina, "The soup."))
    page = visit(mina)
    page.goto(site.where(said))
    typed(page, "Long and careful words")
    page.context.clear_cookies()
    page.get_by_role("button", name="Say it").click()
    expect(page.get_by_text("Your session had ended. What you wrote is kept")).to_be_visible()
    expect(page.get_by_label("What you wrote")).to_have_value("Long and careful words")
    page.get_by_label("Handle or mail address").fill(mina.handle)
    page.get_by_label("Password", exact=True).fill("wrong at first")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("That name and password do not go together.")).to_be_visible()
    page.get_by_label("Password", exact=True).fill("say what you want")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/threads/\d+-the-soup#reply$"))
    expect(page.get_by_role("status")).to_contain_text("Your words are here")
    expect(page.get_by_label(REPLY)).to_have_value("Long and careful words")
    page.get_by_role("button", name="Say it").click()
    expect(page.locator("#p2 .says")).to_have_text("Long and careful words")


def test_a_stale_page_gives_the_words_back(visit, site, board):
    mina = site.person("Mina")
    said = site.thread(board, (mina, "The soup."))
    page = visit(mina)
    page.goto(site.where(said))
    typed(page, "Said on an old page")
    page.locator('#reply [name="csrf_token"]').evaluate("field => { field.value = 'old' }")
    page.get_by_role("button", name="Say it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Once more, please")
    expect(page.get_by_label("Your words")).to_have_value("Said on an old page")
    page.get_by_role("button", name="Send it again").click()
    expect(page).to_have_url(re.compile("#p2$"))
    expect(page.locator("#p2 .says")).to_have_text("Said on an old page")


def test_an_impatient_finger_says_it_once(visit, site, board):
    mina = site.person("Mina")
    said = site.thread(board, (mina, "The soup."))
    page = visit(mina)
    page.goto(site.where(said))
    page.get_by_label(REPLY).fill("Once")
    page.get_by_role("button", name="Say it").dblclick()
    expect(page).to_have_url(re.compile("#p2$"))
    page.goto(site.where(said))
    expect(page.locator(".floor .says")).to_have_text(["The soup.", "Once"])


def test_a_form_sent_twice_says_it_once(visit, site, board):
    """Without JavaScript only the form's own number protects: two windows hold the same form."""
    mina = site.person("Mina")
    said = site.thread(board, (mina, "The soup."))
    page = visit(mina, java_script_enabled=False)
    page.goto(site.where(said))
    page.get_by_label(REPLY).fill("Once")
    form = {name: page.locator(f'#reply [name="{name}"]').input_value() for name in ("csrf_token", "nonce", "body")}
    page.get_by_role("button", name="Say it").click()
    expect(page).to_have_url(re.compile("#p2$"))
    again = page.request.post(f"/threads/{said.thread}/posts", form=form)
    assert again.ok
    page.reload()
    expect(page.locator(".floor .says")).to_have_text(["The soup.", "Once"])


def test_back_at_a_sent_page_something_else_is_said(visit, site, board):
    """Browsers that go back to the very page they left show it as it was; what is written then is another post."""
    mina = site.person("Mina")
    said = site.thread(board, (mina, "The soup."))
    page = visit(mina)
    page.goto(site.where(said))
    page.get_by_label(REPLY).fill("First")
    page.locator("#reply form").evaluate("form => { form.target = '_blank' }")
    with page.expect_popup() as answer:
        page.get_by_role("button", name="Say it").click()
    expect(answer.value.locator("#p2 .says")).to_have_text("First")
    page.locator("#reply form").evaluate("form => { form.target = '' }")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    page.get_by_label(REPLY).fill("Second")
    page.get_by_role("button", name="Say it").click()
    expect(page).to_have_url(re.compile("#p3$"))
    expect(page.locator(".floor .says")).to_have_text(["The soup.", "First", "Second"])


def test_too_long_is_said_before_and_after(visit, site, board):
    mina = site.person("Mina")
    said = site.thread(board, (mina, "The soup."))
    page = visit(mina)
    page.goto(site.where(said))
    area = page.get_by_label(REPLY)
    area.fill("汤" * 39_990)
    expect(page.get_by_text("10 characters left.")).to_be_visible()
    area.fill("汤" * 40_010)
    expect(page.get_by_text("10 characters too many.")).to_have_class("over")
    page.get_by_role("button", name="Say it").click()
    expect(page.get_by_text("That is 10 characters more than the 40000 a post can hold.")).to_be_visible()
    expect(page.get_by_label(REPLY)).to_have_value("汤" * 40_010)
