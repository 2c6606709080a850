"""Pages of one post: its permanent link, editing, history, withdrawing, quoting; and what one person said."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request
from sqlalchemy import Row

from forum.accounts import queries as people
from forum.accounts import rules as account_rules
from forum.accounts.models import roles_of
from forum.boards import actions, addresses, post_queries, rules
from forum.boards.composing import Composing, quoted, refused, with_files
from forum.boards.diff import difference
from forum.boards.permissions import can_edit
from forum.core.clock import now
from forum.core.database import writing
from forum.core.errors import N_, Conflict, ForumError, Refused
from forum.desk import queries as desks
from forum.web import limits, paging
from forum.web.access import access, actor, go
from forum.web.dates import dates
from forum.web.uploads import takes_files

pages = Blueprint("posts", __name__)
VERSIONS = 50
"""Versions listed on one page of a history."""


def _post(post_id: int) -> Row[Any]:
    found = post_queries.post(post_id)
    if found is None:
        abort(404)
    return found


def _own(post_id: int) -> Row[Any]:
    found = _post(post_id)
    if found.author_id == actor().id and found.withdrawn_at is not None:
        raise Conflict(N_("You have withdrawn this post; its words are gone."))
    if not can_edit(actor(), found):
        raise Refused(N_("Only its author can change a post, and nobody else, ever."))
    return found


def _address(post: Row[Any]) -> str:
    return addresses.floor(post.thread_id, post.slug, post.floor)


@pages.get("/posts/<number:post_id>")
@access("employee")
def permanent(post_id: int) -> Any:
    return redirect(_address(_post(post_id)))


@pages.get("/posts/<number:post_id>/quote")
@access("employee")
def quote(post_id: int) -> Any:
    found = _post(post_id)
    if found.body is None:
        abort(404)
    return {"markdown": quoted(found), "floor": found.floor, "name": found.name}


@pages.get("/posts/<number:post_id>/edit")
@access("employee")
def edit(post_id: int) -> Any:
    found = _own(post_id)
    draft = desks.draft(actor().id, f"post:{post_id}")
    composing = Composing(f"post:{post_id}", f"/posts/{post_id}/edit", title=found.title or "", body=found.body)
    if draft and not (draft.title == composing.title and draft.body == composing.body):
        composing = composing._replace(
            title=draft.title or composing.title, body=draft.body, draft_of=dates().when(draft.saved_at)
        )
    return render_template("boards/edit.html", post=found, composing=composing, based_on=found.revisions, theirs=None)


@pages.post("/posts/<number:post_id>/edit")
@access("employee")
@takes_files(4)
@limits.limit("100/minute")
def save(post_id: int) -> Any:
    found = _own(post_id)
    sent = request.form.get("based_on", "")
    based_on = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else found.revisions
    composing = Composing(
        f"post:{post_id}", f"/posts/{post_id}/edit", request.form.get("title", ""), request.form.get("body", "")
    )
    status, theirs = 200, None
    headers: dict[str, str] = {}
    title = composing.title if found.floor == 1 else None
    try:
        composing = with_files(composing)
        if title is not None and "attach" not in request.form:
            rules.title(title)
        if "preview" in request.form:
            composing = composing._replace(preview=actions.written(composing.body, actor().id).html)
        elif "attach" not in request.form:
            words = actions.written(composing.body, actor().id)
            with writing():
                actions.edit(actor(), post=post_id, words=words, title=title, based_on=based_on, at=now())
            return go(_address(_post(post_id)))
    except ForumError as error:
        composing, status, headers = refused(error, composing)
        if isinstance(error, Conflict):
            found, composing = _own(post_id), composing._replace(errors=None)
            theirs, based_on = difference(found.body, rules.body(composing.body)), found.revisions
    page = render_template("boards/edit.html", post=found, composing=composing, based_on=based_on, theirs=theirs)
    return page, status, headers


def wanted_version(last: int) -> tuple[int, int]:
    """Which of `last` versions is asked for (?version=, else the latest), and after which one the list beside it begins."""
    text = request.args.get("version", str(last))
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not 1 <= int(text) <= last:
        abort(404)
    return int(text), max(0, min(last - VERSIONS, int(text) - VERSIONS // 2))


@pages.get("/posts/<number:post_id>/history")
@access("employee")
def history(post_id: int) -> Any:
    found = _post(post_id)
    number, after = wanted_version(found.revisions)
    versions = {one.number: one for one in post_queries.revisions(post_id, [number - 1, number])}
    this, before = versions[number], versions.get(number - 1)
    changes = titles = None
    if before is not None and this.body is not None:
        changes = difference(before.body, this.body)
        titles = difference(before.title or "", this.title or "") if before.title != this.title else None
    return render_template(
        "boards/history.html",
        post=found,
        this=this,
        changes=changes,
        titles=titles,
        versions=post_queries.revision_times(post_id, after, after + VERSIONS),
    )


@pages.get("/posts/<number:post_id>/withdraw")
@access("employee")
def ask_withdraw(post_id: int) -> Any:
    return render_template("boards/withdraw.html", post=_own(post_id))


@pages.post("/posts/<number:post_id>/withdraw")
@access("employee")
def withdraw(post_id: int) -> Any:
    _own(post_id)
    with writing():
        actions.withdraw(actor(), post=post_id, at=now())
    return go(_address(_post(post_id)))


@pages.get("/people/<handle>")
@access("employee")
def person(handle: str) -> Any:
    if not account_rules.HANDLE.fullmatch(handle.lower()):
        abort(404)
    if handle != handle.lower():
        return redirect(f"/people/{handle.lower()}")
    found = people.profile(handle)
    if found is None:
        abort(404)
    last = min(addresses.pages_of(found.posts), rules.LIST_PAGES)
    page = paging.wanted(last)
    asked = request.args.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    said = post_queries.posts_before(found.id, before) if before else post_queries.posts_by(found.id, page)
    return render_template(
        "accounts/person.html",
        person=found,
        roles=sorted(roles_of(found.hr, found.management, found.operator) - {"employee"}),
        names=people.names(found.id),
        posts=said,
        page=page,
        before=before,
        older=said[-1].id if len(said) == rules.PAGE and (before or page == rules.LIST_PAGES) else None,
        last=last,
        muted=desks.has_muted(actor().id, found.id),
    )
