"""Pages of Magic: what is Magic now and ever was, what rises, and why a thread is Magic or not yet. Nothing here gives or takes it."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from flask import Blueprint, Flask, abort, current_app, render_template, request
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy import Row

from forum import markup
from forum.accounts.session import reader
from forum.boards import rows
from forum.boards.addresses import pages_of
from forum.boards.rules import LIST_PAGES
from forum.config import ROOT
from forum.core.clock import now
from forum.hits import queries, scoring
from forum.hits.course import why as reason
from forum.hits.jobs import folder
from forum.hits.scoring import Usual
from forum.hits.viewing import Counter
from forum.web import api, charts, paging
from forum.web.access import access, actor
from forum.web.dates import dates
from forum.web.templating import figure

pages = Blueprint("hits", __name__)
RISING = 30
FEW = 5
"""Below so many readers no curve is drawn: it would tell when single people read."""
BARS = 24
_ROBOT = re.compile(r"bot\b|crawl|spider|slurp|archiver|preview|facebookexternalhit|whatsapp|curl/|wget/|python-", re.I)


def init_app(app: Flask) -> None:
    """Counts views in this process's journal."""
    app.extensions["forum.hits"] = Counter(folder(app.extensions["forum.settings"].instance))
    app.extensions["forum.viewed"] = viewed
    app.extensions["forum.magic"] = told


def viewed(thread: int, author: int) -> None:
    """Somebody signed in looks at a thread's page, for real: one line in the journal."""
    counter: Counter = current_app.extensions["forum.hits"]
    robot = _ROBOT.search(request.headers.get("User-Agent", "")) is not None
    counter.viewed(thread=thread, author=author, person=actor().id, at=now(), robot=robot)


def sentence(thread: Any) -> Markup:
    """Why a thread is Magic, in one sentence, for the top of its page; nothing for one that is not."""
    found = queries.promotion(thread.id) if thread.magic_at is not None else None
    if found is None:
        return Markup()
    html = render_template("hits/aside.html", thread=thread, found=found)
    return Markup(html)  # noqa: S704 (our own template)


def told(thread: int) -> dict[str, Any] | None:
    """How a thread became Magic, for programs; None for one that is not."""
    found = queries.promotion(thread)
    if found is None:
        return None
    figures = {"readers": found.readers, "usual": found.usual, "starts_at": found.starts_at}
    return {"since": api.moment(found.at), **figures, "why": reason(**figures)}


@pages.get("/magic")
@access("employee")
def magic() -> Any:
    ever = queries.ever_magic()
    last = min(pages_of(ever), LIST_PAGES)
    page = paging.wanted(last)
    present = queries.magic_now(now(), actor().id) if page == 1 else []
    hall = queries.hall(page, actor().id)
    return render_template(
        "hits/magic.html",
        present=present,
        hall=hall,
        ever=ever,
        page=page,
        last=last,
        at=now(),
        sparks=sparks(present),
        folded=_folded((*present, *hall)),
    )


@pages.get("/trending")
@access("employee")
def trending() -> Any:
    found = queries.rising(RISING, actor().id)
    clock = queries.Now(now())
    recent = {one.id: clock.heat(one.score) for one in found}
    shown = [one for one in found if recent[one.id] >= 0.5]
    return render_template(
        "hits/trending.html", rising=shown, recent=recent, sparks=sparks(shown), folded=_folded(shown)
    )


def _folded(found: Sequence[Any]) -> dict[int, str]:
    """Why the reader sees these threads folded, by their numbers; "" for those that stand open."""
    return {one.id: rows.folded(one, reader().muted_words) for one in found}


def sparks(found: Any) -> dict[int, Any]:
    """The tiny curves of threads, by their numbers."""
    return {one.id: _spark(one.curve) if one.curve else None for one in found}


@lru_cache(maxsize=500)
def _spark(curve: str) -> charts.Spark | None:
    return charts.spark(json.loads(curve))


@lru_cache(maxsize=1)
def _rule() -> Markup:
    """docs/magic.md, as everybody reads it."""
    text = (ROOT / "docs" / "magic.md").read_text(encoding="utf-8").partition("\n")[2]  # the page has its own title
    return Markup(markup.render(text, {}).html)  # noqa: S704 (cleaned like any post)


@pages.get("/magic/rule")
@access("employee")
def rule() -> Any:
    return render_template("hits/rule.html", rule=_rule())


@pages.get("/threads/<number:thread_id>/magic")
@access("employee")
def why(thread_id: int) -> Any:
    found = queries.why(thread_id)
    if found is None:
        abort(404)
    clock = queries.Now(now())
    recent = clock.heat(found.score)
    usual = Usual(found.mu, found.spread, clock.audience) if found.mu is not None else None
    left = max(0, scoring.ENOUGH - clock.matured)
    starts = found.starts_at if found.promoted_at else usual.starts_at if usual and not left else None
    return render_template(
        "hits/why.html",
        thread=found,
        recent=round(recent),
        usual=usual,
        starts_at=starts,
        few=FEW,
        clock=clock,
        left=left,
        course=course(found, recent, starts),
        spread=_spread(found, usual, starts),
    )


def course(found: Any, recent: float | None, starts_at: int | None) -> charts.Curve | None:
    """The course of a thread's heat, hour by hour where somebody read it; with `recent` readers now, up to now."""
    points: list[list[float]] = json.loads(found.curve or "[]")
    if found.peak < FEW:
        return None
    words = dates()
    if recent is not None:
        points.append([max((now() - found.created_at) / 3600, points[-1][0] + 0.01), recent])
    since = (found.magic_at - found.created_at) / 3600 if found.magic_at else None
    return charts.curve(
        gettext("Recent readers"),
        [(words.when(found.created_at + round(hour * 3600)), value) for hour, value in points],
        at=[hour for hour, _ in points],
        line=starts_at,
        line_label=gettext("Magic starts at %(readers)s", readers=starts_at) if starts_at else "",
        mark=since,
        mark_label=words.when(found.magic_at) if found.magic_at else "",
        unit=gettext("recent readers"),
    )


def _spread(found: Row[Any], usual: Usual | None, starts_at: int | None) -> charts.Distribution | None:
    """How high the threads of this board went: their peaks, in steps that are even in log-odds, told in readers."""
    if usual is None or not found.known or starts_at is None or found.peak < FEW:
        return None
    bins = array("d", found.bins)
    low = scoring.share(0, usual.audience)
    high = scoring.share(max(starts_at * 1.3, found.peak * 1.05, 2), usual.audience)
    typical = found.usual if found.promoted_at else usual.readers  # of then, as the sentence says it
    edges = [low - 1e-9 + (high - low) * number / BARS for number in range(BARS + 1)]
    middles = [scoring.LOWEST + scoring.WIDTH * (number + 0.5) for number in range(len(bins))]
    bars = []
    for left, right in pairwise(edges):
        weight = sum(one for one, at in zip(bins, middles, strict=True) if left <= at < right)
        readers = scoring.readers_of((left + right) / 2, usual.audience)
        bars.append((f"{readers:.0f}", round(weight, 1)))

    def place(readers: float) -> float:
        return (scoring.share(readers, usual.audience) - low) / (high - low) * BARS

    marks = [
        (place(typical), gettext("usual: %(readers)s", readers=figure(round(typical))), False),
        (place(starts_at), gettext("Magic: %(readers)s", readers=figure(starts_at)), False),
        (place(found.peak), gettext("this thread: %(readers)s", readers=figure(round(found.peak))), True),
    ]
    return charts.distribution(
        gettext("How high threads on this board went"), bars, marks, unit=gettext("readers at the peak")
    )
