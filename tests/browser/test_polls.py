"""A poll is asked, voted in, seen and changed, with a script and without one; a reaction leaves the page where it is."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def ask(page, said):
    page.goto(f"/threads/{said.thread}")
    page.get_by_role("link", name="Add a poll").click()
    page.get_by_label("Question").fill("Keep it or toss it?")
    page.get_by_label("Choices").fill("Keep it\nToss it")
    page.get_by_role("button", name="Ask it").click()
    expect(page).to_have_url(re.compile("#poll$"))


def figures(page):
    return page.locator(".poll .result tbody tr")


def vote_see_and_change(page, said):
    page.goto(f"/threads/{said.thread}")
    poll = page.get_by_role("region", name="Keep it or toss it?")
    expect(poll).to_contain_text("See the result after you voted")
    expect(figures(page)).to_have_count(0)
    poll.get_by_label("Toss it").check()
    poll.get_by_role("button", name="Vote").click()
    expect(figures(page)).to_have_text(
        [re.compile(r"Keep it\s+0 %\s+0"), re.compile(r"Toss it your choice\s+100 %\s+1")]
    )
    poll.get_by_text("Change your vote").click()
    expect(poll.get_by_label("Toss it")).to_be_checked()
    poll.get_by_label("Keep it").check()
    poll.get_by_role("button", name="Vote").click()
    expect(figures(page)).to_have_text(
        [re.compile(r"Keep it your choice\s+100 %\s+1"), re.compile(r"Toss it\s+0 %\s+0")]
    )
    poll.get_by_text("Change your vote").click()
    poll.get_by_role("button", name="Take it back").click()
    expect(poll).to_contain_text("Nobody has voted yet")


def test_a_poll_is_asked_voted_in_seen_and_changed(visit, site, board):
    mina, idris = site.person("Mina"), site.person("Idris")
    said = site.thread(board, (mina, "It is from 1989."), title="The plotter")
    ask(visit(mina), said)
    vote_see_and_change(visit(idris), said)


def test_all_of_it_without_a_script(visit, site, board):
    mina, idris = site.person("Mina"), site.person("Idris")
    said = site.thread(board, (mina, "It is from 1989."), title="The plotter")
    ask(visit(mina, java_script_enabled=False), said)
    page = visit(idris, java_script_enabled=False)
    vote_see_and_change(page, said)
    page.get_by_role("region", name="Keep it or toss it?").get_by_role("button", name="Vote").click()
    expect(page.get_by_text("Choose something first.")).to_be_visible()
    page.goto(f"/threads/{said.thread}")
    page.locator("#p1 .react summary").click()
    page.locator("#p1").get_by_role("button", name="Thanks").click()
    expect(page).to_have_url(re.compile("#p1$"))
    given = page.locator("#p1").get_by_role("button", name="Thanks, 1")
    expect(given).to_have_attribute("aria-pressed", "true")
    given.click()
    expect(given).to_have_count(0)


def test_a_reaction_does_not_leave_the_page(visit, site, board):
    mina, idris = site.person("Mina"), site.person("Idris")
    said = site.thread(board, (mina, "It is from 1989."), (idris, "It works."), title="The plotter")
    page = visit(idris)
    page.goto(f"/threads/{said.thread}")
    page.get_by_label("Your reply, in Markdown").fill("Half a sentence")
    row = page.locator("#p1 .react")
    expect(page.locator("#p2 .react")).to_have_count(0)
    row.locator("summary").click()
    row.get_by_role("button", name="Laugh").click()
    given = row.get_by_role("button", name="Laugh, 1")
    expect(given).to_be_focused()
    expect(given).to_have_attribute("aria-pressed", "true")
    given.click()
    expect(given).to_have_count(0)
    expect(row.locator("summary")).to_be_focused()
    row.locator("summary").click()
    row.get_by_role("button", name="Agree").click()
    expect(row.get_by_role("button", name="Agree, 1")).to_be_visible()
    expect(page.get_by_label("Your reply, in Markdown")).to_have_value("Half a sentence")
    row.locator("summary").click()
    page.keyboard.press("Escape")
    expect(row.get_by_role("button", name="Sad")).to_be_hidden()
    page.reload()
    expect(row.get_by_role("button", name="Agree, 1")).to_have_attribute("aria-pressed", "true")
