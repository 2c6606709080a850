"""The blocks of foreign HTML while they are read, and how each is written as Markdown; refuses to know about phrases. Pure."""

from __future__ import annotations

import re

from forum.exchange import phrases
from forum.exchange.tables import Table


class Frame:
    """One open block: the blocks finished in it, and what is special about it."""

    def __init__(self, tag: str, *, first: int = 1, spoiler: bool = False) -> None:
        self.tag = tag
        self.blocks: list[tuple[str, str]] = []  # (kind, Markdown)
        self.number = first
        self.spoiler = spoiler
        self.loose = False
        self.table: Table | None = Table() if tag == "table" else None


def heading(level: int, words: str) -> str:
    """A heading's line; a "#" at its end would be taken for its frame."""
    return f"{'#' * level} " + re.sub(r"(?<!\\)#$", r"\#", words)


def joined(blocks: list[tuple[str, str]], *, tight: bool = False) -> str:
    """Blocks with a blank line between them; in a tight item a list follows its words at once."""
    text = ""
    for kind, words in blocks:
        closely = tight and (kind == "ul" or (kind == "ol" and words.startswith("1.")))
        text += f"{chr(10) if closely else chr(10) * 2}{words}" if text else words
    return text


def listed(frame: Frame, *, again: bool) -> str:
    """Items behind bullets or numbers; a list right after another takes the other bullet, or both would be one."""
    items: list[str] = []
    for number, (_, words) in enumerate(frame.blocks, frame.number):
        mark = ("* " if again else "- ") if frame.tag == "ul" else f"{number}{')' if again else '.'} "
        lines = phrases.no_box(words).split("\n")
        rest = [f"{' ' * len(mark)}{line}" if line else "" for line in lines[1:]]
        items.append("\n".join([f"{mark}{lines[0]}".rstrip(), *rest]))
    return ("\n\n" if frame.loose else "\n").join(items)


def quotation(frame: Frame) -> str:
    words = joined(frame.blocks)
    if frame.spoiler:
        return f":::spoiler\n{words}\n:::"
    return "\n".join(f"> {line}".rstrip() for line in words.split("\n"))
