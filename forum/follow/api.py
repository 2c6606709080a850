"""What somebody was told, for programs that act as them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from forum.core.database import writing
from forum.core.errors import N_, Invalid
from forum.follow import actions, lines, queries
from forum.follow.views import LATEST, PAGE
from forum.web import api, limits
from forum.web.access import access, actor

pages = Blueprint("follow_api", __name__, url_prefix=api.PATH)


@pages.get("/notifications")
@access("employee")
@limits.limit("240/minute")
def notifications() -> Any:
    """The latest lines; `before=` a line's `turn` gives those before it. Reading them here marks nothing."""
    asked = request.args.get("before", "")
    if asked and not (asked.isascii() and asked.isdigit() and len(asked) < 16):
        raise Invalid("before", N_("This is a line’s turn: a whole number."))
    found = queries.notices(actor().id, before=int(asked) if asked else LATEST, most=PAGE + 1)
    items = [
        {
            "turn": one.turn,
            "kind": one.kind,
            "many": row.many,
            "thread": row.thread,
            "post": row.post,
            "title": one.title,
            "board": one.board,
            "by": one.handle,
            "at": api.moment(one.at),
            "new": one.new,
            "url": api.absolute(one.address),
        }
        for one, row in zip(lines.lines(found[:PAGE]), found, strict=False)
    ]
    return {
        "items": items,
        "before": found[PAGE - 1].turn if len(found) > PAGE else None,
        "new": queries.bell(actor().id),
    }


@pages.post("/notifications/read")
@access("employee")
def read() -> Any:
    """All that was told so far has been seen."""
    found = queries.notices(actor().id, before=LATEST, most=1)
    if found:
        with writing():
            actions.looked(actor(), turn=found[0].turn)
    return "", 204
