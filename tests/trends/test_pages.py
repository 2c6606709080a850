"""The pages themselves: what stands on them and in what order, for whom, and with how many questions to the database."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from flask import Flask

from tests.architecture.test_the_house import counted
from tests.conftest import NOON
from tests.trends.conftest import DAY, HOUR, TODAY

PAGES = ("/trends", "/trends?days=28", "/trends?days=91", "/trends/waiting", "/trends/day/2026-11-21")


def plain(text: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(svg|head).*?</\1>", " ", text)).split())


@pytest.fixture
def lived(staff, say, readers, magic, warm, rolled) -> dict[str, int]:
    """Some weeks: Magic that waits, was heard, answered and changed; something that rises; days with few and many readers."""
    names = ("waits long", "heard", "changed", "answered", "waits", "rises", "cold")
    made = {}
    for number, name in enumerate(names):
        board = "gates" if number % 2 else "canteen"
        title = f"The one that {name}"
        made[name] = say(staff[number % 6], title=title, board=board, at=NOON - 30 * DAY + number * HOUR).thread
    for number in range(12):
        say(staff[number % 6], f"More {number}", thread=made["rises"], at=NOON - (number % 3) * DAY - HOUR * number)
    magic(made["waits long"], NOON - 20 * DAY)
    magic(made["heard"], NOON - 10 * DAY, steps=(("heard", NOON - 9 * DAY),))
    magic(made["changed"], NOON - 25 * DAY, steps=(("heard", NOON - 24 * DAY), ("overturned", NOON - 22 * DAY)))
    magic(made["answered"], NOON - 26 * DAY, steps=(("answered", NOON - 25 * DAY),))
    magic(made["waits"], NOON - 7 * HOUR)
    warm(made["rises"], 4.0, 5.0)
    for day in range(TODAY - 60, TODAY + 1):
        readers(day, 4 if day == TODAY - 2 else 40 + day % 7)
    readers(TODAY, 31, made["rises"])
    readers(TODAY, 4, made["cold"])
    rolled()
    return made


def test_the_page_says_it_in_order(lived, browser) -> None:
    text = plain(browser("p1").get("/trends?days=28").text)
    assert "3 Magic threads wait for an answer; the oldest has waited 20 days ." in text
    assert "What rises fastest is The one that rises" in text
    order = [
        text.index(words)
        for words in (
            "Two minutes on",
            "Magic now, and why",
            "a usual thread on this board peaks at 9 , and Magic starts at 126",
            "Magic that waits for an answer, longest first",
            "What rises now",
            "Readers a day",
            "Boards that grow",
            "What became of 5 Magic threads",
        )
    ]
    assert order == sorted(order)
    assert re.search(r"Decided otherwise 1 Answered 1 No, because 0 Heard, no more yet 1 Nothing yet 2", text)
    assert "Half of the answers came within 2 days ; the slowest took 3 days" in text


def test_waiting_is_longest_first_and_the_answered_are_gone(lived, browser) -> None:
    text = plain(browser("vp").get("/trends/waiting").text)
    places = [text.index(f"The one that {name}") for name in ("waits long", "heard", "waits Magic")]
    assert places == sorted(places)
    assert "The one that changed" not in text
    assert "The one that answered" not in text
    assert "heard Nov 12 12:00" in text
    assert "20 days" in text
    assert "Of those that were due after a week, 50% had one by then" in text


def test_everybody_reads_the_same(lived, person, browser) -> None:
    person("hr", "hr")
    person("op", "operator")
    for path in (*PAGES, "/trends.csv"):
        seen = set()
        for handle in ("p1", "vp", "hr", "op"):
            answer = browser(handle).get(path)
            assert answer.status_code == 200
            seen.add(answer.text.split("<main")[-1].split("</main")[0])
        assert len(seen) == 1, path
        assert browser().get(path).status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        "/trends?days=8", "/trends?days=", "/trends?days=07", "/trends?days=7.0", "/trends?days=٧", "/trends.csv?days=-7",
        "/trends/day/2026-11-31", "/trends/day/2026-11-23", "/trends/day/1969-12-31", "/trends/day/today",
        "/trends/day/2026-1-1", "/trends/day/٢٠٢٦-11-01", "/trends/day/20261101", "/trends/day/0000-01-01",
    ],
)  # fmt: skip
def test_what_is_no_span_and_no_day_is_not_found(staff, browser, path: str) -> None:
    assert browser("p1").get(path).status_code == 404


def test_page_and_csv_tell_the_same_figures(lived, browser) -> None:
    one = browser("p1")
    for days in (7, 28, 91):
        page, sheet = one.get(f"/trends?days={days}").text, one.get(f"/trends.csv?days={days}")
        assert sheet.mimetype == "text/csv"
        assert sheet.data.decode("utf-8-sig").startswith("what,day,board")
        lines = list(csv.DictReader(io.StringIO(sheet.data.decode("utf-8-sig"))))
        by_day = [line for line in lines if line["what"] == "day"]
        assert len(by_day) == days
        tables = re.findall(r"(?s)<details class=\"as-table\">.*?</details>", page)
        for kind, shown in zip(("readers", "writers", "posts"), tables, strict=True):
            found = re.findall(r"/trends/day/([\d-]+)\">[^<]*</a></th><td>([^<]*)</td><td>([^<]*)</td>", shown)
            assert found == [(line["day"], line[kind], line[f"{kind}_before"]) for line in by_day]
        boards = {line["board"]: (line["posts"], line["posts_before"]) for line in lines if line["what"] == "board"}
        for slug, name, now, before in re.findall(
            r"/boards/(\w+)\">([^<]*)</a></th><td>(\d+)</td><td class=\"then\">(\d+)<", page
        ):
            assert boards[name.replace("&amp;", "&")] == (now, before), slug


def test_fewer_than_five_are_not_told_anywhere(lived, browser) -> None:
    one = browser("p1")
    sheet = one.get("/trends.csv").data.decode("utf-8-sig")
    line = next(each for each in csv.DictReader(io.StringIO(sheet)) if each["day"] == "2026-11-19")
    assert line["readers"] == "fewer than 5"
    assert line["writers"] == "fewer than 5"
    assert "Thu, Nov 19: fewer than 5" in one.get("/trends").text
    assert "fewer than 5 people read" in plain(one.get("/trends/day/2026-11-19").text)
    today = plain(one.get("/trends/day/2026-11-21").text)
    assert "The one that rises Gates &amp; Buildings 31 readers" in today
    assert "The one that cold" not in today, "four readers are not told"


def test_bars_lead_to_days_and_days_to_threads(lived, browser) -> None:
    one = browser("p1")
    page = one.get("/trends").text
    assert page.count('href="/trends/day/2026-11-20"') == 6, "three drawings, three tables"
    day = one.get("/trends/day/2026-11-20").text
    assert "The day before" in day
    assert "/trends/day/2026-11-21" in day
    assert f"/threads/{lived['rises']}-" in day
    assert "The day after" not in one.get("/trends/day/2026-11-21").text


def test_an_empty_forum_is_a_warm_page(staff, browser) -> None:
    one = browser("p1")
    for days in (7, 28, 91):
        text = plain(one.get(f"/trends?days={days}").text)
        assert "Nothing has become Magic yet." in text
        assert "Nothing stands out just now" in text
        assert "Too few people to tell." in text
    assert "When unusually many colleagues read a thread" in plain(one.get("/trends/waiting").text)
    assert "Nobody said anything that day." in one.get("/trends/day/2026-11-21").text
    assert len(one.get("/trends.csv").text.splitlines()) == 8


def test_all_answered_says_thank_you(staff, say, magic, browser) -> None:
    magic(say(staff[1]).thread, NOON - DAY, steps=(("declined", NOON - HOUR),))
    assert "thank you for answering in public" in browser("p1").get("/trends/waiting").text
    assert "No Magic thread waits for an answer." in browser("p1").get("/trends").text


def test_titles_and_boards_are_escaped_and_withdrawn_titles_say_so(staff, board, say, magic, rolled, browser) -> None:
    board("evil", "=cmd|' /C calc'!A0<b>")
    magic(say(staff[1], title="<script>x</script>", board="evil").thread, NOON - DAY)
    gone = say(staff[2], title="Gone")
    for _ in range(4):
        say(staff[1], thread=gone.thread, at=NOON - 1800 + _ * 60)
    for number in range(3):
        say(staff[3], board="evil", title=f"T{number}", at=NOON - 1000 + number * 60)
    magic(gone.thread, NOON - HOUR)
    rolled()
    two = browser("p1")
    two.post(f"/posts/{gone.post}/withdraw", page=f"/posts/{gone.post}/withdraw")
    page = two.get("/trends").text
    assert "<script>x" not in page
    assert "A0<b>" not in page
    sheet = two.get("/trends.csv").text
    assert "'=cmd|" in sheet
    assert "\n=cmd" not in sheet
    assert ",=cmd" not in sheet


BUDGET = {"/trends": 8, "/trends?days=91": 8, "/trends/waiting": 4, "/trends/day/2026-11-21": 5, "/trends.csv": 3}


def test_a_page_asks_a_fixed_small_number_of_questions(
    app: Flask, lived: Any, staff: Any, say: Any, magic: Any, warm: Any, rolled: Any, browser: Any
) -> None:
    one = browser("p1")

    def asked() -> dict[str, int]:
        found = {}
        for path in BUDGET:
            with counted(app) as seen:
                assert one.get(path).status_code == 200
            found[path] = len(seen)
        return found

    small = asked()
    for number in range(12):
        made = say(staff[number % 6], f"Much {number}", title=f"Much {number}", at=NOON - 50000 + 120 * number)
        magic(made.thread, NOON - number * HOUR)
        warm(made.thread, 3.0 + number, 4.0)
    rolled()
    assert asked() == small
    assert all(small[path] <= most for path, most in BUDGET.items()), small
