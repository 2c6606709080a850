"""What titles, bodies and boards may be: every limit once, for pages, imports and later the API. Pure."""

from __future__ import annotations

import re
import unicodedata

from forum.core.errors import N_, Invalid

TITLE_MAX = 200
BODY_MAX = 40_000
BOARD_NAME_MAX = 60
BOARD_DESCRIPTION_MAX = 300
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
POSTS_A_MINUTE = 20
POSTS_AN_HOUR = 100
PAGE = 20
"""Posts of a thread, and threads of a list, on one page."""
LIST_PAGES = 500
SPACES = (
    "".join(
        c
        for c in map(chr, (*range(0x3001), 0xFEFF, *range(0xE0000, 0xE0080)))
        if c.isspace() or unicodedata.category(c) in ("Cc", "Cf")
    )
    + "\u115f\u1160\u2800\u3164\uffa0"
)
"""What shows nothing by itself: white space, marks of direction and the like."""


def body(text: str) -> str:
    """The words as written, line ends as LF; refuses nothing but emptiness, excess and what cannot be kept."""
    clean = _keepable("body", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not clean.strip(SPACES):
        raise Invalid("body", N_("There is nothing here yet. Write something first."))
    if len(clean) > BODY_MAX:
        raise Invalid(
            "body",
            N_(
                "That is %(over)s characters more than the %(most)s a post can hold. Nothing is lost: shorten it, or say it in two posts."
            ),
            over=len(clean) - BODY_MAX,
            most=BODY_MAX,
        )
    return clean


def title(text: str) -> str:
    """A title on one line, 1-200 characters."""
    clean = _line("title", text, TITLE_MAX)
    if not clean.strip(SPACES):
        raise Invalid("title", N_("A thread needs a title: one line that says what it is about."))
    return clean


def board_name(text: str) -> str:
    """A board's name on one line."""
    clean = _line("name", text, BOARD_NAME_MAX)
    if not clean.strip(SPACES):
        raise Invalid("name", N_("A board needs a name."))
    return clean


def group_name(text: str) -> str:
    """A heading over boards, on one line."""
    clean = _line("group", text, BOARD_NAME_MAX)
    if not clean.strip(SPACES):
        raise Invalid("group", N_("A heading needs a name."))
    return clean


def board_description(text: str) -> str:
    """One line on what the board is for; may be empty."""
    return _line("description", text, BOARD_DESCRIPTION_MAX)


def board_slug(text: str) -> str:
    """The board's address: 1-40 of a-z 0-9 and hyphen. It never changes."""
    clean = text.strip().lower()
    if not SLUG.fullmatch(clean) or clean in ("new", "arrange"):
        raise Invalid(
            "slug", N_("The address takes a–z, 0–9 and hyphens, up to 40 characters, and not “new” or “arrange”.")
        )
    return clean


def thread_slug(text: str) -> str:
    """The readable part of a thread's address: Latin letters, Han and digits, at most 60 characters."""
    plain = unicodedata.normalize("NFKD", text.lower())
    words = re.findall(r"[\w]+", "".join(c for c in plain if not unicodedata.combining(c)).replace("_", " "))
    slug = ""
    for word in words:
        if len(slug) + len(word) > 58:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug or ("".join(words)[:58] or "thread")


def _line(field: str, text: str, most: int) -> str:
    clean = _keepable(field, " ".join(text.split()))
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


def _keepable(field: str, text: str) -> str:
    if "\x00" in text:
        raise Invalid(
            field, N_("The text holds a NUL character, which cannot be kept. It usually comes from a copied file.")
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Invalid(field, N_("The text holds half a character, which cannot be kept.")) from error
    return text
