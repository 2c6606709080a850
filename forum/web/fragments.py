"""Pieces of pages that many readers see alike, made once: a macro with plain values gives the same HTML as long as the values are the same.

The values are the key, all of them, so a remembered piece can never be stale or belong to somebody else's page. Refuses templates
that need anything but their arguments.
"""

from __future__ import annotations

from functools import lru_cache

from flask import current_app
from jinja2.environment import TemplateModule
from markupsafe import Markup

REMEMBERED = 2_000
LARGE = 8_000
"""Pieces with a longer text are made each time: what is remembered stays within some 30 MB."""


@lru_cache(maxsize=64)
def _module(template: str, _language: str) -> TemplateModule:
    return current_app.jinja_env.get_template(template).make_module()


@lru_cache(maxsize=REMEMBERED)
def _made(template: str, macro: str, language: str, values: tuple[object, ...]) -> Markup:
    made: Markup = getattr(_module(template, language), macro)(*values)
    return made


def fragment(template: str, macro: str, *values: object) -> Markup:
    """The HTML of `macro` in `template` for these hashable values."""
    if any(isinstance(value, str) and len(value) > LARGE for value in values):
        return _made.__wrapped__(template, macro, "en", values)
    return _made(template, macro, "en", values)
