"""The charts of the trends pages: days in the reader's language, and what each bar opens."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from babel.dates import format_date, format_skeleton
from flask_babel import gettext

from forum.trends.figures import Span
from forum.trends.table import iso
from forum.web import charts
from forum.web.dates import dates


@lru_cache(maxsize=2048)
def _day(day: int, locale: str) -> str:
    return str(format_skeleton("MMMEd", datetime.fromtimestamp(day * 86400, UTC), locale=locale))


def day(number: int) -> str:
    """A day since 1970 in few words: Sun, Nov 22."""
    return _day(number, dates().locale)


def full(number: int) -> str:
    """A day since 1970 in full words: Sunday, November 22, 2026."""
    return str(format_date(datetime.fromtimestamp(number * 86400, UTC), "full", locale=dates().locale))


def address(number: int) -> str:
    """The page of a day."""
    return f"/trends/day/{iso(number)}"


def activity(of: Span) -> tuple[charts.Columns | None, ...]:
    """Readers, writers and posts a day, each compared with the same days before."""
    kinds = (
        ("readers", gettext("Readers a day"), gettext("readers")),
        ("writers", gettext("People who wrote, a day"), gettext("writers")),
        ("posts", gettext("Posts a day"), gettext("posts")),
    )
    return tuple(
        charts.columns(
            title,
            [(day(one.day), getattr(one, kind), address(one.day)) for one in of.now],
            before=[getattr(one, kind) for one in of.before],
            today=True,
            unit=unit,
        )
        for kind, title, unit in kinds
    )
