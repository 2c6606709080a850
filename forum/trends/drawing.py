"""The charts of the trends pages: days in the reader's language, and what each bar opens."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from babel.dates import format_date, format_skeleton
from flask_babel import gettext
from markupsafe import Markup

from forum.trends.figures import Span
from forum.trends.table import iso
from forum.web import charts
from forum.web.dates import dates
from forum.web.fragments import make
from forum.web.shapes import Columns


@lru_cache(maxsize=2048)
def _day(day: int, locale: str) -> str:
    return str(format_skeleton("MMMEd", datetime.fromtimestamp(day * 86400, UTC), locale=locale))


def full(number: int) -> str:
    """A day since 1970 in full words: Sunday, November 22, 2026."""
    return str(format_date(datetime.fromtimestamp(number * 86400, UTC), "full", locale=dates().locale))


def address(number: int) -> str:
    """The page of a day."""
    return f"/trends/day/{iso(number)}"


@lru_cache(maxsize=32)
def drawn(chart: Columns, caption: str) -> Markup:
    """A chart as it stands on the page; it is the same for everybody, so it is drawn once."""
    return make("components/charts.html", "columns", chart, caption)


def activity(of: Span) -> tuple[Columns | None, ...]:
    """Readers, writers and posts a day, each compared with the same days before."""
    return _activity(of, dates().locale)


@lru_cache(maxsize=16)
def _activity(of: Span, locale: str) -> tuple[Columns | None, ...]:
    kinds = (
        ("readers", gettext("Readers a day"), gettext("readers")),
        ("writers", gettext("People who wrote, a day"), gettext("writers")),
        ("posts", gettext("Posts a day"), gettext("posts")),
    )
    return tuple(
        charts.columns(
            title,
            [(_day(one.day, locale), getattr(one, kind), address(one.day)) for one in of.now],
            before=[getattr(one, kind) for one in of.before],
            today=True,
            unit=unit,
        )
        for kind, title, unit in kinds
    )
