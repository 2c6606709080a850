"""Writes laid-out conversations inside a writing transaction: floors, versions, counters, and where they came from. Reads no source."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, insert, select, update

from forum import markup
from forum.accounts import actions as accounts
from forum.boards import acts, rules
from forum.boards.actions import WITHDRAWN
from forum.boards.models import Board, Imported, Post, Revision, Thread
from forum.core import outbox
from forum.core.clock import now
from forum.core.database import db, execute, rows
from forum.exchange import cutting
from forum.exchange.arriving import Arriving, ArrivingPost
from forum.exchange.laying_out import LaidOut
from forum.exchange.newcomers import in_turns
from forum.exchange.numbering import reserve
from forum.exchange.tally import Tally
from forum.ledger import actions as ledger
from forum.ledger.leaves import Act
from forum.markup.language import language

Key = tuple[str, str]
"""Where a post comes from, and its name there."""


class Leaf(NamedTuple):
    """A post that is ready, and the number of the person who says it."""

    post: ArrivingPost
    laid: LaidOut
    author: int


class Bundle(NamedTuple):
    """What is new of one conversation, at least one leaf; `here` is the thread's number when posts of it came before."""

    thread: Arriving
    leaves: Sequence[Leaf]
    here: int | None = None


class Known(NamedTuple):
    """A post that an earlier import brought."""

    post: int
    thread: int


class _Thread:
    """A thread under way: its row, or what is known of the one that is there."""

    def __init__(self, number: int, board: int, floors: int = 0, active_at: int = 0) -> None:
        self.number = number
        self.board = board
        self.floors = floors
        self.before = floors
        self.active_at = active_at
        self.last_author = 0
        self.row: dict[str, Any] | None = None


