"""Cuts the numbers of documents into windows, the newest first and each larger than the one before. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

SIZE: Final = 16_384
"""Documents of the smallest window; PostgreSQL's index knows windows of this size by a term."""
GROWS: Final = 3
ENOUGH: Final = 4_000
"""With so few matches to be expected in all, there is one window."""


def windows(top: int, share: float) -> Iterator[tuple[int, int]]:
    """(from, to), the first not included, to the last number `top`; `share` is the part of documents that is expected to match."""
    high, size = top, SIZE
    if share * top <= ENOUGH:
        size = top
    while high > 0:
        low = max(0, (high - 1) // SIZE * SIZE - (size - SIZE)) if size < top else 0
        yield low, high
        high, size = low, size * GROWS
