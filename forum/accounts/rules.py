"""What handles, names, addresses and passwords may be: every limit once, for pages, commands and later the API. Pure."""

from __future__ import annotations

import re
import unicodedata

from forum.core.errors import N_, Invalid

HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{0,30}[a-z0-9])")
HANDLE_MIN, HANDLE_MAX = 2, 32
NAME_MAX = 60
EMAIL_MAX = 254
PASSWORD_MIN, PASSWORD_MAX = 10, 200
EMAIL = re.compile(r"[^@\s<>\"'(),:;\[\]\\]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
TOO_COMMON = frozenset(
    [
        "password",
        "password1",
        "password12",
        "password123",
        "passwordpassword",
        "1234567890",
        "12345678910",
        "0123456789",
        "qwertyuiop",
        "qwertzuiop",
        "iloveyou12",
        "letmein123",
        "welcome123",
        "administrator",
        "changeme123",
        "sayscorrecthorse",
        "1q2w3e4r5t",
        "0987654321",
        "qwerty12345",
    ]
)
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
BLANK = "\u115f\u1160\u2800\u3164\uffa0"
JOINERS = "\u200c\u200d"  # needed by some scripts and by emoji


def handle(text: str) -> str:
    """A handle: 2-32 of a-z 0-9 - _ . that begins and ends with a letter or digit."""
    cleaned = text.strip().lower()
    if not HANDLE_MIN <= len(cleaned) <= HANDLE_MAX:
        raise Invalid("handle", N_("A handle has 2 to 32 characters."))
    if not HANDLE.fullmatch(cleaned):
        raise Invalid(
            "handle",
            N_("Only a–z, 0–9 and - _ . please, with a letter or digit at both ends: ada.lovelace, for example."),
        )
    return cleaned


def name(text: str) -> str:
    """A display name: what colleagues see; may be a nickname in any script, but shows no invisible characters."""
    cleaned = " ".join(unicodedata.normalize("NFC", text).split())
    if not any(unicodedata.category(c)[0] in "LNPS" and c not in BLANK for c in cleaned):
        raise Invalid("name", N_("Please give a name that can be seen; a nickname is fine."))
    if len(cleaned) > NAME_MAX:
        raise Invalid("name", N_("That is longer than %(most)s characters."), most=NAME_MAX)
    if any(unicodedata.category(c) in INVISIBLE and c not in JOINERS for c in cleaned):
        raise Invalid("name", N_("The name holds a character that cannot be seen. Please type it anew."))
    return cleaned


def email(text: str) -> str:
    """A mail address in lower case."""
    cleaned = text.strip().lower()
    if (
        len(cleaned) > EMAIL_MAX
        or not EMAIL.fullmatch(cleaned)
        or "=?" in cleaned  # how letters spell other letters: it would go to another address
        or any(unicodedata.category(c)[0] == "C" for c in cleaned)
    ):
        raise Invalid("email", N_("That does not look like a mail address."))
    return cleaned


def password(text: str, handle: str = "") -> str:
    """A password of 10-200 characters that is neither well known nor the handle."""
    if len(text) < PASSWORD_MIN:
        raise Invalid(
            "password", N_("Please take at least %(least)s characters; a short sentence is good."), least=PASSWORD_MIN
        )
    if len(text) > PASSWORD_MAX:
        raise Invalid("password", N_("That is longer than %(most)s characters."), most=PASSWORD_MAX)
    if text.lower() in TOO_COMMON or len(set(text)) < 4 or (handle and text.lower() in (handle, handle * 2)):
        raise Invalid("password", N_("That is among the first that anybody would try. Please take another."))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Invalid("password", N_("The password holds a character that cannot be kept.")) from error
    return text
