"""Tells which of the languages that need their own type a text is in; refuses to guess between Latin ones."""

import re
from typing import Final

_HAN: Final = re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA: Final = re.compile("[\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9d]")
_HANGUL: Final = re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7af]")
_OTHER: Final = re.compile(
    "(?:(?![\u1100-\u11ff\u3005-\u30ff\u3131-\u318e\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9d"
    "\U00020000-\U0003ffff])[^\\W\\d_])+"
)
_LETTERS_A_WORD: Final = 2  # a word in an alphabet weighs as much as the two characters of a usual Chinese word
_TRACE: Final = 20  # one kana in twenty: less is a の on a shop sign, quoted in Chinese


def language(prose: str) -> str | None:
    """`"zh"`, `"ja"` or `"ko"` when most of the letters are of that script, else None."""
    han, kana, hangul = (len(script.findall(prose)) for script in (_HAN, _KANA, _HANGUL))
    eastern = han + kana + hangul
    other = sum(min(_LETTERS_A_WORD, len(word)) for word in _OTHER.findall(prose))
    if eastern <= other:
        return None
    if max(kana, hangul) * _TRACE < eastern:
        return "zh"
    return "ja" if kana >= hangul else "ko"


def is_eastern(char: str) -> bool:
    """Whether the character is of a script that puts no spaces between words (or Hangul, which may be cut anywhere)."""
    return any(script.match(char) for script in (_HAN, _KANA, _HANGUL))
