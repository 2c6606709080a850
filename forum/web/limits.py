"""Rate limits that guard machines, not words: addresses that ask too often wait. Counted in memory, or in Redis when set."""

from __future__ import annotations

from flask import Flask, request
from flask_limiter import Limiter

from forum.core.clock import now
from forum.web.access import acting


def who() -> str:
    """The signed-in person, else the network address."""
    person = acting()
    return f"person:{person.id}" if person else f"address:{address()}"


def address() -> str:
    """The network address that asks, as far as proxies are trusted."""
    return request.remote_addr or "unknown"


def retry_after() -> int:
    """Seconds until the limit that was just met allows more."""
    met = limiter.current_limit
    return max(1, int(met.reset_at) - now()) if met else 60


limiter = Limiter(who, headers_enabled=False)


def init_app(app: Flask, *, redis_url: str, testing: bool) -> None:
    """Sets the store; rehearsals run without limits."""
    app.config["RATELIMIT_STORAGE_URI"] = redis_url or "memory://"
    app.config["RATELIMIT_ENABLED"] = not testing
    limiter.init_app(app)
