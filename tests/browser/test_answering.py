"""Management answers, and everybody sees it: at the top of the thread, on its floor, in the list; on a phone without JavaScript too."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from forum.boards import answering
from forum.core.clock import now
from forum.core.database import writing
from tests.browser.test_layout import HARD, MEASURES
from tests.browser.visiting import PHONE


def test_a_decision_is_changed_before_everybodys_eyes(visit, site, board):
    mina, lin = site.person("Mina"), site.person("Lin", "management")
    title = f"The gates of {board}"
    said = site.thread(board, (mina, "The gates go to a contractor."), (lin, "They do not."), title=title)
    boss = visit(lin, java_script_enabled=False, **PHONE)
    boss.goto(site.where(said))
    for state, button in (("Heard", "Mark as the answer"), ("Decided otherwise", "Move the answer on")):
        boss.locator("#p2").get_by_role("link", name=button).click()
        boss.get_by_text(state, exact=True).click()
        expect(boss.get_by_role("radio", name=re.compile(f"^{state}"))).to_be_checked()
        boss.get_by_role("button", name="Let it be the answer").click()
        expect(boss).to_have_url(re.compile(r"#p2$"))
        expect(boss.locator("#p2 .state")).to_contain_text(state)

    page = visit(mina)
    page.goto(f"/boards/{board}")
    row = page.locator(".index > li").filter(has=page.get_by_role("link", name=title, exact=True))
    expect(row.locator(".otherwise")).to_have_text("Decided otherwise")
    row.get_by_role("link", name=title, exact=True).click()
    answer = page.get_by_role("complementary", name="Decided otherwise")
    expect(answer).to_contain_text("A decision was changed because of this thread.")
    expect(answer.locator(".words")).to_have_text("They do not.")
    expect(answer.locator("svg.seal")).to_be_visible()
    expect(answer.locator(".steps li").first).to_be_hidden()
    answer.locator("summary").click()
    expect(answer.locator(".steps li")).to_contain_text(["Heard", "Decided otherwise"])
    assert answer.locator("h2").evaluate("one => getComputedStyle(one).color") == "rgb(169, 42, 21)"
    expect(page.get_by_role("link", name="Move the answer on")).to_have_count(0)


def test_the_four_choices_can_be_made_by_keyboard(visit, site, board):
    lin = site.person("Lin", "management")
    said = site.thread(board, (lin, "Our answer."))
    page = visit(lin)
    page.goto(f"/posts/{said.post}/answer")
    page.get_by_role("radio", name=re.compile("^Heard")).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name=re.compile("^Answered"))).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator(".verdict h2")).to_have_text("Answered")


def test_the_pages_are_well_made_with_the_hardest_words(visit, site, board):
    lin = site.person("Lin", "management")
    said = site.thread(board, (lin, "First."), (lin, HARD), title="Hard " + "to fit " * 20)
    for state in ("declined", "overturned", "answered"):
        with site.inside(), writing():
            answering.mark(lin, post=said.post, state=state, at=now())
    page = visit(lin)
    for address in (site.where(said), f"/posts/{said.post}/answer", f"/boards/{board}"):
        page.goto(address)
        for summary in page.locator(".steps summary").all():
            summary.click()
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)
                page.keyboard.press("Tab")
                assert page.evaluate(MEASURES, {"phone": width == 390}) == [], (address, width, theme)
