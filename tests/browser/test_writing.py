"""From joining to withdrawing: what people do with words, through the pages as they are."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


def pick(area: Locator, words: str) -> None:
    """Selects words in a text field as a person does with Shift and the arrows."""
    area.evaluate("(a, w) => a.setSelectionRange(a.value.indexOf(w), a.value.indexOf(w) + w.length)", words)


def at_end(area: Locator) -> None:
    area.press("Control+End")


def floor(page: Page, number: int) -> Locator:
    return page.locator(f"#p{number}")


def test_joining_and_the_first_thread(visit, board):
    page = visit()
    page.goto("/")
    page.get_by_role("link", name="New here? Join").click()
    page.get_by_label("Handle", exact=True).fill("mina.new")
    page.get_by_label("Name", exact=True).fill("Mina Okafor")
    page.get_by_label("Password").fill("a short sentence")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("status")).to_contain_text("Welcome, Mina Okafor")

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Boards").click()
    page.locator(f'main a[href="/boards/{board}"]').click()
    page.get_by_role("link", name="Start a thread").click()
    page.get_by_label("Title", exact=True).fill("Three things about the soup")
    area = page.get_by_label("Your words, in Markdown")
    area.fill("It is hot and it is early.\n\nprint(soup)\n\nbuy a spoon")
    pick(area, "hot")
    page.get_by_role("button", name="Bold").click()
    pick(area, "early")
    area.press("Control+b")
    pick(area, "print(soup)")
    area.press("Control+e")
    pick(area, "buy a spoon")
    page.get_by_role("button", name="Task list").click()
    at_end(area)
    page.get_by_role("button", name="Table").click()
    area.press("Control+End")
    expect(area).to_have_value(
        "It is **hot** and it is **early**.\n\n`print(soup)`\n\n- [ ] buy a spoon\n\n"
        "| what | how many |\n|---|---:|\n|  |  |\n"
    )

    page.get_by_role("button", name="Preview").click()
    shows_it(page.locator(".preview"))
    expect(area).to_be_hidden()
    page.get_by_role("button", name="Write").click()
    expect(area).to_be_focused()
    page.get_by_role("button", name="Say it").click()
    expect(page).to_have_url(re.compile(r"/threads/\d+-three-things-about-the-soup$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Three things about the soup")
    shows_it(floor(page, 1).locator(".says"))


def shows_it(words: Locator) -> None:
    expect(words.locator("strong")).to_have_text(["hot", "early"])
    expect(words.locator("code")).to_have_text("print(soup)")
    expect(words.get_by_role("checkbox")).not_to_be_checked()
    expect(words.get_by_role("table").get_by_role("columnheader")).to_have_text(["what", "how many"])


def test_marks_go_as_they_came(visit, site, board):
    page = visit(site.person("Idris"))
    page.goto(f"/boards/{board}/new")
    area = page.get_by_label("Your words, in Markdown")
    area.fill("one\ntwo")
    area.press("Control+a")
    for tool in ("Quote", "List"):
        page.get_by_role("button", name=tool, exact=True).click()
    expect(area).to_have_value("- > one\n- > two")
    page.get_by_role("button", name="List", exact=True).click()
    page.get_by_role("button", name="Quote", exact=True).click()
    expect(area).to_have_value("one\ntwo")
    pick(area, "two")
    area.press("Control+i")
    expect(area).to_have_value("one\n*two*")
    area.press("Control+i")
    expect(area).to_have_value("one\ntwo")
    area.press("Control+k")
    expect(area).to_have_value("one\n[two](https://)")
    area.press("Control+z")
    expect(area).to_have_value("one\ntwo")


def test_quote_reply_and_mention(visit, site, board):
    mina, idris = site.person("Mina"), site.person("Idris")
    said = site.thread(board, (mina, "The soup was **cold**.\n\nAgain."), (mina, "And late."))
    page = visit(idris)
    page.goto(site.where(said))
    floor(page, 1).get_by_role("link", name="Quote").click()
    area = page.get_by_label("Your reply, in Markdown")
    expect(area).to_have_value(
        re.compile(r"^> The soup was \*\*cold\*\*\.\n>\n> Again\.\n>\n> — \[Mina, floor 1\]\(/posts/\d+\)")
    )
    expect(area).to_be_focused()
    expect(page.locator("#reply .to")).to_contain_text("In reply to Mina, floor 1")
    area.press("Control+End")
    area.press_sequentially(f"Not for @{mina.handle}, it seems.")
    page.get_by_role("button", name="Say it").click()

    expect(page).to_have_url(re.compile(r"#p3$"))
    answer = floor(page, 3)
    expect(answer.locator("blockquote strong")).to_have_text("cold")
    expect(answer.get_by_role("link", name="answers floor 1")).to_be_visible()
    expect(answer.locator("blockquote cite a")).to_have_text("Mina, floor 1")
    answer.get_by_role("link", name=f"@{mina.handle}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mina")


def test_quoting_and_tools_open_the_writing_again(visit, site, board):
    mina = site.person("Mina")
    said = site.thread(board, (mina, "The soup."))
    page = visit(mina)
    page.goto(site.where(said))
    area = page.get_by_label("Your reply, in Markdown")
    area.fill("Hm.")
    for press in (
        floor(page, 1).get_by_role("link", name="Quote"),
        page.get_by_role("button", name="List", exact=True),
    ):
        page.get_by_role("button", name="Preview").click()
        expect(area).to_be_hidden()
        press.click()
        expect(area).to_be_visible()
        expect(area).to_be_focused()
    expect(area).to_have_value(re.compile(r"^Hm\.\n\n> The soup\.\n>\n> — .*\n\n- $"))


def test_a_reply_can_stop_being_one(visit, site, board):
    mina, idris = site.person("Mina"), site.person("Idris")
    said = site.thread(board, (mina, "First."), (mina, "Second."))
    page = visit(idris)
    page.goto(site.where(said))
    floor(page, 1).get_by_role("link", name="Reply").click()
    page.get_by_label("Your reply, in Markdown").fill("To nobody in particular.")
    page.get_by_role("button", name="do not reply to it").click()
    expect(page.locator("#reply .to")).to_have_count(0)
    page.get_by_role("button", name="Say it").click()
    expect(floor(page, 3).locator(".says")).to_have_text("To nobody in particular.")
    expect(floor(page, 3).get_by_role("link", name="answers floor 1")).to_have_count(0)


def test_editing_keeps_every_version(visit, site, board):
    mina = site.person("Mina")
    said = site.thread(board, (mina, "The soup was cold."))
    page = visit(mina)
    page.goto(site.where(said))
    floor(page, 1).get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("The soup")
    page.get_by_label("Your words, in Markdown").fill("The soup was lukewarm.")
    page.get_by_role("button", name="Save").click()
    expect(floor(page, 1).locator(".says")).to_have_text("The soup was lukewarm.")
    floor(page, 1).get_by_role("link", name=re.compile("edited .* 2 versions")).click()
    changes = page.locator("div.diff")
    expect(changes.locator("del")).to_contain_text("cold")
    expect(changes.locator("ins")).to_contain_text("lukewarm")
    expect(page.locator("pre.source")).to_have_text("The soup was lukewarm.")
    page.get_by_role("navigation", name="Versions").get_by_role("link", name="1", exact=True).click()
    expect(page.locator("pre.source")).to_have_text("The soup was cold.")


def test_withdrawing_leaves_the_floor(visit, site, board):
    mina, idris = site.person("Mina"), site.person("Idris")
    said = site.thread(board, (mina, "The soup."), (idris, "I take it back before I say it."), (mina, "What?"))
    page = visit(idris)
    page.goto(site.where(said))
    floor(page, 2).get_by_role("link", name="Withdraw").click()
    expect(page.locator(".sheet")).to_have_text("I take it back before I say it.")
    page.get_by_role("button", name="Withdraw it").click()
    expect(page).to_have_url(re.compile("#p2$"))
    tomb = floor(page, 2)
    expect(tomb.locator(".says")).to_contain_text("Withdrawn by its author")
    expect(tomb).not_to_contain_text("I take it back")
    expect(tomb.locator(".by")).to_contain_text("Idris")
    expect(floor(page, 3).locator(".says")).to_have_text("What?")


def test_two_windows_edit_the_same_post(visit, site, board):
    mina = site.person("Mina")
    site.thread(board, (mina, "The soup was cold."))
    page = visit(mina)
    page.goto(f"/boards/{board}")
    page.get_by_role("link", name="The soup").click()
    floor(page, 1).get_by_role("link", name="Edit").click()
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Your words, in Markdown").fill("The soup was warm.")
    other.get_by_role("button", name="Save").click()
    expect(floor(other, 1).locator(".says")).to_have_text("The soup was warm.")

    page.get_by_label("Your words, in Markdown").fill("The soup was hot.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="This post was changed in another window")).to_be_visible()
    expect(page.locator(".sheet .diff del")).to_contain_text("warm")
    expect(page.locator(".sheet .diff ins")).to_contain_text("hot")
    expect(page.get_by_label("Your words, in Markdown")).to_have_value("The soup was hot.")
    page.get_by_role("button", name="Save over it").click()
    expect(floor(page, 1).locator(".says")).to_have_text("The soup was hot.")
    expect(floor(page, 1).locator(".edited")).to_contain_text("3 versions")
