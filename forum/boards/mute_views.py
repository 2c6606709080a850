"""Muting boards and words, and one page with all that a reader muted. Takes nothing away, and answers nobody about others' mutes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, render_template, request
from flask_babel import gettext

from forum.accounts.session import reader
from forum.boards import addresses, mute_queries, queries
from forum.core.database import writing
from forum.core.errors import Invalid
from forum.desk import actions as desk
from forum.desk import queries as desks
from forum.desk import shielding
from forum.web import errors, limits
from forum.web.access import access, actor, go, safe_next

pages = Blueprint("mutes", __name__)
PAGE = "/settings/muted"


@pages.get(PAGE)
@access("employee")
def muted() -> Any:
    return _page()


def _page(typed: str = "", wrong: str = "") -> str:
    me = actor().id
    return render_template(
        "boards/muted.html",
        people=desks.muted_people(me),
        boards=mute_queries.boards(me),
        threads=mute_queries.threads(me),
        words=shielding.listed(reader().muted_words),
        most=shielding.MOST,
        longest=shielding.LONGEST,
        typed=typed,
        wrong=wrong,
    )


@pages.post(PAGE + "/words")
@access("employee")
@limits.limit("120/minute")
def mute_word() -> Any:
    """One word more or, with `on` 0, one less."""
    word = request.form.get("word", "")
    try:
        with writing():
            if request.form.get("on") == "0":
                desk.unmute_word(actor(), word=word)
            else:
                desk.mute_word(actor(), word=word)
    except Invalid as error:
        return _page(word, errors.said(error)), errors.STATUS[Invalid]
    return go(PAGE + "#words")


@pages.post("/boards/<slug>/mute")
@access("employee")
def mute_board(slug: str) -> Any:
    found = queries.board(slug)
    if found is None:
        abort(404)
    on = request.form.get("on") == "1"
    with writing():
        desk.mute_board(actor(), board=found.id, on=on)
    if on:
        flash(gettext("From now on you see threads of %(board)s folded outside this page.", board=found.name))
    else:
        flash(gettext("You see threads of %(board)s everywhere again.", board=found.name))
    return go(safe_next(request.form.get("back")) or addresses.board(slug))
