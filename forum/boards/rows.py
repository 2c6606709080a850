"""Rows of pages: what a query gave, with its moments in words and its seals drawn, as remembered pieces of HTML. Asks no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask_babel import gettext
from markupsafe import Markup

from forum import markup
from forum.boards import addresses
from forum.boards.answer_rows import Mark
from forum.desk import shielding
from forum.web.dates import dates
from forum.web.faces import face
from forum.web.fragments import fragment, make

PAGES = 200
"""Pages of floors or of threads that are remembered, each as one piece: most are read many times between two changes."""


def threads(
    found: Sequence[Any], *, with_board: bool = False, with_replies: bool = True, muted_words: str = ""
) -> tuple[Markup, ...]:
    """Threads of a list: each says its board, or has a column for replies, as asked. Where no board is said they all are of
    one, which folds none of them.
    """
    return _threads(tuple(found), dates().key, with_board, with_replies, muted_words)


def folded(one: Any, muted_words: str = "") -> str:
    """Why its reader sees a thread folded, in words; "" when it stands open. `one`: muted, title, author, board_name."""
    if one.muted == "thread":
        return str(gettext("A thread you muted"))
    if one.muted == "author":
        return by_muted(one.author)
    if one.muted == "board":
        return str(gettext("Folded, because you muted the board %(name)s", name=one.board_name))
    return with_muted(shielding.found(muted_words, one.title or ""))


def by_muted(name: str) -> str:
    """Why somebody's words are folded."""
    return str(gettext("Folded, because you muted %(name)s", name=name))


def with_muted(word: str) -> str:
    """Why words with a muted one in them are folded; "" for no word."""
    return str(gettext("Folded, because you muted the word “%(word)s”", word=word)) if word else ""


@lru_cache(maxsize=PAGES)
def _threads(
    found: tuple[Any, ...], _day: object, with_board: bool, with_replies: bool, muted_words: str
) -> tuple[Markup, ...]:
    words = dates()
    made = []
    for one in found:
        place = one.place or 0
        opened = place if one.unread else None
        seen = one if with_board or one.muted != "board" else one._replace(muted=None)
        made.append(
            fragment(
                "components/thread_row.html",
                "thread_row",
                addresses.first_unread(one.id, one.slug, one.posts, opened),
                one.slug,
                one.title,
                one.lang,
                one.posts - place,
                one.unread,
                folded(seen, muted_words),
                one.posts,
                one.hits,
                one.author,
                one.last_author,
                one.board,
                one.board_name,
                words.machine(one.active_at),
                words.when(one.active_at),
                with_board,
                with_replies,
                one.magic_at is not None,
                "overturned" if one.overturned_at is not None else one.answer,
            )
        )
    return tuple(made)


def floors(
    thread: Any,
    posts: Sequence[Any],
    reader: int,
    *,
    marks: Mapping[int, Mark],
    answers: bool,
    under: tuple[Markup, ...],
    muted_words: str = "",
) -> tuple[tuple[int, Markup], ...]:
    """The floors of a page: (number, HTML), with the marks of management's answer; who `answers` may mark own ones.

    `under` is what higher slices show under each of them. A reply to the floor just above needs no pointer; nobody's own words are folded.
    """
    writes = reader if any(one.author_id == reader for one in posts) else 0
    marked = tuple((one.id, marks[one.id]) for one in posts if one.id in marks) if marks else ()
    return _floors(
        thread.id, thread.slug, tuple(posts), writes, answers and writes != 0, marked, under, dates().key, muted_words
    )


@lru_cache(maxsize=PAGES)
def _floors(
    thread: int,
    slug: str,
    posts: tuple[Any, ...],
    reader: int,
    answers: bool,
    marked: tuple[tuple[int, Mark], ...],
    under: tuple[Markup, ...],
    _day: object,
    muted_words: str,
) -> tuple[tuple[int, Markup], ...]:
    marks = dict(marked)
    words = dates()
    when, machine = words.when, words.machine
    made = []
    for (
        (
            id,
            floor,
            created,
            edited,
            withdrawn,
            erased,
            revisions,
            html,
            lang,
            author,
            handle,
            name,
            management,
            parent,
            muted,
            kept,
        ),
        below,
    ) in zip(posts, under, strict=True):
        if muted:
            fold = by_muted(name)
        elif muted_words and html and author != reader:
            fold = with_muted(shielding.found(muted_words, markup.plain(html)))
        else:
            fold = ""
        above = addresses.floor(thread, slug, parent) if parent and parent < floor - 1 else ""
        piece = make(
            "components/floor.html",
            "floor",
            id,
            floor,
            addresses.page_of(floor),
            face(handle, name),
            handle,
            name,
            machine(created),
            when(created),
            when(edited) if edited else "",
            when(withdrawn) if withdrawn else "",
            erased,
            revisions,
            html,
            lang,
            author == reader,
            management,
            above,
            parent,
            fold,
            kept,
            answers and author == reader,
            marks.get(id),
            below,
        )
        made.append((floor, piece))
    return tuple(made)
