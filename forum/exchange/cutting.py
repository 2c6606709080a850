"""Makes foreign text fit what a post, a title and a name may be here, and loses no word on the way. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from forum.accounts import rules as people
from forum.boards import rules
from forum.core.words import SPACES
from forum.markup import excerpt

CONTINUED: Final = "*(continued)*\n\n"
MAX_LINE: Final = 20_000
_UNKEEPABLE: Final = re.compile("[\x00\ud800-\udfff]")
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_FIRST_WORDS: Final = 80


def kept(text: str) -> str:
    """The text without what no database keeps: NUL and halves of characters."""
    return _UNKEEPABLE.sub("", text) if _UNKEEPABLE.search(text) else text


def body(text: str) -> str:
    """Words as a post keeps them, or "" when there are none to be seen."""
    clean = kept(text.replace("\r\n", "\n").replace("\r", "\n"))
    return clean if clean.strip(SPACES) else ""


def title(text: str, words: str) -> str:
    """One line of 1-200 characters: the title given, cut with an ellipsis; else the first words; else "Untitled"."""
    for given, most in ((text, rules.TITLE_MAX), (words, _FIRST_WORDS)):
        line = " ".join("".join(c for c in kept(given) if unicodedata.category(c) != "Cc" or c.isspace()).split())
        if line.strip(SPACES):
            return excerpt(line, most)
    return "Untitled"


def name(text: str) -> str:
    """A display name that can be seen, or "" when there is none."""
    clean = unicodedata.normalize("NFC", kept(text))
    seen = "".join(
        c for c in clean if c.isspace() or unicodedata.category(c) not in people.INVISIBLE or c in people.JOINERS
    )
    line = " ".join(seen.split())[: people.NAME_MAX].strip()
    return line if any(unicodedata.category(c)[0] in "LNPS" for c in line) else ""


def handle(text: str, between: str) -> str:
    """A handle from a name, ASCII-folded, `between` its words; "" when too little is left."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if c.isascii())
    folded = between.join(re.findall(r"[a-z0-9]+", plain))[: people.HANDLE_MAX - 6].strip(between or None)
    return folded if len(folded) >= people.HANDLE_MIN else ""


def parts(text: str) -> list[str]:
    """The words as posts that each fit: cut between paragraphs, or lines; code that is cut goes on as code."""
    if len(text) <= rules.BODY_MAX:
        return [text]
    room = rules.BODY_MAX - len(CONTINUED) - 200  # for fences that are closed and opened again
    made: list[str] = []
    lines: list[str] = []
    length, fence, paragraph = 0, "", 0  # paragraph: how many lines stand before the last empty one
    for line in _lines(text, room):
        if length + len(line) + 1 > room and lines:
            cut = paragraph if not fence and paragraph > len(lines) // 2 else len(lines)
            made.append("\n".join([*lines[:cut], *([_closing(fence)] if fence else [])]))
            lines = [*([fence] if fence else []), *lines[cut:]]
            length, paragraph = sum(len(one) + 1 for one in lines), 0
        lines.append(line)
        length += len(line) + 1
        fence = _fence_after(fence, line)
        if not line.strip():
            paragraph = len(lines)
    made.append("\n".join(lines))
    whole = [part.strip("\n") for part in made if part.strip(SPACES)]
    return [part if number == 0 else f"{CONTINUED}{part}" for number, part in enumerate(whole)]


def _lines(text: str, room: int) -> list[str]:
    """Lines that fit; a longer one is cut, at a space when there is one."""
    made: list[str] = []
    for line in text.split("\n"):
        rest = line
        while len(rest) > min(MAX_LINE, room):
            at = rest.rfind(" ", MAX_LINE // 2, MAX_LINE)
            made.append(rest[: at if at > 0 else MAX_LINE])
            rest = rest[at + 1 if at > 0 else MAX_LINE :]
        made.append(rest)
    return made


def _fence_after(fence: str, line: str) -> str:
    """The opening line of the code that is open after this line, or ""."""
    found = _FENCE.match(line)
    if found is None:
        return fence
    if not fence:
        return line[:180]
    opened = _FENCE.match(fence)
    closes = opened is not None and found[1].startswith(opened[1]) and not line.strip().strip(found[1][0])
    return "" if closes else fence


def _closing(fence: str) -> str:
    found = _FENCE.match(fence)
    return found[1] if found else ""
