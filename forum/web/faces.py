"""Avatars: small seals drawn from the handle, the same for ever. Knows nothing of the person but handle and name."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import lru_cache

from markupsafe import Markup, escape

SHAPES = (
    '<circle cx="16" cy="16" r="13.5"{line}/>',
    '<rect x="3" y="3" width="26" height="26" rx="7"{line}/>',
    '<path d="M16 2.5 29.5 16 16 29.5 2.5 16z"{line}/>',
    '<path d="M9.5 2.8h13l6.7 6.7v13l-6.7 6.7h-13l-6.700-6.700v-13z"{line}/>',
    '<path d="M4 29V15a12 12 0 0 1 24 0v14z"{line}/>',
    '<path d="M16 2.700 28 9.500v13L16 29.300 4 22.500v-13z"{line}/>',
)
NARROW = (2,)


@lru_cache(maxsize=8192)
def face(handle: str, name: str) -> Markup:
    """The person's seal as inline SVG: shape and cut from the handle, one character of the name."""
    digest = hashlib.sha256(handle.encode()).digest()
    number = digest[0] % len(SHAPES)
    cut = digest[1] % 2 == 0 and number not in NARROW
    shape = SHAPES[number].format(line="" if cut else ' class="line"')
    kind = ("cut" if cut else "") + (" in" if number in NARROW else "")
    up = "20.8" if number in NARROW else "22.4"
    letter = (
        f'<text x="16" y="{up}"'
        + (f' class="{kind.strip()}"' if kind.strip() else "")
        + f">{escape(initial(name))}</text>"
    )
    return Markup(f'<svg class="face" viewBox="0 0 32 32" aria-hidden="true">{shape}{letter}</svg>')  # noqa: S704


def initial(name: str) -> str:
    """The character on the seal: the last Han character of a short Chinese name, else the first letter or sign."""
    letters = [c for c in name if unicodedata.category(c)[0] in "LNSP"]
    if not letters:
        return "?"
    if len(letters) <= 3 and all("\u4e00" <= c <= "\u9fff" for c in letters):
        return letters[-1]
    return letters[0].upper()[:1]
