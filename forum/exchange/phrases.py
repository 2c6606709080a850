"""Puts pieces of a foreign paragraph together as Markdown that means the same; refuses to know where they came from. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple
from urllib.parse import urlsplit


class Piece(NamedTuple):
    """A bit of a paragraph: `kind` is text, code (words inside code), break, open, close (of a mark) or done (is Markdown)."""

    kind: str
    text: str


_SPACE: Final = re.compile(r"[ \t\r\n\f\xa0]+")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\[\]`\\]+")
_SPECIAL: Final = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)|`|(?<!\s)\*|\*(?!\s)|(?<![^\W_])_|_(?![^\W_])|~~|\](?=[(\[:]|$)"
    r"|<(?=[A-Za-z][\w.+-]*[:@])|&(?=#?\w+;)|\\?!(?=\[)"
)
_IN_LINK: Final = re.compile(rf"{_SPECIAL.pattern}|[\[\]]|_")
_LINE_START: Final = re.compile(r"(?:[-+*](?=\s|$)|#{1,6}(?=\s|$)|>|:::|[-=](?=[-=]*\s*$)|[-*_=|:](?=[-*_=|: ]*$))")
_NUMBER_START: Final = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_FOLLOWED: Final = frozenset(("http", "https", "ftp", "mailto", "tel"))
_PLACEHOLDERS: Final = frozenset(("enter image description here", "alt text"))  # Stack Exchange's own, nobody's words
_HIGH: Final = dict(zip("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", strict=True))
_LOW: Final = dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True))


def _backslash(found: re.Match[str]) -> str:
    return f"\\{found.group()}"


def _escaped(text: str, *, in_link: bool) -> str:
    """Text with a backslash before what Markdown would take for its own; addresses stay whole, they become links."""
    if in_link:
        return _IN_LINK.sub(_backslash, text)
    made, at = [], 0
    for address in _ADDRESS.finditer(text):
        made += [_SPECIAL.sub(_backslash, text[at : address.start()]), address.group()]
        at = address.end()
    return "".join([*made, _SPECIAL.sub(_backslash, text[at:])])


def _line(text: str) -> str:
    """A line of words that begins no list, heading, quotation or rule by accident."""
    if _LINE_START.match(text):
        return f"\\{text}"
    return _NUMBER_START.sub(r"\1\\\2", text, count=1) if _NUMBER_START.match(text) else text


def _is_punctuation(char: str) -> bool:
    return bool(char) and not char.isalnum() and not char.isspace()


class _Writer:
    """Writes pieces one after another and keeps marks where CommonMark takes them for marks."""

    def __init__(self, *, in_link: bool) -> None:
        self.in_link = in_link
        self.out: list[str] = []
        self.opened: list[tuple[str, int]] = []  # (mark, where in out)
        self.closed: tuple[str, int, int] | None = None  # (mark, where it opened, where it closed), when nothing followed

    def _last(self) -> str:
        return next((one[-1] for one in reversed(self.out) if one), "")

    def add(self, words: str, *, after: str) -> None:
        """Ready words; `after` is the character that follows them."""
        if not words:
            return
        if words[0] == " ":
            while self.opened and self.opened[-1][1] == len(self.out) - 1:  # a space moves out of the mark
                self._drop(len(self.opened) - 1)
            if self._last() in ("", " ", "\n"):
                words = words[1:]
        if words[:1] == "[" and self.out and self.out[-1].endswith("!") and not self.out[-1].endswith("\\!"):
            self.out[-1] = f"{self.out[-1][:-1]}\\!"
        if words:
            self.out.append(words)
            self.closed = None

    def _drop(self, index: int) -> None:
        self.out[self.opened.pop(index)[1]] = ""

    def open(self, mark: str) -> None:
        if any(one == mark for one, _ in self.opened):
            self.opened.append((mark, -1))  # already so: nothing to write
        elif self.closed and self.closed[0] == mark and self.closed[2] == len(self.out) - 1:
            self.out[self.closed[2]] = ""
            self.opened.append((mark, self.closed[1]))
        else:
            self.opened.append((mark, len(self.out)))
            self.out.append(mark)
        self.closed = None
