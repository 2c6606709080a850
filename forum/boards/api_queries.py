"""What programs read of a thread, its posts, and every version of one: with the leaves of the ledger and the salts that open them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.boards.models import Board, Post, Revision, Thread
from forum.boards.rules import PAGE
from forum.core.database import Read, row, rows
from forum.ledger.models import Opening

VERSIONS = 100
"""Versions on one page: as many of the longest and widest as an answer of 64 MB holds, which is what `ledger verify` reads."""

_author = aliased(Person, name="author")
_answerer = aliased(Person, name="answerer")

_thread = Read(
    select(
        Thread.id,
        Thread.slug,
        Thread.title,
        Board.slug.label("board"),
        _author.handle.label("author"),
        Thread.created_at,
        Thread.active_at,
        Thread.posts,
        Thread.hits,
        Thread.magic_at,
        Thread.answer,
        Thread.answer_post_id,
        Thread.answered_at,
        _answerer.handle.label("answered_by"),
    )
    .select_from(Thread)
    .join(Board, Board.id == Thread.board_id)
    .join(_author, _author.id == Thread.author_id)
    .outerjoin(_answerer, _answerer.id == Thread.answered_by)
    .where(Thread.id == bindparam("thread"))
)
_length = Read(select(Thread.posts).where(Thread.id == bindparam("thread")))


def _floors() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Post.id,
            Post.thread_id,
            Post.floor,
            _author.handle.label("author"),
            Revision.body,
            Post.html,
            Post.created_at,
            Post.edited_at,
            Post.withdrawn_at,
            Post.revisions,
            Post.reply_to,
            Revision.leaf,
            Opening.salt,
        )
        .select_from(Post)
        .join(_author, _author.id == Post.author_id)
        .outerjoin(Revision, and_(Revision.post_id == Post.id, Revision.number == Post.revisions))
        .outerjoin(Opening, Opening.leaf == Revision.leaf)
    )


_posts = Read(
    _floors()
    .where(Post.thread_id == bindparam("thread"), Post.floor > bindparam("after"), Post.floor <= bindparam("upto"))
    .order_by(Post.floor)
)
_post = Read(_floors().where(Post.id == bindparam("post")))
_count = Read(select(Post.revisions).where(Post.id == bindparam("post")))
_revisions = Read(
    select(Revision.number, Revision.body, Revision.created_at, Revision.leaf, Opening.salt)
    .select_from(Revision)
    .outerjoin(Opening, Opening.leaf == Revision.leaf)
    .where(
        Revision.post_id == bindparam("post"),
        Revision.number > bindparam("after"),
        Revision.number <= bindparam("upto"),
    )
    .order_by(Revision.number)
)


def thread(thread_id: int) -> Row[Any] | None:
    """One thread with its board, its author and its answer as they are now."""
    return row(_thread, thread=thread_id)


def length(thread_id: int) -> int | None:
    """How many floors a thread has; None: there is no such thread."""
    found = row(_length, thread=thread_id)
    return found.posts if found else None


def posts(thread_id: int, page: int) -> Sequence[Row[Any]]:
    """The floors of one page with the words of their latest versions."""
    return rows(_posts, thread=thread_id, after=(page - 1) * PAGE, upto=page * PAGE)


def post(post_id: int) -> Row[Any] | None:
    """One post with the words of its latest version."""
    return row(_post, post=post_id)


def versions(post_id: int) -> int | None:
    """How many versions a post has; None: there is no such post."""
    found = row(_count, post=post_id)
    return found.revisions if found else None


def revisions(post_id: int, page: int, upto: int) -> Sequence[Row[Any]]:
    """The versions of one page, the oldest first, none later than number `upto`."""
    return rows(_revisions, post=post_id, after=(page - 1) * VERSIONS, upto=min(page * VERSIONS, upto))
