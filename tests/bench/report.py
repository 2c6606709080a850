"""One readable table: each figure, what was asked of it, whether it was met. Judges nothing but that."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """A figure in words, and its target with the comparison made; no target, no verdict."""

    figure: str
    value: str
    target: str = ""
    verdict: str = ""
    more: str = ""


class Goal(NamedTuple):
    """What is asked of a figure, and what would be better still; `form` writes the numbers, `unit` follows the figure."""

    sign: str
    limit: float
    stretch: float
    form: str = "{:.1f}"
    unit: str = ""

    def line(self, figure: str, value: float, more: str = "") -> Line:
        """The figure beside its target."""
        turn = 1 if self.sign == "≤" else -1
        verdict = "met" if turn * value <= turn * self.limit else "MISSED"
        if turn * value <= turn * self.stretch:
            verdict = "met, stretch too"
        target = f"{self.sign} {self.form.format(self.limit)} ({self.form.format(self.stretch)})"
        return Line(figure, self.form.format(value) + self.unit, target, verdict, more)


def table(title: str, lines: list[Line]) -> str:
    """The lines in columns under a title."""
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    body = [
        f"  {one.figure:<{widths[0]}}  {one.value:>{widths[1]}}  {one.target:<{widths[2]}}  {one.verdict:<{widths[3]}}  {one.more}"
        for one in lines
    ]
    return "\n".join(line.rstrip() for line in [title, *body])
