"""Every component of the look on one page, in light and in dark; only while the application is being debugged."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Blueprint, render_template

from forum.boards.diff import difference
from forum.boards.rows import threads as thread_rows
from forum.boards.views import Composing
from forum.core.clock import now
from forum.web.access import access

pages = Blueprint("components", __name__)


def _row(number: int, title: str | None, **facts: Any) -> SimpleNamespace:
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
        "muted": False,
    }
    return SimpleNamespace(**plain | facts)


@pages.get("/dev/components")
@access("anyone")
def components() -> Any:
    rows = [
        _row(1, "A thread with something new in it", unread=True, place=4),
        _row(2, "A thread that was read to its end"),
        _row(3, "夜班的灯能不能不要九点就关？我们还在", lang="zh", unread=True),
        _row(4, None),
        _row(5, "A thread this reader muted", muted=True),
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
        "home/components.html", rows=thread_rows(rows), writing=writing, wrong=wrong, changes=changes
    )
