"""Pages of boards and threads: read, start, reply. Parses, calls one action, renders."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext
from sqlalchemy import Row

from forum.accounts.session import SignedIn, reader
from forum.boards import actions, addresses, answer_queries, answer_rows, post_queries, queries, rows, rules
from forum.boards.composing import Composing, nonce, paced, quoted, refused, with_files
from forum.boards.permissions import speaks_for_management
from forum.core.clock import now
from forum.core.database import Busy, writing, writing_if_free
from forum.core.errors import ForumError, Invalid
from forum.desk import actions as desk
from forum.desk import queries as desks
from forum.web import errors, limits, paging
from forum.web.access import access, actor, go, safe_next
from forum.web.dates import dates
from forum.web.uploads import takes_files

log = logging.getLogger(__name__)
pages = Blueprint("boards", __name__)


@pages.record
def _addresses(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals.update(where=addresses, title_of=title_of)


def title_of(title: str | None, slug: str) -> str:
    """A thread's title; where it is gone, why."""
    if title is not None:
        return title
    return str(gettext("Title erased by law") if slug == actions.ERASED else gettext("Title withdrawn by its author"))


def joined(person: SignedIn) -> int:
    """From when on a thread can be new to this reader."""
    return person.joined_at if person.keeps_place else queries.NEVER


@pages.get("/boards")
@access("employee")
def index() -> Any:
    return render_template("boards/index.html", boards=queries.boards(queries.liveliest(actor().id, joined(reader()))))


@pages.get("/boards/<slug>")
@access("employee")
def board(slug: str) -> Any:
    found = _board(slug)
    sort = request.args.get("sort", "active")
    if sort not in queries.SORTS:
        abort(404)
    last = min(addresses.pages_of(found.threads), rules.LIST_PAGES)
    page = paging.wanted(last)
    threads = queries.board_threads(found.id, sort, page, actor().id, joined(reader()))
    return render_template(
        "boards/board.html",
        board=found,
        rows=rows.threads(threads, muted_words=reader().muted_words),
        sort=sort,
        page=page,
        last=last,
    )


def _board(slug: str) -> Row[Any]:
    found = queries.board(slug, actor().id)
    if found is None:
        abort(404)
    return found


@pages.post("/boards/<slug>/read")
@access("employee")
def mark_board(slug: str) -> Any:
    found = _board(slug)
    if reader().keeps_place:
        with writing():
            actions.mark_read(actor(), boards=[found.id])
    flash(gettext("Everything on this board counts as read. Nothing went away."))
    return go(addresses.board(slug))


@pages.post("/read")
@access("employee")
def mark_all() -> Any:
    every = [one.id for one in queries.boards()]
    if reader().keeps_place:
        with writing():
            actions.mark_read(actor(), boards=every)
    flash(gettext("Everything counts as read. Nothing went away."))
    return go("/")


@pages.get("/boards/<slug>/new")
@access("employee")
def new_thread(slug: str) -> Any:
    found = _board(slug)
    draft = desks.draft(actor().id, f"board:{found.id}")
    composing = Composing(f"board:{found.id}", f"/boards/{slug}/new", nonce=secrets.token_urlsafe(18))
    if draft:
        composing = composing._replace(title=draft.title, body=draft.body, draft_of=dates().when(draft.saved_at))
    return render_template("boards/new_thread.html", board=found, composing=composing)


@pages.post("/boards/<slug>/new")
@access("employee")
@takes_files(4)
def start_thread(slug: str) -> Any:
    found = _board(slug)
    composing = Composing(
        f"board:{found.id}",
        f"/boards/{slug}/new",
        request.form.get("title", ""),
        request.form.get("body", ""),
        nonce=nonce(),
    )
    status = 200
    headers: dict[str, str] = {}
    try:
        composing = with_files(composing)
        if "preview" in request.form:
            composing = composing._replace(preview=actions.written(composing.body, actor().id).html)
        elif "attach" not in request.form:
            rules.title(composing.title)
            words = actions.written(composing.body, actor().id)
            with writing():
                said = actions.start_thread(
                    actor(),
                    board=slug,
                    title=composing.title,
                    words=words,
                    nonce=composing.nonce,
                    at=now(),
                    paced=paced(),
                )
            asks = "poll" in request.form  # its form comes next
            return go(f"/threads/{said.thread}/poll/new" if asks else addresses.thread(said.thread, said.slug))
    except ForumError as error:
        composing, status, headers = refused(error, composing)
    return render_template("boards/new_thread.html", board=found, composing=composing), status, headers


@pages.get("/threads/<number:thread_id>")
@pages.get("/threads/<number:thread_id>-<slug>")
@access("employee")
def thread(thread_id: int, slug: str = "") -> Any:
    found = post_queries.thread(thread_id, actor().id)
    if found is None:
        abort(404)
    if slug != found.slug:
        query = f"?{request.query_string.decode(errors='replace')}" if request.query_string else ""
        return redirect(addresses.thread(thread_id, found.slug) + query)
    page = paging.wanted(addresses.pages_of(found.posts))
    composing = Composing(
        f"thread:{thread_id}",
        addresses.thread(thread_id, found.slug, page) + "#reply",
        body=found.draft or "",
        draft_of=dates().when(found.draft_at) if found.draft else "",
        nonce=secrets.token_urlsafe(18),
    )
    if "quote" in request.args or "reply" in request.args:
        composing = _answering(thread_id, composing)
    return _thread_page(found, page, composing)


