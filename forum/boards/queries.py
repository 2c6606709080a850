"""Everything that pages read of boards, threads and posts: plain rows, a fixed number of statements, nothing that grows with the forum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Row, Select, and_, bindparam, case, func, literal, literal_column, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.boards.models import Board, BoardGroup, Post, Thread
from forum.boards.rules import PAGE
from forum.core.database import Read, row, rows
from forum.desk.models import BoardPlace, MutedBoard, MutedPerson, MutedThread, Place

RECENT = 120
"""How many of the liveliest threads the front page looks at, whatever the size of the forum."""
SORTS = {"active": Thread.active_at, "new": Thread.created_at, "hits": Thread.hits, "trending": Thread.trend}
NAMED = 32
"""How many threads can be asked for by number at once."""
NEVER = 1 << 60
"""Instead of the day of joining, for a reader who does not keep places: nothing is unread."""

_person: BindParameter[int] = bindparam("person")
_author = aliased(Person, name="author")
_last = aliased(Person, name="last")
_parent = aliased(Post, name="parent")

_unread = case(
    (Place.floor.is_not(None), Thread.posts > Place.floor),
    else_=and_(
        Thread.created_at > bindparam("joined"),
        Thread.id > func.coalesce(BoardPlace.thread_id, 0),
        Thread.author_id != _person,
    ),
)
muted = case(
    (MutedThread.thread_id.is_not(None), literal_column("'thread'")),
    (MutedPerson.muted_id.is_not(None), literal_column("'author'")),
    (MutedBoard.board_id.is_not(None), literal_column("'board'")),
).label("muted")
"""What of a thread its reader muted: itself, its author or its board; NULL when nothing. For statements with `shielded`."""


def for_reader(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Joins what the reader's own desk says of each thread."""
    return shielded(
        statement.outerjoin(Place, and_(Place.person_id == _person, Place.thread_id == Thread.id)).outerjoin(
            BoardPlace, and_(BoardPlace.person_id == _person, BoardPlace.board_id == Thread.board_id)
        )
    )


