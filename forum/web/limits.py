"""Rate limits that guard machines, not words: addresses that ask too often wait. Counted in memory, or in Redis when set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, request
from flask.wrappers import Response
from flask_limiter import Limiter

from forum.core.clock import now
from forum.web.access import acting

LIMITED = "__limited__"
View = TypeVar("View", bound=Callable[..., Any])


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


def limit(rate: str, *, methods: list[str] | None = None, only: int | None = None) -> Callable[[View], View]:
    """Declares how often one person or address may reach a view, such as "30/hour"; `only` answers of that status count."""
    counts = None if only is None else lambda response: response.status_code == only

    def declare(view: View) -> View:
        limited = limiter.limit(rate, methods=methods, deduct_when=counts)(view)
        setattr(limited, LIMITED, True)
        return cast(View, limited)

    return declare


def init_app(app: Flask, *, redis_url: str, testing: bool) -> None:
    """Sets the store; rehearsals run without limits. Views without a limit pay nothing: the library would look at each."""
    app.config["RATELIMIT_STORAGE_URI"] = redis_url or "memory://"
    app.config["RATELIMIT_ENABLED"] = not testing
    hooks: list[list[Any]] = [
        found.setdefault(None, [])
        for found in (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
    ]
    ours = [len(one) for one in hooks]
    limiter.init_app(app)
    before, after, teardown = (one[count:] for one, count in zip(hooks, ours, strict=True))
    for one, count in zip(hooks, ours, strict=True):
        del one[count:]

    def limited() -> bool:
        return hasattr(app.view_functions.get(request.endpoint or ""), LIMITED)

    @app.before_request
    def check() -> None:
        if limited():
            for hook in before:
                hook()

    @app.after_request
    def told(response: Response) -> Response:
        if limited():
            for hook in after:
                response = hook(response)
        return response

    @app.teardown_request
    def forget(error: BaseException | None) -> None:
        if limited():
            for hook in teardown:
                hook(error)
