"""What feeds hold: the latest threads with their first posts, or the latest posts of one thread. Two statements a feed, by index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, Select, and_, bindparam, select

from forum.accounts.models import Person
from forum.boards.models import Board, Post, Thread
from forum.core.database import Read, row, rows

MOST: Final = 50
"""Entries of a feed."""
_columns = (
    Post.id,
    Post.floor,
    Post.created_at,
    Post.edited_at,
    Post.html,
    Post.lang,
    Person.handle,
    Person.name,
    Thread.id.label("thread"),
    Thread.slug,
    Thread.title,
    Thread.lang.label("thread_lang"),
    Thread.magic_at,
    Board.name.label("board_name"),
)


class Head(NamedTuple):
    """What a feed is of: its name, and the page of the forum that shows the same."""

    name: str | None
    slug: str
    address: str
    since: int


def _threads() -> Select[*tuple[Any, ...]]:
    return (
        select(*_columns)
        .select_from(Thread)
        .join(Post, and_(Post.thread_id == Thread.id, Post.floor == 1))
        .join(Person, Person.id == Post.author_id)
        .join(Board, Board.id == Thread.board_id)
        .where(Post.withdrawn_at.is_(None))
        .limit(MOST)
    )


_newest = (Thread.created_at.desc(), Thread.id.desc())
_all = Read(_threads().order_by(*_newest))
_board = Read(
    _threads()
    .where(Thread.board_id == select(Board.id).where(Board.slug == bindparam("slug")).scalar_subquery())
    .order_by(*_newest)
)
_magic = Read(_threads().where(Thread.magic_at.is_not(None)).order_by(Thread.magic_at.desc(), Thread.id.desc()))
_thread = Read(
    select(*_columns)
    .select_from(Post)
    .join(Thread, Thread.id == Post.thread_id)
    .join(Person, Person.id == Post.author_id)
    .join(Board, Board.id == Thread.board_id)
    .where(Post.thread_id == bindparam("thread"), Post.withdrawn_at.is_(None))
    .order_by(Post.floor.desc())
    .limit(MOST)
)
_board_head = Read(select(Board.name, Board.slug, Board.opened_at).where(Board.slug == bindparam("slug")))
_thread_head = Read(select(Thread.title, Thread.slug, Thread.created_at).where(Thread.id == bindparam("thread")))


def entries(feed: str) -> Sequence[Row[Any]]:
    """The posts of a feed, the latest first; withdrawn ones are gone."""
    kind, _, of = feed.partition("/")
    if kind == "boards":
        return rows(_board, slug=of)
    if kind == "threads":
        return rows(_thread, thread=int(of))
    return rows(_magic if kind == "magic" else _all)


def head(feed: str) -> Head | None:
    """What a feed is of; None when there is no such board or thread."""
    kind, _, of = feed.partition("/")
    if kind == "boards":
        found = row(_board_head, slug=of)
        return Head(found.name, "", f"/boards/{found.slug}", found.opened_at) if found else None
    if kind == "threads":
        found = row(_thread_head, thread=int(of))
        return Head(found.title, found.slug, f"/threads/{of}-{found.slug}", found.created_at) if found else None
    return Head(None, "", "/magic" if kind == "magic" else "/", 0)


def heads(feeds: Iterable[str]) -> dict[str, Head]:
    """The same for many, by one question for boards and one for threads."""
    wanted = list(feeds)
    slugs = [one[7:] for one in wanted if one.startswith("boards/")]
    numbers = [int(one[8:]) for one in wanted if one.startswith("threads/")]
    made = {one: Head(None, "", "/magic" if one == "magic" else "/", 0) for one in wanted if "/" not in one}
    if slugs:
        for one in rows(select(Board.name, Board.slug, Board.opened_at).where(Board.slug.in_(slugs))):
            made[f"boards/{one.slug}"] = Head(one.name, "", f"/boards/{one.slug}", one.opened_at)
    if numbers:
        for one in rows(select(Thread.id, Thread.title, Thread.slug, Thread.created_at).where(Thread.id.in_(numbers))):
            made[f"threads/{one.id}"] = Head(one.title, one.slug, f"/threads/{one.id}-{one.slug}", one.created_at)
    return made
