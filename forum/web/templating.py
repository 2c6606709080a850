"""What every template may use: dates, faces, figures, the forum's name for things. Adds no subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from babel.numbers import format_decimal
from flask import Flask, current_app, g, session
from flask_babel import get_locale, gettext
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from forum.core.clock import now
from forum.web.access import acting
from forum.web.dates import Dates, dates
from forum.web.faces import face
from forum.web.paging import shown


def figure(number: int) -> str:
    """A whole number with the separators of the reader's language."""
    return str(number) if -1000 < number < 1000 else str(format_decimal(number, locale=g.get("locale") or get_locale()))


@lru_cache(maxsize=4096)
def _signed(raw: str, _key: str) -> str:
    return str(generate_csrf())


def csrf_token() -> str:
    """The form token of this browser: signed once, not for each page."""
    raw = session.get("csrf_token")
    if "csrf_token" not in g and raw:
        g.csrf_token = _signed(raw, current_app.config["SECRET_KEY"])
    return str(generate_csrf())


def init_app(app: Flask, *, testing: bool, slots: Mapping[str, Callable[..., Markup]]) -> None:
    """Registers globals; `slots` are places that higher slices fill."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        face=face, figure=figure, shown=shown, testing=testing, now=now, said=gettext, moments=dates
    )
    app.jinja_env.globals["csrf_token"] = csrf_token

    def slot(name: str, *values: object) -> Markup:
        """What a higher slice adds to this place of a page (wiring.py says which)."""
        return slots[name](*values)

    app.jinja_env.globals["slot"] = slot

    @app.context_processor
    def every_page() -> dict[str, Any]:
        moments: Dates = dates()
        return {"me": acting(), "when": moments.when, "machine": moments.machine, "dates": moments}
