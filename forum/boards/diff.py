"""Word-level difference of two texts, bounded in time. Pure: no database, no Flask, no HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import Match, SequenceMatcher
from itertools import accumulate
from typing import Literal, NamedTuple

WORDS = re.compile(
    r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]|[^\W\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]+|\n+|[^\S\n]+|[^\w\s]"
)
FINE = 1_500
"""Up to so many words on either side a stretch is compared word by word; a longer one line by line first."""
WORK = 3_000_000
"""So many pairs of equal units are looked at for one difference, some tenths of a second; what is left then counts as
replaced. Without a bound a page of one repeated line takes minutes: SequenceMatcher's worst case is cubic."""


class _Matcher(SequenceMatcher[str]):
    """Finds matches as long as the difference has work left."""

    b2j: dict[str, list[int]]

    def __init__(self, a: Sequence[str], b: Sequence[str], left: list[int], *, autojunk: bool = False) -> None:
        super().__init__(None, a, b, autojunk=autojunk)
        self._costs = [0, *accumulate(1 + len(self.b2j.get(one, ())) for one in a)]
        self._left = left

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        self._left[0] -= self._costs[-1 if ahi is None else ahi] - self._costs[alo]
        return super().find_longest_match(alo, ahi, blo, bhi) if self._left[0] >= 0 else Match(alo, blo, 0)


class Piece(NamedTuple):
    """A stretch of text that stayed, came or went."""

    kind: Literal["same", "added", "gone"]
    text: str


def words(text: str) -> list[str]:
    """The units that are compared: words, single Han, kana or Hangul characters, spaces, signs; joined they are the text."""
    return WORDS.findall(text)


def difference(old: str, new: str) -> list[Piece]:
    """What changed from `old` to `new`: pieces whose same+gone texts give `old` and same+added give `new`."""
    pieces: list[Piece] = []
    before, after = words(old), words(new)
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    _add(pieces, "same", "".join(before[:head]))
    _compare(pieces, before[head : len(before) - tail], after[head : len(after) - tail], [WORK])
    _add(pieces, "same", "".join(before[len(before) - tail :]) if tail else "")
    return pieces


def _compare(pieces: list[Piece], before: list[str], after: list[str], left: list[int]) -> None:
    if not before or not after:
        _add(pieces, "gone", "".join(before))
        _add(pieces, "added", "".join(after))
    elif max(len(before), len(after)) <= FINE:
        _match(pieces, before, after, left)
    else:
        old, new = _lines(before), _lines(after)
        if max(len(old), len(new)) > FINE:
            _add(pieces, "gone", "".join(before))
            _add(pieces, "added", "".join(after))
        else:
            for kind, a1, a2, b1, b2 in _Matcher(old, new, left).get_opcodes():
                if kind == "equal":
                    _add(pieces, "same", "".join(old[a1:a2]))
                    continue
                inner, outer = words("".join(old[a1:a2])), words("".join(new[b1:b2]))
                if max(len(inner), len(outer)) <= FINE:
                    _match(pieces, inner, outer, left)
                else:
                    _add(pieces, "gone", "".join(inner))
                    _add(pieces, "added", "".join(outer))


def _match(pieces: list[Piece], before: list[str], after: list[str], left: list[int]) -> None:
    for kind, a1, a2, b1, b2 in _Matcher(before, after, left, autojunk=len(before) > 400).get_opcodes():
        if kind == "equal":
            _add(pieces, "same", "".join(before[a1:a2]))
        else:
            _add(pieces, "gone", "".join(before[a1:a2]))
            _add(pieces, "added", "".join(after[b1:b2]))


def _lines(parts: list[str]) -> list[str]:
    return re.findall(r"[^\n]*\n+|[^\n]+", "".join(parts))


def _add(pieces: list[Piece], kind: Literal["same", "added", "gone"], text: str) -> None:
    if not text:
        return
    if pieces and pieces[-1].kind == kind:
        pieces[-1] = Piece(kind, pieces[-1].text + text)
    else:
        pieces.append(Piece(kind, text))
