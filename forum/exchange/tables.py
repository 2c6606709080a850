"""Collects the cells of a foreign table and writes it as Markdown, or cell by cell where it was only there for the layout. Pure."""

from __future__ import annotations

import re
from typing import Final

_ALIGNED: Final = re.compile(r"text-align:\s*(left|right|center)", re.IGNORECASE)
_RULES: Final = {"": "---", "left": "---", "right": "---:", "center": ":---:"}


class Table:
    """Rows of cells; a cell is the list of its blocks: what kind ("p" for words), and their Markdown."""

    def __init__(self) -> None:
        self.rows: list[list[list[tuple[str, str]]]] = []
        self.headings = 0
        self.aligned: list[str] = []

    def new_row(self) -> None:
        """The cells that follow stand in a row of their own."""
        self.rows.append([])

    def align(self, attrs: dict[str, str]) -> None:
        """How the next cell is set; the first row decides for its column."""
        if not self.rows:
            self.new_row()
        if len(self.rows) == 1:
            found = _ALIGNED.search(attrs.get("style", ""))
            given = (found[1] if found else attrs.get("align", "")).lower()
            self.aligned.append(given if given in _RULES else "")

    def add_cell(self, blocks: list[tuple[str, str]], *, heading: bool) -> None:
        """A finished cell."""
        if not self.rows:
            self.new_row()
        self.rows[-1].append(blocks)
        self.headings += heading and len(self.rows) == 1

    def markdown(self) -> list[str]:
        """One table; or, when a cell holds more than words or there is one column only, the cells' blocks one by one."""
        rows = [row for row in self.rows if row]
        width = max((len(row) for row in rows), default=0)
        if width < 2 or any(kind != "p" for row in rows for cell in row for kind, _ in cell):
            return [words for row in rows for cell in row for _, words in cell]
        lines = [[_cell(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
        if not self.headings:
            lines.insert(0, [""] * width)
        aligned = (self.aligned + [""] * width)[:width]
        lines.insert(1, [_RULES[one] for one in aligned])
        return ["\n".join(f"| {' | '.join(line)} |" for line in lines)]


def _cell(blocks: list[tuple[str, str]]) -> str:
    return " ".join(words for _, words in blocks).replace("|", "\\|")
