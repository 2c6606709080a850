"""How a backend tells what matches, part by part, and how the numbers of documents are cut into windows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

SIZE: Final = 16_384
"""Documents of the smallest window; PostgreSQL's index knows windows of this size by a term."""
GROWS: Final = 2
WANTED: Final = 2_500
"""Matches that one window should hold: a few more than are looked at."""
ENOUGH: Final = 4_000
"""With so few matches to be expected in all, there is one window."""


class Within(NamedTuple):
    """Of a statement over a slot's documents: what tells their numbers, and what must hold.

    It is the same for all searches, so that it is compiled once; what differs are the values of its parameters.
    """

    source: Any
    number: Any
    condition: Any
    ordered: bool
    """Whether it can tell the highest numbers first; else all of the part is read, and put in order then."""
    chosen_first: bool = False
    """Whether the numbers are chosen alone, before anything is joined: for a database that would else join all before it cuts."""


class Part(NamedTuple):
    """Some of the documents that match. `within`: a function of the slot; `values` for the parameters of what it returns."""

    within: Callable[[str], Within]
    values: dict[str, object]


def windows(top: int, share: float, *, compared: bool = False) -> Iterator[tuple[int, int]]:
    """(from, to), the first not included, to the last number `top`, the newest first and each larger than the one before.

    `share` is the part of documents that is expected to match; `compared`: each costs a look at its text, so that windows are small.
    """
    size = 2 * SIZE
    if not compared:
        size = top if share * top <= ENOUGH else max(size, int(WANTED / share))
    high = top
    while high > 0:
        low = max(0, (high - 1) // SIZE * SIZE - (size - SIZE)) if size < top else 0
        yield low, high
        high, size = low, size * GROWS
