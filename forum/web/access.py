"""The guard: every route declares who may reach it; what declares nothing answers 403. Knows people only as actors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar
from urllib.parse import quote, urlsplit

from flask import Flask, abort, current_app, g, has_request_context, redirect, request
from werkzeug.wrappers import Response

from forum.core.actor import Actor
from forum.web import api, nobody

Who = Literal["anyone", "employee", "hr", "hr or management", "management", "operator"]
View = TypeVar("View", bound=Callable[..., Any])
Loader = Callable[[], Actor | None]
Bearer = Callable[[str], Actor | None]


def access(who: Who) -> Callable[[View], View]:
    """Declares who may reach a view: "anyone" needs no sign-in, the others need that role, or one of two."""

    def declare(view: View) -> View:
        view.__access__ = who  # type: ignore[attr-defined]
        return view

    return declare


def declared(view: Callable[..., Any]) -> Who | None:
    """What a view declares, or None."""
    return getattr(view, "__access__", None)


def actor() -> Actor:
    """Who acts in this request; only inside routes that need a sign-in."""
    found = acting()
    if found is None:
        abort(403)
    return found


def acting() -> Actor | None:
    """Who acts in this request, or None when nobody is signed in, or nobody is asked."""
    if "actor" not in g:
        g.actor = _asked()
    found: Actor | None = g.actor
    return found


def _asked() -> Actor | None:
    if has_request_context() and nobody.here():
        return None
    if has_request_context() and api.here():
        token = api.token()
        bearer: Bearer = current_app.extensions["forum.bearer"]
        return bearer(token) if token else None
    loader: Loader = current_app.extensions["forum.actor"]
    return loader()


def may(who: Who, person: Actor | None) -> bool:
    """Whether an actor meets a declaration."""
    return who == "anyone" or (person is not None and any(role in person.roles for role in who.split(" or ")))


def safe_next(target: str | None) -> str | None:
    """A path of this forum to go on to, or None: never another host, whatever the disguise."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return None
    if any(ord(c) < 33 or ord(c) == 127 for c in target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else target


def sign_in_address(target: str | None = None) -> str:
    """The sign-in page, and where to go on afterwards."""
    return "/login" + (f"?next={quote(target, safe='/')}" if target and target != "/" else "")


def init_app(app: Flask, load: Loader, bearer: Bearer, signed_out_post: Callable[[], Any]) -> None:
    """Puts the guard before every request: `load` knows browsers, `bearer` the token that a program shows.

    `signed_out_post` answers a form whose session has ended and keeps its words.
    """
    app.extensions["forum.actor"] = load
    app.extensions["forum.bearer"] = bearer

    @app.before_request
    def guard() -> Any:
        if request.endpoint is None:
            return None  # 404 or 405, by the router
        if "\x00" in request.path:
            abort(404)  # nothing has such an address, and no database could look for it
        who = declared(app.view_functions[request.endpoint])
        if who is None:
            abort(403)
        if who == "anyone" or may(who, acting()):
            return None
        if acting() is not None:
            abort(403)
        if api.here():
            abort(401)
        if request.method in ("GET", "HEAD"):
            return redirect(sign_in_address(request.full_path.rstrip("?")), 303)
        return signed_out_post()


def go(target: str) -> Response:
    """303 to a page of ours after a form."""
    return redirect(target, 303)
