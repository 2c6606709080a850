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


@lru_cache(maxsize=64)
def _module(template: str, _language: str) -> TemplateModule:
    return current_app.jinja_env.get_template(template).make_module()


@lru_cache(maxsize=REMEMBERED)
def _made(template: str, macro: str, values: tuple[object, ...]) -> Markup:
    return make(template, macro, *values)


def make(template: str, macro: str, *values: object) -> Markup:
    """The HTML of `macro` in `template`, for who remembers it by himself."""
    made: Markup = getattr(_module(template, "en"), macro)(*values)
    return made


def fragment(template: str, macro: str, *values: object) -> Markup:
    """The HTML of `macro` in `template` for these hashable values; short pieces only, they are kept."""
    return _made(template, macro, values)
