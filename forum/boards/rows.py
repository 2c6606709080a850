"""Rows of pages: what a query gave, with its moments in words and its seals drawn, as remembered pieces of HTML. Asks no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from forum.boards import addresses
from forum.boards.answer_rows import Mark
from forum.web.dates import dates
from forum.web.faces import face
from forum.web.fragments import fragment, make

PAGES = 200
"""Pages of floors or of threads that are remembered, each as one piece: most are read many times between two changes."""


def threads(found: Sequence[Any], *, with_board: bool = False, with_replies: bool = True) -> tuple[Markup, ...]:
    """Threads of a list: each says its board, or has a column for replies, as asked."""
    return _threads(tuple(found), dates().key, with_board, with_replies)


@lru_cache(maxsize=PAGES)
def _threads(found: tuple[Any, ...], _day: object, with_board: bool, with_replies: bool) -> tuple[Markup, ...]:
    words = dates()
    made = []
    for one in found:
        place = one.place or 0
        opened = place if one.unread else None
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
                one.muted,
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
) -> tuple[tuple[int, Markup], ...]:
    """The floors of a page: (number, HTML), with the marks of management's answer; who `answers` may mark own ones.

    `under` is what higher slices show under each of them. A reply to the floor just above needs no pointer.
    """
    writes = reader if any(one.author_id == reader for one in posts) else 0
    marked = tuple((one.id, marks[one.id]) for one in posts if one.id in marks) if marks else ()
    return _floors(thread.id, thread.slug, tuple(posts), writes, answers and writes != 0, marked, under, dates().key)


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
        ),
        below,
    ) in zip(posts, under, strict=True):
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
            muted,
            answers and author == reader,
            marks.get(id),
            below,
        )
        made.append((floor, piece))
    return tuple(made)
