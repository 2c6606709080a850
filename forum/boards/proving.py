"""All that boards show, handed to the ledger's verification: boards, titles, every version of every post, answers. Reads as pages read.

A post is shown when its page would show it: its thread, board and author are there and its floor is within the thread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select

from forum import markup
from forum.accounts import queries as people
from forum.accounts.models import Person
from forum.boards import acts
from forum.boards.actions import render
from forum.boards.models import Answer, Board, BoardGroup, Post, Revision, Thread
from forum.core.database import rows
from forum.ledger.leaves import COMMAND, person
from forum.ledger.showing import Flaw, Shown

BATCH = 500
_PEOPLE = re.compile(r'href="/people/([a-z0-9._-]+)"')


def shown() -> Iterator[Shown | Flaw]:
    """Boards, then threads and their titles, posts with all versions, answers."""
    yield from _boards()
    yield from _walk(_threads, _thread)
    yield from _floors()
    yield from _posts()
    yield from _walk(_answers, _answer)


def rendered() -> Iterator[Flaw]:
    """Posts whose stored page is not what their words make when they are rendered again."""
    for some in _walked(_latest):
        known = people.names_of(frozenset[str]().union(*(markup.handles_in(one.body) for one in some)))
        for one in some:
            linked = set(_PEOPLE.findall(one.html or ""))  # who existed then, not who exists now
            fresh = render(one.body, {handle: name for handle, name in known.items() if handle in linked})
            if (fresh.html, fresh.excerpt) != (one.html, one.excerpt):
                yield Flaw(f"post {one.id}: its page does not show the words it was written with")


_threads = (
    select(
        Thread.id,
        Thread.board_id,
        Thread.title,
        Thread.author_id,
        Revision.title_leaf,
        Post.gone_leaf,
        Post.id.label("opening"),
    )
    .join(Board, Board.id == Thread.board_id)
    .join(Post, (Post.thread_id == Thread.id) & (Post.floor == 1))
    .join(Revision, (Revision.post_id == Post.id) & (Revision.number == Post.revisions))
)
_answers = select(
    Answer.id, Answer.thread_id, Answer.post_id, Answer.person_id, Answer.state, Answer.at, Answer.leaf, Thread.answer
).join(Thread, Thread.id == Answer.thread_id)
_latest = (
    select(Post.id, Post.html, Post.excerpt, Revision.body)
    .join(Revision, (Revision.post_id == Post.id) & (Revision.number == Post.revisions))
    .where(Post.withdrawn_at.is_(None), Post.renderer == markup.RENDERER)
)


def _walked(statement: Select[*tuple[Any, ...]]) -> Iterator[Sequence[Row[Any]]]:
    """Rows in batches by their `id`, however many there are."""
    key, after = statement.selected_columns["id"], 0
    while found := rows(statement.where(key > after).order_by(key).limit(BATCH)):
        yield found
        after = found[-1].id


def _walk(
    statement: Select[*tuple[Any, ...]], told: Callable[[Row[Any]], Iterable[Shown | Flaw]]
) -> Iterator[Shown | Flaw]:
    for some in _walked(statement):
        for one in some:
            yield from told(one)


def _boards() -> Iterator[Shown | Flaw]:
    found = select(Board.id, Board.slug, Board.name, Board.description, Board.leaf)
    for one in rows(found.join(BoardGroup, BoardGroup.id == Board.group_id).order_by(Board.id)):
        words = acts.board_words(one.slug, one.name, one.description)
        kinds = ("board.create", "board.rename")
        yield Shown(f"board {one.slug}", one.leaf, kinds, acts.board_object(one.id), words)


def _thread(one: Row[Any]) -> Iterator[Shown | Flaw]:
    yield Shown(
        f"the title of thread {one.id}",
        one.title_leaf,
        ("thread.title",),
        acts.thread_object(one.id),
        None if one.title is None and one.gone_leaf is not None else (one.title or "").encode(),
        by=person(one.author_id),
        where=acts.board_object(one.board_id),
        gone=one.gone_leaf,
        gone_by=person(one.author_id),
        gone_object=acts.post_object(one.opening),
    )


def _floors() -> Iterator[Flaw]:
    """Threads with a gap, or with floors behind their last page."""
    counted = (
        select(Post.thread_id, func.count().label("many"), func.max(Post.floor).label("last"))
        .group_by(Post.thread_id)
        .subquery()
    )
    wrong = select(Thread.id, Thread.posts, counted.c.many, counted.c.last).outerjoin(
        counted, counted.c.thread_id == Thread.id
    )
    differs = (counted.c.many.is_(None)) | (counted.c.many != Thread.posts) | (counted.c.last != Thread.posts)
    for one in rows(wrong.where(differs).order_by(Thread.id)):
        yield Flaw(f"thread {one.id} shows {one.posts} floors and holds {one.many or 0}, the last one being {one.last}")


def _posts() -> Iterator[Shown | Flaw]:
    visible = (
        select(
            Post.id,
            Post.thread_id,
            Post.floor,
            Post.author_id,
            Post.created_at,
            Post.withdrawn_at,
            Post.erased,
            Post.gone_leaf,
            Post.revisions,
            Post.html,
        )
        .join(Thread, (Thread.id == Post.thread_id) & (Post.floor <= Thread.posts))
        .join(Board, Board.id == Thread.board_id)
        .join(Person, Person.id == Post.author_id)
    )
    for some in _walked(visible):
        versions: dict[int, list[Row[Any]]] = {}
        words = select(
            Revision.post_id,
            Revision.number,
            Revision.title,
            Revision.body,
            Revision.created_at,
            Revision.leaf,
            Revision.title_leaf,
        )
        between = Revision.post_id.between(some[0].id, some[-1].id)
        for one in rows(words.where(between).order_by(Revision.post_id, Revision.number)):
            versions.setdefault(one.post_id, []).append(one)
        for post in some:
            yield from _post(post, versions.get(post.id, []))


def _post(post: Row[Any], versions: Sequence[Row[Any]]) -> Iterator[Shown | Flaw]:
    name = f"post {post.id} (thread {post.thread_id}, floor {post.floor})"
    author = person(post.author_id)
    if [one.number for one in versions] != list(range(1, post.revisions + 1)):
        yield Flaw(f"{name} shows {post.revisions} revisions and holds {len(versions)}")
    if (post.withdrawn_at is None) != (post.gone_leaf is None) or (post.html is None) != (post.gone_leaf is not None):
        yield Flaw(f"{name} is hidden: what its page shows and what the ledger says of it differ")
    common = {
        "by": author,
        "gone": post.gone_leaf,
        "gone_by": COMMAND if post.erased else author,
        "gone_since": post.withdrawn_at,
    }
    for one in versions:
        first = one.number == 1
        yield Shown(
            f"{name}, revision {one.number}",
            one.leaf,
            ("post.create" if first else "post.edit",),
            acts.post_object(post.id),
            None if one.body is None else one.body.encode(),
            revision=one.number,
            where=acts.place(post.thread_id, post.floor),
            since=post.created_at if first else one.created_at,
            **common,
        )
        if post.floor == 1:
            yield Shown(
                f"the title of {name}, revision {one.number}",
                one.title_leaf,
                ("thread.title",),
                acts.thread_object(post.thread_id),
                None if one.title is None and post.gone_leaf is not None else (one.title or "").encode(),
                gone_object=acts.post_object(post.id),
                **common,
            )


def _answer(one: Row[Any]) -> Iterator[Shown | Flaw]:
    yield Shown(
        f"answer {one.id} in thread {one.thread_id}",
        one.leaf,
        ("answer.set",),
        acts.post_object(one.post_id),
        one.state.encode(),
        by=person(one.person_id),
        where=acts.thread_object(one.thread_id),
        since=one.at,
    )
    if one.answer is None:
        yield Flaw(f"thread {one.thread_id} hides its answer {one.id}")
