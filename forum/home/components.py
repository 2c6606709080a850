"""Every component of the look on one page, in light and in dark; only while the application is being debugged."""

from __future__ import annotations

from collections import namedtuple
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, render_template

from forum.boards.answer_rows import Mark, Step, Verdict
from forum.boards.composing import Composing
from forum.boards.diff import difference
from forum.boards.rows import threads as thread_rows
from forum.core.clock import now
from forum.web import charts
from forum.web.access import access

pages = Blueprint("components", __name__)


def _row(number: int, title: str | None, **facts: Any) -> Any:
    plain = {
        "id": number,
        "slug": "a-thread",
        "title": title,
        "lang": None,
        "posts": 12 * number,
        "hits": 97 * number,
        "active_at": now() - 7000 * number,
        "author": "Mina Okafor",
        "last_author": "Idris Bello",
        "board": "canteen",
        "board_name": "Canteen",
        "place": None,
        "unread": False,
        "muted": None,
        "magic_at": None,
        "answer": None,
        "overturned_at": None,
    }
    plain |= facts
    return namedtuple("Row", plain)(**plain)  # lists remember their rows: they must be hashable


def _answers() -> dict[str, Any]:
    def step(state: str, floor: int) -> Step:
        return Step(state, "lin", "Lin Wanqing", "2026-11-19", "Thursday 17:05", "November 19, 2026", floor, "#")

    words = "The contract is not signed and will not be. The eleven guards stay colleagues."
    heard, changed, answered = step("heard", 12), step("overturned", 167), step("answered", 201)
    return {
        "answers": {
            "heard": Verdict(heard, "We have read this to the end.", None, False, "6 hours", None, ()),
            "changed": Verdict(changed, words, None, False, "2 days 6 hours", changed, (heard, changed)),
            "later": Verdict(answered, "", None, True, "", changed, (heard, changed, answered)),
        },
        "marks": [Mark("heard", False), Mark("answered", True), Mark("overturned", True), Mark("overturned", False)],
    }


def _charts() -> dict[str, Any]:
    heat = [0.4 + 1.2 * (n % 3) if n < 16 else min(212, 3 * 1.35 ** (n - 15)) - max(0, n - 34) * 3 for n in range(52)]
    days = [(f"{n} Nov", None if n in (6, 7) else 40 + (n * 37) % 90, "#") for n in range(1, 29)]
    return {
        "curve": charts.curve(
            "Readers lately",
            [(f"hour {n}", value) for n, value in enumerate(heat)],
            line=126,
            line_label="Magic starts at 126",
            mark=28,
            mark_label="Tuesday 10:40",
            unit="recent readers",
        ),
        "columns": charts.columns(
            "Readers a day", days, before=[50 + (n * 23) % 60 for n in range(28)], today=True, unit="readers"
        ),
        "distribution": charts.distribution(
            "How far threads come on this board",
            [(str(2**n), value) for n, value in enumerate((3, 9, 21, 34, 26, 12, 5, 1, 0))],
            [(3.4, "usual 9", False), (7, "Magic starts at 126", False), (7.8, "this one: 212", True)],
            unit="threads",
        ),
        "spark": charts.spark(heat),
    }


@pages.get("/dev/components")
@access("anyone")
def components() -> Any:
    rows = [
        _row(1, "A thread with something new in it", unread=True, place=4),
        _row(2, "A thread that was read to its end"),
        _row(6, "A Magic thread that waits", magic_at=now()),
        _row(7, "A decision that was changed", magic_at=now(), answer="overturned", overturned_at=now()),
        _row(3, "夜班的灯能不能不要九点就关？我们还在", lang="zh", unread=True),
        _row(4, None),
        _row(5, "A thread this reader muted", muted="thread"),
    ]
    parent = SimpleNamespace(id=3, name="老陈", floor=3)
    writing = Composing(
        "thread:1", "/dev/components", body="I work on the second floor and", nonce="n" * 20, reply_to=parent
    )
    wrong = writing._replace(
        errors={"body": "There is nothing here yet. Write something first."}, body="", reply_to=None
    )
    changes = difference("The soup is cold and nobody says so.", "The soup is warm, and everybody says so.")
    return render_template(
        "home/components.html",
        rows=thread_rows(rows),
        writing=writing,
        wrong=wrong,
        changes=changes,
        drawn=_charts(),
        **_answers(),
    )
