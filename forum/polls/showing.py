"""A poll as a page shows it to one reader: what can be chosen, or how it stands. Asks no database, names no voter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from forum.markup.language import language
from forum.polls import rules


class Choice(NamedTuple):
    """One choice: its words, how many chose it, how many of a hundred voters that is, and whether the reader did."""

    number: int
    words: str
    lang: str | None
    votes: int
    share: int
    mine: bool


class Shown(NamedTuple):
    """The poll. `choices` is empty for one that was withdrawn; `result`: its figures may be shown to this reader."""

    question: str
    lang: str | None
    several: bool
    open: bool
    ends_at: int
    voters: int
    voted: bool
    result: bool
    choices: tuple[Choice, ...]
    stamp: str
    """What was read, in short: a vote for other words does not count."""


def shown(found: Sequence[Any], *, stands: bool, at: int) -> Shown | None:
    """The poll from its rows, at a moment; None when there is none. When its thread no longer `stands`, its words are not shown."""
    if not found:
        return None
    first = found[0]
    if not stands or first.number is None:
        return Shown("", None, False, False, first.ends_at, 0, False, False, (), "")
    mine = rules.numbers(first.mine or 0)
    runs = at < first.ends_at
    question = first.question or ""
    return Shown(
        question,
        language(question),
        first.several,
        runs,
        first.ends_at,
        first.voters,
        bool(mine),
        bool(mine) or not runs,
        tuple(_choice(one, first.voters, mine) for one in found),
        rules.stamp([one.words for one in found], several=first.several),
    )


def _choice(one: Any, voters: int, mine: set[int]) -> Choice:
    share = round(100 * one.votes / voters) if voters else 0
    return Choice(one.number, one.words, language(one.words), one.votes, share, one.number in mine)
