"""Bookmarks over HTTP: kept, noted, let go, and all of them on one page. Answers nobody about anybody else's."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, abort, flash, render_template, request
from flask_babel import gettext
from sqlalchemy import Row

from forum.boards import addresses
from forum.core.clock import now
from forum.core.database import writing
from forum.core.errors import Invalid
from forum.keep import actions, queries
from forum.web import errors, limits
from forum.web.access import access, actor, go

pages = Blueprint("keep", __name__)

PAGE: Final = 20
LATEST: Final = 1 << 60
"""Beyond every bookmark's number."""


@pages.get("/bookmarks")
@access("employee")
def bookmarks() -> Any:
    asked = request.args.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else LATEST
    found = queries.bookmarks(actor().id, before=before, most=PAGE + 1)
    return render_template(
        "keep/bookmarks.html",
        kept=found[:PAGE],
        older=found[PAGE - 1].id if len(found) > PAGE else None,
        latest=before == LATEST,
    )


def _post(post_id: int) -> Row[Any]:
    found = queries.kept(actor().id, post_id)
    if found is None:
        abort(404)
    return found


def _page(post: Row[Any], note: str, wrong: str = "") -> str:
    return render_template("keep/bookmark.html", post=post, note=note, wrong=wrong, most=actions.NOTE_MAX)


@pages.get("/posts/<number:post_id>/bookmark")
@access("employee")
def ask(post_id: int) -> Any:
    found = _post(post_id)
    return _page(found, found.note or "")


@pages.post("/posts/<number:post_id>/bookmark")
@access("employee")
@limits.limit("120/minute")
def bookmark(post_id: int) -> Any:
    """Keeps the post with a note, or with `on` 0 lets it go."""
    found = _post(post_id)
    if request.form.get("on") == "0":
        with writing():
            actions.let_go(actor(), post=post_id)
        flash(gettext("The bookmark and its note are gone."))
    else:
        note = request.form.get("note", "")
        try:
            with writing():
                actions.bookmark(actor(), post=post_id, note=note, at=now())
        except Invalid as error:
            return _page(found, note, errors.said(error)), errors.STATUS[Invalid]
        flash(gettext("Kept. Only you see it, under Bookmarks on your own page."))
    if request.form.get("back") == "list":
        return go("/bookmarks")
    return go(addresses.floor(found.thread_id, found.slug, found.floor))
