"""Rows of the list of drafts: where each would go, by one question for all threads, one for boards and one for posts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from forum.boards import addresses
from forum.boards.models import Board, Post, Thread
from forum.core import database


class Shown(NamedTuple):
    """A draft: `kind` thread (a reply), board (a new thread) or post (a change); `address` opens the form that holds it."""

    spot: str
    kind: str
    address: str
    title: str | None
    slug: str
    board: str
    begins: str
    own_title: str
    saved_at: int


def rows(drafts: Sequence[Row[Any]]) -> list[Shown]:
    """The drafts in their order; where nothing can be said any more they cannot be, and are left out."""
    spots = [(one.spot.partition(":")[0], int(one.spot.partition(":")[2])) for one in drafts]
    places: dict[tuple[str, int], tuple[str, str | None, str, str]] = {}
    for one in _threads(number for kind, number in spots if kind == "thread"):
        address = addresses.thread(one.id, one.slug, addresses.pages_of(one.posts)) + "#reply"
        places["thread", one.id] = (address, one.title, one.slug, one.board)
    for one in _boards(number for kind, number in spots if kind == "board"):
        places["board", one.id] = (f"/boards/{one.slug}/new", one.name, "", one.name)
    for one in _posts(number for kind, number in spots if kind == "post"):
        places["post", one.id] = (f"/posts/{one.id}/edit", one.title, one.slug, one.board)
    made = []
    for spot, draft in zip(spots, drafts, strict=True):
        if spot in places:
            address, title, slug, board = places[spot]
            begins = " ".join(draft.begins.split())
            made.append(Shown(draft.spot, spot[0], address, title, slug, board, begins, draft.title, draft.saved_at))
    return made


def _threads(ids: Iterable[int]) -> Sequence[Row[Any]]:
    columns = (Thread.id, Thread.slug, Thread.title, Thread.posts, Board.name.label("board"))
    return _found(select(*columns).join(Board, Board.id == Thread.board_id), Thread.id, ids)


def _boards(ids: Iterable[int]) -> Sequence[Row[Any]]:
    return _found(select(Board.id, Board.slug, Board.name), Board.id, ids)


def _posts(ids: Iterable[int]) -> Sequence[Row[Any]]:
    columns = (Post.id, Thread.slug, Thread.title, Board.name.label("board"))
    statement = select(*columns).join(Thread, Thread.id == Post.thread_id).join(Board, Board.id == Thread.board_id)
    return _found(statement.where(Post.withdrawn_at.is_(None)), Post.id, ids)


def _found(statement: Any, column: Any, ids: Iterable[int]) -> Sequence[Row[Any]]:
    wanted = list(ids)
    return database.rows(statement.where(column.in_(wanted))) if wanted else ()
