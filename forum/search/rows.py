"""Lays out what was found: threads with their best posts, notes, and the counts that narrow the search. Asks for the shown ones alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from forum import markup
from forum.boards import addresses
from forum.boards.rows import by_muted, folded, with_muted
from forum.desk import shielding
from forum.markup.language import language
from forum.search import analyser, queries, snippets
from forum.search.finding import Found, Group
from forum.search.grammar import Query
from forum.search.snippets import Part
from forum.web.dates import dates

BEST: Final = 3
"""Posts shown of one thread."""
MONTHS: Final = 14
"""With more months than this, years are counted."""
SHORT: Final = 160


class Said(NamedTuple):
    """A post of a thread that was found."""

    address: str
    floor: int
    handle: str
    name: str
    at: int
    parts: list[Part]
    lang: str | None
    folded: str
    """Why its reader sees it folded; "" when it stands open."""


class Shown(NamedTuple):
    """A thread, or a note with `question` as its title; `more` posts of the thread are not shown."""

    address: str
    title: list[Part]
    lang: str | None
    board: str
    board_name: str
    magic: bool
    answer: str | None
    hits: int
    folded: str
    said: list[Said]
    more: int
    slug: str
    """The thread's: what says why its title is gone. A note has none."""
    thread: int | None
    week: str = ""


class Count(NamedTuple):
    """How many of the matches are on a board, or of a time; `key` narrows the search to them."""

    key: str
    name: str
    many: int


def terms(query: Query, found: Found) -> frozenset[str]:
    """What is marked: the words that were asked, and every word of a phrase."""
    phrases = (analyser.terms(one.kept) for one in query.wanted if one.phrase and not one.without)
    return found.terms | frozenset[str]().union(*phrases)


def shown(
    groups: Sequence[Group], asked: frozenset[str], person: int, most: int = BEST, muted_words: str = ""
) -> list[Shown]:
    """The groups of one page, with the words that were asked marked in them; `most` posts of each. `person` reads."""
    best = [hit for group in groups for hit in group.hits[:most]]
    posts = queries.posts([hit.post for hit in best if hit.post is not None], person)
    notes = queries.notes([hit.note for hit in best if hit.note is not None])
    made = []
    for group in groups:
        first = group.hits[0]
        if first.note is not None:
            if first.note in notes:
                made.append(_note(notes[first.note], asked))
            continue
        standing = [posts[hit.post] for hit in group.hits[:most] if hit.post in posts]
        if standing:
            made.append(_thread(standing, len(group.hits) - len(standing), asked, muted_words))
    return made


def _thread(posts: Sequence[Any], more: int, asked: frozenset[str], muted_words: str) -> Shown:
    one = posts[0]
    texts = [markup.plain(post.html) for post in posts]
    said = [
        Said(
            addresses.floor(post.thread, post.slug, post.floor),
            post.floor,
            post.handle,
            post.name,
            post.created_at,
            snippets.snippet(text, asked, snippets.WIDTH if post is one else SHORT),
            post.lang,
            by_muted(post.name) if post.by_muted else with_muted(shielding.found(muted_words, text)),
        )
        for post, text in zip(posts, texts, strict=True)
    ]
    return Shown(
        addresses.thread(one.thread, one.slug) if one.floor == 1 else said[0].address,
        snippets.marked(one.title, asked) if one.title is not None else [],
        one.thread_lang,
        one.board,
        one.board_name,
        one.magic_at is not None,
        "overturned" if one.overturned_at is not None else one.answer,
        one.hits,
        folded(one, muted_words),
        said,
        more,
        one.slug,
        one.thread,
    )


def _note(one: Any, asked: frozenset[str]) -> Shown:
    address = f"/pads/{one.slug}/sheets/{one.number}#n-{one.id[:8]}"
    parts = snippets.snippet(one.body, asked)
    said = Said(address, 0, "", "", 0, parts, language(one.body), "")
    title = snippets.marked(one.question, asked)
    return Shown(
        address,
        title,
        language(one.question),
        one.slug,
        one.name,
        False,
        None,
        0,
        "",
        [said],
        0,
        "",
        None,
        str(int(one.week[6:])),
    )


def by_board(found: Found, boards: Sequence[Any]) -> list[Count]:
    """Matches by board, most first."""
    names = {one.id: one for one in boards}
    counts = Counter(hit.board for group in found.groups for hit in group.hits if hit.board in names)
    return [Count(names[board].slug, names[board].name, many) for board, many in counts.most_common()]


def in_pads(found: Found) -> int:
    """How many of the matches are notes."""
    return sum(1 for group in found.groups if group.hits[0].note is not None)


def by_month(found: Found, zone: ZoneInfo) -> list[Count]:
    """Matches by month as 2026-11, the latest first; by year where there are too many months."""
    months: Counter[str] = Counter()
    month, end = "", 0
    for at in sorted(hit.said_at for group in found.groups for hit in group.hits):
        if not month or at >= end:
            day = datetime.fromtimestamp(at, zone)
            month, end = day.strftime("%Y-%m"), _next_month(day)
        months[month] += 1
    if len(months) > MONTHS:
        years: Counter[str] = Counter()
        for month, many in months.items():
            years[month[:4]] += many
        months = years
    return [Count(month, spoken(month), many) for month, many in sorted(months.items(), reverse=True)]


def spoken(month: str) -> str:
    """2026-11 in words; a year as it is."""
    return dates().month(int(month[:4]), int(month[5:])) if len(month) > 4 else month


class Chip(NamedTuple):
    """What the search is narrowed to, in words, and where it is found without that."""

    text: str
    without: str


def following(month: str) -> str:
    """The month after 2026-11, or the year after 2026."""
    if len(month) == 4:
        return str(int(month) + 1)
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02}"


def _next_month(day: datetime) -> int:
    year, month = divmod(day.year * 12 + day.month, 12)
    return int(datetime(year, month + 1, 1, tzinfo=day.tzinfo).timestamp())
