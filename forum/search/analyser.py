"""Turns any text into the terms by which it is found: one analyser for every backend, so that all find the same. Pure.

Latin and other spaced scripts: words, accents folded, English stems (Porter2). Chinese, Japanese, Korean and other scripts written
without spaces: runs, found by any two neighbouring characters and by each single one. Full and half width are the same (NFKC).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

import snowballstemmer

from forum.core.scripts import MARKS, RUN, TOKEN, plain

VERSION: Final = 3
"""Of what this module makes of a text: another number, and the index is built anew."""
LONGEST: Final = 64
"""Characters of a word that count; the rest is not looked at, when writing or when asking."""
_NOT_WORD: Final = re.compile(rf"[^\w{MARKS}]|_")
_stemmer: Final = snowballstemmer.stemmer("english")
_stemming: Final = threading.Lock()
"""A stemmer keeps its word in itself, and a web process has several threads."""
_COMMON: Final = """
a about after all also am an and any are as at be been but by can could did do does for from get got had has have he her his how
i if in into is it its just me more most my no not of on one or our out she should so some than that the their them then there these
they this to too up us was we were what when where which who why will with would you your
"""
COMMON: Final = frozenset(_COMMON.split())
"""English words that say little: asked for only when nothing else is, or inside quotation marks."""
_FREQUENT: Final = """
again another back because before being call come day did different down each even every find first give go good great hand here
home house into know large last let like line little live long look made make man many may men might much must name need never new
number off old only other own part people place put read right said same say see small sound still such take tell thing think three
through time today together turn two under until up use used very want water way week well went where while without word work
world write year yes yet
"""


PAIR: Final = "2:"
"""Before two frequent words that stand side by side, by which a phrase of nothing but such words is found quickly."""


class Piece(NamedTuple):
    """A word or a run of a text: as it is indexed, and where it stands. `run`: written without spaces."""

    term: str
    start: int
    end: int
    run: bool


_OTHERWISE: Final = {
    "quite": "quite",
    "elevator": "elevator",
    "elevators": "elevator",
    "university": "university",
    "universities": "university",
    "universal": "universal",
    "news": "news",
    "organ": "organ",
    "organs": "organ",
    "organic": "organic",
}
"""English words that the stemmer would make one with words of another meaning: quit, elevation, universe, new, organisation."""


@lru_cache(maxsize=1 << 16)
def folded(word: str) -> str:
    """A word without case, accents and width; not stemmed. Empty when nothing of it can be looked for."""
    return _NOT_WORD.sub("", plain(word))[:LONGEST]


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The term of one word: folded, and an English one without its ending."""
    whole = folded(word)
    bare = whole.removesuffix("s") if word[-2:] in ("'s", "’s") else whole
    if bare in _OTHERWISE:
        return _OTHERWISE[bare]
    if not (bare.isascii() and bare.isalpha()):
        return bare
    with _stemming:
        return str(_stemmer.stemWord(bare))


@lru_cache(maxsize=1 << 14)
def _run(text: str) -> str:
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())


FREQUENT: Final = frozenset(map(stem, (*COMMON, *_FREQUENT.split())))
"""Terms of words that stand in a good part of all English texts."""


def pieces(text: str) -> Iterator[Piece]:
    """The words and runs of a text in their order."""
    for found in TOKEN.finditer(text):
        raw = found[0]
        run = RUN.match(raw) is not None
        term = _run(raw) if run else stem(raw)
        if term:
            yield Piece(term, found.start(), found.end(), run)


def analysed(text: str) -> str:
    """The text as it is kept for ranking and phrases: words in brackets, runs as they are, a space between two runs.

    A phrase stands in a text when its analysed form stands in the text's.
    """
    made: list[str] = []
    after_run = False
    for raw in TOKEN.findall(text):
        run = RUN.match(raw) is not None
        term = _run(raw) if run else stem(raw)
        if not term:
            continue
        if run:
            made.append(f" {term}" if after_run else term)
        else:
            made.append(f"[{term}]")
        after_run = run
    return "".join(made)


_KEPT: Final = re.compile(r"\[([^\]]+)\]|([^\[\] ]+)")


def terms(kept: str) -> set[str]:
    """What an analysed text is found by: its words, each character of its runs, each two that stand together; pairs of frequent words."""
    found: set[str] = set()
    before = ""
    for word, run in _KEPT.findall(kept):
        if word:
            found.add(word)
            if before in FREQUENT and word in FREQUENT:
                found.add(f"{PAIR}{before}:{word}")
        else:
            found.update(run)
            found.update(map("".join, pairwise(run)))
        before = word
    return found


def length(kept: str) -> int:
    """How long an analysed text is, in words; two characters of a run count as one."""
    words = kept.count("[")
    if kept.isascii():
        return words  # a run never is
    return words + (len(kept) - sum(map(len, _WORDS.findall(kept)))) // 2


_WORDS: Final = re.compile(r"\[[^\]]+\]")


def named(term: str, run: bool) -> str:
    """How a term stands in an analysed text, for counting it there."""
    return term if run else f"[{term}]"
