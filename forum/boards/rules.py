"""What titles, bodies and boards may be: every limit once, for pages, imports and later the API. Pure."""

from __future__ import annotations

import re
import unicodedata

from forum.core.errors import N_, Invalid
from forum.core.words import SPACES, keepable, lines, one_line

REASON_MAX = 500
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


def body(text: str) -> str:
    """The words as written, line ends as LF; refuses nothing but emptiness, excess and what cannot be kept."""
    clean = keepable("body", lines(text))
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
    clean = one_line("title", text, TITLE_MAX)
    if not clean.strip(SPACES):
        raise Invalid("title", N_("A thread needs a title: one line that says what it is about."))
    return clean


def board_name(text: str) -> str:
    """A board's name on one line."""
    clean = one_line("name", text, BOARD_NAME_MAX)
    if not clean.strip(SPACES):
        raise Invalid("name", N_("A board needs a name."))
    return clean


def group_name(text: str) -> str:
    """A heading over boards, on one line."""
    clean = one_line("group", text, BOARD_NAME_MAX)
    if not clean.strip(SPACES):
        raise Invalid("group", N_("A heading needs a name."))
    return clean


def board_description(text: str) -> str:
    """One line on what the board is for; may be empty."""
    return one_line("description", text, BOARD_DESCRIPTION_MAX)


def reason(text: str) -> str:
    """Why the law demands that a post be erased: on one line, to be read by everybody for ever."""
    clean = one_line("reason", text, REASON_MAX)
    if not clean.strip(SPACES):
        raise Invalid("reason", N_("A reason is needed: everybody will read it."))
    return clean


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
