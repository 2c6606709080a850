"""The slip: 128 fresh random bits that only the writer of a note holds. A note's id is its hash, so nothing else need be stored. Pure."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's Base32: no I, L, O or U to misread."""
LENGTH: Final = 26
_READ: Final = str.maketrans("IiLlOo", "111100")


def new() -> int:
    """A new slip."""
    return secrets.randbits(128)


def shown(number: int) -> str:
    """A slip as 26 letters and digits, five at a time."""
    text = "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return "-".join(text[begin : begin + 5] for begin in range(0, LENGTH, 5))


def read(text: str) -> int | None:
    """The slip somebody typed or sent, however it is spaced; None when it cannot be one."""
    if len(text) > 100:
        return None
    letters = "".join(c for c in text if c not in "-–— \t\r\n").translate(_READ).upper()
    if len(letters) != LENGTH or any(c not in LETTERS for c in letters):
        return None
    number = 0
    for letter in letters:
        number = number << 5 | LETTERS.index(letter)
    return number if number < 1 << 128 else None


def note_id(slip: int) -> str:
    """The id of the note this slip belongs to: the first half of SHA-256 over its 16 bytes, as 32 hex digits."""
    return hashlib.sha256(slip.to_bytes(16, "big")).hexdigest()[:32]
