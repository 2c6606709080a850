"""The ear hears: without this, a silent console would prove nothing."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import visiting
from tests.browser.test_layout import MEASURES


@pytest.mark.parametrize(
    ("script", "heard"),
    [
        ("document.body.setAttribute('style', 'color: red')", "Content Security Policy"),
        ("fetch('/static/none/none.js')", "404"),
        ("setTimeout(() => { throw new Error('oh') })", "oh"),
        ("console.error('said so')", "said so"),
    ],
)
def test_what_goes_wrong_is_heard(site, chromium: Browser, script, heard):
    context, ear = visiting.opened(chromium, site.url)
    page = context.new_page()
    page.goto("/login")
    with context.expect_event("console" if heard != "oh" else "weberror"):
        page.evaluate(f"() => {{ {script} }}")
    context.close()
    assert len(ear.heard) == 1
    assert heard in ear.heard[0]


def test_a_page_that_is_an_error_page_is_no_error(visit):
    page = visit()
    answer = page.goto("/there/is/nothing")
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing on this floor")


SPOILS = {
    "sticks out": "one.style.width = '3000px'",
    "text at": "one.style.color = '#999'; one.style.background = '#eee'",
    "2 h1": "document.body.append(Object.assign(document.createElement('h1'), { textContent: 'Another' }))",
    "stands twice": "document.querySelector('label').id = 'main'",
    "without a label": "document.querySelector('label').remove()",
    "without words": "one.append(document.createElementNS('http://www.w3.org/2000/svg', 'svg'))",
    "Chinese that is not marked": "one.textContent = '有话直说'",
    "no language": "document.documentElement.lang = ''",
    "high": "document.querySelector('.do').style.font = '10px/1 sans-serif'; document.querySelector('.do').style.padding = 0",
    "placeholder at": (
        "const sheet = new CSSStyleSheet(); sheet.replaceSync('::placeholder { color: #999 }');"
        "document.adoptedStyleSheets = [sheet]; document.querySelector('#login').placeholder = 'x'"
    ),
    "focus cannot be seen": "document.querySelector('.plate').style.outline = 'none'",
}


@pytest.mark.parametrize("complaint", SPOILS)
def test_what_is_badly_made_is_seen(visit, complaint):
    page = visit(color_scheme="light")
    page.goto("/login")
    page.keyboard.press("Tab")
    assert page.evaluate(MEASURES, {"phone": True}) == []
    page.evaluate(f"() => {{ const one = document.querySelector('h1'); {SPOILS[complaint]} }}")
    page.keyboard.press("Tab")
    assert complaint in "; ".join(page.evaluate(MEASURES, {"phone": True}))
