"""From HR's first topic to the torn-off sheet, before everybody's eyes: planned, printed, written on a phone, pinned up, answered, read again."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import segno
from playwright.sync_api import Browser, Page, expect

from forum.config import ROOT
from tests.browser import server, visiting
from tests.browser.people import PASSWORD, Site, beside

REHEARSAL = {"FORUM_TESTING": "1", "FORUM_PADS_BATCH_SECONDS": "1"}


@pytest.fixture
def forum(tmp_path: Path) -> Iterator[Site]:
    """A forum of its own in rehearsal, with its worker: full hours come every second."""
    instance = tmp_path / "instance"
    instance.mkdir()
    server.flask(instance, "db", "upgrade")
    env = server.environment(instance, **REHEARSAL)
    with server.running(instance, workers=1, **REHEARSAL) as url, beside(url, instance) as found:
        with (instance / "worker.log").open("wb") as log:
            command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
            process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
            yield found
            process.terminate()
            process.wait()
        assert (instance / "worker.log").read_text() == ""
        assert not (instance / "pads-faults.log").exists()


def reloaded_until(page: Page, seen: str) -> None:
    """Looks again until the page says it; the worker pins up some moments after the writing."""
    for _ in range(600):
        if seen in page.content():
            return
        page.reload()
    raise AssertionError(f"{page.url} never said {seen!r}")


def add_topic(page: Page, question: str) -> None:
    page.goto("/hr/pads")
    page.get_by_role("link", name="Add a question").first.click()
    page.get_by_label("The question").fill(question)
    page.get_by_role("button", name="Into the queue").click()
    expect(page.locator("#queue")).to_be_visible()


def dark(page: Page) -> list[list[bool]]:
    """Which modules of the drawn QR code are black, read from the picture itself."""
    path: list[Any] = page.locator("svg.qr").first.evaluate(
        """svg => {
          const size = svg.viewBox.baseVal.width, found = [];
          const line = svg.querySelector('path');
          for (let y = 0; y < size; y++) {
            found.push([]);
            for (let x = 0; x < size; x++) found[y].push(line.isPointInStroke(new DOMPoint(x + .5, y + .5)));
          }
          return found;
        }"""
    )
    return path


def test_from_the_first_topic_to_the_torn_off_sheet(forum: Site, chromium: Browser) -> None:
    hr_context, hr_ear = visiting.opened(chromium, forum.url)
    hr = hr_context.new_page()
    visiting.sign_in(hr, forum.person("Petra", "hr").handle, PASSWORD)
    hr.get_by_role("navigation", name="Main").get_by_role("link", name="Pads").click()
    add_topic(hr, "Which rule here would you flush?")
    add_topic(hr, "What should the lift play?")
    hr.get_by_role("link", name="Doors", exact=True).click()
    hr.get_by_label("Its address").fill("3-left")
    hr.get_by_label("Name").fill("Third floor, left door")
    hr.get_by_role("button", name="Add the door").click()
    expect(hr.locator("main")).to_contain_text("Which rule here would you flush?")
    expect(hr.locator("main")).to_contain_text("changes Monday")

    # the paper: one page, and its code leads to the pad
    hr.goto("/hr/pads/print")
    expect(hr.locator(".a4 h1")).to_have_text("Which rule here would you flush?")
    wanted = segno.make(f"{forum.url}/pads/3-left", error="q", micro=False)
    assert dark(hr) == [[bool(module) for module in row] for row in wanted.matrix]
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", hr.pdf(prefer_css_page_size=True))) == 1

    # three phones; the second pair of words comes with a warning that never leaves the browser
    slips, ears = [], []
    for words in (
        "Badge photos every five years.\nLet us age in peace.",
        "I am the only accountant here, write to lena@example.com",
        "食堂的汤 🍲",
    ):
        context, ear = visiting.opened(chromium, forum.url, **visiting.PHONE)
        phone = context.new_page()
        asked: list[str] = []
        phone.on("request", lambda request, asked=asked: asked.append(request.url))
        phone.goto("/pads/3-left")
        expect(phone.locator(".notes")).to_have_count(1 if slips[1:] else 0)
        loaded = len(asked)
        phone.get_by_label("Jot it down").fill(words)
        warning = phone.locator("#note-hint.warns")
        if "only" in words:
            expect(warning).to_contain_text("There is a mail address in it.")
            expect(warning).to_contain_text("“The only one…” may be enough")
        else:
            expect(warning).to_have_count(0)
        assert len(asked) == loaded
        phone.get_by_role("button", name="Pin it up").click()
        expect(phone.locator("h1")).to_have_text("Written.")
        slips.append(phone.locator("#slip").inner_text())
        ears.append(ear)
        assert context.cookies() == []
        if len(slips) == 2:
            phone.get_by_role("link", name="Back to the pad").first.click()
            reloaded_until(phone, "Let us age in peace.")
            expect(phone.locator(".notes > li")).to_have_count(2)
        if len(slips) < 3:
            context.close()

    # the third one, alone, waits; its slip shows it, corrects it, and later reads the answer
    phone.get_by_role("button", name="Correct it or take it back now").click()
    expect(phone.locator("h1")).to_have_text("It waits for its hour")
    phone.get_by_label("Your note").fill("食堂的汤，是凉的")
    phone.get_by_role("button", name="Correct it", exact=True).click()
    expect(phone.locator("main")).to_contain_text("Corrected. The old words are gone.")

    hr.goto("/hr/pads/answers")
    hr.locator("li", has_text="Badge photos").get_by_role("link", name="Answer").click()
    hr.get_by_label("Your answer").fill("From March on. Bring a new one, or the old one.")
    hr.get_by_role("button", name="Answer in public").click()
    expect(hr.locator(".reply")).to_contain_text("From March on.")
    phone.goto("/pads/slip")
    phone.get_by_label("The slip", exact=True).fill(slips[0].lower().replace("-", " "))
    phone.get_by_role("button", name="Show my note").click()
    expect(phone.locator("main")).to_contain_text("From March on. Bring a new one")
    assert slips[0] not in phone.url

    # agreed with, torn off by a flip that publishes nothing, undone, flipped again, and read in the archive
    phone.goto("/pads/3-left")
    phone.locator("li", has_text="Badge photos").get_by_role("button").click()
    expect(phone.locator("li", has_text="Badge photos").get_by_role("button")).to_have_text("+ 1")
    hr.goto("/hr/pads")
    hr.get_by_role("button", name="Flip now").click()
    expect(hr.locator(".calendar .now")).to_contain_text("What should the lift play?")
    hr.get_by_role("button", name="Undo the flip").click()
    expect(hr.locator(".calendar .now")).to_contain_text("Which rule here would you flush?")
    hr.get_by_role("button", name="Flip now").click()
    expect(hr.locator(".calendar .now")).to_contain_text("What should the lift play?")
    phone.goto("/pads/3-left")
    expect(phone.locator("h1")).to_have_text("What should the lift play?")
    phone.get_by_role("link", name="Which rule here would you flush?").click()
    expect(phone.locator(".notes > li")).to_have_count(2)
    expect(phone.locator(".notes > li").first).to_contain_text("Badge photos every five years.")
    expect(phone.locator(".reply")).to_contain_text("From March on.")
    assert [complaint for ear in (hr_ear, *ears) for complaint in ear.heard] == []
    hr_context.close()
    phone.context.close()


def test_the_plan_is_dragged_and_moved_by_keys(forum: Site, chromium: Browser) -> None:
    context, ear = visiting.opened(chromium, forum.url)
    page = context.new_page()
    visiting.sign_in(page, forum.person("Petra", "hr").handle, PASSWORD)
    for question in ("One?", "Two?", "Three?", "Four?"):
        add_topic(page, question)
    page.goto("/hr/pads/doors")
    page.get_by_label("Its address").fill("a")
    page.get_by_label("Name").fill("Door A")
    page.get_by_role("button", name="Add the door").click()
    page.goto("/hr/pads")
    heads = page.locator(".queue h3")
    expect(heads).to_have_text(["One?", "Two?", "Three?", "Four?"])

    page.get_by_role("button", name="Move “Four?”").focus()
    with page.expect_response("**/hr/pads/queue"):
        page.keyboard.press("ArrowUp")
    expect(heads).to_have_text(["One?", "Two?", "Four?", "Three?"])
    expect(page.locator("[data-told]")).to_have_text("Four?: place 3 of 4")
    expect(page.get_by_role("button", name="Move “Four?”")).to_be_focused()

    page.set_viewport_size(
        {"width": 1280, "height": 1600}
    )  # all of the page, so that none of it scrolls away under the pointer
    grip, over = page.get_by_role("button", name="Move “Three?”"), page.locator(".queue > li", has_text="Two?")
    grip.hover()
    page.mouse.down()
    box = over.bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 20, steps=5)
    page.mouse.move(box["x"] + 40, box["y"] + 4, steps=5)
    with page.expect_response("**/hr/pads/queue"):
        page.mouse.up()
    expect(heads).to_have_text(["One?", "Three?", "Two?", "Four?"])
    expect(page.locator(".calendar .turn").first).to_contain_text("Three?")

    page.get_by_role("button", name="Move “Four?”").hover()
    page.mouse.down()
    box = page.locator("tr[data-door=a]").bounding_box()
    assert box
    page.mouse.move(box["x"] + 300, box["y"] + 20, steps=5)
    with page.expect_navigation():
        page.mouse.up()
    expect(page.locator(".calendar .turn.wished")).to_contain_text("Four?")
    page.reload()
    expect(heads).to_have_text(["One?", "Three?", "Two?", "Four?"])
    assert ear.heard == []
    context.close()


GIVEAWAYS = (
    "I'm Anna from accounting", "my name's Bob", "as the sole accountant", "nobody but me", "I am the head of payroll",
    "ext. 4711", "Personnel no. 88123", "I asked @mina", "我是王小明。", "我的名字是李雷", "我是财务部的张伟", "汤是凉的\n——小王",
    "Ich bin der einzige Buchhalter", "Ich heiße Jürgen", "Nein.\nViele Grüße Klaus", "Durchwahl 4711", "我是唯一的女工程师",
    "the only vegan in the workshop", "write to lena@example.com",
)  # fmt: skip
HARMLESS = (
    "- Coffee", "Three wishes:\n- Soup\n- Bread\n- Salt", "Only one toilet works", "the only one who decides is the boss",
    "唯一的问题是厕所", "只有我觉得冷吗", "我叫了三次电梯", "Yours truly is tired", "Cheers, boss", "My name is on the door", "2026-11-22",
    "10 000 steps", "From 09:30 - 10:30", "It cost 1200000", "I am cold", "Eleven years\n— and no chair", "食堂的汤 🍲",
)  # fmt: skip


def test_the_browser_warns_of_plain_giveaways_and_of_nothing_else(forum: Site, chromium: Browser) -> None:
    forum.pad("c-3")
    context, ear = visiting.opened(chromium, forum.url)
    page = context.new_page()
    page.goto("/pads/c-3")
    module = str(page.locator("script[type=module]").get_attribute("src")).replace("pads.js", "traces.js")
    found = page.evaluate(
        "async ([module, texts]) => { const { tracesIn } = await import(module); return texts.map((one) => tracesIn(one).length); }",
        [module, [*GIVEAWAYS, *HARMLESS]],
    )
    silent = [text for text, traces in zip(GIVEAWAYS, found, strict=False) if not traces]
    loud = [text for text, traces in zip(HARMLESS, found[len(GIVEAWAYS) :], strict=True) if traces]
    assert (silent, loud) == ([], [])
    assert ear.heard == []
    context.close()


def test_all_of_it_without_script(forum: Site, chromium: Browser) -> None:
    facts = forum.pad("b-2")
    context, ear = visiting.opened(chromium, forum.url, java_script_enabled=False, **visiting.PHONE)
    page = context.new_page()
    page.goto("/pads/b-2")
    before = page.locator(".notes button").first.inner_text()
    page.locator(".notes button").first.click()
    expect(page).to_have_url(re.compile(r"/pads/b-2#n-[0-9a-f]{8}$"))
    assert page.locator(".notes button").first.inner_text() == f"+ {int(before.removeprefix('+').strip() or 0) + 1}"
    page.get_by_label("Jot it down").fill("x" * 501)
    page.get_by_role("button", name="Pin it up").click()
    expect(page.locator(".field-error")).to_contain_text("1 characters more than the 500")
    expect(page.get_by_label("Jot it down")).to_have_value("x" * 501)
    page.get_by_label("Jot it down").fill("x" * 500)
    page.get_by_role("button", name="Pin it up").click()
    expect(page.locator("h1")).to_have_text("Written.")
    page.get_by_role("button", name="Correct it or take it back now").click()
    page.locator("summary").click()
    page.get_by_role("button", name="Take it back for good").click()
    expect(page.locator("h1")).to_have_text("Taken back.")
    assert facts["door"] == "b-2"
    assert ear.heard == []
    context.close()
