"""How a backend tells what matches, part by part, and how the numbers of documents are cut into windows. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sized
from typing import Any, Final, NamedTuple

SIZE: Final = 16_384
"""Documents of the smallest window; PostgreSQL's index knows windows of this size by a term."""
GROWS: Final = 2
AMPLE: Final = 1.25
"""A window should hold so many times what is missing."""
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


class Sought(NamedTuple):
    """What a search is after: `most` of the documents up to number `top`, of which about the part `share` matches.

    `compared`: each that may match costs a look at its text, so that windows are small; `found`: what there is so far, which grows
    while the windows are gone through.
    """

    top: int
    share: float
    most: int
    found: Sized
    compared: bool = False


def windows(sought: Sought) -> Iterator[tuple[int, int]]:
    """(from, to), the first not included, to the last number, the newest first: each as large as what was found so far lets expect."""
    top, share = sought.top, sought.share
    size = 2 * SIZE
    if not sought.compared:
        size = top if share * top <= ENOUGH else max(size, int(AMPLE * sought.most / share))
    high = top
    while high > 0:
        low = max(0, (high - 1) // SIZE * SIZE - (size - SIZE)) if size < top else 0
        yield low, high
        many, missing = len(sought.found), sought.most - len(sought.found)
        needed = int(AMPLE * missing * (top - low) / many) if many else top
        high, size = low, max(SIZE, min(GROWS * size, needed))
