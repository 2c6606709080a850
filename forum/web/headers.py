"""Headers of every answer: strict Content-Security-Policy, no framing, no sniffing, caches that never mix people."""

from __future__ import annotations

from flask import Flask, request, session
from flask.wrappers import Response

from forum.web import api, nobody

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

STRICTER = ("Content-Security-Policy", "Referrer-Policy")
"""What a view may have set itself: a file that somebody sent, a feed with its key in the address."""


def init_app(app: Flask, *, secure: bool) -> None:
    """Adds the headers after every request; HSTS only where people come over TLS."""
    always = list(ALWAYS.items())
    if secure:
        always.append(("Strict-Transport-Security", "max-age=31536000"))

    @app.after_request
    def add(response: Response) -> Response:
        own = {name: response.headers[name] for name in STRICTER if name in response.headers}
        response.headers.extend(always)
        for name, value in own.items():
            response.headers[name] = value
        if nobody.here() and request.endpoint != "static":
            response.headers["Referrer-Policy"] = "no-referrer"
            response.headers["Cache-Control"] = "no-store"
        elif request.endpoint == "static":
            session.accessed = False  # Flask-Login looks into it each time, but files are the same for everybody
        elif api.here():
            response.headers.setdefault("Cache-Control", "private, no-store")
            response.headers["Vary"] = "Authorization"
        else:
            response.headers.setdefault("Cache-Control", "private, no-cache")
            response.headers["Vary"] = "Cookie"
        return response
