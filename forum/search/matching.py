"""Reads what matches out of the database, part by part, the newest first, for as long as there is time.

A document counts only while its post or its note stands: what was withdrawn drops out whether the index knows it already or not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import and_, bindparam, exists, func, or_, select, type_coerce
from sqlalchemy.orm import aliased
from sqlalchemy.types import BigInteger, Integer, Text

from forum.boards.models import Post, Thread
from forum.core.database import Read, db, rows
from forum.pads.models import Note, NoteSeal
from forum.search.backends import Backend
from forum.search.expression import Filter, Node
from forum.search.models import DOCUMENTS, WORDS
from forum.search.numbers import among, listed
from forum.search.ranking import Candidate
from forum.search.windows import Sought, Within

MOST: Final = 2_000
"""Matches that are looked at: ranked, counted, paged through."""
SECONDS: Final = 0.5
"""After so long what was found so far is shown, and the page says so."""
SPARE: Final = 500
"""So many more are chosen before it is looked which of them still stand."""
Days = tuple[int | None, int | None]


class Matching:
    """One search under way: whom it asks, and until when."""

    def __init__(self, index: Backend, slot: str, top: int) -> None:
        self.index, self.slot, self.top = index, slot, top
        self.until = time.monotonic() + SECONDS
        self.hurried = False
        self.asked = 0

    def rows(self, node: Node, also: Filter, days: Days, share: float, most: int = MOST) -> list[Any]:
        """What matches, the newest first: rows of finding.Hit. `share`: the part of all documents that may match."""
        values = _values(also, days)
        shape = (len(also.phrases), len(also.without), also.in_title, days[0] is not None, days[1] is not None)
        found: list[Any] = []
        sought = Sought(self.top, share, most, found, compared=bool(also.phrases or also.without))
        for part in self.index.restrictions(node, sought):
            if time.monotonic() > self.until and self.asked:
                self.hurried = True
                break
            self.asked += 1
            statement = _statement(db.engine.dialect.name, self.slot, part.within, *shape)
            some = rows(statement, most=most - len(found), **part.values, **values)
            found += sorted(some, key=_number, reverse=True)[: most - len(found)]
            if len(found) >= most:
                break
        return found

    def candidates(self, found: Sequence[Any]) -> list[tuple[Any, Candidate]]:
        """Rows of finding.Hit with what ranking wants to know of them; without those that went meanwhile."""
        dialect = db.engine.dialect.name
        words = {one.id: one for one in rows(_words(dialect, self.slot), numbers=listed([one.id for one in found]))}
        threads = list({one.thread for one in found if one.thread})
        hits = {one.id: one.hits for one in rows(_hits(dialect), numbers=listed(threads))}
        return [
            (one, Candidate(kept.title, kept.words, one.length, one.opening, hits.get(one.thread, 0), one.said_at))
            for one in found
            if (kept := words.get(one.id))
        ]


_number = attrgetter("id")
_thread = aliased(Thread)


def _values(also: Filter, days: Days) -> dict[str, object]:
    values: dict[str, object] = {f"phrase{number}": one for number, one in enumerate(also.phrases)}
    values |= {f"without{number}": one for number, one in enumerate(also.without)}
    return values | {name: day for name, day in zip(("since", "until"), days, strict=True) if day is not None}


@lru_cache(maxsize=256)
def _statement(
    dialect: str,
    slot: str,
    within: Callable[[str], Within],
    phrases: int,
    without: int,
    in_title: bool,
    since: bool,
    until: bool,
) -> Read:
    document: Any = DOCUMENTS[slot]
    kept: Any = WORDS[slot]
    part = within(slot)
    source, number = part.source, part.number
    place = func.instr if dialect == "sqlite" else func.strpos
    asked = [part.condition, *_compared(place, kept, phrases, without, in_title)]
    if since:
        asked.append(document.said_at >= bindparam("since", type_=BigInteger))
    if until:
        asked.append(document.said_at < bindparam("until", type_=BigInteger))
    most = bindparam("most", type_=Integer)
    if source is not document.__table__:
        source = source.join(document, document.id == number)
    if phrases or without:
        source = source.join(kept, kept.id == number)
    if part.chosen_first:
        every = [one for one in document.__table__.c if one.name != "terms"]
        source = select(*every).select_from(source).where(*asked).order_by(number.desc()).limit(most + SPARE).subquery()
        document, number, asked = source.c, source.c.id, []
    standing: list[Any] = [
        _stands(document, dialect),
        _titled(document, dialect),
        or_(document.note_id.is_(None), _hangs(document)),
    ]
    statement = select(*_shown(document)).select_from(source).where(*asked, *standing)
    # without an order the database may not stop early either: all of the part is wanted
    return Read(statement.order_by(number.desc()).limit(most) if part.ordered else statement)


def _shown(document: Any) -> list[Any]:
    """The columns of finding.Hit."""
    return [
        document.id.label("id"),
        document.post_id.label("post"),
        document.note_id.label("note"),
        document.thread_id.label("thread"),
        document.board_id.label("board"),
        document.said_at.label("said_at"),
        document.length.label("length"),
        type_coerce(document.opening, Integer).label("opening"),
    ]


@lru_cache(maxsize=8)
def _words(dialect: str, slot: str) -> Read:
    kept: Any = WORDS[slot]
    return Read(select(kept.id, kept.title, kept.words).where(among(kept.id, dialect)))


@lru_cache(maxsize=2)
def _hits(dialect: str) -> Read:
    return Read(select(Thread.id, Thread.hits).where(among(Thread.id, dialect)))


def _stands(document: Any, dialect: str) -> Any:
    """That a document's post was not withdrawn: an index of withdrawn posts alone tells, and the long rows of posts are not read.

    SQLite would look into those for each document; so it is asked for all withdrawn ones, once a statement.
    """
    gone = select(Post.id).where(Post.withdrawn_at.is_not(None))
    if dialect == "sqlite":
        return or_(document.post_id.is_(None), document.post_id.not_in(gone))
    return ~exists().where(Post.id == document.post_id, Post.withdrawn_at.is_not(None))


def _titled(document: Any, dialect: str) -> Any:
    """That the title by which replies are found, too, was not withdrawn meanwhile."""
    gone = select(_thread.id).where(_thread.title.is_(None))
    if dialect == "sqlite":
        return or_(~document.titled, document.thread_id.is_(None), document.thread_id.not_in(gone))
    return or_(~document.titled, ~exists().where(_thread.id == document.thread_id, _thread.title.is_(None)))


def _hangs(document: Any) -> Any:
    """That a note was neither taken back nor corrected: its new words come into the index with the hour, like all that is written of it."""
    pending = exists().where(NoteSeal.note_id == document.note_id, NoteSeal.pending)
    return and_(exists().where(Note.id == document.note_id, Note.body.is_not(None)), ~pending)


def _compared(place: Callable[..., Any], kept: Any, phrases: int, without: int, in_title: bool) -> Iterable[Any]:
    for number in range(phrases):
        text = bindparam(f"phrase{number}", type_=Text)
        if in_title:
            yield place(kept.title, text) > 0
        else:
            yield or_(place(kept.words, text) > 0, place(kept.title, text) > 0)
    for number in range(without):
        text = bindparam(f"without{number}", type_=Text)
        yield and_(place(kept.words, text) == 0, place(kept.title, text) == 0)
