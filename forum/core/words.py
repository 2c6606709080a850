"""What any text that people send may be: can be kept, shows something, stays on a line. Pure; the limits are the slices' own."""

from __future__ import annotations

import unicodedata

from forum.core.errors import N_, Invalid

SPACES = (
    "".join(
        c
        for c in map(chr, (*range(0x3001), 0xFEFF, *range(0xE0000, 0xE0080)))
        if c.isspace() or unicodedata.category(c) in ("Cc", "Cf")
    )
    + "\u115f\u1160\u2800\u3164\uffa0"
)
"""What shows nothing by itself: white space, marks of direction and the like."""


def keepable(field: str, text: str) -> str:
    """The text as it is; refuses what no database keeps. Raises Invalid."""
    if "\x00" in text:
        raise Invalid(
            field, N_("The text holds a NUL character, which cannot be kept. It usually comes from a copied file.")
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Invalid(field, N_("The text holds half a character, which cannot be kept.")) from error
    return text


def one_line(field: str, text: str, most: int) -> str:
    """The text on one line of at most `most` characters, white space folded. Raises Invalid."""
    clean = keepable(field, " ".join(text.split()))
    if any(unicodedata.category(c) == "Cc" for c in clean):
        raise Invalid(field, N_("This line holds a control character. Please type it anew."))
    if len(clean) > most:
        raise Invalid(
            field,
            N_("That is %(over)s characters longer than the %(most)s that fit."),
            over=len(clean) - most,
            most=most,
        )
    return clean


def lines(text: str) -> str:
    """The text with its line ends as LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
