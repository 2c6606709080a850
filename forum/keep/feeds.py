"""Atom feeds for who shows a key or is signed in, and the page where keys are made. A key opens one feed, and nothing else."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask_babel import gettext

from forum.boards import addresses
from forum.boards.views import title_of
from forum.core.clock import now
from forum.core.database import writing
from forum.keep import actions, atom, feed_queries, queries
from forum.keep.feed_queries import Head
from forum.markup.absolute import absolute
from forum.web import api, limits
from forum.web.access import access, acting, actor, go

pages = Blueprint("feeds", __name__)

PAGE: Final = "/settings/feeds"
FEED: Final = re.compile(r"all|magic|boards/[a-z0-9-]{1,40}|threads/[1-9][0-9]{0,8}")
WRONG: Final = "30/minute"
"""Wrong keys from one address: the same that are right wait then, too."""


@pages.get("/feeds/all.atom")
@access("anyone")
@limits.limit(WRONG, only=401)
def all_() -> Any:
    return _feed("all")


@pages.get("/feeds/magic.atom")
@access("anyone")
@limits.limit(WRONG, only=401)
def magic() -> Any:
    return _feed("magic")


@pages.get("/feeds/boards/<slug>.atom")
@access("anyone")
@limits.limit(WRONG, only=401)
def board(slug: str) -> Any:
    return _feed(f"boards/{slug}")


@pages.get("/feeds/threads/<number:thread_id>.atom")
@access("anyone")
@limits.limit(WRONG, only=401)
def thread(thread_id: int) -> Any:
    return _feed(f"threads/{thread_id}")


def _feed(feed: str) -> Response:
    key = request.args.get("key")
    if not (acting() if key is None else queries.opens(key, feed)):
        return _refused()
    head = feed_queries.head(feed) if FEED.fullmatch(feed) else None
    if head is None:
        abort(404)
    body = _document(feed, head)
    response = Response(body, content_type="application/atom+xml; charset=utf-8")
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.headers["Referrer-Policy"] = "no-referrer"
    response.make_conditional(request)
    return response


def _refused() -> Response:
    words = gettext(
        "This address opens nothing (any more). Sign in to the forum and make a fresh one under Settings, Feeds."
    )
    response = Response(words + "\n", 401, content_type="text/plain; charset=utf-8")
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["WWW-Authenticate"] = 'Key realm="feeds"'
    return response


def _document(feed: str, head: Head) -> bytes:
    made = [_entry(feed, one) for one in feed_queries.entries(feed)]
    return atom.document(
        id=_tag(f"feeds/{feed}"),
        title=name(feed, head),
        address=api.absolute(head.address),
        updated=head.since,
        entries=made,
    )


def _entry(feed: str, one: Any) -> atom.Entry:
    title, address = title_of(one.title, one.slug), api.absolute(addresses.post(one.id))
    became = one.magic_at if feed == "magic" else None
    if feed.startswith("threads/"):
        title = gettext("%(title)s, floor %(number)s", title=title, number=one.floor)
    return atom.Entry(
        _tag(f"magic/{one.thread}" if became else f"posts/{one.id}"),
        address,
        title,
        one.thread_lang,
        one.name,
        api.absolute(f"/people/{one.handle}"),
        became or one.created_at,
        max(became or 0, one.edited_at or one.created_at),
        absolute(one.html or "", api.absolute(""), address),
        one.lang,
    )


def _tag(of: str) -> str:
    """A name for ever (RFC 4151), as long as the forum keeps its host name."""
    return f"tag:{urlsplit(api.absolute('')).hostname},2026:{of}"


def name(feed: str, head: Head) -> str:
    """What a feed is called in readers and in the list of addresses."""
    if feed == "all":
        return str(gettext("Say What You Want: new threads"))
    if feed == "magic":
        return str(gettext("Say What You Want: Magic"))
    if feed.startswith("boards/"):
        return str(gettext("%(board)s: new threads", board=head.name))
    return title_of(head.name, head.slug)


@pages.get(PAGE)
@access("employee")
def feeds() -> Any:
    """The feeds that have an address, and with ?for= one that may get one."""
    return _page(request.args.get("for", ""))


@pages.post(PAGE)
@access("employee")
@limits.limit("60/hour")
def address() -> Any:
    """A fresh address, shown this once and never stored; or with `on` 0 the end of one."""
    feed = request.form.get("feed", "")
    if not FEED.fullmatch(feed) or feed_queries.head(feed) is None:
        abort(404)
    if request.form.get("on") == "0":
        with writing():
            actions.close_feed(actor(), feed=feed)
        return go(PAGE)
    with writing():
        key = actions.open_feed(actor(), feed=feed, at=now())
    page: Response = current_app.make_response(_page(feed, f"{api.absolute(f'/feeds/{feed}.atom')}?key={key}"))
    page.headers["Cache-Control"] = "no-store"
    return page


def _page(feed: str, address: str = "") -> str:
    made = {one.feed: one.created_at for one in queries.keys(actor().id)}
    wanted = feed if FEED.fullmatch(feed) else ""
    heads = feed_queries.heads({*made, "all", "magic", *([wanted] if wanted else [])})
    names = {one: name(one, head) for one, head in heads.items()}
    return render_template(
        "keep/feeds.html",
        wanted=wanted if wanted in names else "",
        address=address,
        made=[(one, names[one], heads[one].address, at) for one, at in made.items() if one in names],
        others=[(one, names[one]) for one in ("all", "magic") if one not in made and one != wanted],
        names=names,
        known=made,
    )
