"""Forms that may carry files: only those routes read more than every other. Knows nothing of what arrives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

TAKES = "__takes_files__"
BESIDE = 1_000_000
"""Bytes of a form beside its files; what a request may have without any."""
View = TypeVar("View", bound=Callable[..., Any])


def takes_files(many: int = 1) -> Callable[[View], View]:
    """Declares that a view may be sent files, `many` of the largest ones at once."""

    def declare(view: View) -> View:
        setattr(view, TAKES, many)
        return view

    return declare


def most() -> int:
    """Bytes that one file may have."""
    megabytes: int = current_app.extensions["forum.settings"].max_upload_mb
    return megabytes * 1_000_000


def init_app(app: Flask) -> None:
    """Widens the limit before anything reads the form."""

    @app.before_request
    def widen() -> None:
        many = getattr(app.view_functions.get(request.endpoint or ""), TAKES, 0)
        if many and request.method == "POST" and request.mimetype == "multipart/form-data":
            request.max_content_length = many * most() + BESIDE
