"""All that boards show, handed to the ledger's verification: boards, titles, every version of every post, answers. Reads as pages read.

A post is shown when its page would show it: its thread, board and author are there and its floor is within the thread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select

from forum import markup
from forum.accounts import queries as people
from forum.accounts.models import Person
from forum.boards import acts, rules
from forum.boards.actions import ERASED, WITHDRAWN, render
from forum.boards.models import Answer, Board, BoardGroup, Post, Revision, Thread
from forum.core.database import rows
from forum.ledger.leaves import COMMAND, person
from forum.ledger.showing import Flaw, Shown

BATCH = 500
_MENTION = re.compile(r'(<a class="mention" href="/people/([a-z0-9._-]+)") title="[^"]*"')
_SIZE = re.compile(r'(?<=") width="\d+" height="\d+"(?=>)')


def shown() -> Iterator[Shown | Flaw]:
    """Boards, then threads and their titles, posts with all versions, answers."""
    yield from _boards()
    yield from _titles()
    yield from _floors()
    yield from _posts()
    for some in _walked(_answers):
        for one in some:
            yield _answer(one)


def rendered() -> Iterator[Flaw]:
    """Posts whose stored page is not what their words make when they are rendered again."""
    for some in _walked(_latest):
        known = people.names_of(frozenset[str]().union(*(markup.handles_in(one.body) for one in some)))
        for one in some:
            if one.renderer != markup.RENDERER:
                yield Flaw(
                    f"post {one.id} was rendered by renderer {one.renderer}: run `markup rerender`, then verify again"
                )
                continue
            linked = {found[1] for found in _MENTION.findall(one.html or "")}  # who existed then, not who exists now
            fresh = render(one.body, {handle: name for handle, name in known.items() if handle in linked})
            if (_unnamed(fresh.html), fresh.excerpt) != (_unnamed(one.html or ""), one.excerpt):
                yield Flaw(f"post {one.id}: its page does not show the words it was written with")


def _unnamed(html: str) -> str:
    """A page without the display names in its mentions, as people take new ones, and the sizes of pictures, as these may be gone."""
    return _SIZE.sub("", _MENTION.sub(r"\1", html))


_threads = (
    select(
        Thread.id,
        Thread.title,
        Thread.slug,
        Thread.answer,
        Thread.answer_post_id,
        Thread.answered_by,
        Thread.answered_at,
        Thread.overturned_at,
        Thread.created_at,
        Post.created_at.label("said_at"),
        Post.author_id.label("said_by"),
        Thread.author_id,
        Revision.title.label("latest"),
        Post.erased,
        Post.gone_leaf,
    )
    .join(Board, Board.id == Thread.board_id)
    .join(Post, (Post.thread_id == Thread.id) & (Post.floor == 1))
    .join(Revision, (Revision.post_id == Post.id) & (Revision.number == Post.revisions))
)
_answers = select(
    Answer.id, Answer.thread_id, Answer.post_id, Answer.person_id, Answer.state, Answer.at, Answer.leaf
).join(Thread, Thread.id == Answer.thread_id)
_latest = (
    select(Post.id, Post.html, Post.excerpt, Post.renderer, Revision.body)
    .join(Revision, (Revision.post_id == Post.id) & (Revision.number == Post.revisions))
    .where(Post.withdrawn_at.is_(None))
)


def _walked(statement: Select[*tuple[Any, ...]]) -> Iterator[Sequence[Row[Any]]]:
    """Rows in batches by their `id`, however many there are."""
    key, after = statement.selected_columns["id"], 0
    while found := rows(statement.where(key > after).order_by(key).limit(BATCH)):
        yield found
        after = found[-1].id


def _boards() -> Iterator[Shown | Flaw]:
    found = select(Board.id, Board.slug, Board.name, Board.description, Board.leaf)
    for one in rows(found.join(BoardGroup, BoardGroup.id == Board.group_id).order_by(Board.id)):
        words = acts.board_words(one.slug, one.name, one.description)
        kinds = ("board.create", "board.rename")
        yield Shown(f"board {one.slug}", one.leaf, kinds, acts.board_object(one.id), words)


def _titles() -> Iterator[Flaw]:
    answered = select(Answer.thread_id, Answer.post_id, Answer.state, Answer.person_id, Answer.at, Answer.leaf)
    for some in _walked(_threads):
        steps: dict[int, list[Row[Any]]] = {}
        for step in rows(answered.where(Answer.thread_id.between(some[0].id, some[-1].id)).order_by(Answer.id)):
            steps.setdefault(step.thread_id, []).append(step)
        for one in some:
            yield from _thread(one, steps.get(one.id, []))


def _thread(one: Row[Any], steps: Sequence[Row[Any]]) -> Iterator[Flaw]:
    """What a thread says of itself is what its opening post says, and its latest answer."""
    name = f"thread {one.id}"
    if one.title != one.latest or (one.created_at, one.author_id) != (one.said_at, one.said_by):
        yield Flaw(f"{name} shows another title, author or date than its opening post")
    gone = ERASED if one.erased else WITHDRAWN
    if one.slug != (gone if one.gone_leaf is not None else rules.thread_slug(one.title or "")):
        yield Flaw(f"the address of {name} does not fit its title")
    last = steps[-1] if steps else None
    shown = (one.answer, one.answer_post_id, one.answered_by, one.answered_at)
    if shown != ((last.state, last.post_id, last.person_id, last.at) if last else (None, None, None, None)):
        yield Flaw(f"{name} shows another answer than the last one that was given")
    if one.overturned_at != next((step.at for step in steps if step.state == "overturned"), None):
        yield Flaw(f"{name} does not say rightly whether a decision was changed")
    if [step.leaf for step in steps] != sorted(step.leaf for step in steps):
        yield Flaw(f"the answers of {name} stand in another order than they were given")


def _floors() -> Iterator[Flaw]:
    """Threads with a gap, with floors behind their last page, or sorted where nobody looks; boards that hide pages of threads."""
    counted = (
        select(
            Post.thread_id,
            func.count().label("many"),
            func.max(Post.floor).label("last"),
            func.max(Post.created_at).label("active"),
        )
        .group_by(Post.thread_id)
        .subquery()
    )
    wrong = select(Thread.id, Thread.posts, Thread.active_at, counted.c.many, counted.c.last).outerjoin(
        counted, counted.c.thread_id == Thread.id
    )
    floors = counted.c.many.is_(None) | (counted.c.many != Thread.posts) | (counted.c.last != Thread.posts)
    for one in rows(wrong.where(floors).order_by(Thread.id)):
        yield Flaw(f"thread {one.id} shows {one.posts} floors and holds {one.many or 0}, the last one being {one.last}")
    for one in rows(wrong.where(counted.c.active != Thread.active_at).order_by(Thread.id)):
        yield Flaw(f"thread {one.id} is sorted by another moment than that of its latest post")
    held = select(Thread.board_id, func.count().label("many")).group_by(Thread.board_id).subquery()
    hides = select(Board.slug, Board.threads, func.coalesce(held.c.many, 0).label("many")).outerjoin(
        held, held.c.board_id == Board.id
    )
    for one in rows(hides.where(func.coalesce(held.c.many, 0) != Board.threads).order_by(Board.id)):
        yield Flaw(f"board {one.slug} shows {one.threads} threads and holds {one.many}")


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
            Thread.board_id,
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
        "gone_kind": "legal.erase" if post.erased else "post.withdraw",
        "gone_since": post.withdrawn_at,
    }
    if versions and versions[0].created_at != post.created_at:
        yield Flaw(f"{name} is dated otherwise than its first version")
    before, brought = None, 0
    for one in versions:
        first = one.number == 1
        if one.title_leaf != before:
            before, brought = one.title_leaf, one.number
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
                revision=brought,
                where=acts.board_object(post.board_id),
                gone_object=acts.post_object(post.id),
                **common,
            )


def _answer(one: Row[Any]) -> Shown:
    return Shown(
        f"answer {one.id} in thread {one.thread_id}",
        one.leaf,
        ("answer.set",),
        acts.post_object(one.post_id),
        one.state.encode(),
        by=person(one.person_id),
        where=acts.thread_object(one.thread_id),
        since=one.at,
    )
