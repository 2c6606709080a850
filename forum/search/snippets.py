"""Cuts the telling part out of a text and marks what was looked for. Pure; writes no HTML."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from forum.search.analyser import Piece, pieces, terms

WIDTH: Final = 220
READ: Final = 20_000
"""Characters of a post that are looked through."""
_SPACES: Final = re.compile(r"\s+")


class Part(NamedTuple):
    """A part of a text, marked or not."""

    text: str
    marked: bool


def marked(text: str, asked: Collection[str]) -> list[Part]:
    """The whole text with what was asked for marked. `asked`: terms; two characters of a run are one."""
    return _cut(text, 0, len(text), _spots(text, asked))


def snippet(text: str, asked: Collection[str], width: int = WIDTH) -> list[Part]:
    """About `width` characters where most of what was asked for stands together; the beginning where nothing does."""
    plain = _SPACES.sub(" ", text[:READ]).strip()
    spots = _spots(plain, asked)
    begin = _best(plain, spots, width)
    end = min(len(plain), begin + width)
    while end < len(plain) and end < begin + width + 20 and plain[end].isalnum() and plain[end].isascii():
        end += 1
    parts = _cut(plain, begin, end, spots)
    if begin:
        parts.insert(0, Part("…\u00a0", False))
    if end < len(plain) or len(text) > READ:
        parts.append(Part("\u00a0…", False))
    return parts


class _Spot(NamedTuple):
    start: int
    end: int
    term: str


def _spots(text: str, asked: Collection[str]) -> list[_Spot]:
    return [spot for one in pieces(text) for spot in (_in_run(one, asked) if one.run else _word(one, asked))]


def _word(one: Piece, asked: Collection[str]) -> list[_Spot]:
    return [_Spot(one.start, one.end, one.term)] if one.term in asked else []


def _in_run(one: Piece, asked: Collection[str]) -> list[_Spot]:
    """Places inside a run; where its width was folded (half-width letters), the whole run."""
    if len(one.term) != one.end - one.start:
        held = sorted(terms(one.term).intersection(asked))
        return [_Spot(one.start, one.end, held[0])] if held else []
    found = []
    for at in range(len(one.term)):
        for size in (2, 1):
            term = one.term[at : at + size]
            if len(term) == size and term in asked:
                found.append(_Spot(one.start + at, one.start + at + size, term))
                break
    return found


def _best(text: str, spots: Sequence[_Spot], width: int) -> int:
    """Where the window begins that holds most different terms, then most of them; a little before the first one."""
    if not spots or len(text) <= width:
        return 0
    best, most = spots[0].start, (0, 0)
    last = 0
    for first, spot in enumerate(spots):
        last = max(last, first)
        while last < len(spots) and spots[last].end <= spot.start + width * 4 // 5:
            last += 1
        inside = spots[first:last][:40]
        worth = (len({one.term for one in inside}), len(inside))
        if worth > most:
            best, most = spot.start, worth
    begin = max(0, best - width // 5)
    if begin and (space := text.find(" ", begin, best)) >= 0:
        begin = space + 1
    return min(begin, max(0, len(text) - width)) if begin else 0


def _cut(text: str, begin: int, end: int, spots: Sequence[_Spot]) -> list[Part]:
    parts: list[Part] = []
    at = begin
    for spot in spots:
        start, stop = max(spot.start, at), min(spot.end, end)
        if spot.start < begin or start >= stop:
            if parts and parts[-1].marked and start < stop:
                parts[-1] = Part(parts[-1].text + text[at:stop], True)
                at = stop
            continue
        if start > at:
            parts.append(Part(text[at:start], False))
        if parts and parts[-1].marked and start == at:
            parts[-1] = Part(parts[-1].text + text[start:stop], True)
        else:
            parts.append(Part(text[start:stop], True))
        at = stop
    if at < end:
        parts.append(Part(text[at:end], False))
    return parts
