"""What the figures say: compared with the time before, sorted, told or withheld. Pure: no database, no Flask.

The rule of five: readers and writers of a day are told from FEW people on. What is told of a span is made of told figures alone, so
that nothing withheld can be found by subtraction.
"""

from __future__ import annotations

import json
import math
from collections.abc import Container, Mapping, Sequence
from statistics import median
from typing import Any, Final, NamedTuple

from forum.hits.scoring import heat

FEW: Final = 5
"""From so many people on a figure is told."""
SPANS: Final = (7, 28, 91)
"""Days one can look at; whole weeks, so that Sundays are compared with Sundays."""
WEEK: Final = 7 * 86400
SHOWN: Final = 5
GROWS: Final = 1.25
"""A board grows by a quarter at least …"""
SHRINKS: Final = 3
"""… and falls silent when two thirds are gone;"""
WORTH: Final = 3
"""fewer posts than this are no news."""


class Day(NamedTuple):
    """Figures of one day (UTC, since 1970); None: fewer than FEW people."""

    day: int
    posts: int
    threads: int
    readers: int | None
    writers: int | None


class Span(NamedTuple):
    """Days up to today, and as many before them, in order: `before[i]` is the same weekday as `now[i]`.

    `comparable`: the kinds of figures that were already kept when `before` began; a young forum is not compared with nothing.
    """

    now: tuple[Day, ...]
    before: tuple[Day, ...]
    comparable: frozenset[str]


class Change(NamedTuple):
    """An average of whole days (None: fewer than FEW), and by how many percent it differs from the time before (None: cannot be said)."""

    average: int | None
    percent: int | None


class BoardChange(NamedTuple):
    """Posts on a board in the span and before it."""

    slug: str
    name: str
    now: int
    before: int


class Boards(NamedTuple):
    """Boards that grow, and boards that fall silent, the greatest change first."""

    grow: tuple[BoardChange, ...]
    silent: tuple[BoardChange, ...]


class Fates(NamedTuple):
    """What became of Magic threads; times in seconds, None while nothing was settled; `in_a_week` in percent."""

    total: int
    overturned: int
    answered: int
    declined: int
    heard: int
    nothing: int
    median: int | None
    longest: int | None
    in_a_week: int | None


class Rising(NamedTuple):
    """A thread above the usual of its board: how many times, its recent readers, and where Magic starts (None: withheld or unknown)."""

    thread: Any
    times: float
    recent: int | None
    starts_at: int | None
    curve: tuple[tuple[float, float], ...]


def told(people: int) -> int | None:
    """A number of people, or None when it is not told."""
    return people if people >= FEW else None


def span(found: Mapping[str, Mapping[int, int]], today: int, days: int) -> Span:
    """The figures of so many days up to today, and of the days before."""

    def one(day: int) -> Day:
        posts, threads = found["posts"].get(day, 0), found["threads"].get(day, 0)
        return Day(day, posts, threads, told(found["readers"].get(day, 0)), told(found["writers"].get(day, 0)))

    begin = today - days + 1
    kept = {kind: min(found[kind], default=today) <= begin - days for kind in ("readers", "writers")}
    kinds = frozenset(kind for kind in Day._fields if kept.get(kind, kept["writers"]))
    return Span(tuple(map(one, range(begin, today + 1))), tuple(map(one, range(begin - days, begin))), kinds)


def change(of: Span, kind: str) -> Change:
    """How the whole days of a span compare with the same days before; today is not over and does not count."""
    now = [getattr(one, kind) for one in of.now[:-1]]
    before = [getattr(one, kind) for one in of.before[:-1]]
    average = round(_sum(now) / len(now))
    if None in now and average < FEW:
        return Change(None, None)
    known = kind in of.comparable and any(before)
    return Change(average, round(100 * (_sum(now) - _sum(before)) / _sum(before)) if known else None)


def _sum(values: Sequence[int | None]) -> int:
    """With what is withheld taken as half of FEW, whatever it is."""
    return sum(FEW // 2 if one is None else one for one in values)


def boards(found: Sequence[Any]) -> Boards:
    """From rows (slug, name, now, before)."""
    every = [BoardChange(one.slug, one.name, int(one.now), int(one.before)) for one in found]
    grow = [one for one in every if one.now >= GROWS * one.before and one.now - one.before >= WORTH]
    silent = [one for one in every if one.now * SHRINKS <= one.before and one.before >= WORTH]
    grow.sort(key=lambda one: (one.before - one.now, one.slug))
    silent.sort(key=lambda one: (one.now - one.before, one.slug))
    return Boards(tuple(grow[:SHOWN]), tuple(silent[:SHOWN]))


def fates(found: Sequence[Any], at: int) -> Fates:
    """From rows (magic_at, answer, overturned_at, settled_at). A thread that was only heard still waits."""
    changed = [one for one in found if one.overturned_at is not None]
    rest = [one.answer for one in found if one.overturned_at is None]
    settled = [one for one in found if one.answer not in (None, "heard") and one.settled_at is not None]
    took = [max(0, one.settled_at - one.magic_at) for one in settled]
    soon = sum(1 for one in took if one <= WEEK)
    late = len(took) - soon + sum(1 for one in found if one.answer in (None, "heard") and at - one.magic_at > WEEK)
    return Fates(
        len(found),
        len(changed),
        rest.count("answered") + rest.count("overturned"),
        rest.count("declined"),
        rest.count("heard"),
        rest.count(None),
        round(median(took)) if took else None,
        max(took) if took else None,
        round(100 * soon / (soon + late)) if soon + late else None,
    )


def rising(found: Sequence[Any], without: Container[int] = ()) -> tuple[Rising, ...]:
    """What is read more than usual now, from rows of the query, in their order; threads in `without` are shown elsewhere."""
    made = []
    for one in found:
        now = heat(one.score, one.tau or 0.0)
        times = now / max(one.usual or 0.5, 0.5)
        if times < 1 or one.id in without:
            continue
        recent = told(math.floor(now + 0.5))
        starts = one.starts_at if recent is not None and one.magic_at is None else None
        made.append(Rising(one, times, recent, starts, course(one.curve)))
    return tuple(made[:SHOWN])


def course(curve: str | None) -> tuple[tuple[float, float], ...]:
    """The course of heat as it is kept: (hours since the thread began, recent readers)."""
    return tuple((one[0], one[1]) for one in json.loads(curve or "[]"))
