"""Boards for programs: a thread, its posts by page, one post, its versions. What comes out tells a verifier all it needs of the words."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from flask import Blueprint, abort, current_app
from sqlalchemy import Row

from forum.boards import addresses, api_queries
from forum.web import api
from forum.web.access import access

pages = Blueprint("boards_api", __name__, url_prefix=api.PATH)


@pages.get("/threads/<number:thread_id>")
@access("employee")
def thread(thread_id: int) -> Any:
    found = api_queries.thread(thread_id)
    if found is None:
        abort(404)
    return _thread(found)


@pages.get("/threads/<number:thread_id>/posts")
@access("employee")
def posts(thread_id: int) -> Any:
    total = api_queries.length(thread_id)
    if total is None:
        abort(404)
    last = addresses.pages_of(total)
    page = api.page(last)
    found = [_post(one) for one in api_queries.posts(thread_id, page)]
    return api.listed(found, page=page, pages=last, total=total)


@pages.get("/posts/<number:post_id>")
@access("employee")
def post(post_id: int) -> Any:
    found = api_queries.post(post_id)
    if found is None:
        abort(404)
    return _post(found)


@pages.get("/posts/<number:post_id>/revisions")
@access("employee")
def revisions(post_id: int) -> Any:
    total = api_queries.versions(post_id)
    if total is None:
        abort(404)
    last = addresses.pages_of(total, api_queries.VERSIONS)
    page = api.page(last)
    found = [_revision(one) for one in api_queries.revisions(post_id, page, total)]
    return api.listed(found, page=page, pages=last, total=total)


def _thread(one: Row[Any]) -> dict[str, Any]:
    answer = None
    if one.answer is not None:
        at = api.moment(one.answered_at)
        answer = {"post": one.answer_post_id, "state": one.answer, "by": one.answered_by, "at": at}
    return {
        "id": one.id,
        "title": one.title,
        "board": one.board,
        "author": one.author,
        "created_at": api.moment(one.created_at),
        "active_at": api.moment(one.active_at),
        "posts": one.posts,
        "hits": one.hits,
        "magic": current_app.extensions["forum.magic"](one.id) if one.magic_at is not None else None,
        "answer": answer,
        "url": api.absolute(addresses.thread(one.id, one.slug)),
    }


def _post(one: Row[Any]) -> dict[str, Any]:
    return {
        "id": one.id,
        "thread": one.thread_id,
        "floor": one.floor,
        "author": one.author,
        "body": one.body,
        "html": one.html,
        "created_at": api.moment(one.created_at),
        "edited_at": api.moment(one.edited_at),
        "withdrawn_at": api.moment(one.withdrawn_at),
        "revisions": one.revisions,
        "reply_to": one.reply_to,
        "leaf": one.leaf,
        "salt": _text(one.salt),
        "url": api.absolute(addresses.post(one.id)),
    }


def _revision(one: Row[Any]) -> dict[str, Any]:
    return {
        "number": one.number,
        "body": one.body,
        "created_at": api.moment(one.created_at),
        "leaf": one.leaf,
        "salt": _text(one.salt),
    }


def _text(salt: bytes | None) -> str | None:
    return None if salt is None else b64encode(salt).decode()
