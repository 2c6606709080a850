"""What somebody was told, the bell on every page, and the buttons that follow. Shows nobody what others follow."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, abort, flash, render_template, request
from flask_babel import gettext
from markupsafe import Markup

from forum.accounts import queries as people
from forum.accounts.session import reader
from forum.boards import addresses
from forum.boards import queries as boards
from forum.core.clock import now
from forum.core.database import writing
from forum.follow import actions, lines, queries
from forum.web import limits
from forum.web.access import access, acting, actor, go

pages = Blueprint("follow", __name__)

PAGE: Final = 30
FOLLOWED: Final = "/settings/following"
LATEST: Final = 1 << 60
"""Beyond every turn."""


@pages.get("/notifications")
@access("employee")
def notices() -> Any:
    """The latest lines, or those before a turn; looking at the latest is what silences the bell."""
    asked = request.args.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else LATEST
    found = queries.notices(actor().id, before=before, most=PAGE + 1)
    if found and before == LATEST and found[0].turn > found[0].seen:
        with writing():
            actions.looked(actor(), turn=found[0].turn)
    return render_template(
        "follow/notices.html",
        lines=lines.lines(found[:PAGE], reader().muted_words),
        older=found[PAGE - 1].turn if len(found) > PAGE else None,
        latest=before == LATEST,
        on_writing=queries.follows_on_writing(actor().id),
    )


@pages.post("/notifications/writing")
@access("employee")
def on_writing() -> Any:
    on = request.form.get("on") == "1"
    with writing():
        actions.choose_on_writing(actor(), on=on)
    if on:
        flash(gettext("From now on you follow a thread when you write in it."))
    else:
        flash(gettext("From now on you follow a thread only when you press “Follow”."))
    return go("/notifications")


@pages.get(FOLLOWED)
@access("employee")
def followed() -> Any:
    """All that somebody follows, so that any of it can be left."""
    me = actor().id
    return render_template(
        "follow/followed.html",
        boards=queries.followed_boards(me),
        people=queries.followed_people(me),
        threads=queries.followed_threads(me),
        here=FOLLOWED,
    )


def _back(page: str) -> Any:
    """To the page of what was followed or left, or to the list of all of it, where the button was pressed."""
    asked = request.form.get("back", "")
    return go(asked if asked.partition("#")[0] == FOLLOWED else page)


@pages.get("/notifications/count")
@access("employee")
@limits.limit("240/minute")
def count() -> Any:
    """For the page that stays open: how many lines are new and, with ?thread=, how many floors that thread has now."""
    answer = {"new": queries.bell(actor().id)}
    asked = request.args.get("thread", "")
    found = queries.floors(int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    return answer | ({"floors": found.posts} if found else {})


@pages.post("/threads/<number:thread_id>/follow")
@access("employee")
def follow_thread(thread_id: int) -> Any:
    found = queries.floors(thread_id)
    if found is None:
        abort(404)
    on = request.form.get("on") == "1"
    with writing():
        actions.follow_thread(actor(), thread=thread_id, on=on)
    if on:
        flash(gettext("You will be told of replies here."))
    else:
        flash(gettext("You will not be told of replies here any more."))
    return _back(addresses.thread(thread_id, found.slug))


@pages.post("/boards/<slug>/follow")
@access("employee")
def follow_board(slug: str) -> Any:
    found = boards.board(slug)
    if found is None:
        abort(404)
    on = request.form.get("on") == "1"
    with writing():
        actions.follow_board(actor(), board=found.id, on=on)
    if on:
        flash(gettext("You will be told of new threads on %(board)s.", board=found.name))
    else:
        flash(gettext("You will not be told of new threads on %(board)s any more.", board=found.name))
    return _back(f"/boards/{slug}")


@pages.post("/people/<handle>/follow")
@access("employee")
def follow_person(handle: str) -> Any:
    other = people.profile(handle)
    if other is None:
        abort(404)
    on = request.form.get("on") == "1"
    with writing():
        actions.follow_person(actor(), other=other.id, on=on)
    if on:
        flash(gettext("You will be told of what %(name)s says. Nobody else notices.", name=other.name))
    else:
        flash(gettext("You will not be told of what %(name)s says any more.", name=other.name))
    return _back(f"/people/{handle}")


def bell() -> Markup:
    """The bell in the head of every page, with how many lines are new."""
    me = acting()
    return _made("follow/bell.html", new=queries.bell(me.id)) if me else Markup()


def of_thread(thread: int) -> Markup:
    """The button that follows a thread, or ends it."""
    return _made(
        "follow/button.html", to=f"/threads/{thread}/follow", on=queries.follows_thread(actor().id, thread, at=now())
    )


def of_board(board: Any) -> Markup:
    """The same for a board."""
    on = queries.follows_board(actor().id, board.id)
    return _made("follow/button.html", to=f"/boards/{board.slug}/follow", on=on)


def of_person(person: Any) -> Markup:
    """The same for a colleague."""
    on = queries.follows_person(actor().id, person.id)
    return _made("follow/button.html", to=f"/people/{person.handle}/follow", on=on, look="do plain")


def _made(template: str, **values: object) -> Markup:
    return Markup(render_template(template, **values))  # noqa: S704 (our own templates)
