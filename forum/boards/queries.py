"""Everything that pages read of boards, threads and posts: plain rows, a fixed number of statements, nothing that grows with the forum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Row, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.boards.models import Board, BoardGroup, Post, Revision, Thread
from forum.boards.rules import PAGE
from forum.core.database import row, rows
from forum.desk.models import BoardPlace, Draft, MutedPerson, MutedThread, Place

RECENT = 200
"""How many of the liveliest threads the front page looks at, whatever the size of the forum."""
SORTS = {"active": Thread.active_at, "new": Thread.created_at, "hits": Thread.hits}
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
_is_muted = or_(MutedThread.thread_id.is_not(None), MutedPerson.muted_id.is_not(None))


def _for_reader(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Joins what the reader's own desk says of each thread."""
    return (
        statement.outerjoin(Place, and_(Place.person_id == _person, Place.thread_id == Thread.id))
        .outerjoin(BoardPlace, and_(BoardPlace.person_id == _person, BoardPlace.board_id == Thread.board_id))
        .outerjoin(MutedThread, and_(MutedThread.person_id == _person, MutedThread.thread_id == Thread.id))
        .outerjoin(MutedPerson, and_(MutedPerson.person_id == _person, MutedPerson.muted_id == Thread.author_id))
    )


def _thread_rows(ids: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Rows of a list for the threads chosen by `ids`: the choice walks a narrow index, only the chosen are joined."""
    chosen = ids.subquery("chosen")
    return _for_reader(
        select(
            Thread.id,
            Thread.slug,
            Thread.title,
            Thread.lang,
            Thread.posts,
            Thread.hits,
            Thread.active_at,
            Thread.created_at,
            _author.name.label("author"),
            _last.name.label("last_author"),
            Board.slug.label("board"),
            Board.name.label("board_name"),
            Place.floor.label("place"),
            _unread.label("unread"),
            _is_muted.label("muted"),
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


def _newest(column: Any) -> Select[*tuple[Any, ...]]:
    ids = select(Thread.id).order_by(column.desc(), Thread.id.desc()).limit(bindparam("most"))
    return _thread_rows(ids).order_by(column.desc(), Thread.id.desc())


_board_pages = {sort: _page_of_board(column) for sort, column in SORTS.items()}
_newest_by = {sort: _newest(column) for sort, column in SORTS.items()}

_board = (
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
    )
    .join(BoardGroup, BoardGroup.id == Board.group_id)
    .outerjoin(Person, Person.id == Board.opened_by)
    .where(Board.slug == bindparam("slug"))
)


def _boards_with_unread() -> Select[*tuple[Any, ...]]:
    recent = select(Thread.id).order_by(Thread.active_at.desc(), Thread.id.desc()).limit(RECENT).subquery("recent")
    counted = (
        _for_reader(
            select(Thread.board_id, func.count().label("unread"))
            .select_from(Thread)
            .join(recent, recent.c.id == Thread.id)
        )
        .where(_unread, ~_is_muted)
        .group_by(Thread.board_id)
        .subquery("counted")
    )
    return (
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
            func.coalesce(counted.c.unread, 0).label("unread"),
        )
        .join(BoardGroup, BoardGroup.id == Board.group_id)
        .outerjoin(counted, counted.c.board_id == Board.id)
        .order_by(BoardGroup.position, BoardGroup.id, Board.position, Board.id)
    )


_boards = _boards_with_unread()

_thread = _for_reader(
    select(
        Thread.id,
        Thread.slug,
        Thread.title,
        Thread.lang,
        Thread.posts,
        Thread.hits,
        Thread.author_id,
        Thread.created_at,
        Board.slug.label("board"),
        Board.name.label("board_name"),
        BoardGroup.name.label("group"),
        Place.floor.label("place"),
        MutedThread.thread_id.is_not(None).label("muted"),
        Draft.body.label("draft"),
    )
    .select_from(Thread)
    .join(Board, Board.id == Thread.board_id)
    .join(BoardGroup, BoardGroup.id == Board.group_id)
    .outerjoin(Draft, and_(Draft.person_id == _person, Draft.spot == bindparam("spot")))
).where(Thread.id == bindparam("thread"))

_posts = (
    select(
        Post.id,
        Post.floor,
        Post.created_at,
        Post.edited_at,
        Post.withdrawn_at,
        Post.revisions,
        Post.html,
        Post.lang,
        Post.author_id,
        _author.handle,
        _author.name,
        _author.management,
        _parent.floor.label("reply_floor"),
        MutedPerson.muted_id.is_not(None).label("muted"),
    )
    .select_from(Post)
    .join(_author, _author.id == Post.author_id)
    .outerjoin(_parent, _parent.id == Post.reply_to)
    .outerjoin(MutedPerson, and_(MutedPerson.person_id == _person, MutedPerson.muted_id == Post.author_id))
    .where(Post.thread_id == bindparam("thread"), Post.floor > bindparam("after"), Post.floor <= bindparam("upto"))
    .order_by(Post.floor)
)

_post = (
    select(
        Post.id,
        Post.thread_id,
        Post.floor,
        Post.author_id,
        Post.created_at,
        Post.edited_at,
        Post.withdrawn_at,
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
_revision_times = (
    select(Revision.number, Revision.created_at)
    .where(
        Revision.post_id == bindparam("post"),
        Revision.number > bindparam("after"),
        Revision.number <= bindparam("upto"),
    )
    .order_by(Revision.number.desc())
)

_by_author = (
    select(
        Post.id,
        Post.floor,
        Post.created_at,
        Post.withdrawn_at,
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
)


_began_lately = (
    select(Thread.id)
    .where(Thread.created_at > bindparam("since"), Thread.title.is_not(None))
    .order_by(Thread.created_at.desc(), Thread.id.desc())
    .limit(RECENT)
    .subquery("recent")
)
_lead = (
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
    )
    .select_from(Thread)
    .join(_began_lately, _began_lately.c.id == Thread.id)
    .join(Post, and_(Post.thread_id == Thread.id, Post.floor == 1))
    .join(Board, Board.id == Thread.board_id)
    .join(_author, _author.id == Thread.author_id)
    .order_by(Thread.posts.desc(), Thread.id.desc())
    .limit(1)
)


def boards(person: int, joined: int) -> Sequence[Row[Any]]:
    """All boards in their order, each with how many of the liveliest threads hold something unread."""
    return rows(_boards, person=person, joined=joined)


def board(slug: str) -> Row[Any] | None:
    """One board by its address."""
    return row(_board, slug=slug)


def board_threads(board_id: int, sort: str, page: int, person: int, joined: int) -> Sequence[Row[Any]]:
    """One page of a board's threads."""
    return rows(_board_pages[sort], board=board_id, offset=(page - 1) * PAGE, person=person, joined=joined)


def newest_threads(sort: str, most: int, person: int, joined: int) -> Sequence[Row[Any]]:
    """The first `most` threads of the whole forum in one of the orders."""
    return rows(_newest_by[sort], most=most, person=person, joined=joined)


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


def posts_by(person_id: int, page: int) -> Sequence[Row[Any]]:
    """A page of what one person said, newest first."""
    ids = (
        select(Post.id)
        .where(Post.author_id == bindparam("author"))
        .order_by(Post.created_at.desc(), Post.id.desc())
        .limit(PAGE)
        .offset(bindparam("offset"))
        .subquery("chosen")
    )
    return rows(
        _by_author.join(ids, ids.c.id == Post.id).order_by(Post.created_at.desc(), Post.id.desc()),
        author=person_id,
        offset=(page - 1) * PAGE,
    )


def lead(since: int) -> Row[Any] | None:
    """The most talked-about of the threads begun since a moment, among the newest ones; its opening words with it."""
    return row(_lead, since=since)


def groups() -> Sequence[Row[Any]]:
    """The headings over boards, in their order: (id, name)."""
    return rows(select(BoardGroup.id, BoardGroup.name).order_by(BoardGroup.position, BoardGroup.id))


def newest_of(board_ids: Sequence[int]) -> dict[int, int]:
    """The newest thread's number of each board that has one."""
    newest = select(func.max(Thread.id)).where(Thread.board_id == Board.id).scalar_subquery()
    found = rows(select(Board.id, newest.label("thread")).where(Board.id.in_(board_ids)))
    return {one.id: one.thread for one in found if one.thread is not None}


def latest_times(author_id: int, most: int) -> Sequence[int]:
    """When an author's latest posts were said, newest first."""
    found = rows(
        select(Post.created_at)
        .where(Post.author_id == bindparam("author"))
        .order_by(Post.created_at.desc(), Post.id.desc())
        .limit(bindparam("most")),
        author=author_id,
        most=most,
    )
    return [one.created_at for one in found]
