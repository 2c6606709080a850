"""Drafts over HTTP: kept while typing, where the words may still be said. Answers nobody about others' drafts."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, abort, flash, render_template, request
from flask_babel import gettext

from forum.boards import actions, draft_rows
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.database import writing
from forum.desk import actions as desk
from forum.desk import queries as desks
from forum.web import limits
from forum.web.access import access, actor, go, safe_next

pages = Blueprint("drafts", __name__)
SPOT = re.compile(r"(?:thread|board|post):[1-9]\d{0,8}")


def _spot() -> str:
    spot = request.form.get("spot", "")
    if not SPOT.fullmatch(spot):
        abort(400)
    return spot


@pages.get("/drafts")
@access("employee")
def drafts() -> Any:
    """All that the reader began to write, and where it would go."""
    return render_template("boards/drafts.html", drafts=draft_rows.rows(desks.drafts(actor().id)))


@pages.post("/drafts")
@access("employee")
@limits.limit("60/minute")
def keep_draft() -> Any:
    """Keeps it, or keeps nothing where nothing can be said any more: a save that arrives late must not bring withdrawn words back."""
    spot, words = _spot(), request.form
    with writing():
        if actions.may_write(actor(), spot=spot):
            desk.keep_draft(actor(), spot=spot, title=words.get("title", ""), body=words.get("body", ""), at=now())
    return "", 204


@pages.post("/drafts/drop")
@access("employee")
def drop_draft() -> Any:
    with writing():
        desk.drop_draft(actor(), spot=_spot())
    return go(safe_next(request.form.get("back")) or "/")


def keep_typed(person: Actor) -> str | None:
    """Keeps the words of a form whose session had ended, right after the new sign-in; returns where the writer goes on.

    A different draft that waits there already is kept below them.
    """
    spot, title, body = (request.form.get(name, "") for name in ("spot", "title", "body"))
    if not SPOT.fullmatch(spot):
        return None
    with writing():
        if not actions.may_write(person, spot=spot):
            return None
        before = desks.draft(person.id, spot)
        if before and before.body.strip() and before.body.strip() not in body:
            body = f"{body}\n\n---\n\n{before.body}"
        desk.keep_draft(person, spot=spot, title=title, body=body, at=now())
    flash(gettext("Your words are here, as you left them."))
    return safe_next(request.form.get("back"))
