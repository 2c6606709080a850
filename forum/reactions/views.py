"""The row of reactions under each post, and the button that gives one or takes it back. Shows nobody who reacted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from flask import Blueprint, abort, request
from markupsafe import Markup

from forum.boards import addresses
from forum.core.database import writing
from forum.reactions import actions, queries
from forum.reactions.rules import REACTIONS, can_react
from forum.web import limits
from forum.web.access import access, actor, go
from forum.web.fragments import make
from forum.web.templating import csrf_token

pages = Blueprint("reactions", __name__)
PART: Final = "x-part"
"""A module of ours asks for the changed row alone, so that the page stays where it is."""

HERE: Final = "number-of-the-post"


class Stands(NamedTuple):
    """How a post stands: how many gave each reaction, and which of them are the reader's own."""

    counts: tuple[int, ...] = (0,) * len(REACTIONS)
    mine: tuple[str, ...] = ()


NONE: Final = Stands()


@pages.post("/posts/<number:post_id>/reactions")
@access("employee")
@limits.limit("120/minute")
def react(post_id: int) -> Any:
    found = queries.post(post_id)
    if found is None:
        abort(404)
    with writing():
        on = request.form.get("on") == "1"
        actions.react(actor(), post=post_id, reaction=request.form.get("reaction", ""), on=on)
    if PART in request.headers:
        stands = _stands(queries.counts(found.thread_id, found.floor, found.floor, actor().id))
        return _row(post_id, stands.get(found.floor, NONE), can_react(actor(), found))
    return go(addresses.floor(found.thread_id, found.slug, found.floor))


def under(thread: int, posts: Sequence[Any]) -> tuple[Markup, ...]:
    """What stands under each of a page's posts; the same pieces as long as nothing changed."""
    if not posts:
        return ()
    me = actor()
    found = queries.counts(thread, posts[0].floor, posts[-1].floor, me.id)
    places = tuple((one.id, one.floor, one.withdrawn_at is None, can_react(me, one)) for one in posts)
    return _under(places, tuple(found))


@lru_cache(maxsize=500)
def _under(places: tuple[tuple[int, int, bool, bool], ...], found: tuple[Any, ...]) -> tuple[Markup, ...]:
    stands = _stands(found)
    return tuple(_row(post, stands.get(floor, NONE), may) if there else Markup() for post, floor, there, may in places)


def _stands(found: Sequence[Any]) -> dict[int, Stands]:
    made: dict[int, Stands] = {}
    for floor, *counts, mine in found:
        before = made.get(floor, NONE).mine
        made[floor] = Stands(tuple(counts), (*before, mine) if mine else before)
    return made


def _row(post: int, stands: Stands, may: bool) -> Markup:
    return Markup(_piece(stands, may).replace(HERE, str(post)))  # noqa: S704 (our own template, and a number)


@lru_cache(maxsize=2_000)
def _piece(stands: Stands, may: bool) -> str:
    """The row of any post that stands like this: most have no reactions at all, so that few are ever made."""
    return str(make("reactions/parts.html", "row", HERE, *stands, may))


def forms() -> Markup:
    """The two forms that all the buttons of a page send: to react, and to take it back."""
    return make("reactions/parts.html", "forms", csrf_token())