def _answering(thread_id: int, composing: Composing) -> Composing:
    """The writing form for a reply to one post, with its words quoted when asked for."""
    number = request.args.get("quote") or request.args.get("reply") or ""
    other = post_queries.post(int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
    if other is None or other.thread_id != thread_id:
        abort(404)
    body = composing.body
    if "quote" in request.args and other.body is not None:
        body = (body.rstrip() + "\n\n" if body.strip() else "") + quoted(other)
    return composing._replace(reply_to=other, body=body)


def _thread_page(found: Row[Any], page: int, composing: Composing) -> str:
    person = reader()
    posts = post_queries.posts(found.id, page, person.actor.id)
    steps = answer_queries.steps(found.id) if found.answer else ()
    html = render_template(
        "boards/thread.html",
        thread=found,
        floors=rows.floors(
            found,
            posts,
            person.actor.id,
            marks=answer_rows.marks(steps),
            answers=speaks_for_management(person.actor),
            under=current_app.extensions["forum.under"](found.id, posts),
            muted_words=person.muted_words,
        ),
        verdict=answer_rows.verdict(found, steps, dates()),
        waiting=answer_rows.waiting(found, now(), dates()),
        page=page,
        last=addresses.pages_of(found.posts),
        composing=composing,
        resume=found.place + 1 if found.place and found.place < found.posts else None,
    )
    really = request.method == "GET" and not _looks_ahead()
    if really:
        current_app.extensions["forum.viewed"](found.id, found.author_id)
    if person.keeps_place and really and posts and posts[-1].floor > (found.place or 0):
        _remember(person.actor.id, found.id, posts[-1].floor)
    return html


def _remember(person: int, thread_id: int, floor: int) -> None:
    """Notes the place; while a long write goes on the page is not held up for it, and the next page notes it."""
    try:
        with writing_if_free():
            desk.reached(person, thread_id, floor)
    except Busy:
        log.info("a place was not noted: the database is being written")


def _looks_ahead() -> bool:
    """Whether the browser fetches the page before anybody looks at it."""
    purposes = [request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")]
    return any("prefetch" in purpose or "preview" in purpose for purpose in purposes)


@pages.get("/threads/<number:thread_id>/posts")
@access("employee")
def reply_page(thread_id: int) -> Any:
    """Where a refused reply or a preview without JavaScript left the address bar: its links and a reload lead back to the thread."""
    query = f"?{request.query_string.decode(errors='replace')}" if request.query_string else ""
    return redirect(f"/threads/{thread_id}{query}")


@pages.post("/threads/<number:thread_id>/posts")
@access("employee")
@takes_files(4)
def reply(thread_id: int) -> Any:
    found = post_queries.thread(thread_id, actor().id)
    if found is None:
        abort(404)
    target = request.form.get("reply_to", "")
    other = post_queries.post(int(target)) if target.isascii() and target.isdigit() and len(target) < 10 else None
    composing = Composing(
        f"thread:{thread_id}",
        addresses.thread(thread_id, found.slug, addresses.pages_of(found.posts)) + "#reply",
        body=request.form.get("body", ""),
        reply_to=other if other is not None and other.thread_id == thread_id else None,
        nonce=nonce(),
    )
    status = 200
    headers: dict[str, str] = {}
    try:
        composing = with_files(composing)
        if "preview" in request.form:
            composing = composing._replace(preview=actions.written(composing.body, actor().id).html)
        elif "attach" not in request.form:
            return _say(found, composing, actions.written(composing.body, actor().id))
    except ForumError as error:
        composing, status, headers = refused(error, composing)
    return _thread_page(found, addresses.pages_of(found.posts), composing), status, headers


def _say(found: Row[Any], composing: Composing, words: actions.Written) -> Any:
    reply_to = composing.reply_to.id if composing.reply_to else None
    with writing():
        said = actions.reply(
            actor(), thread=found.id, words=words, reply_to=reply_to, nonce=composing.nonce, at=now(), paced=paced()
        )
        if reader().keeps_place and (found.place or 0) >= said.floor - 1:
            desk.reached(actor().id, found.id, said.floor)
    return go(addresses.floor(said.thread, said.slug, said.floor))


@pages.post("/threads/<number:thread_id>/mute")
@access("employee")
def mute(thread_id: int) -> Any:
    found = post_queries.thread(thread_id, actor().id)
    if found is None:
        abort(404)
    on = request.form.get("on") == "1"
    with writing():
        desk.mute_thread(actor(), thread=thread_id, on=on)
    flash(
        gettext("You see this thread folded in lists from now on.")
        if on
        else gettext("You see this thread in lists again.")
    )
    return go(safe_next(request.form.get("back")) or addresses.thread(thread_id, found.slug))


@pages.post("/preview")
@access("employee")
@limits.limit("120/minute")
def preview() -> Any:
    try:
        return actions.written(request.form.get("body", ""), actor().id).html
    except Invalid as error:
        return errors.said(error), 422
