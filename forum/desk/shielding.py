"""Whether a muted word stands in a text: case, accents and width aside, whole words where a script has spaces. Pure; takes nothing away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from forum.core.errors import N_, Invalid
from forum.core.scripts import RUN, TOKEN, plain
from forum.core.words import one_line

MOST: Final = 100
"""Words or phrases of one person."""
LONGEST: Final = 50
"""Characters of one of them."""
_ASCII: Final = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
"""What TOKEN finds in folded ASCII, some times faster."""


def listed(words: str | None) -> list[str]:
    """The muted words of a person as they are kept, one a line, in the order in which they came."""
    return words.split("\n") if words else []


def with_word(words: Sequence[str], text: str) -> list[str]:
    """The list with one more; the same word again changes nothing. Raises Invalid."""
    word = one_line("word", text, LONGEST)
    if not _spelled(word):
        raise Invalid("word", N_("Write a word or a phrase, with at least one letter or figure in it."))
    if _spelled(word) in map(_spelled, words):
        return list(words)
    if len(words) >= MOST:
        raise Invalid("word", N_("You have muted %(most)s words, which is all that fit. Unmute one first."), most=MOST)
    return [*words, word]


def found(words: str, text: str) -> str:
    """The first of these words, one a line, that stands in the text, as it was muted; "" when none does."""
    if not words:
        return ""
    spelled = f" {_spelled(text)} "
    return next((word for looked_for, word in _looked_for(words) if looked_for in spelled), "")


@lru_cache(maxsize=500)
def _looked_for(words: str) -> tuple[tuple[str, str], ...]:
    """What each word looks like in a spelled text: a space stands where it must begin or end."""
    made = []
    for word in words.split("\n"):
        spelled = _spelled(word)
        before = "" if RUN.match(spelled[0]) else " "
        after = "" if RUN.match(spelled[-1]) else " "
        made.append((before + spelled + after, word))
    return tuple(made)


def _spelled(text: str) -> str:
    """The words and runs of a text with a space between any two: what a word and a text are compared in."""
    bare = plain(text)
    tokens = (_ASCII if bare.isascii() else TOKEN).findall(bare)
    return " ".join(tokens).replace("’", "'").replace("'s ", " ").removesuffix("'s")
