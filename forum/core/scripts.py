"""Where words begin and end in any script, and what a text is without case, accents and width. Pure; knows no use of it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

UNSPACED: Final = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u1049\u1050-\u109d\u1100-\u11ff\u1780-\u17d3"
    "\u3005-\u3007\u3041-\u3096\u3099-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7fb\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
)
"""Characters of scripts that are written without spaces, or with spaces that part no words: a range for a regular expression."""
MARKS: Final = "".join(
    re.escape(one)
    for one in map(chr, range(0x300, 0x10000))
    if unicodedata.category(one) in ("Mn", "Mc") and not re.match(f"[{UNSPACED}]", one)
)
_LETTER: Final = rf"[^\W_{UNSPACED}]"
_UNSEEN: Final = "\u00ad\u200c\u200d\u2060"
"""Soft hyphens and joiners: invisible inside a word, which they do not part."""
TOKEN: Final = re.compile(rf"[{UNSPACED}]+|{_LETTER}+(?:[{MARKS}{_UNSEEN}]+{_LETTER}*)*(?:['’]{_LETTER}+)*")
"""A word, or a run of a script without spaces."""
RUN: Final = re.compile(rf"[{UNSPACED}]")
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_LETTERS: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys(_UNSEEN, "")
)


def plain(text: str) -> str:
    """The text without case, accents and width."""
    bare = unicodedata.normalize("NFKC", text).casefold()
    if not bare.isascii():
        bare = _ACCENTS.sub("", unicodedata.normalize("NFD", bare)).translate(_LETTERS)
        bare = unicodedata.normalize("NFC", bare)
    return bare
