"""Puts the right thread first: how well the words fit, how much the thread is read, how new it is. Pure; one rule for all backends.

A document's fit is BM25 (Robertson & Zaragoza 2009, k1 and b as there) over its post and, weighing more, its thread's title; what part of
the asked words it holds multiplies it. Readers and recency only tip the scales between texts that fit about as well.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from forum.search import analyser
from forum.search.expression import Asked

K1: Final = 1.2
B: Final = 0.5
USUAL: Final = 80
"""Words of a usual post, by which long ones are told."""
IN_TITLE: Final = 3.0
REPLY: Final = 0.35
"""How much of the title's weight a reply has."""
WHOLE_TITLE: Final = 0.5
PAIR: Final = 0.8
"""For two words that stand together as they were typed."""
OPENING: Final = 0.15
HELD: Final = 1.0
"""The power of the part of the asked words that is there."""
READ: Final = 0.03
RECENT: Final = 0.25
HALF_YEAR: Final = 182 * 86400
RARE: Final = 0.0002
"""The part of all documents that is taken to hold a word too rare to be known."""
MORE: Final = 0.15
"""What the second and third best posts of a thread add to its best one."""
TOGETHER: Final = 0.5
"""What the best posts of a thread together say more than its best one, and how much of it counts."""
FEW: Final = 4
"""So many of them: in a conversation of thousands of posts every word falls some time."""


class Candidate(NamedTuple):
    """A document that matches, with what ranking knows of it."""

    title: str
    words: str
    length: int
    """Of the words; see analyser.length."""
    opening: bool
    """Whether it begins what stands under the title."""
    hits: int
    said_at: int


class Fit(NamedTuple):
    """How well a document answers: its score, what each asked word gave to it, and by what all of that was multiplied."""

    score: float
    parts: tuple[float, ...]
    factor: float


class Asking(NamedTuple):
    """What is asked, weighed: each word's inverse document frequency, log(1 + 1/share), and which words were typed side by side."""

    words: tuple[tuple[Asked, float], ...]
    total: float
    pairs: tuple[tuple[str, float], ...]


def asking(words: Sequence[Asked], typed: Sequence[str], shares: Mapping[str, float]) -> Asking:
    """Weighs what is asked; `typed`: all of it in its order, as it stands in an analysed text."""
    weighed = tuple((one, math.log(1 + 1 / max(RARE, shares.get(one.term, RARE)))) for one in words)
    total = sum(weight for _one, weight in weighed)
    each = total / len(weighed) if weighed else 0.0
    return Asking(weighed, total, tuple((one + two, each) for one, two in pairwise(typed)))


def fits(candidates: Sequence[Candidate], asking: Asking, at: int) -> list[Fit]:
    """How well each candidate answers. There may be thousands: word by word over all of them is faster than text by text."""
    known: dict[str, _Titled] = {}
    titles = [known.get(one.title) or known.setdefault(one.title, _titled(one.title, asking)) for one in candidates]
    texts = [one.words for one in candidates]
    norms = [K1 * (1 - B) + K1 * B / USUAL * one.length for one in candidates]
    headlines = [IN_TITLE if one.opening else IN_TITLE * REPLY for one in candidates]
    given = []
    for number, (asked, weight) in enumerate(asking.words):
        wanted, most = asked.named, weight * (K1 + 1)
        given.append(
            [
                (most * often / (often + norm) if (often := text.count(wanted)) else 0.0)
                + (weight * headline if titled.there[number] else 0.0)
                for text, norm, headline, titled in zip(texts, norms, headlines, titles, strict=True)
            ]
        )
    parts: list[tuple[float, ...]] = list(zip(*given, strict=True)) if given else [()] * len(texts)
    totals = [float(sum(part)) for part in parts]
    for number, (pair, weight) in enumerate(asking.pairs):
        more = PAIR * weight
        totals = [
            total + more if titled.pairs[number] or pair in text else total
            for total, text, titled in zip(totals, texts, titles, strict=True)
        ]
    weights = [weight for _asked, weight in asking.words]
    made = []
    for one, total, part, titled in zip(candidates, totals, parts, titles, strict=True):
        factor = (1 + READ * math.log1p(max(0, one.hits))) * (1 + RECENT * recency(one.said_at, at))
        if one.opening:
            total += titled.whole
            factor *= 1 + OPENING
        if not asking.total:
            made.append(Fit(factor, part, factor))
            continue
        if not all(part):
            total *= (sum(weight for weight, there in zip(weights, part, strict=True) if there) / asking.total) ** HELD
        made.append(Fit(total * factor, part, factor))
    return made


def fit(one: Candidate, asking: Asking, at: int) -> Fit:
    """How well a candidate answers."""
    return fits([one], asking, at)[0]


class _Titled(NamedTuple):
    """Which asked words and pairs stand in a title, and what it gives to its opening post that it holds them all."""

    there: tuple[bool, ...]
    pairs: tuple[bool, ...]
    whole: float


def _titled(title: str, asking: Asking) -> _Titled:
    there = tuple([asked.named in title for asked, _weight in asking.words])
    whole = (
        WHOLE_TITLE * asking.total * min(1.0, len(there) / max(1, analyser.length(title)))
        if there and all(there)
        else 0.0
    )
    return _Titled(there, tuple([pair in title for pair, _weight in asking.pairs]), whole)


def recency(said_at: int, at: int) -> float:
    """1 for now, a half after half a year, and so on; nothing is ever worth nothing."""
    return float(HALF_YEAR / (HALF_YEAR + max(0, at - said_at)))


def of_thread(fits: Sequence[Fit], asking: Asking) -> float:
    """A thread's score from its posts', best first: the best, a little of the two that follow, and what they say together."""
    best = fits[0]
    if len(fits) == 1:
        return best.score
    together = tuple(map(max, zip(*(one.parts for one in fits[:FEW]), strict=True)))
    held = sum(weight for (_one, weight), part in zip(asking.words, together, strict=True) if part)
    whole = sum(together) * (held / asking.total) ** HELD * best.factor if asking.total else 0.0
    return best.score + MORE * sum(one.score for one in fits[1:3]) + TOGETHER * max(0.0, whole - best.score)
