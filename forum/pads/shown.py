"""Notes as pages show them: in a hand of their own, which comes from the note's random id and from nothing about its writer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from forum.markup.language import language

PENS: Final = ("blue", "black", "grey", "green", "caps", "blue", "black", "grey")
EASTERN: Final = ("blue", "black", "grey", "green")
"""Capitals mean nothing to scripts that have none."""


class Shown(NamedTuple):
    """A note on a page. `week` as 47; `body` None: taken back."""

    id: str
    body: str | None
    lang: str | None
    pen: str
    pluses: int
    paper: bool
    week: int
    answers: tuple[tuple[str, str, str | None], ...]
    """(role, text, language)."""


@lru_cache(maxsize=4096)
def tongue(text: str) -> str | None:
    """The language of a text that needs its own type."""
    return language(text)


def pen(note: str, lang: str | None) -> str:
    """The pen a note is written with."""
    number = int(note[:4], 16)
    return EASTERN[number % len(EASTERN)] if lang else PENS[number % len(PENS)]


def shown(notes: Sequence[Any], answers: Mapping[str, Sequence[Any]]) -> list[Shown]:
    """Rows of notes and what was said to them, ready to be shown."""
    made = []
    for one in notes:
        lang = tongue(one.body) if one.body else None
        said = tuple((each.role, each.text, tongue(each.text)) for each in answers.get(one.id, ()))
        made.append(Shown(one.id, one.body, lang, pen(one.id, lang), one.pluses, one.paper, int(one.week[6:]), said))
    return made
