"""Pages for what went wrong, as well made as the rest; the reader's words are handed back, never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from gunicorn.http.errors import ParseException
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from forum.core.database import db
from forum.core.errors import Away, Conflict, ForumError, Invalid, Missing, Refused, TooFast
from forum.web import api, limits, nobody

log = logging.getLogger(__name__)
STATUS: dict[type[ForumError], int] = {Invalid: 422, Missing: 404, Refused: 403, Conflict: 409, TooFast: 429, Away: 503}
SECRET_FIELDS = ("password", "old", "new", "again", "csrf_token")
KNOWN = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)


def said(error: ForumError) -> str:
    """The refusal in the reader's language."""
    return str(gettext(error.message, **error.values))


def page(
    status: int, *, why: str = "", retry_after: int | None = None, errors: Mapping[str, str] | None = None
) -> tuple[str, int, dict[str, str]]:
    """The page for a status, with the words that were sent, if any, to copy or send again; for programs a problem."""
    if api.here():
        return api.problem(status, why, errors=errors, retry_after=retry_after)
    shown = status if status in KNOWN else (500 if status >= 500 else 400)
    words = {name: text for name, text in typed().items() if name in ("title", "body")} if from_here() else {}
    template = "errors/nobody.html" if nobody.here() else "errors/error.html"
    html = render_template(template, status=shown, why=why, retry_after=retry_after, words=words)
    return html, status, {"Retry-After": str(retry_after)} if retry_after is not None else {}


def typed() -> dict[str, str]:
    """What a form brought, but for passwords and tokens."""
    try:
        return {name: request.form[name] for name in request.form if name not in SECRET_FIELDS}
    except HTTPException:  # larger than is read at all
        return {}


def from_here() -> bool:
    """Whether a form was sent from a page of this forum: another site's words are not handed back as the reader's own."""
    if nobody.here():
        return nobody.from_our_page()
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if not source:
        return True
    try:
        parts = urlsplit(source)
    except ValueError:
        return False
    return bool(f"{parts.scheme}://{parts.netloc}" == current_app.config["ORIGIN"])


def init_app(app: Flask) -> None:
    """Registers the pages for refusals, HTTP errors, stale forms and the unexpected."""

    @app.errorhandler(ForumError)
    def refused(error: ForumError) -> Any:
        db.session.rollback()
        if isinstance(error, Away) and nobody.here():
            nobody.note_fault(error.__cause__ or error)
        retry = error.retry_after if isinstance(error, TooFast) else 30 if isinstance(error, Away) else None
        wrong = {error.field: said(error)} if isinstance(error, Invalid) else None
        return page(STATUS[type(error)], why=said(error), retry_after=retry, errors=wrong)

    @app.errorhandler(CSRFError)
    def stale(error: CSRFError) -> Any:
        """400, and everything typed stands in a form that can be sent again with one press."""
        if not from_here():
            return page(400)
        again = {name: text for name, text in typed().items() if len(text) <= 200_000}
        return render_template("errors/stale.html", action=request.full_path.rstrip("?"), fields=again), 400

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        if error.code is not None and error.code < 400:
            return error
        wait = limits.retry_after() if error.code == 429 else None
        html, status, headers = page(error.code or 500, retry_after=wait)
        for name, value in error.get_headers():
            if name.lower() in ("allow", "retry-after"):
                headers[name] = value
        return html, status, headers

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Any:
        db.session.rollback()
        if isinstance(error, ParseException):  # the server finds out in the middle of a body that it is none
            return page(400)
        away = isinstance(error, OperationalError) or (isinstance(error, DBAPIError) and error.connection_invalidated)
        if nobody.here():
            nobody.note_fault(error)
        else:
            log.exception("%s %s failed", request.method, request.url_rule)
        g.setdefault("actor", None)  # with the database away the page must not ask it who is reading
        return page(503 if away else 500, retry_after=30 if away else None)
