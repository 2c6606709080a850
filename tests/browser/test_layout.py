"""Every page by day and by lamp, on a desk and on a phone: it fits, it can be read, pressed, named and found by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import visiting
from tests.browser.people import PASSWORD, Site
from tests.browser.places import PLACES, Facts, Place
from tests.browser.ways import WORDS

MEASURES = Path(__file__).with_name("measures.js").read_text()
WIDE = "https://example.com/" + "a-path-without-any-place-to-break" * 6
HARD = f"""{WORDS}

Donaudampfschifffahrtsgesellschaftskapitänskajütentürschlossschlüsselanhänger {"x" * 300}

{WIDE}

| {" | ".join(f"column number {n}" for n in range(12))} |
|{"---|" * 12}
| {" | ".join(f"value {n * 1000}" for n in range(12))} |

```
{"a line of code that goes on " * 12}
```

> > > {"deep " * 60}

::: spoiler
`{"inline_code_that_has_no_end_" * 8}`
:::

1. one
   - two
     - three with **words** and `code`"""
TITLE = (
    "Unternehmensmitbestimmungsgesetzgebungsverfahren, and " + "a title that is nearly as long as a title may be " * 2
)


@pytest.fixture(scope="module")
def facts(site: Site) -> Facts:
    """A forum with something of everything, and the hardest words to fit."""
    mina, idris, chen = site.person("Mina"), site.person("Idris", "management"), site.person("Gerhard")
    olga = site.person("Olga", "operator")
    board = site.board("Gates & Buildings")
    site.thread(board, (chen, "认得人，和认得工牌，是两回事。"), title="三号门的猫归谁管？已经胖到进不了门了")
    thread = site.thread(board, (idris, HARD), (mina, HARD), (chen, "Well."), title=TITLE)
    long = site.thread(
        board, *[((mina, idris, chen)[n % 3], f"Floor {n + 1}. {WORDS}") for n in range(45)], title="Long"
    )
    tomb = site.thread(board, (mina, "Words that stay."), (idris, "Words that go."), title="Withdrawn")
    site.withdraw(idris, tomb)
    edited = site.thread(board, (mina, WORDS), title="Edited")
    site.edit(mina, edited, WORDS.replace("three", "four").replace("Friday", "Thursday") + "\n\nOne more line.")
    own = site.thread(board, (mina, WORDS), title="My own")
    polled = site.thread(board, (idris, WORDS), (mina, "Mine."), (chen, "Well."), title="A poll")
    site.poll(idris, polled, "Keep it, or toss it? 食堂的汤", ["Keep it", "汤" * 100, "x" * 100], [chen, olga])
    site.sign()
    made = Facts(
        reader=mina.handle,
        operator=olga.handle,
        colleague=idris.handle,
        board=board,
        thread=site.where(thread),
        long=site.where(long),
        tomb=site.where(tomb),
        edited=edited.post,
        own=own.post,
        withdrawn=tomb.post,
        polled=site.where(polled),
        asker=own.thread,
        hr=site.person("Petra", "hr").handle,
        **site.pad(),
    )
    site.index()
    return made


@pytest.fixture(scope="module")
def pages(site: Site, chromium: Browser, facts: Facts) -> Iterator[Callable[[str], Page]]:
    """The browsers of a visitor, a reader and an operator, opened when first needed."""
    opened: dict[str, Page] = {}
    ears: list[visiting.Ear] = []

    def page_of(who: str) -> Page:
        if who not in opened:
            context, ear = visiting.opened(chromium, site.url)
            ears.append(ear)
            opened[who] = context.new_page()
            if who != "anyone":
                visiting.sign_in(opened[who], getattr(facts, who), PASSWORD)
        return opened[who]

    yield page_of
    for page in opened.values():
        page.context.close()
    assert [complaint for ear in ears for complaint in ear.heard] == []


@pytest.mark.parametrize("place", PLACES, ids=[place.name for place in PLACES])
def test_the_page_is_well_made(pages, facts, place: Place):
    page = pages(place.who)
    page.set_viewport_size({"width": 1280, "height": 900})
    place.go(page, facts)
    complaints: dict[str, list[str]] = {}
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.keyboard.press("Tab")
            complaints[f"{width} {theme}"] = page.evaluate(MEASURES, {"phone": width == 390})
    assert {when: what for when, what in complaints.items() if what} == {}
