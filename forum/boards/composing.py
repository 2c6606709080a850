"""The writing form: the words so far, the files that came with them, what is wrong. Writes nothing itself."""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple

from flask import current_app, request
from flask_babel import gettext
from sqlalchemy import Row

from forum import markup
from forum.attachments import receiving
from forum.core.errors import ForumError, Invalid, TooFast
from forum.web import errors
from forum.web.access import actor


class Composing(NamedTuple):
    """What a writing form shows: the words so far, and what is wrong with them."""

    spot: str
    back: str
    title: str = ""
    body: str = ""
    errors: dict[str, str] | None = None
    preview: str = ""
    reply_to: Any = None
    nonce: str = ""
    draft_of: str = ""
    """When the words were last kept as a draft, in words; empty when there is none."""


def nonce() -> str:
    """The form's own nonce when it looks like one of ours, else a fresh one."""
    sent = request.form.get("nonce", "")
    return sent if 16 <= len(sent) <= 64 and sent.isascii() and sent.isprintable() else secrets.token_urlsafe(18)


def paced() -> bool:
    """Whether people are kept from saying too much too fast; a rehearsal is not."""
    return not current_app.extensions["forum.settings"].testing


def with_files(composing: Composing) -> Composing:
    """The form with the files that came with it named at the end of its words."""
    return composing._replace(body=receiving.into(actor(), composing.body))


def refused(error: ForumError, composing: Composing) -> tuple[Composing, int, dict[str, str]]:
    """The form again with the refusal next to its field: (composing, status, headers)."""
    if isinstance(error, TooFast):
        status, headers = 429, {"Retry-After": str(error.retry_after)}
    else:
        status, headers = errors.STATUS[type(error)], {}
    field = error.field if isinstance(error, Invalid) else "body"
    return composing._replace(errors={field: errors.said(error)}), status, headers


def quoted(post: Row[Any]) -> str:
    """The Markdown that quotes a post."""
    label = gettext("floor %(number)s", number=post.floor)
    return markup.quote(post.body, post.name, f"/posts/{post.id}", label)
