"""What figures say, without database and page: comparisons, the rule of five, tallies, cells that are no formulas."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from forum.trends import figures, table

PEOPLE = st.dictionaries(st.integers(80, 100), st.integers(0, 12))


def found(**kinds: dict[int, int]) -> dict[str, dict[int, int]]:
    return {"posts": {}, "threads": {}, "readers": {}, "writers": {}} | kinds


@given(PEOPLE, PEOPLE)
def test_fewer_than_five_are_never_told(readers: dict[int, int], writers: dict[int, int]) -> None:
    of = figures.span(found(readers=readers, writers=writers), 100, 7)
    for day in (*of.now, *of.before):
        assert day.readers == (readers.get(day.day, 0) if readers.get(day.day, 0) >= 5 else None)
        assert day.writers == (writers.get(day.day, 0) if writers.get(day.day, 0) >= 5 else None)


@given(PEOPLE, st.integers(94, 99), st.integers(0, 4), st.integers(0, 4))
def test_no_sum_tells_what_is_withheld(readers: dict[int, int], day: int, few: int, other: int) -> None:
    one, two = ({**readers, day: number} for number in (few, other))
    changes = [figures.change(figures.span(found(readers=each), 100, 7), "readers") for each in (one, two)]
    assert changes[0] == changes[1]
    sheets = [table.written(figures.span(found(readers=each), 100, 7), []) for each in (one, two)]
    assert sheets[0] == sheets[1]


def test_whole_days_are_compared_weekday_with_weekday() -> None:
    posts = dict.fromkeys(range(87, 94), 10) | dict.fromkeys(range(94, 100), 15) | {100: 900, 93: 500}
    of = figures.span(found(posts=posts, writers={87: 0}), 100, 7)
    assert [one.day for one in of.now] == list(range(94, 101))
    assert [one.day for one in of.before] == list(range(87, 94))
    assert figures.change(of, "posts") == (15, 50), "neither today nor its weekday counts"
    young = figures.span(found(posts=posts, writers={88: 0}), 100, 7)
    assert figures.change(young, "posts") == (15, None), "there was no forum yet when the time before began"
    assert figures.change(figures.span(found(), 100, 28), "posts") == (0, None)
    assert figures.change(figures.span(found(), 100, 28), "readers") == (None, None)


def board(slug: str, now: int, before: int) -> Any:
    return SimpleNamespace(slug=slug, name=slug.title(), now=now, before=before)


def test_boards_grow_and_fall_silent() -> None:
    every = [
        board("new", 8, 0),
        board("twice", 40, 20),
        board("same", 30, 28),
        board("gone", 0, 12),
        board("less", 5, 16),
        board("tiny", 2, 0),
        board("hardly", 0, 2),
    ]
    of = figures.boards(every)
    assert [one.slug for one in of.grow] == ["twice", "new"]
    assert [one.slug for one in of.silent] == ["gone", "less"]


def fate(
    magic_at: int, answer: str | None = None, settled_at: int | None = None, overturned_at: int | None = None
) -> Any:
    return SimpleNamespace(magic_at=magic_at, answer=answer, settled_at=settled_at, overturned_at=overturned_at)


def test_what_became_of_magic() -> None:
    day = 86400
    every = [
        fate(100 * day, "overturned", 101 * day, 101 * day),
        fate(100 * day, "answered", 103 * day, 102 * day),  # changed first, explained later
        fate(100 * day, "declined", 109 * day),
        fate(100 * day, "answered", 99 * day),  # answered before it became Magic
        fate(100 * day, "heard"),
        fate(118 * day, None),
    ]
    of = figures.fates(every, 120 * day)
    assert of[:6] == (6, 2, 1, 1, 1, 1)
    assert (of.median, of.longest) == (2 * day, 9 * day)
    assert of.in_a_week == 60, "three of the five that had their week"
    assert figures.fates([], 0) == (0, 0, 0, 0, 0, 0, None, None, None)


def test_what_rises_is_above_the_usual_and_not_shown_twice() -> None:
    def warm(id: int, score: float | None, magic_at: int | None = None) -> Any:
        return SimpleNamespace(
            id=id, score=score, tau=24.0, usual=4.0, starts_at=40, magic_at=magic_at, curve="[[0, 1.5], [2, 9]]"
        )

    of = figures.rising([warm(1, 5.0), warm(2, 4.0, 7), warm(3, 3.0), warm(4, 2.5), warm(5, None)], [2])
    assert [(one.thread.id, one.times, one.recent, one.starts_at) for one in of] == [
        (1, 4.0, 16, 40),
        (3, 1.0, None, None),
    ]
    assert of[0].curve == ((0, 1.5), (2, 9))


@given(st.lists(st.text(max_size=12), max_size=6))
def test_no_cell_becomes_a_formula(names: list[str]) -> None:
    every = [SimpleNamespace(name=name, now=1, before=2) for name in names]
    text = table.written(figures.span(found(), 100, 7), every)
    assert text.startswith("\ufeffwhat,day,board,posts,")
    lines = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert all(not cell.lstrip().startswith(("=", "+", "-", "@")) for line in lines for cell in line)
    assert [line[2].removeprefix("'") for line in lines[8:]] == [name.removeprefix("'") for name in names]
    assert {len(line) for line in lines} == {10}
