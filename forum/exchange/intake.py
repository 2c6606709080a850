"""The bulk path of every import: known posts are passed over, new ones laid out in the background and written in batches.

Each batch is one transaction and holds whole conversations, so an import that is killed goes on where it stopped. Refuses to
change what is here: a post that came before stays as it is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy.exc import IntegrityError

from forum import markup
from forum.accounts import queries as people
from forum.core.database import db, writing
from forum.core.errors import Conflict
from forum.exchange import shelving
from forum.exchange.arriving import Arriving, ArrivingPost
from forum.exchange.laying_out import LaidOut, Press, Sheet
from forum.exchange.newcomers import Authors
from forum.exchange.shelving import Bundle, Leaf
from forum.exchange.tally import Tally

LOAD = 500
"""Posts, at least, in one transaction."""
LOAD_CHARS = 2_000_000
LONGEST = 5_000
"""Posts of one conversation in one transaction: a longer one comes in pieces."""
AHEAD = 3
"""Loads laid out in advance: enough for every process to have work, few enough for a bounded memory."""


class Piece(NamedTuple):
    """A conversation as it arrived, or a part of a very long one."""

    thread: Arriving
    posts: Sequence[ArrivingPost]
    opens: bool


class _Load(NamedTuple):
    pieces: list[tuple[Piece, int | None]]  # with the thread that is here already
    laid: Callable[[], list[LaidOut]]
    posts: int
    authors: dict[str, int]


def take(
    threads: Iterable[Arriving], *, authors: Authors, tally: Tally, on: Callable[[int], None] = lambda count: None
) -> None:
    """Imports all threads; `on` hears of every batch how many posts it held. Raises Conflict when another import interferes."""
    pending: deque[_Load] = deque()
    with Press(LOAD) as press:
        for pieces in loads(threads):
            pending.append(_begun(pieces, press, authors, tally))
            if len(pending) >= AHEAD:
                _finish(pending.popleft(), authors, tally, on)
        while pending:
            _finish(pending.popleft(), authors, tally, on)


def pieces_of(thread: Arriving) -> Iterator[Piece]:
    """The conversation in one piece, or in pieces of the longest size."""
    posts: list[ArrivingPost] = []
    chars, opens = 0, True
    for post in thread.posts:
        if len(posts) >= LONGEST or chars >= LOAD_CHARS:
            yield Piece(thread, posts, opens)
            posts, chars, opens = [], 0, False
        posts.append(post)
        chars += sum(len(version.body) for version in post.versions)
    if posts:
        yield Piece(thread, posts, opens)


def loads(threads: Iterable[Arriving]) -> Iterator[list[Piece]]:
    """Pieces in lists of about a load; two pieces of one conversation never meet in a list."""
    waiting: list[Piece] = []
    count = chars = 0
    for thread in threads:
        for piece in pieces_of(thread):
            if not piece.opens and waiting:
                yield waiting
                waiting, count, chars = [], 0, 0
            waiting.append(piece)
            count += len(piece.posts)
            chars += sum(len(version.body) for post in piece.posts for version in post.versions)
            if count >= LOAD or chars >= LOAD_CHARS:
                yield waiting
                waiting, count, chars = [], 0, 0
    if waiting:
        yield waiting


def sheets_of(piece: Piece) -> list[Sheet]:
    """The words of a piece; an opening post without any says its title."""
    return [
        Sheet(
            tuple(one.body for one in post.versions), post.html, piece.thread.title if piece.opens and at == 0 else ""
        )
        for at, post in enumerate(piece.posts)
    ]


def _begun(pieces: Sequence[Piece], press: Press, authors: Authors, tally: Tally) -> _Load:
    """Passes over what is here, makes sure that the writers exist, and begins to lay out the rest."""
    before = shelving.known(
        {(one.thread.source, post.key) for one in pieces if one.thread.source for post in one.posts}
    )
    fresh: list[tuple[Piece, int | None]] = []
    for piece in pieces:
        source = piece.thread.source or ""
        here = [before[source, post.key] for post in piece.posts if (source, post.key) in before]
        new = [post for post in piece.posts if (source, post.key) not in before]
        opens = piece.opens and bool(new) and new[0] is piece.posts[0]
        tally.already += len(here)
        if new:
            fresh.append((Piece(piece.thread, new, opens), here[0].thread if here else None))
    first_seen: dict[str, int] = {}
    for piece, _ in fresh:
        for post in piece.posts:
            first_seen[post.author] = min(post.at, first_seen.get(post.author, post.at))
    ids: dict[str, int] = {}
    if first_seen:
        with writing():  # before anything is laid out: only who exists can be mentioned
            found = authors.ids(first_seen)
            ids = {key: found[key] for key in first_seen}
    sheets = [sheet for piece, _ in fresh for sheet in sheets_of(piece)]
    handles = frozenset[str]().union(*(markup.handles_in(body) for sheet in sheets for body in sheet.versions[-1:]))
    known = people.names_of(handles)
    db.session.rollback()  # no reading transaction stays open while the next load is read
    return _Load(fresh, press.begin(sheets, known), sum(len(one.posts) for one in pieces), ids)


def bundled(
    pieces: Iterable[tuple[Piece, int | None]], laid: Sequence[LaidOut], ids: dict[str, int], tally: Tally
) -> list[Bundle]:
    """Pieces with their laid-out words; posts without any are counted and left out, and so is a piece of nothing else."""
    made, at = [], 0
    for piece, here in pieces:
        leaves = []
        for post in piece.posts:
            words = laid[at]
            at += 1
            for reason in words.mended:
                tally.mend(reason, post.key)
            if words.parts:
                leaves.append(Leaf(post, words, ids[post.author]))
            else:
                tally.skip(words.why, post.key)
        if leaves:
            made.append(Bundle(piece.thread, leaves, here))
    return made


def _finish(load: _Load, authors: Authors, tally: Tally, on: Callable[[int], None]) -> None:
    bundles = bundled(load.pieces, load.laid(), load.authors, tally)
    if bundles:
        try:
            with writing():
                shelving.shelve(bundles, tally)
        except IntegrityError as error:
            raise Conflict(
                "Another import is under way from the same source. What came so far stays: run it again."
            ) from error
    on(load.posts)
