"""What a poll may be: every limit once. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from forum.boards.rules import TITLE_MAX
from forum.core.errors import N_, Invalid
from forum.core.words import SPACES, lines, one_line

CHOICES_MIN: Final = 2
CHOICES_MAX: Final = 10
CHOICE_MAX: Final = 100
DAYS: Final = 7
"""How long a poll is open unless its author says otherwise."""
DAYS_MAX: Final = 365
_TURNING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of what stands beside them."""
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def question(text: str) -> str | None:
    """The question on one line; None when there is none: the thread's title stands for it. Raises Invalid."""
    clean = one_line("question", text, TITLE_MAX)
    return clean if clean.strip(SPACES) else None


def choices(text: str) -> list[str]:
    """The choices, one a line; empty lines do not count. Raises Invalid."""
    found = [one for one in lines(text).split("\n") if one.strip(SPACES)]
    if len(found) < CHOICES_MIN:
        raise Invalid("choices", N_("A poll needs at least two choices, one a line."))
    if len(found) > CHOICES_MAX:
        raise Invalid(
            "choices",
            N_("These are %(many)s choices; a poll holds %(most)s. Which could stand together?"),
            many=len(found),
            most=CHOICES_MAX,
        )
    clean = []
    for number, one in enumerate(found, 1):
        if len(" ".join(one.split())) > CHOICE_MAX:
            raise Invalid(
                "choices",
                N_("Line %(number)s is longer than the %(most)s characters that fit."),
                number=number,
                most=CHOICE_MAX,
            )
        clean.append(one_line("choices", _TURNING.sub("", one), CHOICE_MAX))
    if not all(map(_alike, clean)):
        raise Invalid("choices", N_("One of the choices has nothing in it that can be seen."))
    if len(set(map(_alike, clean))) < len(clean):
        raise Invalid("choices", N_("One of the choices stands there twice."))
    return clean


def end(text: str, at: int, zone: tzinfo) -> int:
    """The moment at which the named day is over ("2026-11-29", in this time zone), in Unix seconds. Raises Invalid."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise Invalid("until", N_("Name the last day, like 2026-11-29."))
    today = datetime.fromtimestamp(at, zone).date()
    if day < today:
        raise Invalid("until", N_("That day is over. The last day can be today, or later."))
    if day > today + timedelta(days=DAYS_MAX):
        raise Invalid("until", N_("A poll is open for a year at most."))
    after = day + timedelta(days=1)
    return int(datetime(after.year, after.month, after.day, tzinfo=zone).timestamp())


def stamp(words: list[str], *, several: bool) -> str:
    """Names the choices in their order, so that a vote can say which it was for."""
    return hashlib.sha256("\n".join([str(several), *words]).encode()).hexdigest()[:16]


def _alike(words: str) -> str:
    """What a reader sees of it: without what is invisible, however its letters are composed."""
    plain = unicodedata.normalize("NFKC", words).casefold()
    return "".join(one for one in plain if unicodedata.category(one) != "Cf")


def chosen(values: list[str]) -> list[int]:
    """The numbers of the choices that a form brought; 0 stands for what is no choice of any poll."""
    return [int(one) if one.isascii() and one.isdigit() and len(one) < 3 else 0 for one in values]


def mask(numbers: list[int]) -> int:
    """How a vote is kept: the sum of 2 ** number."""
    return sum(1 << one for one in set(numbers))


def numbers(mask: int) -> set[int]:
    """The choices of a vote as it is kept."""
    return {one for one in range(1, CHOICES_MAX + 1) if mask >> one & 1}
