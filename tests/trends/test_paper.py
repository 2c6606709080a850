"""The page on a sheet of paper and on a phone: whatever is on it, it prints on one A4 page and nothing sticks out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route

from tests.browser import visiting
from tests.conftest import NOON, Browser
from tests.trends.conftest import DAY, HOUR, TODAY

LONG = "我们要的不多，只要夜班的灯 and a chair in every guardhouse, please, " * 3
pytestmark = pytest.mark.browser


@pytest.fixture
def full(staff, board, say, readers, magic, warm, rolled, browser) -> Browser:
    """As much as the page can hold: long titles, long names of boards, every list full."""
    for number in range(12):
        board(f"b{number}", f"Buildings, gates, lifts & everything with a door, part {number}")
    for number in range(16):
        name = f"b{number % 12}"
        made = say(staff[number % 6], board=name, title=f"{number} {LONG}"[:200], at=NOON - 40 * DAY + number)
        if number < 8:
            magic(made.thread, NOON - number * DAY, steps=(("overturned", NOON),) if number < 2 else ())
        warm(made.thread, 9.0 - number / 8, 5.0)
        for more in range(6):
            at = NOON - (3 * DAY if number % 2 else 11 * DAY) + more * HOUR + number * 60
            say(staff[(number + more) % 6], thread=made.thread, at=at)
    for day in range(TODAY - 60, TODAY + 1):
        readers(day, 1000 + 37 * (day % 11))
    rolled()
    return browser("p1")


@pytest.fixture
def page(full: Browser) -> Iterator[Page]:
    """Chromium before this forum: what it asks for is answered in process."""

    def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        found = full.get(asked.path + (f"?{asked.query}" if asked.query else ""))
        route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.data)

    with visiting.chromium() as chromium:
        context = chromium.new_context()
        context.route("**/*", answer)
        yield context.new_page()
        context.close()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_it_prints_on_one_page_and_fits_a_phone(page: Page, full: Any) -> None:
    for days in (7, 28, 91):
        page.goto(f"http://localhost/trends?days={days}")
        assert page.locator(".wait tbody tr").count() == 5
        assert page.locator(".index.heated > li").count() == 8
        assert page.locator(".plot .bar").count() == 3 * days
        paper = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1, days
    for path in ("/trends?days=91", "/trends/waiting", "/trends/day/2026-11-18"):
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(f"http://localhost{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
    page.goto("http://localhost/trends?days=7")
    page.locator(".plot a").nth(3).click()
    assert urlsplit(page.url).path == "/trends/day/2026-11-18"
