"""A sheet of A4 a door, whatever the question: exactly one page each, room to write on it, and a QR code that leads to the door's pad."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import segno
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route

from forum.core.database import db, writing
from forum.pads import planning
from tests.browser import visiting
from tests.conftest import NOON, Browser

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]
LATIN = "What would you change here if you had only one wish, a hammer, some paint and nobody who asks why? Everything, or a lamp?"
HAN = "如果只能改变公司里的一件事你会改变什么为什么还没有人去做它我们要的不多只要夜班的灯和每个门卫室的一把椅子" * 3
MIXED = "我们 want 一把 chair 和 a lamp，please, 每个 Gate 3 的 guardhouse 都要! " * 3
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
INTRO = (
    "Whatever comes to mind: small or large, yours or everybody’s; nobody will ask who said it, and HR reads it all. "
    * 3
)
LENGTHS = (1, 2, 3, 5, 8, 13, 14, 19, 25, 26, 27, 28, 29, 38, 44, 45, 55, 56, 57, 70, 87, 88, 89, 105, 119, 120)
"""All where the type becomes smaller, one more and one less."""
QUESTIONS = [
    *(text[:length].strip() for text in (LATIN, HAN, MIXED, WORD) for length in LENGTHS),
    "W" * 120,
    "i" * 120,
    "W " * 60,
    "😀" * 60,
    "ﷺ" * 60,
    "<b>Bold</b> & \"quoted\"?",
]  # fmt: skip
MEASURED = """() => [...document.querySelectorAll(".a4")].map(sheet => {
  const box = one => one.getBoundingClientRect(), outer = box(sheet), mm = outer.width / 210;
  const inside = [...sheet.querySelectorAll("*")].filter(one => !one.closest("svg") || one.matches("svg"));
  return {
    out: inside.filter(one => { const b = box(one); return b.left < outer.left - 1 || b.right > outer.right + 1 || b.bottom > outer.bottom + 1 || b.top < outer.top - 1 }).map(one => one.tagName),
    wide: inside.filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline").map(one => one.tagName),
    lines: (box(sheet.querySelector(".ruled")).height) / mm,
    over: box(sheet.querySelector("header")).bottom - box(sheet.querySelector(".ruled")).top,
    under: box(sheet.querySelector(".ruled")).bottom - box(sheet.querySelector(".door")).top,
    foot: (outer.bottom - box(sheet.querySelector(".door")).bottom) / mm,
    type: parseFloat(getComputedStyle(sheet.querySelector("h1")).fontSize) / mm,
    qr: box(sheet.querySelector("svg.qr")).width / mm,
    high: outer.height / mm,
  };
})"""
STROKED = """(svg, size) => {
  const path = svg.querySelector("path"), found = [];
  for (let y = 0; y < size; y++) { const row = []; for (let x = 0; x < size; x++) row.push(path.isPointInStroke(new DOMPoint(x + .5, y + .5)) ? 1 : 0); found.push(row); }
  return found;
}"""


@pytest.fixture
def context(app: Flask, person: Any, browser: Any) -> Iterator[BrowserContext]:
    """Chromium before this forum, with HR's cookie: what it asks for is answered in process."""
    person("hana", "hr")
    hr: Browser = browser("hana")

    def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        found = hr.get(asked.path + (f"?{asked.query}" if asked.query else ""))
        route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.data)

    with visiting.chromium() as chromium:
        made = chromium.new_context()
        made.route("http://**/*", answer)
        yield made
        made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def hang(app: Flask, zone: Any, questions: list[str], intro: str = "", slug: str = "d", name: str = "Door") -> None:
    """A door for each question, by hand, so that each hangs where it was put."""
    with app.app_context():
        with writing():
            for number, question in enumerate(questions):
                values = {"question": question, "intro": intro, "mood": "light", "not_before": "", "not_after": ""}
                planning.add_topic(values, at=NOON, zone=zone)
                planning.add_door(slug=f"{slug}{number}", name=f"{name} {number}"[:60], place="", rhythm="hand", every=7, at=NOON, zone=zone)  # fmt: skip
        db.session.remove()


def pages_of(page: Page) -> int:
    """Pages of the PDF; each is A4."""
    paper = page.pdf(prefer_css_page_size=True, print_background=False)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", paper)
    assert boxes
    assert all(abs(float(wide) - 595.28) < 1 and abs(float(high) - 841.89) < 1 for wide, high in boxes)
    return len(re.findall(rb"/Type\s*/Page\b", paper))


