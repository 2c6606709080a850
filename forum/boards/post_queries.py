"""What pages read of one thread, its floors, a post and its versions, and of one person: plain rows, by floor, never by counting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, select, tuple_
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.boards.models import Board, BoardGroup, Post, Revision, Thread
from forum.boards.queries import for_reader
from forum.boards.rules import PAGE
from forum.core.database import Read, row, rows
from forum.desk.models import Bookmark, Draft, MutedPerson, MutedThread, Place

_person = bindparam("person", type_=Thread.id.type)
_author = aliased(Person, name="author")
_parent = aliased(Post, name="parent")

_thread = Read(
    for_reader(
        select(
            Thread.id,
            Thread.slug,
            Thread.title,
            Thread.lang,
            Thread.posts,
            Thread.hits,
            Thread.author_id,
            Thread.created_at,
            Thread.magic_at,
            Thread.answer,
            Board.slug.label("board"),
            Board.name.label("board_name"),
            BoardGroup.name.label("group"),
            Place.floor.label("place"),
            MutedThread.thread_id.is_not(None).label("muted"),
            Draft.body.label("draft"),
            Draft.saved_at.label("draft_at"),
        )
        .select_from(Thread)
        .join(Board, Board.id == Thread.board_id)
        .join(BoardGroup, BoardGroup.id == Board.group_id)
        .outerjoin(Draft, and_(Draft.person_id == _person, Draft.spot == bindparam("spot")))
    ).where(Thread.id == bindparam("thread"))
)

_posts = Read(
    select(
        Post.id,
        Post.floor,
        Post.created_at,
        Post.edited_at,
        Post.withdrawn_at,
        Post.erased,
        Post.revisions,
        Post.html,
        Post.lang,
        Post.author_id,
        _author.handle,
        _author.name,
        _author.management,
        _parent.floor.label("reply_floor"),
        MutedPerson.muted_id.is_not(None).label("muted"),
        Bookmark.id.is_not(None).label("kept"),
    )
    .select_from(Post)
    .join(_author, _author.id == Post.author_id)
    .outerjoin(_parent, _parent.id == Post.reply_to)
    .outerjoin(MutedPerson, and_(MutedPerson.person_id == _person, MutedPerson.muted_id == Post.author_id))
    .outerjoin(Bookmark, and_(Bookmark.person_id == _person, Bookmark.post_id == Post.id))
    .where(Post.thread_id == bindparam("thread"), Post.floor > bindparam("after"), Post.floor <= bindparam("upto"))
    .order_by(Post.floor)
)

_post = Read(
    select(
        Post.id,
        Post.thread_id,
        Post.floor,
        Post.author_id,
        Post.created_at,
        Post.edited_at,
        Post.withdrawn_at,
        Post.erased,
        Post.gone_leaf,
        Post.revisions,
        Post.html,
        Post.lang,
        Post.reply_to,
        Revision.title,
        Revision.body,
        _author.handle,
        _author.name,
        Thread.slug,
        Thread.title.label("thread_title"),
        Thread.lang.label("thread_lang"),
        Board.slug.label("board"),
        Board.name.label("board_name"),
    )
    .select_from(Post)
    .join(Thread, Thread.id == Post.thread_id)
    .join(Board, Board.id == Thread.board_id)
    .join(_author, _author.id == Post.author_id)
    .outerjoin(Revision, and_(Revision.post_id == Post.id, Revision.number == Post.revisions))
    .where(Post.id == bindparam("post"))
)

_revisions = (
    select(Revision.number, Revision.title, Revision.body, Revision.created_at)
    .where(Revision.post_id == bindparam("post"), Revision.number.in_(bindparam("numbers", expanding=True)))
    .order_by(Revision.number)
)
_revision_times = Read(
    select(Revision.number, Revision.created_at)
    .where(
        Revision.post_id == bindparam("post"),
        Revision.number > bindparam("after"),
        Revision.number <= bindparam("upto"),
    )
    .order_by(Revision.number.desc())
)

_bound = Read(
    select(Revision.number, Revision.created_at, Revision.title, Revision.body, Revision.leaf, Revision.title_leaf)
    .where(
        Revision.post_id == bindparam("post"),
        Revision.number > bindparam("after"),
        Revision.number <= bindparam("upto"),
    )
    .order_by(Revision.number.desc())
)
_chosen = (
    select(Post.id)
    .where(Post.author_id == bindparam("author"))
    .order_by(Post.created_at.desc(), Post.id.desc())
    .limit(PAGE)
    .offset(bindparam("offset"))
    .subquery("chosen")
)
_said = (
    select(
        Post.id,
        Post.floor,
        Post.created_at,
        Post.withdrawn_at,
        Post.erased,
        Post.excerpt,
        Post.lang,
        Thread.id.label("thread"),
        Thread.slug,
        Thread.title,
        Thread.lang.label("thread_lang"),
        Board.slug.label("board"),
        Board.name.label("board_name"),
    )
    .select_from(Post)
    .join(Thread, Thread.id == Post.thread_id)
    .join(Board, Board.id == Thread.board_id)
    .order_by(Post.created_at.desc(), Post.id.desc())
)
_by_author = Read(_said.join(_chosen, _chosen.c.id == Post.id))
_last_seen = select(Post.created_at, Post.id).where(Post.id == bindparam("before")).subquery("last_seen")
_before = (
    select(Post.id)
    .join(_last_seen, tuple_(Post.created_at, Post.id) < tuple_(_last_seen.c.created_at, _last_seen.c.id))
    .where(Post.author_id == bindparam("author"))
    .order_by(Post.created_at.desc(), Post.id.desc())
    .limit(PAGE)
    .subquery("chosen")
)
_by_author_before = Read(_said.join(_before, _before.c.id == Post.id))
_latest_times = Read(
    select(Post.created_at)
    .where(Post.author_id == bindparam("author"))
    .order_by(Post.created_at.desc(), Post.id.desc())
    .limit(bindparam("most"))
)


def thread(thread_id: int, person: int) -> Row[Any] | None:
    """One thread with the reader's place in it and the reader's draft for it."""
    return row(_thread, thread=thread_id, person=person, spot=f"thread:{thread_id}")


def posts(thread_id: int, page: int, person: int) -> Sequence[Row[Any]]:
    """The floors of one page, by floor, whatever the length of the thread."""
    return rows(_posts, thread=thread_id, after=(page - 1) * PAGE, upto=page * PAGE, person=person)


def post(post_id: int) -> Row[Any] | None:
    """One post with the words of its latest revision and where it stands."""
    return row(_post, post=post_id)


def revisions(post_id: int, numbers: Sequence[int]) -> Sequence[Row[Any]]:
    """The named versions of a post: (number, title, body, created_at)."""
    return rows(_revisions, post=post_id, numbers=list(numbers))


def revision_times(post_id: int, after: int, upto: int) -> Sequence[Row[Any]]:
    """(number, created_at) of the versions after..upto, newest first."""
    return rows(_revision_times, post=post_id, after=after, upto=upto)


def bound(post_id: int, after: int, upto: int) -> Sequence[Row[Any]]:
    """The versions after..upto with the leaves that bind them, newest first."""
    return rows(_bound, post=post_id, after=after, upto=upto)


def leaf_of(post_id: int) -> int | None:
    """The leaf of a post's latest version; None: no such post."""
    found = select(Revision.leaf).join(Post, (Post.id == Revision.post_id) & (Post.revisions == Revision.number))
    one = row(found.where(Post.id == post_id))
    return one.leaf if one else None


def posts_by(person_id: int, page: int) -> Sequence[Row[Any]]:
    """A page of what one person said, newest first."""
    return rows(_by_author, author=person_id, offset=(page - 1) * PAGE)


def posts_before(person_id: int, post_id: int) -> Sequence[Row[Any]]:
    """What one person said before a post, newest first: by index, however long ago."""
    return rows(_by_author_before, author=person_id, before=post_id)


def latest_times(author_id: int, most: int) -> list[int]:
    """When an author's latest posts were said, newest first."""
    return [one.created_at for one in rows(_latest_times, author=author_id, most=most)]
