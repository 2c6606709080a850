"""What small charts are made of: places in percent of the drawing, words, and the figures that stand in the table beneath."""

from __future__ import annotations

from typing import NamedTuple


class Word(NamedTuple):
    """A few words on the drawing; `anchor` is "", "mid" or "end"."""

    x: float
    y: float
    text: str
    anchor: str


class Figure(NamedTuple):
    """A row of the table under a chart: `value` None is too few to tell; `before` is the period before, if there is one."""

    label: str
    value: float | None
    href: str = ""
    before: float | None = None


class Curve(NamedTuple):
    """A line over time."""

    title: str
    unit: str
    path: str
    under: str
    line: float | None
    line_word: Word | None
    mark: tuple[float, float] | None
    top: Word
    top_at: float
    words: tuple[Word, ...]
    figures: tuple[Figure, ...]
    highest: Figure
    last: Figure
    line_value: float | None


class Bar(NamedTuple):
    """One upright bar; `few`: there were some, too few to tell how many."""

    x: float
    y: float
    width: float
    height: float
    figure: Figure
    few: bool
    now: bool


class Columns(NamedTuple):
    """Bars, one a day, perhaps with the period before as a thin line."""

    title: str
    unit: str
    bars: tuple[Bar, ...]
    before: str
    top: Word | None
    words: tuple[Word, ...]
    figures: tuple[Figure, ...]
    highest: Figure | None
    linked: bool
    compared: bool


class Mark(NamedTuple):
    """A marked value: an upright line from `top` to the ground, and its word."""

    x: float
    top: float
    word: Word
    strong: bool


class Distribution(NamedTuple):
    """How often which value occurs, with some values marked."""

    title: str
    unit: str
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    words: tuple[Word, ...]
    figures: tuple[Figure, ...]


class Spark(NamedTuple):
    """The tiny curve of heat in a list; `going` is "rising", "falling" or "steady"."""

    path: str
    under: str
    going: str