def known(keys: Iterable[Key]) -> dict[Key, Known]:
    """Which of these posts earlier imports brought."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for source, key in sorted(keys):
        by_source[source].append(key)
    made: dict[Key, Known] = {}
    for source, wanted in by_source.items():
        for turn in in_turns(wanted):
            found = rows(
                select(Imported.key, Post.id, Post.thread_id)
                .join(Post, Post.id == Imported.post_id)
                .where(Imported.source == source, Imported.key.in_(turn))
            )
            made |= {(source, one.key): Known(one.id, one.thread_id) for one in found}
    return made


def shelve(bundles: Sequence[Bundle], tally: Tally) -> None:
    """Writes all bundles, inside the writing transaction under way; numbers of threads and posts follow time across them."""
    before = known({(one.thread.source, key) for one in bundles if one.thread.source for key in _asked(one)})
    shelf = _Shelf(bundles, before)
    for at, bundle in enumerate(bundles):
        for leaf in bundle.leaves:
            shelf.add(at, bundle, leaf)
    shelf.write()
    tally.threads += sum(1 for one in shelf.threads if one.row)
    tally.posts += len(shelf.posts)


def _asked(bundle: Bundle) -> set[str]:
    """Keys of posts that the bundle refers to and does not bring."""
    brought = {leaf.post.key for leaf in bundle.leaves}
    answered = {leaf.post.reply_to for leaf in bundle.leaves if leaf.post.reply_to}
    return {bundle.thread.key, *bundle.thread.joins, *answered} - brought


class _Shelf:
    """The rows of one transaction."""

    def __init__(self, bundles: Sequence[Bundle], before: Mapping[Key, Known]) -> None:
        self.before = before
        self.posts: list[dict[str, Any]] = []
        self.versions: list[list[dict[str, Any]]] = []  # beside posts
        self.homes: list[int] = []  # beside posts: where in threads
        self.places: dict[Key, int] = {}  # where in posts
        self.origins: list[tuple[Key, int]] = []
        self.answers: list[tuple[int, Key]] = []
        self.threads = self._opened(bundles)

    def _opened(self, bundles: Sequence[Bundle]) -> list[_Thread]:
        """The thread each bundle goes to, in their order: one that is there, locked, or a new one."""
        at_home = [self._here(one) for one in bundles]
        there = rows(
            select(Thread.id, Thread.board_id, Thread.posts, Thread.active_at)
            .where(Thread.id.in_(sorted({one for one in at_home if one is not None})))
            .order_by(Thread.id)
            .with_for_update(key_share=True)
        )
        homes = {one.id: _Thread(one.id, one.board_id, one.posts, one.active_at) for one in there}
        new = [at for at, home in enumerate(at_home) if home is None]
        new.sort(key=lambda at: bundles[at].leaves[0].post.at)
        numbers = dict(zip(new, reserve(Thread, len(new)), strict=True))
        made = []
        for at, home in enumerate(at_home):
            made.append(_Thread(numbers[at], bundles[at].thread.board) if home is None else homes[home])
            if home is None:
                made[-1].row = _thread_row(numbers[at], bundles[at])
        return made

    def _here(self, bundle: Bundle) -> int | None:
        keys = [(bundle.thread.source or "", key) for key in (bundle.thread.key, *bundle.thread.joins)]
        return next((self.before[key].thread for key in keys if key in self.before), bundle.here)

    def add(self, at: int, bundle: Bundle, leaf: Leaf) -> None:
        """The post's parts on the next floors of the bundle's thread."""
        thread, post = self.threads[at], leaf.post
        where = bundle.thread.source or f"#{at}"
        self.places[where, post.key] = len(self.posts)
        if bundle.thread.source:
            self.origins.append(((where, post.key), len(self.posts)))
        if post.reply_to:
            self.answers.append((len(self.posts), (where, post.reply_to)))
        for part in range(len(leaf.laid.parts)):
            thread.floors += 1
            self.versions.append(_versions(bundle.thread.title, leaf, part, opening=thread.floors == 1))
            self.posts.append(_post_row(thread, leaf, part, len(self.versions[-1])))
            self.homes.append(at)
        thread.active_at = max(thread.active_at, post.at)
        thread.last_author = leaf.author

    def write(self) -> None:
        """Everything to the database: threads, posts by number, versions, origins, counters."""
        order = sorted(range(len(self.posts)), key=lambda at: self.posts[at]["created_at"])
        for number, at in zip(reserve(Post, len(order)), order, strict=True):
            self.posts[at]["id"] = number
        later = self._answered()
        for thread in self.threads:
            if thread.row:
                thread.row |= {
                    "posts": thread.floors,
                    "active_at": thread.active_at,
                    "last_author_id": thread.last_author,
                }
        _insert(Thread, [one.row for one in self.threads if one.row])
        _insert(Post, [self.posts[at] for at in order])
        if later:
            statement = update(Post).where(Post.id == bindparam("post")).values(reply_to=bindparam("answered"))
            db.session.connection().execute(statement, later)
        _insert(
            Imported,
            [{"source": key[0], "key": key[1], "post_id": self.posts[at]["id"]} for key, at in self.origins],
        )
        self._count()
        self._bind(order)
        if order:
            numbers = [self.posts[at]["id"] for at in order]
            outbox.put("boards.posts", {"first": numbers[0], "last": numbers[-1]}, at=now())

    def _bind(self, order: Sequence[int]) -> None:
        """The ledger knows everything from its first moment; the versions are written with the leaves that bind them."""
        done: list[Act] = []
        rows: list[dict[str, Any]] = []
        gone: list[dict[str, Any]] = []
        for at in order:
            post, thread = self.posts[at], self.threads[self.homes[at]]
            spot = acts.Spot(post["author_id"], post["id"], thread.number, post["floor"], thread.board)
            title, title_at = None, None
            for version in self.versions[at]:
                shown = version["title"] or "" if spot.floor == 1 else None
                fresh = shown if version["number"] == 1 or shown != title else None
                place = len(done)
                done += acts.said(spot, version["number"], version["body"] or "", fresh, version["created_at"])
                title, title_at = shown, place + 1 if fresh is not None else title_at
                rows.append({"post_id": spot.post, **version, "leaf": place, "title_leaf": title_at})
            if post["withdrawn_at"] is not None:
                gone.append({"post": spot.post, "leaf": len(done)})
                done.append(acts.withdrawn(spot.author, spot.post, post["withdrawn_at"]))
        numbers = ledger.append(*done, at=now())
        for row in rows:
            row["leaf"] = numbers[row["leaf"]]
            row["title_leaf"] = None if row["title_leaf"] is None else numbers[row["title_leaf"]]
        _insert(Revision, rows)
        if gone:
            marked = update(Post.__table__).where(Post.__table__.c.id == bindparam("post"))  # type: ignore[arg-type]
            leaves = [{"post": one["post"], "leaf": numbers[one["leaf"]]} for one in gone]
            db.session.connection().execute(marked.values(gone_leaf=bindparam("leaf")), leaves)
            ledger.forget([leaf for row in rows if row["body"] is None for leaf in (row["leaf"], row["title_leaf"])])

    def _answered(self) -> list[dict[str, int]]:
        """Names the posts that are answered; those with a higher number than the answer can be named only later."""
        later = []
        for at, key in self.answers:
            post = self.posts[at]
            if key in self.places:
                answered = self.posts[self.places[key]]
                number, thread = answered["id"], answered["thread_id"]
            elif key in self.before:
                number, thread = self.before[key]
            else:
                continue
            if thread != post["thread_id"]:
                continue
            if number < post["id"]:
                post["reply_to"] = number
            elif number != post["id"]:
                later.append({"post": post["id"], "answered": number})
        return later

    def _count(self) -> None:
        """Keeps the figures of threads, boards and people true."""
        touched = {one.number: one for one in self.threads if one.last_author}
        for thread in touched.values():
            if thread.before:
                execute(
                    update(Thread)
                    .where(Thread.id == thread.number)
                    .values(posts=thread.floors, active_at=thread.active_at, last_author_id=thread.last_author)
                )
        for board in sorted({one.board for one in touched.values()}):
            on_it = [one for one in touched.values() if one.board == board]
            active = max(one.active_at for one in on_it)
            execute(
                update(Board)
                .where(Board.id == board)
                .values(
                    threads=Board.threads + sum(1 for one in on_it if one.row),
                    posts=Board.posts + sum(one.floors - one.before for one in on_it),
                    active_at=case((Board.active_at < active, active), else_=Board.active_at),
                )
            )
        for author, said in sorted(Counter(post["author_id"] for post in self.posts).items()):
            accounts.count_posts(author, said)


def _insert(model: type[Thread | Post | Revision | Imported], values: Sequence[dict[str, Any]]) -> None:
    if values:
        db.session.connection().execute(insert(model), values)


def _thread_row(number: int, bundle: Bundle) -> dict[str, Any]:
    opening = bundle.leaves[0]
    title = cutting.title(bundle.thread.title, opening.laid.parts[0].excerpt)
    gone = opening.post.withdrawn_at is not None
    return {
        "id": number,
        "board_id": bundle.thread.board,
        "author_id": opening.author,
        "title": None if gone else title,
        "slug": WITHDRAWN if gone else rules.thread_slug(title),
        "lang": None if gone else language(title),
        "created_at": opening.post.at,
        "hits": bundle.thread.hits,
    }


def _post_row(thread: _Thread, leaf: Leaf, part: int, revisions: int) -> dict[str, Any]:
    post, words = leaf.post, leaf.laid.parts[part]
    gone = post.withdrawn_at is not None
    edited = post.versions[-1].at if revisions > 1 else post.edited_at
    return {
        "thread_id": thread.number,
        "floor": thread.floors,
        "author_id": leaf.author,
        "reply_to": None,
        "created_at": post.at,
        "edited_at": edited if part == 0 else None,
        "withdrawn_at": post.withdrawn_at,
        "revisions": revisions,
        "html": None if gone else words.html,
        "lang": None if gone else words.lang,
        "excerpt": None if gone else words.excerpt,
        "renderer": markup.RENDERER,
    }


def _versions(title: str, leaf: Leaf, part: int, *, opening: bool) -> list[dict[str, Any]]:
    """Rows for the versions of one part, oldest first; only the first part has earlier ones."""
    post, words = leaf.post, leaf.laid.parts[part]
    gone = post.withdrawn_at is not None
    said = [
        (version.at, version.title, body)
        for version, body in zip(post.versions, (*leaf.laid.earlier, words.source), strict=True)
    ]
    made: list[dict[str, Any]] = []
    for at, named, body in said if part == 0 else [(post.at, None, words.source)]:
        shown = cutting.title(named or title, words.excerpt) if opening else None
        if body is not None:
            made.append({"title": None if gone else shown, "body": None if gone else body, "created_at": at})
    if made[0]["created_at"] != post.at:
        made[0]["created_at"] = post.at  # the first version had no words: what was said first stands in its place
    return [{"number": number, **one} for number, one in enumerate(made, 1)]
