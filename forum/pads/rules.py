"""What doors, topics and notes may be: every limit once, for pages, commands and later the API. Pure."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from forum.core.errors import N_, Invalid
from forum.core.words import SPACES, keepable, lines, one_line
from forum.pads.rotation import RHYTHMS

NOTE_MAX: Final = 500
ANSWER_MAX: Final = 1000
QUESTION_MAX: Final = 120
INTRO_MAX: Final = 300
DOOR_NAME_MAX: Final = 60
PLACE_MAX: Final = 100
EVERY_MAX: Final = 90
PAPER_MOST: Final = 60
"""Notes HR types in at once."""
FULL: Final = 60
"""Published notes after which a sheet is torn off and a fresh one with the same question is hung."""
PAGE: Final = 30
"""Notes on one page of a sheet."""
FEW: Final = 5
"""Fewer notes than this are not broken down further."""
MOODS: Final = ("light", "serious")
SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
TAKEN: Final = ("slip", "notes", "topics", "print", "new", "all", "how")
"""Addresses under /pads that are no doors."""


def note(text: str) -> str:
    """A note: 1-500 characters of plain text, line breaks kept. Raises Invalid."""
    clean = _plain("body", text)
    if not clean.strip(SPACES):
        raise Invalid("body", N_("There is nothing here yet. One word is enough."))
    if len(clean) > NOTE_MAX:
        raise Invalid(
            "body",
            N_("That is %(over)s characters more than the %(most)s a note can hold. Nothing is lost: make it shorter."),
            over=len(clean) - NOTE_MAX,
            most=NOTE_MAX,
        )
    return clean


def paper_notes(text: str) -> list[str]:
    """Notes typed in from paper: one a paragraph. Raises Invalid."""
    found = [one.strip("\n") for one in re.split(r"\n[ \t]*\n", _plain("body", text)) if one.strip(SPACES)]
    if not found:
        raise Invalid("body", N_("There is nothing here yet. Type each note as a paragraph of its own."))
    for number, one in enumerate(found, 1):
        if len(one) > NOTE_MAX:
            raise Invalid(
                "body",
                N_("Note %(number)s has %(over)s characters more than the %(most)s that fit. It begins: %(words)s"),
                number=number,
                over=len(one) - NOTE_MAX,
                most=NOTE_MAX,
                words=one[:40],
            )
    if len(found) > PAPER_MOST:
        raise Invalid(
            "body",
            N_("That are %(number)s notes; at most %(most)s at a time, please."),
            number=len(found),
            most=PAPER_MOST,
        )
    return found


def answer(text: str) -> str:
    """What HR or management says to a note. Raises Invalid."""
    clean = _plain("text", text)
    if not clean.strip(SPACES):
        raise Invalid("text", N_("There is nothing here yet. Write an answer first."))
    if len(clean) > ANSWER_MAX:
        raise Invalid(
            "text",
            N_("That is %(over)s characters more than the %(most)s that fit."),
            over=len(clean) - ANSWER_MAX,
            most=ANSWER_MAX,
        )
    return clean


def question(text: str) -> str:
    """A topic's question on one line. Raises Invalid."""
    clean = one_line("question", text, QUESTION_MAX)
    if not clean.strip(SPACES):
        raise Invalid("question", N_("A topic needs a question."))
    return clean


def intro(text: str) -> str:
    """A line or two under the question; may be empty. Raises Invalid."""
    return one_line("intro", text, INTRO_MAX)


def door_name(text: str) -> str:
    """A door's name on one line. Raises Invalid."""
    clean = one_line("name", text, DOOR_NAME_MAX)
    if not clean.strip(SPACES):
        raise Invalid("name", N_("A door needs a name people know it by."))
    return clean


def place(text: str) -> str:
    """Where the door is; may be empty. Raises Invalid."""
    return one_line("place", text, PLACE_MAX)


def slug(text: str) -> str:
    """A door's address: 1-32 of a-z 0-9 and hyphen. It never changes. Raises Invalid."""
    clean = text.strip().lower()
    if not SLUG.fullmatch(clean):
        raise Invalid("slug", N_("The address takes a–z, 0–9 and hyphens, up to 32 characters: 3-left, for example."))
    if clean in TAKEN:
        raise Invalid("slug", N_("This address is taken by the pads themselves. Please choose another."))
    return clean


def rhythm(text: str) -> str:
    """weekly, days or hand. Raises Invalid."""
    if text not in RHYTHMS:
        raise Invalid("rhythm", N_("Please choose how often the question changes."))
    return text


def every(text: str) -> int:
    """A number of days. Raises Invalid."""
    if not text.isascii() or not text.isdigit() or len(text) > 4 or not 1 <= int(text) <= EVERY_MAX:
        raise Invalid("every", N_("A whole number of days from 1 to %(most)s, please."), most=EVERY_MAX)
    return int(text)


def mood(text: str) -> str:
    """light or serious. Raises Invalid."""
    if text not in MOODS:
        raise Invalid("mood", N_("Please choose light or serious."))
    return text


def day(field: str, text: str) -> str | None:
    """A date as 2026-11-23, or None for nothing. Raises Invalid."""
    clean = text.strip()
    if not clean:
        return None
    try:
        found = date.fromisoformat(clean)
    except ValueError:
        found = None
    if found is None or found.isoformat() != clean or not 2000 <= found.year <= 2999:
        raise Invalid(field, N_("Please give a date such as 2026-12-24."))
    return clean


def _plain(field: str, text: str) -> str:
    clean = keepable(field, lines(text)).strip("\n")
    if any((ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160 for c in clean):
        raise Invalid(field, N_("The text holds a control character. Please type it anew."))
    return clean
