"""What a reader keeps: bookmarks, newest first, and keys to feeds. Costs the same however many there are; nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, select

from forum.accounts.models import Person
from forum.accounts.queries import token_hash
from forum.boards.models import Board, Post, Thread
from forum.core.database import Read, row, rows
from forum.desk.models import Bookmark
from forum.keep.models import FeedKey

_me = bindparam("me", type_=Person.id.type)
_bookmarks = Read(
    select(
        Bookmark.id,
        Bookmark.post_id.label("post"),
        Bookmark.note,
        Bookmark.created_at.label("kept_at"),
        Post.floor,
        Post.excerpt,
        Post.lang,
        Post.created_at,
        Post.withdrawn_at,
        Post.erased,
        Person.handle,
        Person.name,
        Thread.id.label("thread"),
        Thread.slug,
        Thread.title,
        Thread.lang.label("thread_lang"),
        Board.slug.label("board"),
        Board.name.label("board_name"),
    )
    .select_from(Bookmark)
    .join(Post, Post.id == Bookmark.post_id)
    .join(Person, Person.id == Post.author_id)
    .join(Thread, Thread.id == Post.thread_id)
    .join(Board, Board.id == Thread.board_id)
    .where(Bookmark.person_id == _me, Bookmark.id < bindparam("before"))
    .order_by(Bookmark.id.desc())
    .limit(bindparam("most"))
)
_kept = Read(
    select(
        Post.id,
        Post.thread_id,
        Post.floor,
        Post.excerpt,
        Post.lang,
        Post.withdrawn_at,
        Post.erased,
        Person.name,
        Thread.slug,
        Thread.title,
        Thread.lang.label("thread_lang"),
        Board.slug.label("board"),
        Board.name.label("board_name"),
        Bookmark.note,
        Bookmark.id.label("bookmark"),
    )
    .select_from(Post)
    .join(Person, Person.id == Post.author_id)
    .join(Thread, Thread.id == Post.thread_id)
    .join(Board, Board.id == Thread.board_id)
    .outerjoin(Bookmark, and_(Bookmark.person_id == _me, Bookmark.post_id == Post.id))
    .where(Post.id == bindparam("post"))
)
_keys = Read(
    select(FeedKey.feed, FeedKey.created_at).where(FeedKey.person_id == _me).order_by(FeedKey.created_at, FeedKey.feed)
)
_opened = Read(
    select(FeedKey.person_id)
    .join(Person, Person.id == FeedKey.person_id)
    .where(FeedKey.key_hash == bindparam("key"), FeedKey.feed == bindparam("feed"), Person.left_at.is_(None))
)


def bookmarks(me: int, *, before: int, most: int) -> Sequence[Row[Any]]:
    """What somebody kept before a bookmark's number, the latest first."""
    return rows(_bookmarks, me=me, before=before, most=most)


def kept(me: int, post: int) -> Row[Any] | None:
    """A post, and the note if somebody keeps it (`bookmark` is None when not)."""
    return row(_kept, me=me, post=post)


def keys(me: int) -> Sequence[Row[Any]]:
    """(feed, created_at) of the feeds somebody has an address for, the oldest first."""
    return rows(_keys, me=me)


def opens(key: str, feed: str) -> bool:
    """Whether a key opens this feed: it was not ended, and its person has not left."""
    return row(_opened, key=token_hash(key), feed=feed) is not None
