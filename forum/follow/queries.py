"""What somebody was told, and what they follow. Costs the same however much that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BindParameter, Row, and_, bindparam, exists, func, or_, select, true

from forum.accounts.models import Person
from forum.boards.models import Board, Post, Thread
from forum.core.database import Read, row, rows
from forum.desk.models import MutedBoard, MutedPerson, MutedThread, Place
from forum.follow.models import Bell, BoardFollow, FollowChoice, Notice, PersonFollow, ThreadFollow

LISTED: Final = 200
"""Threads that are listed as followed, the liveliest first; any other is left on its own page."""
SOON: Final = 120
"""Seconds within which the worker has followed for somebody what they wrote in."""
MOST_NEW: Final = 99
"""The bell counts no further."""
_me: BindParameter[int] = bindparam("me")
_seen = select(Bell.seen).where(Bell.person_id == _me).scalar_subquery()
_read = and_(Place.person_id == _me, Place.thread_id == Notice.thread_id)
_stands = or_(Post.withdrawn_at.is_(None), Notice.many > 1)
"""Whether there is anything left to tell: of several posts, the others stand when the latest was withdrawn."""
_latest = (
    select(Notice.thread_id, Notice.floor)
    .join(Post, Post.id == Notice.post_id)
    .where(Notice.person_id == _me, Notice.turn > func.coalesce(_seen, 0), _stands)
    .order_by(Notice.turn.desc())
    .limit(MOST_NEW + 1)
    .subquery()
)
_bell = Read(
    select(func.count().label("new"))
    .select_from(_latest)
    .outerjoin(Place, and_(Place.person_id == _me, Place.thread_id == _latest.c.thread_id))
    .where(or_(Place.floor.is_(None), Place.floor < _latest.c.floor))
)


def _mutes(model: type[MutedPerson | MutedThread | MutedBoard], what: Any) -> Any:
    return exists().where(model.person_id == _me, what)


_line = (
    select(
        Notice.kind,
        Notice.subject,
        Notice.many,
        Notice.at,
        Notice.turn,
        Notice.floor,
        Notice.first_post_id.label("first"),
        Notice.post_id.label("post"),
        Notice.thread_id.label("thread"),
        Thread.slug,
        Thread.title,
        Thread.lang,
        Board.slug.label("board"),
        Board.name.label("board_name"),
        Person.handle,
        Person.name,
        Post.excerpt,
        Post.lang.label("excerpt_lang"),
        Place.floor.label("read"),
        func.coalesce(_seen, 0).label("seen"),
        _mutes(MutedPerson, MutedPerson.muted_id == Notice.by_id).label("by_muted"),
        _mutes(MutedThread, MutedThread.thread_id == Notice.thread_id).label("thread_muted"),
        _mutes(MutedBoard, MutedBoard.board_id == Thread.board_id).label("board_muted"),
    )
    .join(Thread, Thread.id == Notice.thread_id)
    .join(Board, Board.id == Thread.board_id)
    .join(Post, Post.id == Notice.post_id)
    .join(Person, Person.id == Notice.by_id)
    .outerjoin(Place, _read)
    .where(Notice.person_id == _me, _stands)
    .order_by(Notice.turn.desc())
    .limit(bindparam("most"))
)
_notices = Read(_line.where(Notice.turn < bindparam("before")))
_new = _line.where(
    Notice.turn > func.coalesce(_seen, 0),
    or_(Place.floor.is_(None), Place.floor < Notice.floor),
    Notice.turn > bindparam("after"),
    Notice.turn <= bindparam("upto"),
    Notice.kind.in_(bindparam("kinds", expanding=True)),
)
_chosen = (
    select(ThreadFollow.on)
    .where(ThreadFollow.thread_id == bindparam("thread"), ThreadFollow.person_id == _me)
    .scalar_subquery()
)
_writing = select(FollowChoice.on_writing).where(FollowChoice.person_id == _me).scalar_subquery()
_wrote = exists().where(
    Post.author_id == _me, Post.created_at > bindparam("since"), Post.thread_id == bindparam("thread")
)
_following = Read(select(_chosen.label("on"), func.coalesce(_writing, true()).label("writing"), _wrote.label("wrote")))
_board = Read(
    select(BoardFollow.board_id).where(BoardFollow.board_id == bindparam("board"), BoardFollow.person_id == _me)
)
_person = Read(
    select(PersonFollow.followed_id).where(
        PersonFollow.followed_id == bindparam("other"), PersonFollow.person_id == _me
    )
)
_boards = Read(
    select(Board.slug, Board.name)
    .join(BoardFollow, BoardFollow.board_id == Board.id)
    .where(BoardFollow.person_id == _me)
    .order_by(Board.name, Board.id)
)
_people = Read(
    select(Person.handle, Person.name)
    .join(PersonFollow, PersonFollow.followed_id == Person.id)
    .where(PersonFollow.person_id == _me)
    .order_by(Person.name, Person.id)
)
_threads = Read(
    select(Thread.id, Thread.slug, Thread.title, Thread.lang, Board.name.label("board_name"))
    .join(ThreadFollow, ThreadFollow.thread_id == Thread.id)
    .join(Board, Board.id == Thread.board_id)
    .where(ThreadFollow.person_id == _me, ThreadFollow.on)
    .order_by(Thread.active_at.desc(), Thread.id.desc())
    .limit(LISTED)
)
_choice = Read(select(FollowChoice.on_writing).where(FollowChoice.person_id == _me))
_posts = Read(select(Thread.posts, Thread.slug).where(Thread.id == bindparam("thread")))


def bell(me: int) -> int:
    """How many lines are new to somebody; 100 stands for more than 99."""
    found = row(_bell, me=me)
    return found.new if found else 0


def notices(me: int, *, before: int, most: int) -> Sequence[Row[Any]]:
    """What somebody was told before a turn, the latest first."""
    return rows(_notices, me=me, before=before, most=most)


def to_mail(me: int, kinds: Sequence[str], *, after: int, upto: int, most: int) -> Sequence[Row[Any]]:
    """What is still new to somebody, of those kinds and turns, the latest first: neither looked at nor read nor withdrawn meanwhile."""
    return rows(_new, me=me, kinds=list(kinds), after=after, upto=upto, most=most)


def follows_thread(me: int, thread: int, *, at: int) -> bool:
    """Whether somebody is told of replies in a thread; or will be, in a moment, for having just written there."""
    found = row(_following, me=me, thread=thread, since=at - SOON)
    if found is None or found.on is not None:
        return bool(found and found.on)
    return bool(found.wrote and found.writing)


def follows_board(me: int, board: int) -> bool:
    """Whether somebody is told of new threads on a board."""
    return row(_board, me=me, board=board) is not None


def follows_person(me: int, other: int) -> bool:
    """Whether somebody is told of what a colleague says."""
    return row(_person, me=me, other=other) is not None


def follows_on_writing(me: int) -> bool:
    """Whether somebody follows a thread for having written in it."""
    found = row(_choice, me=me)
    return found is None or found.on_writing


def floors(thread: int) -> Row[Any] | None:
    """(posts, slug) of a thread: how far it goes now."""
    return row(_posts, thread=thread)


def followed_boards(me: int) -> Sequence[Row[Any]]:
    """(slug, name) of the boards somebody follows."""
    return rows(_boards, me=me)


def followed_people(me: int) -> Sequence[Row[Any]]:
    """(handle, name) of the colleagues somebody follows."""
    return rows(_people, me=me)


def followed_threads(me: int) -> Sequence[Row[Any]]:
    """(id, slug, title, lang, board_name) of the threads somebody follows, the liveliest first."""
    return rows(_threads, me=me)
