"""Opening a board, which any employee may, and the operators' page to rename and reorder them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext

from forum.boards import addresses, arranging, queries
from forum.core.clock import now
from forum.core.database import writing
from forum.core.errors import Invalid
from forum.web import errors, limits
from forum.web.access import access, actor, go

pages = Blueprint("arrange", __name__)
FIELDS = ("name", "slug", "description", "group")


@pages.get("/boards/new")
@access("employee")
def new_board() -> Any:
    return render_template("boards/new_board.html", groups=queries.groups(), values={}, errors={})


@pages.post("/boards/new")
@access("employee")
@limits.limit("10/hour")
def open_board() -> Any:
    values = {name: request.form.get(name, "") for name in FIELDS}
    try:
        with writing():
            board = arranging.open_board(
                actor().id,
                slug=values["slug"],
                name=values["name"],
                description=values["description"],
                group=values["group"],
                at=now(),
            )
    except Invalid as error:
        wrong = {error.field: errors.said(error)}
        return render_template("boards/new_board.html", groups=queries.groups(), values=values, errors=wrong), 422
    return go(addresses.board(board.slug))


def _arrange_page(values: dict[str, str], wrong: dict[str, str], slug: str = "") -> str:
    boards = queries.boards()
    return render_template(
        "boards/arrange.html", boards=boards, groups=queries.groups(), values=values, errors=wrong, wrong=slug
    )


@pages.get("/boards/arrange")
@access("operator")
def arrange() -> Any:
    return _arrange_page({}, {})


@pages.post("/boards/<slug>/arrange")
@access("operator")
def arrange_board(slug: str) -> Any:
    values = {name: request.form.get(name, "") for name in ("name", "description", "group", "position")}
    try:
        position = values["position"]
        if not position.isascii() or not position.isdigit() or len(position) > 4:
            raise Invalid("position", arranging.WHOLE)
        with writing():
            arranging.arrange(
                actor(),
                slug=slug,
                name=values["name"],
                description=values["description"],
                group=values["group"],
                position=int(position),
                at=now(),
            )
    except Invalid as error:
        return _arrange_page(values, {error.field: errors.said(error)}, slug), 422
    flash(gettext("%(name)s is arranged. Its address and all that was said stay.", name=values["name"]))
    return go(f"/boards/arrange#b-{slug}")
