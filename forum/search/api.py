"""Search for programs: posts and notes in order, as a browser would show them."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, request
from flask_babel import gettext

from forum import markup
from forum.boards import addresses
from forum.core.errors import N_, Away, Invalid
from forum.search import queries, rows, snippets, views
from forum.search.finding import MOST, Broken, Hit
from forum.web import api, limits
from forum.web.access import access, actor

pages = Blueprint("search_api", __name__, url_prefix=api.PATH)
PAGE: Final = 20
"""Posts and notes on one page."""


@pages.get("/search")
@access("employee")
@limits.limit("240/minute")
def search() -> Any:
    if request.args.get("sort", "relevance") not in views.SORTS:
        raise Invalid("sort", N_("A search is sorted by relevance or new."))
    wanted = views.asked()
    try:
        query, found = views.find(wanted)
    except Broken as error:
        views.tell_broken()
        raise Away(
            N_("The search index is being mended. Please try again in a minute; nothing that was said is lost.")
        ) from error
    hits = [hit for group in found.groups for hit in group.hits][:MOST]
    last = addresses.pages_of(len(hits), PAGE)
    page = api.page(last)
    some = hits[(page - 1) * PAGE : page * PAGE]
    asked = rows.terms(query, found)
    posts = queries.posts([hit.post for hit in some if hit.post is not None], actor().id)
    notes = queries.notes([hit.note for hit in some if hit.note is not None])
    items = [_item(hit, posts, notes, asked) for hit in some]
    return {
        **api.listed([one for one in items if one is not None], page=page, pages=last, total=len(hits)),
        "total_capped": found.capped,
        "some_words": found.some_words,
        "complete": not (found.hurried or found.building),
        "problems": [gettext(one.message, **one.values) for one in found.problems],
    }


def _item(hit: Hit, posts: dict[int, Any], notes: dict[str, Any], asked: frozenset[str]) -> dict[str, Any] | None:
    """A post, or a note, which has neither thread nor author; None for what was withdrawn this moment."""
    if hit.post is not None and hit.post in posts:
        one = posts[hit.post]
        return {
            "thread": one.thread,
            "post": one.id,
            "note": None,
            "title": one.title,
            "snippet": _text(markup.plain(one.html), asked),
            "board": one.board,
            "author": one.handle,
            "created_at": api.moment(one.created_at),
            "url": api.absolute(addresses.post(one.id)),
        }
    if hit.note is not None and hit.note in notes:
        note = notes[hit.note]
        return {
            "thread": None,
            "post": None,
            "note": note.id,
            "title": note.question,
            "snippet": _text(note.body, asked),
            "board": None,
            "author": None,
            "created_at": api.moment(hit.said_at),
            "url": api.absolute(f"/pads/{note.slug}/sheets/{note.number}"),
        }
    return None


def _text(text: str, asked: frozenset[str]) -> str:
    return "".join(part.text for part in snippets.snippet(text, asked))
