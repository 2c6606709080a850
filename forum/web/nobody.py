"""Pages for nobody in particular: no session is opened, no cookie read or set, nothing remembered of who asks. Knows no subject.

They stand under one path, and in production on a host name of their own, so that browsers send no cookie at all.
"""

from __future__ import annotations

import json
import logging
import os
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, redirect, request
from flask.sessions import NullSession, SecureCookieSessionInterface, SessionMixin
from flask.wrappers import Request, Response

from forum.core.clock import now
from forum.web import api

log = logging.getLogger(__name__)

PATH: Final = "/pads"
ALSO: Final = ("/static/",)
"""What else their own host name serves."""
LOG: Final = "pads-faults.log"
LOG_MOST: Final = 1_000_000
HOUR: Final = 3600


def is_theirs(path: str) -> bool:
    """Whether a path belongs to nobody's pages."""
    return path == PATH or path.startswith(PATH + "/")


def here() -> bool:
    """Whether this request is for such a page, or came to their host name."""
    return is_theirs(request.path) or _their_host()


def _their_host() -> bool:
    return _is_host(request, current_app.config["PADS_HOST"])


def _is_host(request: Request, host: str) -> bool:
    name, colon, port = request.host.lower().partition(":")
    return bool(host) and name.rstrip(".") + colon + port == host


class Sessions(SecureCookieSessionInterface):
    """Sessions in signed cookies, but none at all for nobody's pages, nor for programs."""

    def open_session(self, app: Flask, request: Request) -> Any:
        """An empty session that keeps nothing where nobody is known."""
        if is_theirs(request.path) or api.is_api(request.path) or _is_host(request, app.config["PADS_HOST"]):
            return Nothing()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Sets no cookie where nobody is known."""
        if not isinstance(session, Nothing):
            super().save_session(app, session, response)


class Nothing(NullSession):
    """A session that is empty and stays so."""


def from_our_page() -> bool:
    """Whether a form comes from one of these pages.

    Under `Referrer-Policy: no-referrer` browsers name no origin even of their own page ("null"); they say where a form
    comes from in `Sec-Fetch-Site`. Programs name neither.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    return request.headers.get("Origin") in (None, "null", current_app.config["PADS_ORIGIN"])


def check_origin() -> None:
    """Refuses forms from other sites. Raises 403."""
    if not from_our_page():
        abort(403)


def note_fault(error: BaseException) -> None:
    """Writes down what broke, by the hour: where in the code, and no address, agent, words or exact time."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in frames][-6:]
    hour = now() // HOUR * HOUR
    line = {
        "hour": datetime.fromtimestamp(hour, UTC).strftime("%Y-%m-%dT%H:00Z"),
        "page": str(request.url_rule),
        "error": type(error).__name__,
        "at": where,
    }
    path = Path(current_app.instance_path) / LOG
    try:
        fresh = path.exists() and path.stat().st_size > LOG_MOST
        with path.open("w" if fresh else "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        os.utime(path, (hour, hour))
    except OSError:
        log.error("a fault on a pad page could not be written down")


def init_app(app: Flask, *, pads_url: str, base_url: str) -> None:
    """Makes the sessions, and keeps the two host names apart."""
    app.config["PADS_HOST"] = urlsplit(pads_url).netloc.lower()
    parts = urlsplit(pads_url or base_url)
    app.config["PADS_ORIGIN"] = f"{parts.scheme}://{parts.netloc}"
    app.session_interface = Sessions()
    if not pads_url:
        return

    @app.before_request
    def apart() -> Any:
        """Each page on its own host name."""
        theirs, ours = is_theirs(request.path), not _their_host()
        if theirs and ours:
            return redirect(pads_url + request.full_path.rstrip("?"), 308 if request.method == "POST" else 303)
        if not theirs and not ours and not request.path.startswith(ALSO):
            if request.method not in ("GET", "HEAD"):
                abort(404)
            to = pads_url + PATH if request.path == "/" else base_url + request.full_path.rstrip("?")
            return redirect(to, 303)
        return None
