"""The front page, and what everybody may know about this place: health, privacy, security."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Blueprint, abort, render_template, request
from markupsafe import Markup
from sqlalchemy import text

from forum.accounts.session import reader
from forum.boards import queries, rows
from forum.boards.views import joined
from forum.core.clock import now
from forum.core.database import db
from forum.hits import queries as hits
from forum.hits import views as hits_views
from forum.ledger import queries as ledger
from forum.web.access import access
from forum.web.dates import dates
from forum.web.fragments import fragment, make

pages = Blueprint("home", __name__)
UNREAD = 8
LATEST = 12
LEAD_DAYS = 10
MAGIC = 4
SPOKEN = 300
"""Seconds for which words such as "waits for 3 hours" may stand."""
SPOKEN_OF = 2 * 86400
"""Seconds for which the front page says that something was erased."""
NEWCOMER = 7 * 86400


@pages.get("/")
@access("employee")
def front() -> Any:
    person = reader()
    sort = request.args.get("sort", "active")
    if sort not in queries.SORTS:
        abort(404)
    since = joined(person)
    reads, words = person.actor.id, person.muted_words
    lively = queries.liveliest(reads, since)
    unread = [one.id for one in lively if one.unread and not one.muted][:UNREAD]
    latest = [one.id for one in lively if one.id not in unread][:LATEST] if sort == "active" else []
    named = queries.threads_named([*unread, *latest], reads, since)
    rest = named[len(unread) :] if sort == "active" else queries.newest_threads(sort, LATEST, reads, since)
    boards = queries.boards(lively)
    magic = hits.magic_lately(now(), MAGIC, reads)
    lead = None if magic else queries.lead(now() - LEAD_DAYS * 86400, reads)
    return render_template(
        "home/front.html",
        leading=_leading(tuple(magic), lead, dates().key, now() // SPOKEN, words),
        unread=rows.threads(named[: len(unread)], with_board=True, with_replies=False, muted_words=words),
        latest=rows.threads(rest, with_board=True, with_replies=False, muted_words=words),
        sort=sort,
        column=fragment(
            "home/column.html", "column", tuple((b.slug, b.name, b.group_id, b.group, b.unread) for b in boards)
        ),
        said_here=sum(one.posts for one in boards),
        erased=ledger.erased_since(now() - SPOKEN_OF),
        notice=person.notice,
        keeps=person.keeps_place,
        newcomer=person.joined_at > now() - NEWCOMER,
        today=now(),
    )


@lru_cache(maxsize=16)
def _leading(magic: tuple[Any, ...], lead: Any, _day: object, _minutes: int, muted_words: str) -> Markup:
    """The top of the front page; remembered until what stands there changes, or the time something waits."""
    course = hits_views.course(magic[0], None, magic[0].starts_at) if magic else None
    folded = {one.id: rows.folded(one, muted_words) for one in (*magic, *((lead,) if lead else ()))}
    return make(
        "home/leading.html", "leading", magic, lead, folded, course, hits_views.sparks(magic[1:]), dates(), now()
    )


@pages.get("/healthz")
@access("anyone")
def health() -> Any:
    db.session.execute(text("SELECT 1"))
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@pages.get("/privacy")
@access("anyone")
def privacy() -> Any:
    return render_template("home/privacy.html")


@pages.get("/security")
@access("anyone")
def security() -> Any:
    return render_template("home/security.html")
