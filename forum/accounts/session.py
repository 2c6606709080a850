"""The signed-in browser: Flask-Login over our own revocable sessions. Each request asks the database once who it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask_login
from flask import Flask, current_app, session
from sqlalchemy import Row

from forum.accounts import actions, queries
from forum.accounts.models import roles_of
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.database import writing

SECONDS = actions.STAYS_SIGNED_IN
KeepWords = Callable[[Actor], str | None]


class SignedIn(flask_login.UserMixin):  # type: ignore[misc]
    """Flask-Login's user: plain facts about the person, read once a request."""

    def __init__(self, row: Row[Any], token: str) -> None:
        self.actor = Actor(row.id, row.handle, row.name, roles_of(row.hr, row.management, row.operator))
        self.joined_at: int = row.joined_at
        self.keeps_place: bool = row.keeps_place
        self.notice: str | None = row.notice
        self.muted_words: str = row.muted_words or ""
        self.token = token

    def get_id(self) -> str:
        """The cookie holds a token, never the person's number."""
        return self.token


def init_app(app: Flask, *, keep_words: KeepWords) -> None:
    """Sets Flask-Login up; `keep_words` stores what was typed before an expired session was renewed."""
    manager = flask_login.LoginManager()
    manager.session_protection = None
    manager.init_app(app, add_context_processor=False)
    app.extensions["forum.keep_words"] = keep_words

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> SignedIn | None:
        row = queries.signed_in(token, now() - SECONDS)
        return SignedIn(row, token) if row else None


def acting() -> Actor | None:
    """The actor of this request for web's guard; outside of one, in the worker's letters, nobody."""
    user = flask_login.current_user
    return user.actor if user and user.is_authenticated else None


def reader() -> SignedIn:
    """The person signed in; only on pages that need a sign-in."""
    user: SignedIn = flask_login.current_user
    return user


def begin(token: str) -> Actor | None:
    """Signs this browser in with a fresh session: nothing of the one before survives (no fixation)."""
    if before := session.get("_user_id"):
        with writing():
            actions.sign_out(str(before))
    session.clear()
    session.permanent = True
    row = queries.signed_in(token, now() - SECONDS)
    if row is None:
        return None
    user = SignedIn(row, token)
    flask_login.login_user(user)
    return user.actor


def end() -> None:
    """Signs this browser out."""
    flask_login.logout_user()
    session.clear()


def keep_words(actor: Actor) -> str | None:
    """Stores words typed before the sign-in as a draft; returns where to go on, if there were any."""
    keep: KeepWords = current_app.extensions["forum.keep_words"]
    return keep(actor)
