"""The reader's own desk over HTTP: drafts that are kept while typing, mutes, remembered places. Answers nobody about anybody else."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, abort, flash, request
from flask_babel import gettext

from forum.accounts import actions as accounts
from forum.accounts import queries as people
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.database import writing
from forum.desk import actions
from forum.web import limits
from forum.web.access import access, actor, go, safe_next

pages = Blueprint("desk", __name__)
SPOT = re.compile(r"(?:thread|board|post):[1-9]\d{0,9}")


def _spot() -> str:
    spot = request.form.get("spot", "")
    if not SPOT.fullmatch(spot):
        abort(400)
    return spot


@pages.post("/drafts")
@access("employee")
@limits.limiter.limit("60/minute")
def keep_draft() -> Any:
    with writing():
        actions.keep_draft(
            actor(), spot=_spot(), title=request.form.get("title", ""), body=request.form.get("body", ""), at=now()
        )
    return "", 204


@pages.post("/drafts/drop")
@access("employee")
def drop_draft() -> Any:
    with writing():
        actions.drop_draft(actor(), spot=_spot())
    return go(safe_next(request.form.get("back")) or "/")


def keep_typed(person: Actor) -> str | None:
    """Keeps the words of a form whose session had ended, right after the new sign-in; returns where the writer goes on."""
    spot = request.form.get("spot", "")
    if not SPOT.fullmatch(spot):
        return None
    with writing():
        actions.keep_draft(
            person, spot=spot, title=request.form.get("title", ""), body=request.form.get("body", ""), at=now()
        )
    flash(gettext("Your words are here, as you left them."))
    return safe_next(request.form.get("back"))


@pages.post("/people/<handle>/mute")
@access("employee")
def mute_person(handle: str) -> Any:
    other = people.profile(handle)
    if other is None:
        abort(404)
    on = request.form.get("on") == "1"
    with writing():
        actions.mute_person(actor(), other=other.id, on=on)
    if on:
        flash(gettext("From now on you see what %(name)s says folded. Nobody else notices.", name=other.name))
    else:
        flash(gettext("You see what %(name)s says again.", name=other.name))
    return go(safe_next(request.form.get("back")) or f"/people/{handle}")


@pages.post("/settings/place")
@access("employee")
def settings_place() -> Any:
    keep = request.form.get("keep") == "1"
    with writing():
        accounts.keep_place(actor(), keep=keep)
        if not keep:
            actions.forget_places(actor())
    flash(gettext("We remember where you stop.") if keep else gettext("Forgotten. We no longer note where you stop."))
    return go("/settings")
