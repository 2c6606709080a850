"""Makes of a post or a note the document by which it is found. Reads tables of boards and pads; writes nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Integer, Row, Select, bindparam, select, tuple_

from forum import markup
from forum.boards.models import Post, Thread
from forum.core.database import Read, rows
from forum.pads.models import Note, Sheet
from forum.search import analyser
from forum.search import expression as ex

FILES: Final = re.compile(r'<(?:a|img) [^>]*(?:href|src)="/files/[1-9]\d*/')
"""How a page refers to a picture or a file of the forum."""
SETTLED: Final = ("answered", "overturned", "declined")


class Made(NamedTuple):
    """A document as it is to be kept, all but its number; see models.Document."""

    post_id: int | None
    note_id: str | None
    thread_id: int | None
    board_id: int | None
    said_at: int
    length: int
    opening: bool
    titled: bool
    title: str
    words: str
    tags: str


class Gone(NamedTuple):
    """Something that is found no more."""

    post_id: int | None
    note_id: str | None


_columns = (
    Post.id,
    Post.html,
    Post.floor,
    Post.created_at,
    Post.revisions,
    Post.renderer,
    Post.withdrawn_at,
    Post.author_id,
    Thread.id.label("thread_id"),
    Thread.board_id,
    Thread.title,
    Thread.magic_at,
    Thread.answer,
)
_posts: Final[Select[*tuple[Any, ...]]] = select(*_columns).join(Thread, Thread.id == Post.thread_id)
_notes: Final[Select[*tuple[Any, ...]]] = select(Note.id, Note.body, Note.week, Sheet.question).join(
    Sheet, Sheet.id == Note.sheet_id
)
_after = Read(
    _posts.where(
        # as one row value, which an index of both begins at; as "later, or then and higher" it would be walked from its beginning
        tuple_(Post.created_at, Post.id)
        > tuple_(bindparam("at", type_=BigInteger), bindparam("number", type_=Integer)),
        Post.withdrawn_at.is_(None),
    )
    .order_by(Post.created_at, Post.id)
    .limit(bindparam("most"))
)
_notes_after = Read(
    _notes.where(Note.id > bindparam("note"), Note.body.is_not(None)).order_by(Note.id).limit(bindparam("most"))
)


def posts(numbers: Sequence[int]) -> Sequence[Row[Any]]:
    """Posts as they stand now, withdrawn ones too."""
    return rows(_posts.where(Post.id.in_(numbers)))


def posts_after(at: int, number: int, most: int) -> Sequence[Row[Any]]:
    """The next posts in the order in which they were said."""
    return rows(_after, at=at, number=number, most=most)


def floors(thread: int, after: int, most: int) -> Sequence[Row[Any]]:
    """(id, floor) of a thread's next posts."""
    found = select(Post.id, Post.floor).where(Post.thread_id == thread, Post.floor > after)
    return rows(found.order_by(Post.floor).limit(most))


def numbers(first: int, last: int, most: int) -> Sequence[int]:
    """The numbers of posts from one to another."""
    return [one.id for one in rows(select(Post.id).where(Post.id.between(first, last)).order_by(Post.id).limit(most))]


def notes(ids: Sequence[str]) -> Sequence[Row[Any]]:
    """Published notes as they stand now, those that were taken back too."""
    return rows(_notes.where(Note.id.in_(ids)))


def notes_after(note: str, most: int) -> Sequence[Row[Any]]:
    """The next notes in the order of their random ids."""
    return rows(_notes_after, note=note, most=most)


def version(one: Row[Any]) -> tuple[object, ...]:
    """What of a post's row tells whether it changed since it was read."""
    return (one.revisions, one.renderer, one.withdrawn_at, one.title, one.magic_at, one.answer, one.board_id)


def of_post(one: Row[Any]) -> Made | Gone:
    """The document of a post."""
    if one.withdrawn_at is not None or one.html is None:
        return Gone(one.id, None)
    opening = one.floor == 1
    tags = [ex.POST, ex.author(one.author_id), ex.board(one.board_id), ex.thread(one.thread_id), *dated(one.created_at)]
    tags += [ex.OPENING, *begun(one.title or "")] if opening else []
    tags += [ex.MAGIC] if one.magic_at is not None else []
    tags += [ex.ANSWERED] if one.answer in SETTLED else []
    tags += [ex.FILE] if FILES.search(one.html) else []
    title, words = _title(one.title or ""), analyser.analysed(markup.plain(one.html))
    return Made(
        one.id,
        None,
        one.thread_id,
        one.board_id,
        one.created_at,
        analyser.length(words),
        opening,
        bool(title),
        title,
        words,
        " ".join(tags),
    )


def of_note(one: Row[Any]) -> Made | Gone:
    """The document of a note: its question counts as its title."""
    if one.body is None:
        return Gone(None, one.id)
    year, _, week = one.week.partition("-W")
    monday = datetime.combine(date.fromisocalendar(int(year), int(week), 1), datetime.min.time(), UTC)
    said_at = int(monday.timestamp())
    title, words = _title(one.question), analyser.analysed(one.body)
    return Made(
        None,
        one.id,
        None,
        None,
        said_at,
        analyser.length(words),
        True,
        bool(title),
        title,
        words,
        " ".join([ex.NOTE, *dated(said_at)]),
    )


@lru_cache(maxsize=4096)
def _title(text: str) -> str:
    return analyser.analysed(text)


def begun(title: str) -> list[str]:
    """The tags by which a title is suggested while its last word is not typed to the end."""
    found = {analyser.folded(title[one.start : one.end]) for one in analyser.pieces(title) if not one.run}
    return sorted(ex.WORD + one for one in found)


def dated(at: int) -> tuple[str, str]:
    """The tags of a moment: its year and its month, in UTC."""
    day = datetime.fromtimestamp(at, UTC)
    return f"y:{day.year}", f"m:{day.year}{day.month:02}"


def between(since: int | None, until: int | None, now: int) -> ex.Node | None:
    """What must be there for a moment from `since` to `until`: months, or years if there are many. The database compares days."""
    if since is None and until is None:
        return None
    first = datetime.fromtimestamp(max(0, since or 0), UTC).date()
    last = datetime.fromtimestamp(max(0, min(until if until is not None else now, now) + 86400), UTC).date()
    months = (last.year - first.year) * 12 + last.month - first.month
    if 0 <= months <= 24:
        found = [divmod(first.year * 12 + first.month - 1 + step, 12) for step in range(months + 1)]
        return ex.Or(tuple(ex.Term(f"m:{year}{month + 1:02}") for year, month in found))
    return ex.Or(tuple(ex.Term(f"y:{year}") for year in range(first.year, max(first.year, last.year) + 1)))


def terms(one: Any) -> set[str]:
    """All that a document (Made, or a row with title, words, tags) is found by."""
    words, title, tags = analyser.terms(one.words), analyser.terms(one.title), set(one.tags.split())
    if ex.OPENING in tags:
        return words | title | tags | {ex.TITLE + term for term in title}
    return words | title | tags | {ex.ONLY + term for term in title - words}