def measured(page: Page) -> list[dict[str, Any]]:
    page.emulate_media(media="print")
    found: list[dict[str, Any]] = page.evaluate(MEASURED)
    page.emulate_media(media="null")
    return found


@pytest.mark.parametrize("intro", ["", INTRO[:300].strip(), HAN[:150], HAN[:150] * 2])
def test_all_sheets_print_on_one_page_a_door_with_room_to_write(app: Flask, zone: Any, page: Page, intro: str) -> None:
    hang(app, zone, QUESTIONS, intro)
    page.goto("http://localhost/hr/pads/print")
    assert page.locator("h1").all_inner_texts() == [" ".join(one.split()) for one in QUESTIONS]
    assert page.locator(".intro").count() == (len(QUESTIONS) if intro else 0)
    for question, sheet in zip(QUESTIONS, measured(page), strict=True):
        assert (sheet["out"], sheet["wide"]) == ([], []), question
        assert sheet["over"] <= 1, question
        assert sheet["under"] <= 1, question
        room = 20 if len(question) > 60 and intro else 35 if len(question) > 56 or intro else 90
        assert sheet["lines"] >= room, f"{sheet['lines']} mm to write on: {question}"
        assert sheet["type"] >= 8, question
        assert sheet["foot"] >= 8, "printers leave a margin"
        assert abs(sheet["high"] - 297) < 1
    assert pages_of(page) == len(QUESTIONS)


@pytest.mark.parametrize("question", ["?", LATIN[:120], HAN[:120], WORD[:120]])
def test_one_door_is_one_page_on_paper_and_from_the_command_line(
    app: Flask, zone: Any, page: Page, tmp_path: Path, question: str
) -> None:
    hang(app, zone, [question.strip()], INTRO[:300].strip())
    page.goto("http://localhost/pads/d0/print")
    assert pages_of(page) == 1
    shown = measured(page)
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    out = tmp_path / "sheet.html"
    assert app.test_cli_runner().invoke(args=["pads", "print", "d0", "--out", str(out)]).exit_code == 0
    page.goto(out.as_uri())
    assert pages_of(page) == 1
    assert [one["lines"] for one in measured(page)] == pytest.approx([one["lines"] for one in shown], abs=1)
    assert page.locator("h1").inner_text() == question.strip()


def test_the_file_of_all_doors_has_a_page_for_each(app: Flask, zone: Any, page: Page, tmp_path: Path) -> None:
    hang(app, zone, QUESTIONS[::6])
    out = tmp_path / "all.html"
    assert app.test_cli_runner().invoke(args=["pads", "print", "all", "--out", str(out)]).exit_code == 0
    page.goto(out.as_uri())
    assert pages_of(page) == len(QUESTIONS[::6])


@pytest.mark.parametrize("base", ["http://localhost", "https://pads.a-company-with-a-long-name.example.com:8443"])
def test_the_qr_code_leads_to_the_doors_own_pad(
    app: Flask, zone: Any, page: Page, base: str, make_app: Any, door: Any
) -> None:
    hang(app, zone, ["A?", "B?"], slug="a-door-with-a-long-address-")
    if base != "http://localhost":
        app.extensions["forum.settings"] = make_app(pads_url=base).extensions["forum.settings"]
    page.goto("http://localhost/hr/pads/print")
    for number in range(2):
        wanted = segno.make(f"{base}/pads/a-door-with-a-long-address-{number}", error="q", micro=False)
        matrix = [list(line) for line in wanted.matrix]
        svg = page.locator("svg.qr").nth(number)
        assert svg.get_attribute("viewBox") == f"0 0 {len(matrix)} {len(matrix)}"
        assert svg.evaluate(STROKED, len(matrix)) == matrix
        assert svg.evaluate("one => getComputedStyle(one).stroke") == "rgb(22, 18, 14)"
        assert page.locator(".address").nth(number).inner_text() == f"{base.split('//')[1]}/pads/a-door-with-a-long-address-{number}"  # fmt: skip
    for sheet, size in zip(measured(page), (len(matrix), len(matrix)), strict=True):
        assert sheet["qr"] / size >= 0.6, "modules large enough for a phone at arm's length"
        assert min(8, sheet["foot"]) >= 4 * sheet["qr"] / size, "the quiet zone around it"
