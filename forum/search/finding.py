"""Finds: asks the index for what matches, the newest first, and puts it in order. Never more than the newest 2,000 matches are looked at.

What is found exists and may be read at the moment of asking; see `matching`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import prod
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, or_, select

from forum.accounts.models import Person
from forum.boards.models import Board
from forum.core.database import Read, row, rows
from forum.core.errors import N_
from forum.search import analyser, documents, expression, ranking, vocabulary
from forum.search.backends import Broken, backend
from forum.search.expression import Asked, Filter, Node
from forum.search.grammar import Problem, Query, Wanted
from forum.search.matching import MOST, Days, Matching
from forum.search.models import DocumentA, DocumentB, SearchState

__all__ = ["MOST", "Broken", "Found", "Group", "Hit", "State", "begun", "search", "similar", "state"]

READ: Final = 1_000
"""Of what matches, the words of so many are read to rank them, the newest, and of as many opening posts as `TITLES` says whose titles
have all words; what matches beyond stands after them, the newest first."""
TITLES: Final = 200
LOOSE: Final = 1_000
"""Matches that have only some of the words are looked at in smaller number: the better ones have more of them."""
LOOSE_NEWEST: Final = 200
"""And in a smaller one still for somebody who asked for the newest."""
FEW: Final = 10
"""With fewer threads than this, those that have only some of the words are shown after them."""


class State(NamedTuple):
    """What is served: the slot and its backend; `top` is its highest number, `partly`: nothing serves, it is being built."""

    slot: str
    by: str
    top: int
    sampled_at: int
    partly: bool


class Hit(Protocol):
    """A document that was found: a row of `matching`."""

    id: int
    post: int | None
    note: str | None
    thread: int | None
    board: int | None
    said_at: int
    length: int
    opening: bool


class Group(NamedTuple):
    """What was found of one thread, or one note: the best first, or the newest."""

    hits: tuple[Hit, ...]
    score: float


@dataclass
class Found:
    """All that a search found, in order."""

    groups: list[Group] = field(default_factory=list)
    asked: tuple[Asked, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    whole: int = 0
    """So many matches have all the words."""
    some_words: bool = False
    """There are hits that have only some of the words."""
    capped: bool = False
    """There may be more than were looked at."""
    hurried: bool = False
    """Time ran out."""
    building: bool = False
    """Nothing serves yet: what is built so far was asked."""

    @property
    def terms(self) -> frozenset[str]:
        """What is to be marked in texts."""
        return frozenset(one.term for one in self.asked)


_tops = [select(func.max(one.id)).scalar_subquery() for one in (DocumentA, DocumentB)]
_state = Read(
    select(
        SearchState.serving,
        SearchState.served_by,
        SearchState.building,
        SearchState.built_by,
        SearchState.stage,
        SearchState.sampled_at,
        _tops[0].label("top_a"),
        _tops[1].label("top_b"),
    )
)


def state() -> State | None:
    """What can be asked now; None before anything was built."""
    found = row(_state)
    if found is None:
        return None
    if found.serving:
        return State(
            found.serving, found.served_by, getattr(found, f"top_{found.serving}") or 0, found.sampled_at, False
        )
    if found.building and found.stage != "clear":
        return State(found.building, found.built_by, getattr(found, f"top_{found.building}") or 0, 0, True)
    return None


def search(query: Query, *, folder: Path, zone: ZoneInfo, at: int, newest: bool = False, me: int = 0) -> Found:
    """Everything that answers a query, in order. Raises Broken when the index cannot be read.

    `newest`: by time instead of how well it fits; `me`: the person that `author:me` means.
    """
    found = Found(problems=list(query.problems))
    now = state()
    found.building = now is None or now.partly
    if now is None or query.empty:
        return found
    tags = _tags(query, me, found.problems)
    if tags is None:
        return found
    search = _Search(now, folder)
    found.asked = expression.asked(query)
    dated = _dates(query, zone)
    ranked = bool(found.asked) and not newest
    node, also = expression.strict(query, tags)
    matches = search.matches(_within(node, dated, at), also, dated, found.asked)
    titled: list[Any] = []
    if len(matches) > READ and ranked:
        begun = expression.And((node, expression.Term(expression.OPENING), *_in_titles(found.asked)))
        titled = search.matches(_within(begun, dated, at), also, dated, found.asked, most=TITLES)
        matches = _joined(matches, titled)
    found.capped = len(matches) >= MOST
    found.whole = len(matches)
    threads = {one.thread or one.id for one in matches}
    if found.asked and len(threads) < FEW and (ranked or not threads) and not (query.thread and threads):
        less = expression.loose(query, tags, search.shares.get, now.top)
        if less is not None:
            most = LOOSE_NEWEST if newest else LOOSE
            asked = search.matches(_within(less[0], dated, at), less[1], dated, found.asked, most=most, some=True)
            more = _joined(matches, asked)
            found.some_words = len(more) > len(matches)
            matches, ranked = more, ranked or found.some_words
    found.hurried = search.hurried
    found.groups = search.ranked(matches, titled, query, found.asked, at) if ranked else _by_time(matches)
    return found


def similar(title: str, *, folder: Path, at: int, most: int) -> list[Group]:
    """Threads whose title says about the same, the best first."""
    now = state()
    query = Query(tuple(_words(title)))
    words = expression.asked(query)
    if now is None or not words:
        return []
    search = _Search(now, folder)
    node = expression.titles(words, search.shares.get)
    if node is None:
        return []
    matches = search.matches(node, Filter(), (None, None), words, most=TITLES, some=True)
    return search.ranked(matches, [], query, words, at)[:most]


def begun(text: str, *, folder: Path, at: int, most: int) -> list[Group]:
    """Threads whose title goes on as typed, the newest first."""
    now = state()
    node = expression.beginning(text)
    if now is None or node is None:
        return []
    search = _Search(now, folder)
    return _by_time(search.matches(node, Filter(), (None, None), (), most=most))


class _Search(Matching):
    """One search under way in what is served now."""

    def __init__(self, now: State, folder: Path) -> None:
        super().__init__(backend(now.by, now.slot, folder), now.slot, now.top)  # type: ignore[arg-type]
        self.shares = vocabulary.shares(now.slot, now.sampled_at) if now.sampled_at else {}

    def matches(
        self,
        node: Node,
        also: Filter,
        days: Days,
        asked: Sequence[Asked],
        *,
        most: int = MOST,
        some: bool = False,
    ) -> list[Any]:
        """Rows of what matches, the newest first. `some`: not all of the words must be there."""
        known = [self.shares.get(one.term, ranking.RARE) for one in asked] or [1.0]
        share = sum(known) if some else prod(known)
        return self.rows(node, also, days, share, most)

    def ranked(
        self, matches: Sequence[Any], titled: Sequence[Any], query: Query, asked: Sequence[Asked], at: int
    ) -> list[Group]:
        """The threads of what matches, the best first. `titled`: those of which the words are read in any case."""
        read = {one.id: one for one in (*matches[:READ], *titled)}
        candidates = self.candidates(list(read.values()))
        typed = [one for wanted in query.wanted if not wanted.without for one in expression.typed(wanted)]
        wanted = ranking.asking(asked, typed, self.shares)
        fits = ranking.fits([one for _hit, one in candidates], wanted, at)
        threads: dict[int | str | None, list[tuple[float, int, ranking.Fit, Hit]]] = defaultdict(list)
        for fit, (one, _candidate) in zip(fits, candidates, strict=True):
            threads[one.thread or one.note].append((-fit.score, -one.id, fit, one))
        rest: dict[int | str | None, list[Hit]] = defaultdict(list)
        for one in matches[READ:]:
            if one.id not in read:
                rest[one.thread or one.note].append(one)
        made = []
        for key, said in threads.items():
            if len(said) > 1:
                said.sort()
            hits = (*[one[3] for one in said], *rest.pop(key, ()))
            made.append(Group(hits, ranking.of_thread([one[2] for one in said], wanted)))
        made.sort(key=lambda group: (-group.score, -group.hits[0].id))
        return made + [Group(tuple(said), 0.0) for said in rest.values()]


def _tags(query: Query, me: int, problems: list[Problem]) -> list[str] | None:
    """The tags of author, board and thread; None when there is no such one, which is told."""
    made: list[str] = []
    if query.author:
        wanted = query.author.strip().lower()
        who = (
            [me]
            if wanted in ("me", "我") and me
            else [one.id for one in rows(_people, handle=wanted, name=query.author.strip(), low=wanted)]
        )
        if not who:
            problems.append(Problem(N_("Nobody here is called “%(name)s”."), {"name": query.author}))
            return None
        made.append(expression.author(who[0]))
    if query.board:
        board = row(_board, slug=query.board.strip().lower(), name=query.board.strip(), low=query.board.strip().lower())
        if board is None:
            problems.append(Problem(N_("There is no board “%(name)s”."), {"name": query.board}))
            return None
        made.append(expression.board(board.id))
    if query.thread:
        made.append(expression.thread(query.thread))
    return made


_people = Read(
    select(Person.id)
    .where(
        or_(
            Person.handle == bindparam("handle"),
            Person.name == bindparam("name"),
            func.lower(Person.name) == bindparam("low"),
        )
    )
    .order_by((Person.handle == bindparam("handle")).desc(), Person.id)
    .limit(1)
)
_board = Read(
    select(Board.id)
    .where(
        or_(
            Board.slug == bindparam("slug"), Board.name == bindparam("name"), func.lower(Board.name) == bindparam("low")
        )
    )
    .order_by((Board.slug == bindparam("slug")).desc(), Board.id)
    .limit(1)
)


def _dates(query: Query, zone: ZoneInfo) -> Days:
    return _begins(query.after, zone), _begins(query.before, zone)


def _begins(day: date | None, zone: ZoneInfo) -> int | None:
    return None if day is None else int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def _within(node: Node, days: Days, at: int) -> Node:
    dated = documents.between(*days, at)
    return node if dated is None else expression.And((node, dated))


def _in_titles(asked: Sequence[Asked]) -> list[Node]:
    return [expression.Term(expression.TITLE + one.term) for one in asked]


def _words(title: str) -> list[Wanted]:
    kept = analyser.analysed(title)
    return [Wanted(title, kept, False, False)] if kept else []


def _joined(first: list[Any], second: list[Any]) -> list[Any]:
    known = {one.id for one in first}
    return [*first, *(one for one in second if one.id not in known)]


def _by_time(matches: Sequence[Any]) -> list[Group]:
    groups: dict[int | str | None, list[Hit]] = defaultdict(list)
    for one in sorted(matches, key=_when, reverse=True):
        groups[one.thread or one.note].append(one)
    return [Group(tuple(said), 0.0) for said in groups.values()]


_when = attrgetter("said_at", "id")
