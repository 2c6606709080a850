"""Writes laid-out threads and posts in one go, inside a writing transaction: floors, revisions, counters, where they came from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, insert, select, update

from forum import markup
from forum.accounts import actions as accounts
from forum.boards import rules
from forum.boards.models import Board, Imported, Post, Revision, Thread
from forum.core.database import db, execute, rows
from forum.exchange import cutting
from forum.exchange.arriving import Arriving, ArrivingPost
from forum.exchange.laying_out import LaidOut
from forum.exchange.newcomers import in_turns
from forum.exchange.numbering import reserve
from forum.exchange.tally import Tally
from forum.markup.language import language


class Leaf(NamedTuple):
    """A post that is ready, and who says it."""

    post: ArrivingPost
    laid: LaidOut
    author: int


class Bundle(NamedTuple):
    """What is new of one conversation; `near` are numbers of posts of it that are here already."""

    thread: Arriving
    leaves: Sequence[Leaf]
    near: tuple[int, ...] = ()


class Home(NamedTuple):
    """The thread that a bundle goes to, and how many floors it has."""

    id: int
    board: int
    floors: int


Key = tuple[str, str]
"""Source and the source's own name of a post."""


def posts_known(keys: set[Key]) -> dict[Key, int]:
    """Numbers of the posts that earlier imports brought, by source and key."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for source, key in sorted(keys):
        by_source[source].append(key)
    known: dict[Key, int] = {}
    for source, wanted in by_source.items():
        for turn in in_turns(wanted):
            found = rows(select(Imported.key, Imported.post_id).where(Imported.source == source, Imported.key.in_(turn)))
            known |= {(source, one.key): one.post_id for one in found}
    return known


class _Batch:
    """The rows of one transaction."""

    def __init__(self) -> None:
        self.threads: list[dict[str, Any]] = []
        self.posts: list[dict[str, Any]] = []
        self.revisions: list[list[dict[str, Any]]] = []  # beside posts
        self.origins: dict[Key, int] = {}  # where in posts
        self.replies: list[tuple[int, Key]] = []  # where in posts, whom it answers
        self.unnamed = 0


def shelve(bundles: Sequence[Bundle], tally: Tally) -> None:
    """Writes all bundles, inside the writing transaction under way; post numbers follow time across them."""
    wanted = {(one.thread.source or "", key) for one in bundles for key in _asked(one)}
    known = posts_known({key for key in wanted if key[0]})
    homes = _homes(bundles, known)
    new = sorted((at for at, home in enumerate(homes) if home is None), key=lambda at: bundles[at].leaves[0].post.at)
    numbers = dict(zip(new, reserve(Thread, len(new)), strict=True))
    batch = _Batch()
    for at, (bundle, home) in enumerate(zip(bundles, homes, strict=True)):
        if home is None:
            home = Home(numbers[at], bundle.thread.board, 0)
            batch.threads.append(_thread_row(bundle, home))
        _add_posts(batch, bundle, home)
    ids = _numbered(batch.posts)
    _answered(batch, ids, known)
    _insert(batch, ids)
    _count(batch)
    tally.threads += len(batch.threads)
    tally.posts += len(batch.posts)


def _asked(bundle: Bundle) -> set[str]:
    here = {leaf.post.key for leaf in bundle.leaves}
    answered = {leaf.post.reply_to for leaf in bundle.leaves if leaf.post.reply_to}
    return {bundle.thread.key, *bundle.thread.joins, *(answered - here)} - here


def _homes(bundles: Sequence[Bundle], known: Mapping[Key, int]) -> list[Home | None]:
    """The thread each bundle goes on in, locked; None for a new one."""
    near: list[int | None] = []
    for bundle in bundles:
        keys = [(bundle.thread.source or "", key) for key in (bundle.thread.key, *bundle.thread.joins)]
        near.append(next((known[key] for key in keys if key in known), bundle.near[0] if bundle.near else None))
    wanted = sorted({post for post in near if post is not None})
    if not wanted:
        return [None] * len(bundles)
    found = rows(select(Post.id, Post.thread_id).where(Post.id.in_(wanted)))
    thread_of = {one.id: one.thread_id for one in found}
    locked = rows(
        select(Thread.id, Thread.board_id, Thread.posts)
        .where(Thread.id.in_(sorted(set(thread_of.values()))))
        .order_by(Thread.id)
        .with_for_update()
    )
    homes = {one.id: Home(one.id, one.board_id, one.posts) for one in locked}
    return [None if post is None else homes[thread_of[post]] for post in near]


def _thread_row(bundle: Bundle, home: Home) -> dict[str, Any]:
    opening = bundle.leaves[0]
    title = cutting.title(bundle.thread.title, opening.laid.parts[0].excerpt)
    gone = opening.post.withdrawn_at is not None
    return {
        "id": home.id,
        "board_id": home.board,
        "author_id": opening.author,
        "title": None if gone else title,
        "slug": "withdrawn" if gone else rules.thread_slug(title),
        "lang": None if gone else language(title),
        "created_at": opening.post.at,
        "active_at": opening.post.at,
        "posts": 0,
        "last_author_id": opening.author,
        "hits": bundle.thread.hits,
    }


def _add_posts(batch: _Batch, bundle: Bundle, home: Home) -> None:
    """Rows for each part of each leaf, on the next floors."""
    floor = home.floors + sum(1 for post in batch.posts if post["thread_id"] == home.id) if home.floors else 0
    for leaf in bundle.leaves:
        post = leaf.post
        if bundle.thread.source:
            batch.origins[bundle.thread.source, post.key] = len(batch.posts)
        else:
            batch.origins[f" {home.id}", post.key] = len(batch.posts)
        if post.reply_to:
            batch.replies.append((len(batch.posts), (bundle.thread.source or f" {home.id}", post.reply_to)))
        for number, words in enumerate(leaf.laid.parts):
            floor += 1
            revisions = _revisions(bundle.thread, leaf, number, first=floor == 1)
            gone = post.withdrawn_at is not None
            edited = post.versions[-1].at if len(revisions) > 1 else post.edited_at if number == 0 else None
            batch.posts.append(
                {
                    "thread_id": home.id,
                    "floor": floor,
                    "author_id": leaf.author,
                    "reply_to": None,
                    "created_at": post.at,
                    "edited_at": edited,
                    "withdrawn_at": post.withdrawn_at,
                    "revisions": len(revisions),
                    "html": None if gone else words.html,
                    "lang": None if gone else words.lang,
                    "excerpt": None if gone else words.excerpt,
                    "renderer": markup.RENDERER,
                }
            )
            batch.revisions.append(revisions)
