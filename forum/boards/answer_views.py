"""The page on which management marks one of its own posts as the answer. Knows no way to mark anybody else's."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request
from sqlalchemy import Row

from forum.boards import addresses, answer_queries, answering, post_queries
from forum.boards.answer_rows import step
from forum.core.clock import now
from forum.core.database import writing
from forum.core.errors import Invalid
from forum.web import errors, limits
from forum.web.access import access, actor, go
from forum.web.dates import dates

pages = Blueprint("answers", __name__)


def _own(post_id: int) -> Row[Any]:
    found = post_queries.post(post_id)
    if found is None:
        abort(404)
    answering.may_answer(actor(), found)
    return found


@pages.get("/posts/<number:post_id>/answer")
@access("management")
def ask(post_id: int) -> Any:
    return _asked(_own(post_id))


@pages.post("/posts/<number:post_id>/answer")
@access("management")
@limits.limit("30/minute")
def mark(post_id: int) -> Any:
    found = _own(post_id)
    try:
        with writing():
            answering.mark(actor(), post=post_id, state=request.form.get("state", ""), at=now())
    except Invalid as error:
        return _asked(found, errors.said(error)), errors.STATUS[Invalid]
    return go(addresses.floor(found.thread_id, found.slug, found.floor))


def _asked(post: Row[Any], wrong: str = "") -> str:
    steps = answer_queries.steps(post.thread_id)
    present = steps[0] if steps else None
    return render_template(
        "boards/answer.html",
        post=post,
        states=answering.STATES,
        chosen=present.state if present and present.post_id == post.id else None,
        other=step(post.thread_id, post.slug, present, dates()) if present and present.post_id != post.id else None,
        wrong=wrong,
    )
