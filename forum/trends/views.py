"""Trends: what the company talks about, what waits, what rises; the same for everybody. Changes nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext

from forum.core.clock import now
from forum.trends import drawing, figures, queries, table
from forum.trends.rollups import day_of
from forum.web import charts
from forum.web.access import access

pages = Blueprint("trends", __name__)
MAGIC = 3
"""So many new Magic threads are explained on the page."""
TOP = 5
LINKED = max(figures.SPANS) - 1
"""Days back that lead to the day before: as far as the longest chart reaches."""
A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Tab(NamedTuple):
    """A choice of span."""

    days: int
    words: str
    before: str


def _tabs() -> tuple[Tab, ...]:
    return (
        Tab(7, gettext("7 days"), gettext("the 7 days before")),
        Tab(28, gettext("4 weeks"), gettext("the 4 weeks before")),
        Tab(91, gettext("13 weeks"), gettext("the 13 weeks before")),
    )


def _chosen() -> Tab:
    """The span asked for with ?days=; 404 for any that is not offered."""
    asked = request.args.get("days", "7")
    found = next((tab for tab in _tabs() if str(tab.days) == asked), None)
    if found is None:
        abort(404)
    return found


def _span(days: int, today: int) -> figures.Span:
    return figures.span(queries.days(today - 2 * days + 1, today), today, days)


@pages.get("/trends")
@access("employee")
def dashboard() -> Any:
    tab, at = _chosen(), now()
    today = day_of(at)
    span = _span(tab.days, today)
    magic = queries.magic(at - tab.days * 86400, MAGIC)
    waiting = queries.waiting()
    rising = figures.rising(queries.rising(), {one.id for one in (*magic, *waiting[:TOP])})
    return render_template(
        "trends/trends.html",
        tab=tab,
        tabs=_tabs(),
        magic=[(one, charts.spark(figures.course(one.curve))) for one in magic],
        waiting=waiting,
        top=waiting[:TOP],
        rising=[(one, charts.spark(one.curve)) for one in rising],
        activity=drawing.activity(span),
        drawn=drawing.drawn,
        changes=[figures.change(span, kind) for kind in ("readers", "writers", "posts")],
        boards=figures.boards(queries.boards(today - 2 * tab.days + 1, today - tab.days + 1, today)),
        fates=figures.fates(queries.fates(), at),
        at=at,
    )


@pages.get("/trends.csv")
@access("employee")
def csv() -> Any:
    tab, today = _chosen(), day_of(now())
    boards = queries.boards(today - 2 * tab.days + 1, today - tab.days + 1, today)
    answer = Response(table.written(_span(tab.days, today), boards), mimetype="text/csv")
    name = f"trends-{tab.days}-days-{table.iso(today)}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@pages.get("/trends/waiting")
@access("employee")
def waiting() -> Any:
    at = now()
    return render_template(
        "trends/waiting.html", waiting=queries.waiting(), fates=figures.fates(queries.fates(), at), at=at
    )


@pages.get("/trends/day/<date>")
@access("employee")
def day(date: str) -> Any:
    number, today = _number(date), day_of(now())
    if number is None or not 0 <= number <= today:
        abort(404)
    return render_template(
        "trends/day.html",
        date=date,
        name=drawing.full(number),
        figures=figures.span(queries.days(number, number), number, 1).now[0],
        read=queries.read_most(number, figures.FEW),
        written=queries.written_most(number),
        before=drawing.address(number - 1) if number > today - LINKED else "",
        after=drawing.address(number + 1) if number < today else "",
        today=number == today,
    )


def _number(date: str) -> int | None:
    """The day since 1970, or None for what is no date."""
    if not A_DAY.fullmatch(date):
        return None
    try:
        return day_of(int(datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()))
    except ValueError:
        return None
