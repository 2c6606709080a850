"""Where the lines, bars and words of a small chart stand: numbers in, geometry out. Draws nothing, asks nothing, and knows no Flask.

All places are percent of the drawing, so that it may have any width while its words keep their size: `templates/components/charts.html`
draws what is said here, `static/css/charts.css` gives it ink.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from forum.web.shapes import Bar, Columns, Curve, Distribution, Figure, Mark, Spark, Word

__all__ = ["Columns", "Curve", "Distribution", "Spark", "columns", "curve", "distribution", "spark"]

TOP, BASE = 16.0, 84.0
"""Where the greatest value and nought are drawn, from above; over and under it is room for words."""
ROW = 11.0
"""Height of a line of words."""
LETTER = 2.3
"""Width of a letter on the narrowest chart."""
CROWDED = 60
"""With more bars the thin line over them is smoothed."""
ROWS = 32
"""The table of a curve has no more rows."""


def curve(
    title: str,
    points: Sequence[tuple[str, float]],
    *,
    at: Sequence[float] = (),
    line: float | None = None,
    line_label: str = "",
    mark: float | None = None,
    mark_label: str = "",
    unit: str = "",
) -> Curve | None:
    """A line through (label, value); None when there is no point.

    `at`: where each point stands on the time axis, ascending (default: evenly). `line`: a value drawn as a dotted line, with its
    label. `mark`: a moment on the time axis that gets a dot on the curve, and its label below.
    """
    if not points:
        return None
    places = [float(one) for one in at] if at else [float(number) for number in range(len(points))]
    values = [value for _, value in points]
    most = max([*values, line or 0, 1e-9])
    xs = _across(places)
    ys = [_up(value, most) for value in values]
    path = _path(xs, ys)
    peak = values.index(max(values))
    marked = None
    words = [Word(0, 97, points[0][0], "")]
    if len(points) > 1:
        words.append(Word(100, 97, points[-1][0], "end"))
    if mark is not None:
        x = _between(places, xs, mark)
        marked = (x, _between(xs, ys, x))
        if mark_label and 5 + LETTER * (len(points[0][0]) + len(mark_label) / 2) < x < 95 - LETTER * (
            len(points[-1][0]) + len(mark_label) / 2
        ):
            words.insert(1, Word(x, 97, mark_label, "mid"))
    line_y = None if line is None else _up(line, most)
    return Curve(
        title,
        unit,
        path,
        f"M{_n(xs[0])} {BASE}L{path[1:]}L{_n(xs[-1])} {BASE}z",
        line_y,
        _line_word(line_y, line_label, xs, ys),
        marked,
        Word(xs[peak], ys[peak] - 4, "", _anchor(xs[peak])),
        values[peak],
        tuple(words),
        _table(points, peak),
        Figure(points[peak][0], values[peak]),
        Figure(points[-1][0], values[-1]),
        line,
    )


def columns(
    title: str,
    days: Sequence[tuple[str, float | None, str]],
    *,
    before: Sequence[float | None] = (),
    today: bool = False,
    unit: str = "",
) -> Columns | None:
    """Bars of (label, value or None for too few to tell, address or ""); None when there is no day.

    `before`: the values of the period before, one for each day; of more than CROWDED days a week's average is drawn.
    `today`: the last day is not over yet.
    """
    if not days:
        return None
    then = list(before) or [None] * len(days)
    known = [value for _, value, _ in days if value is not None]
    most = max([*known, *(one for one in then if one is not None), 1e-9])
    step = 100 / len(days)
    width = step * 0.86
    bars, figures = [], []
    for number, ((label, value, href), old) in enumerate(zip(days, then, strict=True)):
        figure = Figure(label, value, href, old)
        y = BASE - 1.5 if value is None else _up(value, most)
        x = number * step + (step - width) / 2
        bars.append(_bar(x, y, width, figure, few=value is None, now=today and number == len(days) - 1))
        figures.append(figure)
    highest = max((one for one in bars if one.figure.value), key=lambda one: one.figure.value or 0, default=None)
    words = [Word(0, 97, days[0][0], "")]
    if len(days) > 1:
        words.append(Word(100, 97, days[-1][0], "end"))
    middle = highest.x + highest.width / 2 if highest else 0
    return Columns(
        title,
        unit,
        tuple(bars),
        _steps(_smooth(then) if len(days) > CROWDED else then, step, most) if before else "",
        Word(middle, highest.y - 4, "", _anchor(middle)) if highest else None,
        tuple(words),
        tuple(figures),
        highest.figure if highest else None,
        any(href for _, _, href in days),
        bool(before),
    )


def distribution(
    title: str,
    bins: Sequence[tuple[str, float]],
    marks: Sequence[tuple[float, str, bool]] = (),
    *,
    ends: tuple[str, str] = ("", ""),
    unit: str = "",
) -> Distribution | None:
    """Bins of (label, how many), all equally wide; None when there is no bin.

    `marks`: (place, label, strong), the place counted in bins from the left edge: 2.5 is the middle of the third. `ends`: what is
    written under the first and the last bin (default: their labels).
    """
    if not bins:
        return None
    most = max([*(value for _, value in bins), 1e-9])
    placed = _placed([(min(max(at / len(bins), 0), 1) * 100, text, strong) for at, text, strong in marks])
    lines = 1 + max((row for *_, row in placed), default=-1)
    top = 3 + ROW * lines
    step = 100 / len(bins)
    bars = []
    for number, (label, value) in enumerate(bins):
        height = (BASE - top) * value / most
        figure = Figure(label, value)
        bars.append(_bar(number * step + step * 0.06, BASE - height, step * 0.88, figure))
    return Distribution(
        title,
        unit,
        tuple(bars),
        tuple(
            Mark(x, 11 + ROW * row, Word(x, 9 + ROW * row, text, anchor), strong)
            for x, text, strong, anchor, row in placed
        ),
        (Word(0, 97, ends[0] or bins[0][0], ""), Word(100, 97, ends[1] or bins[-1][0], "end")),
        tuple(bar.figure for bar in bars),
    )


def spark(points: Sequence[Any]) -> Spark | None:
    """The course of heat without axes, from values or from (time, value); None for fewer than two points."""
    pairs: list[tuple[float, float]] = [
        (one[0], one[1]) if isinstance(one, tuple | list) else (number, one) for number, one in enumerate(points)
    ]
    if len(pairs) < 2:
        return None
    pairs = _thinned(pairs, 48)
    most = max([*(value for _, value in pairs), 1e-9])
    xs = _across([float(time) for time, _ in pairs], 88)
    ys = [26.5 - 24.5 * value / most for _, value in pairs]
    path = _path(xs, ys)
    third = max(len(pairs) // 3, 1)
    change = (
        sum(value for _, value in pairs[-third:]) / third
        - sum(value for _, value in pairs[-2 * third : -third]) / third
    )
    going = "steady" if abs(change) < 0.08 * most else "rising" if change > 0 else "falling"
    return Spark(path, f"M0 28L{path[1:]}L88 28z", going)


def _bar(x: float, y: float, width: float, figure: Figure, *, few: bool = False, now: bool = False) -> Bar:
    return Bar(round(x, 2), round(y, 2), round(width, 2), round(BASE - y, 2), figure, few, now)


def _up(value: float, most: float) -> float:
    return round(BASE - (BASE - TOP) * min(value / most, 1), 2)


def _across(places: Sequence[float], width: float = 100) -> list[float]:
    first, last = places[0], places[-1]
    return [round(width * (one - first) / ((last - first) or 1), 2) for one in places]


def _between(places: Sequence[float], values: Sequence[float], at: float) -> float:
    """The value at a place, along straight lines between the known ones."""
    if at <= places[0]:
        return values[0]
    for (left, low), (right, high) in pairwise(zip(places, values, strict=True)):
        if at <= right:
            return round(low + (high - low) * (at - left) / ((right - left) or 1), 2)
    return values[-1]


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _path(xs: Sequence[float], ys: Sequence[float]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in zip(xs, ys, strict=True))


def _steps(values: Sequence[float | None], step: float, most: float) -> str:
    """A thin line over the bars: flat over each day, interrupted where nothing is told."""
    parts, pen = [], False
    for number, value in enumerate(values):
        if value is None:
            pen = False
            continue
        y, left, right = _n(_up(value, most)), _n(number * step), _n((number + 1) * step)
        parts.append(f"{'L' if pen else 'M'}{left} {y}L{right} {y}")
        pen = True
    return "".join(parts)


def _smooth(values: Sequence[float | None]) -> list[float | None]:
    """The average of the week around each value."""
    made: list[float | None] = []
    for number in range(len(values)):
        near = [one for one in values[max(0, number - 3) : number + 4] if one is not None]
        made.append(sum(near) / len(near) if near else None)
    return made


def _anchor(x: float) -> str:
    return "" if x < 8 else "end" if x > 92 else "mid"


def _line_word(y: float | None, text: str, xs: Sequence[float], ys: Sequence[float]) -> Word | None:
    """The label of the line, on the side where the curve is farther from it."""
    if y is None or not text:
        return None
    reach = LETTER * len(text)
    left = [abs(one - y + 4) for x, one in zip(xs, ys, strict=True) if x <= reach]
    right = [abs(one - y + 4) for x, one in zip(xs, ys, strict=True) if x >= 100 - reach]
    at_end = min(left, default=100) < min(10, min(right, default=100))
    return Word(100 if at_end else 0, y - 4, text, "end" if at_end else "")


def _table(points: Sequence[tuple[str, float]], peak: int) -> tuple[Figure, ...]:
    """At most ROWS rows, evenly chosen, the highest among them."""
    step = max(1, -(-len(points) // ROWS))
    chosen = {*range(0, len(points), step), peak, len(points) - 1}
    return tuple(Figure(*points[number]) for number in sorted(chosen))


def _thinned(pairs: Sequence[tuple[float, float]], most: int) -> list[tuple[float, float]]:
    step = max(1, -(-len(pairs) // most))
    return [pairs[number] for number in range((len(pairs) - 1) % step, len(pairs), step)]


def _placed(marks: Sequence[tuple[float, str, bool]]) -> list[tuple[float, str, bool, str, int]]:
    """Marks from left to right with the anchor and the row of their words, so that none covers another."""
    taken: list[list[tuple[float, float]]] = []
    placed = []
    for x, text, strong in sorted(marks):
        anchor = "" if x < 50 else "end"
        left, right = (x, x + LETTER * len(text)) if x < 50 else (x - LETTER * len(text), x)
        row = 0
        while row < len(taken) and any(left < high + 2 and low - 2 < right for low, high in taken[row]):
            row += 1
        if row == len(taken):
            taken.append([])
        taken[row].append((left, right))
        placed.append((x, text, strong, anchor, row))
    return placed
