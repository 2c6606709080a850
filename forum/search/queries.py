"""What pages show of what was found, and what is suggested: plain rows, read for those shown alone. Refuses what was withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, case, func, literal_column, or_, select

from forum.accounts.models import Person
from forum.boards.models import Board, Post, Thread
from forum.core.database import Read, rows
from forum.desk.models import MutedBoard, MutedPerson, MutedThread
from forum.pads.models import Door, Note, Sheet
from forum.search import analyser

_person = bindparam("person", type_=Person.id.type)
_posts: Select[*tuple[Any, ...]] = (
    select(
        Post.id,
        Post.floor,
        Post.html,
        Post.lang,
        Post.created_at,
        Person.handle,
        Person.name,
        Thread.id.label("thread"),
        Thread.slug,
        Thread.title,
        Thread.lang.label("thread_lang"),
        Thread.hits,
        Thread.posts,
        Thread.magic_at,
        Thread.answer,
        Thread.overturned_at,
        Board.slug.label("board"),
        Board.name.label("board_name"),
        MutedPerson.muted_id.is_not(None).label("by_muted"),
        case(
            (MutedThread.thread_id.is_not(None), literal_column("'thread'")),
            (MutedBoard.board_id.is_not(None), literal_column("'board'")),
        ).label("muted"),
    )
    .select_from(Post)
    .join(Thread, Thread.id == Post.thread_id)
    .join(Board, Board.id == Thread.board_id)
    .join(Person, Person.id == Post.author_id)
    .outerjoin(MutedPerson, and_(MutedPerson.person_id == _person, MutedPerson.muted_id == Post.author_id))
    .outerjoin(MutedThread, and_(MutedThread.person_id == _person, MutedThread.thread_id == Thread.id))
    .outerjoin(MutedBoard, and_(MutedBoard.person_id == _person, MutedBoard.board_id == Thread.board_id))
    .where(Post.id.in_(bindparam("ids", expanding=True)), Post.withdrawn_at.is_(None))
)
_notes: Select[*tuple[Any, ...]] = (
    select(
        Note.id,
        Note.body,
        Note.week,
        Sheet.number,
        Sheet.question,
        Sheet.torn_at,
        Door.slug,
        Door.name,
        Door.retired_at,
    )
    .join(Sheet, Sheet.id == Note.sheet_id)
    .join(Door, Door.id == Sheet.door_id)
    .where(Note.id.in_(bindparam("ids", expanding=True)), Note.body.is_not(None))
)
_heads: Select[*tuple[Any, ...]] = (
    select(
        Thread.id,
        Thread.slug,
        Thread.title,
        Thread.lang,
        Thread.posts,
        Thread.hits,
        Thread.created_at,
        Board.name.label("board_name"),
    )
    .join(Board, Board.id == Thread.board_id)
    .where(Thread.id.in_(bindparam("ids", expanding=True)), Thread.title.is_not(None))
)
_boards = Read(select(Board.id, Board.slug, Board.name).order_by(Board.position, Board.id))


def _like(column: Any, name: str) -> Any:
    return func.lower(column).like(bindparam(name), escape="\\")


_named_boards = Read(
    select(Board.slug, Board.name)
    .where(or_(_like(Board.slug, "begins"), _like(Board.name, "holds")))
    .order_by(case((_like(Board.name, "begins"), 0), else_=1), Board.posts.desc(), Board.id)
    .limit(bindparam("most"))
)
_named_people = Read(
    select(Person.handle, Person.name)
    .where(or_(_like(Person.handle, "begins"), _like(Person.name, "begins"), _like(Person.name, "within")))
    .order_by(
        Person.left_at.is_not(None), case((_like(Person.handle, "begins"), 0), else_=1), Person.posts.desc(), Person.id
    )
    .limit(bindparam("most"))
)


def posts(ids: Sequence[int], person: int) -> dict[int, Row[Any]]:
    """Posts that stand, by number, with where they stand; `person` reads."""
    return {one.id: one for one in rows(_posts, ids=list(ids), person=person)} if ids else {}


def notes(ids: Sequence[str]) -> dict[str, Row[Any]]:
    """Notes that hang or hung, by id, with where."""
    return {one.id: one for one in rows(_notes, ids=list(ids))} if ids else {}


def threads(ids: Sequence[int]) -> list[Row[Any]]:
    """Threads by number, in the order given; those whose title is gone are left out."""
    found = {one.id: one for one in rows(_heads, ids=list(ids))} if ids else {}
    return [found[one] for one in ids if one in found]


def boards() -> Sequence[Row[Any]]:
    """All boards: (id, slug, name)."""
    return rows(_boards)


def named_boards(text: str, most: int) -> Sequence[Row[Any]]:
    """Boards whose name holds a text, or whose address begins with it."""
    plain = _plain(text)
    return rows(_named_boards, begins=f"{plain}%", holds=f"%{plain}%", most=most)


def named_people(text: str, most: int) -> Sequence[Row[Any]]:
    """People whose handle, or a word of whose name, begins with a text."""
    plain = _plain(text)
    return rows(_named_people, begins=f"{plain}%", within=f"%{plain}%" if _is_run(text) else f"% {plain}%", most=most)


def _is_run(text: str) -> bool:
    """Whether a name written without spaces is meant: any part of it will do."""
    return any(one.run for one in analyser.pieces(text))


def _plain(text: str) -> str:
    return text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
