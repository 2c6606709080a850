"""HR's desk for tests: its forms sent through the pages, and what anybody then reads on the doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.core.database import db, rows
from forum.pads.models import Door, Sheet
from tests.conftest import NOON, Browser
from tests.pages import all_words, soup, words

HOUR, DAY, WEEK = 3600, 86400, 7 * 86400
MONDAY = NOON + DAY + 21 * HOUR
"""Monday 23 November 2026, 9:00 UTC."""
DOOR = {"slug": "3-left", "name": "Third, left", "place": "By the lift", "rhythm": "weekly", "every": "7"}
TOPIC = {"question": "What smells?", "intro": "", "mood": "light", "not_before": "", "not_after": ""}


@pytest.fixture
def hr(person: Any, browser: Any) -> Browser:
    """Somebody of HR, at the desk."""
    person("hana", "hr", email="hana@example.com")
    one: Browser = browser("hana")
    return one


@pytest.fixture
def do(hr: Browser) -> Callable[..., Any]:
    """Sends a form under /hr/pads that must succeed; returns the answer."""

    def sent(path: str, **fields: str) -> Any:
        answer = hr.post(f"/hr/pads{path}", page="/hr/pads", **fields)
        assert answer.status_code == 303, words(answer)
        return answer

    return sent


@pytest.fixture
def plan(do: Any) -> Callable[..., None]:
    """Adds doors and questions, in this order, through the pages."""

    def add(*questions: str, doors: tuple[str, ...] = (), **fields: str) -> None:
        for question in questions:
            do("/topics/new", **TOPIC | {"question": question})
        for slug in doors:
            do("/doors", **DOOR | {"slug": slug, "name": f"Door {slug}"} | fields)

    return add


@pytest.fixture
def hangs(app: Flask) -> Callable[..., str]:
    """What anybody reads on a door."""

    def asked(slug: str = "3-left") -> str:
        return words(app.test_client().get(f"/pads/{slug}"), "h1")

    return asked


def queue(hr: Browser) -> list[str]:
    return all_words(hr.get("/hr/pads"), "ol.queue h3")


def numbers(hr: Browser) -> dict[str, str]:
    """Questions in the queue and their numbers."""
    found = soup(hr.get("/hr/pads")).select("ol.queue > li[data-id]")
    return {" ".join(one.h3.get_text().split()): str(one["data-id"]) for one in found if one.h3}


def typed(answer: Any) -> dict[str, str]:
    """What stands in the fields of the page."""
    found = {str(one.get("name")): str(one.get("value", "")) for one in soup(answer).select("main input")}
    return found | {str(one["name"]): str(one.select("option[selected]")[0]["value"]) for one in soup(answer).select("main select") if one.select("option[selected]")}  # fmt: skip


def all_sheets(app: Flask) -> list[Any]:
    with app.app_context():
        found = rows(
            select(Door.slug, Sheet.number, Sheet.question, Sheet.up_at, Sheet.torn_at, Sheet.undone)
            .join(Door, Door.id == Sheet.door_id)
            .order_by(Door.id, Sheet.number)
        )
        db.session.remove()
    return list(found)
