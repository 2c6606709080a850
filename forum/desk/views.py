"""The reader's own desk over HTTP: mutes, remembered places. Answers nobody about anybody else."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, request
from flask_babel import gettext

from forum.accounts import actions as accounts
from forum.accounts import queries as people
from forum.core.database import writing
from forum.desk import actions
from forum.web.access import access, actor, go, safe_next

pages = Blueprint("desk", __name__)


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
