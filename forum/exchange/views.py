"""The page that credits borrowed words. Shows nothing of anybody's desk or account."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from forum.boards import addresses
from forum.exchange import credits
from forum.web.access import access

pages = Blueprint("exchange", __name__)


@pages.get("/credits")
@access("employee")
def credit() -> Any:
    return render_template(
        "home/credits.html",
        sources=credits.SOURCES,
        changes=credits.CHANGES,
        contributors=credits.contributors(),
        borrowed=credits.borrowed(),
        dump=credits.DUMP,
        where=addresses,
    )