def shielded(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Joins what the reader muted of each thread."""
    return (
        statement.outerjoin(MutedThread, and_(MutedThread.person_id == _person, MutedThread.thread_id == Thread.id))
        .outerjoin(MutedPerson, and_(MutedPerson.person_id == _person, MutedPerson.muted_id == Thread.author_id))
        .outerjoin(MutedBoard, and_(MutedBoard.person_id == _person, MutedBoard.board_id == Thread.board_id))
    )


def _thread_rows(ids: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Rows of a list for the threads chosen by `ids`: the choice walks a narrow index, only the chosen are joined."""
    chosen = ids.subquery("chosen")
    return for_reader(
        select(
            Thread.id,
            Thread.slug,
            Thread.title,
            Thread.lang,
            Thread.posts,
            Thread.hits,
            Thread.active_at,
            Thread.created_at,
            Thread.magic_at,
            Thread.answer,
            Thread.overturned_at,
            _author.name.label("author"),
            _last.name.label("last_author"),
            Board.slug.label("board"),
            Board.name.label("board_name"),
            Place.floor.label("place"),
            _unread.label("unread"),
            muted,
        )
        .select_from(Thread)
        .join(chosen, chosen.c.id == Thread.id)
        .join(Board, Board.id == Thread.board_id)
        .join(_author, _author.id == Thread.author_id)
        .join(_last, _last.id == Thread.last_author_id)
    )


def _page_of_board(column: Any) -> Select[*tuple[Any, ...]]:
    ids = (
        select(Thread.id)
        .where(Thread.board_id == bindparam("board"))
        .order_by(column.desc(), Thread.id.desc())
        .limit(PAGE)
        .offset(bindparam("offset"))
    )
    return _thread_rows(ids).order_by(column.desc(), Thread.id.desc())


def _named() -> Select[*tuple[Any, ...]]:
    ids = select(Thread.id).where(Thread.id.in_([bindparam(f"id{number}") for number in range(NAMED)]))
    return _thread_rows(ids)


def _newest(column: Any) -> Select[*tuple[Any, ...]]:
    ids = select(Thread.id).order_by(column.desc(), Thread.id.desc()).limit(bindparam("most"))
    return _thread_rows(ids).order_by(column.desc(), Thread.id.desc())


_board_pages = {sort: Read(_page_of_board(column)) for sort, column in SORTS.items()}
_newest_by = {sort: Read(_newest(column)) for sort, column in SORTS.items()}

_board = Read(
    select(
        Board.id,
        Board.slug,
        Board.name,
        Board.description,
        Board.threads,
        Board.posts,
        Board.opened_at,
        BoardGroup.name.label("group"),
        Person.handle.label("opened_by"),
        Person.name.label("opener"),
        MutedBoard.board_id.is_not(None).label("muted"),
    )
    .join(BoardGroup, BoardGroup.id == Board.group_id)
    .outerjoin(Person, Person.id == Board.opened_by)
    .outerjoin(MutedBoard, and_(MutedBoard.person_id == _person, MutedBoard.board_id == Board.id))
    .where(Board.slug == bindparam("slug"))
)


_recent = select(Thread.id).order_by(Thread.active_at.desc(), Thread.id.desc()).limit(RECENT).subquery("recent")
_liveliest = Read(
    for_reader(
        select(Thread.id, Thread.board_id, _unread.label("unread"), muted)
        .select_from(Thread)
        .join(_recent, _recent.c.id == Thread.id)
    ).order_by(Thread.active_at.desc(), Thread.id.desc())
)
_named_threads = Read(_named())
_boards = Read(
    select(
        Board.id,
        Board.slug,
        Board.name,
        Board.description,
        Board.threads,
        Board.posts,
        Board.active_at,
        Board.position,
        BoardGroup.id.label("group_id"),
        BoardGroup.name.label("group"),
        literal(0).label("unread"),
    )
    .join(BoardGroup, BoardGroup.id == Board.group_id)
    .order_by(BoardGroup.position, BoardGroup.id, Board.position, Board.id)
)

_began_lately = (
    select(Thread.id, Thread.posts)
    .where(Thread.created_at > bindparam("since"), Thread.title.is_not(None))
    .order_by(Thread.created_at.desc(), Thread.id.desc())
    .limit(RECENT)
    .subquery("recent")
)
_leading = (
    select(_began_lately.c.id)
    .order_by(_began_lately.c.posts.desc(), _began_lately.c.id.desc())
    .limit(1)
    .subquery("leading")
)
_lead = Read(
    shielded(
        select(
            Thread.id,
            Thread.slug,
            Thread.title,
            Thread.lang,
            Thread.posts,
            Thread.hits,
            Thread.created_at,
            Post.excerpt,
            Post.lang.label("excerpt_lang"),
            _author.name.label("author"),
            Board.slug.label("board"),
            Board.name.label("board_name"),
            muted,
        )
        .select_from(Thread)
        .join(_leading, _leading.c.id == Thread.id)
        .join(Post, and_(Post.thread_id == Thread.id, Post.floor == 1))
        .join(Board, Board.id == Thread.board_id)
        .join(_author, _author.id == Thread.author_id)
    )
)


def liveliest(person: int, joined: int) -> Sequence[Row[Any]]:
    """The liveliest threads of the forum, for one reader: (id, board_id, unread, muted)."""
    return rows(_liveliest, person=person, joined=joined)


def boards(lively: Sequence[Row[Any]] = ()) -> Sequence[Row[Any]]:
    """All boards in their order, each with how many of these liveliest threads hold something unread."""
    unread = Counter(one.board_id for one in lively if one.unread and not one.muted)
    return [one._replace(unread=unread[one.id]) if one.id in unread else one for one in rows(_boards)]


def threads_named(ids: Sequence[int], person: int, joined: int) -> Sequence[Row[Any]]:
    """At most NAMED threads by their numbers, in the order given."""
    numbers = {f"id{place}": ids[place] if place < len(ids) else 0 for place in range(NAMED)}
    found = {one.id: one for one in rows(_named_threads, person=person, joined=joined, **numbers)}
    return [found[one] for one in ids if one in found]


def board(slug: str, person: int = 0) -> Row[Any] | None:
    """One board by its address; `person` reads."""
    return row(_board, slug=slug, person=person)


def board_threads(board_id: int, sort: str, page: int, person: int, joined: int) -> Sequence[Row[Any]]:
    """One page of a board's threads."""
    return rows(_board_pages[sort], board=board_id, offset=(page - 1) * PAGE, person=person, joined=joined)


def newest_threads(sort: str, most: int, person: int, joined: int) -> Sequence[Row[Any]]:
    """The first `most` threads of the whole forum in one of the orders."""
    return rows(_newest_by[sort], most=most, person=person, joined=joined)


def lead(since: int, person: int) -> Row[Any] | None:
    """The most talked-about of the threads begun since a moment, among the newest ones; its opening words with it."""
    return row(_lead, since=since, person=person)


def groups() -> Sequence[Row[Any]]:
    """The headings over boards, in their order: (id, name)."""
    return rows(select(BoardGroup.id, BoardGroup.name).order_by(BoardGroup.position, BoardGroup.id))


def newest_of(board_ids: Sequence[int]) -> dict[int, int]:
    """The newest thread's number of each board that has one."""
    newest = select(func.max(Thread.id)).where(Thread.board_id == Board.id).scalar_subquery()
    found = rows(select(Board.id, newest.label("thread")).where(Board.id.in_(board_ids)))
    return {one.id: one.thread for one in found if one.thread is not None}
