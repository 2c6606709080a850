"""What the forum is measured against: bare Flask, and a Flask page that only reads its session; as heavy as a thread page."""

from __future__ import annotations

import os

from flask import Flask, session

WEIGHT_NAME = "BENCH_WEIGHT"
"""Environment variable: how many bytes of HTML both pages answer with."""
WEIGHT = int(os.environ.get(WEIGHT_NAME, "18000"))
HELD = {"_fresh": True, "_permanent": True, "_user_id": "u" * 43, "csrf_token": "c" * 40}
"""What the forum's own cookie holds, in size."""


def page(weight: int) -> str:
    """HTML of that many bytes, nothing in it to render."""
    begin, end = "<!doctype html><title>Reference</title><p>", "</p>"
    return begin + "say what you want ".ljust(weight - len(begin) - len(end), "x") + end


def hello(weight: int = WEIGHT) -> Flask:
    """Bare Flask: one route, one string."""
    app = Flask("hello")
    html = page(weight)

    @app.get("/")
    def index() -> str:
        return html

    return app


def session_page(weight: int = WEIGHT) -> Flask:
    """One route that looks into the signed cookie: the least that a page for signed-in people does."""
    app = Flask("session")
    app.config.update(SECRET_KEY="k" * 40, SESSION_REFRESH_EACH_REQUEST=False)
    html = page(weight)

    @app.get("/")
    def index() -> str:
        assert session["_user_id"] == HELD["_user_id"]
        return html

    return app


def session_cookie() -> str:
    """A `Cookie` header the session page takes."""
    app = session_page()
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"session={signer.dumps(HELD)}"


hello_app = hello()
session_app = session_page()
