"""Geometry of charts: everything stands inside the drawing, in order, and the table says what the drawing shows."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st

from forum.web import charts

VALUES = st.lists(st.floats(0, 1e6), min_size=1, max_size=120)
FEW = st.one_of(st.none(), st.integers(5, 100_000))


def places(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]


@given(VALUES, st.floats(0, 1e6), st.floats(-5, 200))
def test_a_curve_stands_in_its_drawing(values: list[float], line: float, mark: float) -> None:
    made = charts.curve(
        "T", [(str(n), v) for n, v in enumerate(values)], line=line, line_label="Magic starts here", mark=mark
    )
    assert made
    drawn = places(made.path)
    assert len(drawn) == len(values)
    assert all(0 <= x <= 100 and charts.TOP - 0.1 <= y <= charts.BASE + 0.1 for x, y in drawn)
    assert all(left[0] <= right[0] for left, right in pairwise(drawn))
    assert made.line is not None
    assert charts.TOP <= made.line <= charts.BASE
    assert made.mark
    assert 0 <= made.mark[0] <= 100
    assert made.top_at == max(values)
    assert len(made.figures) <= charts.ROWS + 2
    assert made.highest.value == max(one.value or 0 for one in made.figures)
    assert made.figures[-1] == (str(len(values) - 1), values[-1], "", None)


def test_a_curve_keeps_its_times() -> None:
    made = charts.curve("T", [("a", 1), ("b", 4), ("c", 2)], at=[0, 1, 10], mark=5.5)
    assert made
    assert [x for x, _ in places(made.path)] == [0, 10, 100]
    assert made.mark == (55, pytest.approx(charts.BASE - (charts.BASE - charts.TOP) * 3 / 4, abs=0.01))


@given(st.lists(st.tuples(FEW, FEW), min_size=1, max_size=91))
def test_columns_stand_side_by_side(values: list[tuple[int | None, int | None]]) -> None:
    made = charts.columns("T", [("d", one, "/x") for one, _ in values], before=[old for _, old in values])
    assert made
    assert len(made.bars) == len(values)
    assert all(left.x + left.width <= right.x for left, right in pairwise(made.bars))
    assert all(0 <= one.y <= charts.BASE and one.x + one.width <= 100.01 for one in made.bars)
    assert [one.few for one in made.bars] == [value is None for value, _ in values]
    known = [value for value, _ in values if value is not None]
    assert (made.highest.value if made.highest else None) == (max(known) if known else None)
    assert all(0 <= x <= 100.01 and 0 <= y <= 100 for x, y in places(made.before))


@given(
    st.lists(st.integers(0, 900), min_size=1, max_size=60),
    st.lists(st.tuples(st.floats(-5, 70), st.text("abcdefgh ", min_size=1, max_size=18)), max_size=4),
)
def test_words_of_marks_never_cover_each_other(bins: list[int], marks: list[tuple[float, str]]) -> None:
    made = charts.distribution("T", [(str(n), v) for n, v in enumerate(bins)], [(x, text, False) for x, text in marks])
    assert made
    assert len(made.marks) == len(marks)
    spans = []
    for one in made.marks:
        wide = charts.LETTER * len(one.word.text)
        left = one.word.x - (wide if one.word.anchor == "end" else 0)
        spans.append((one.word.y, left, left + wide))
    for number, (y, left, right) in enumerate(spans):
        assert not any(y == other and left < high and low < right for other, low, high in spans[number + 1 :])
    assert all(one.y >= 0 and one.height >= 0 for one in made.bars)


def test_sparks_tell_where_it_goes() -> None:
    assert charts.spark([]) is None
    assert charts.spark([3]) is None
    rising, falling = charts.spark([1, 2, 4, 8, 16, 32]), charts.spark([(0, 30), (1, 20), (5, 4), (9, 1)])
    assert rising
    assert falling
    assert (rising.going, falling.going) == ("rising", "falling")
    long = charts.spark([(n, n) for n in range(1000)])
    assert long
    assert len(places(long.path)) <= 48
    assert places(long.path)[-1][0] == 88


def test_nothing_gives_no_chart() -> None:
    assert charts.curve("T", []) is None
    assert charts.columns("T", []) is None
    assert charts.distribution("T", []) is None
    flat = charts.curve("T", [("a", 0), ("b", 0)])
    assert flat
    assert {y for _, y in places(flat.path)} == {charts.BASE}


@pytest.fixture
def drawn(app: Flask) -> Any:
    def draw(kind: str, chart: Any) -> str:
        with app.test_request_context():
            text = "{% import 'components/charts.html' as c %}{{ c[kind](chart) }}"
            return render_template_string(text, kind=kind, chart=chart)

    return draw


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_charts_have_names_captions_and_tables(drawn: Any) -> None:
    line = drawn(
        "curve", charts.curve("Readers & co", [("Mon", 3), ("Tue", 2212)], line=126, line_label="Magic from 126")
    )
    assert "<figcaption><b>Readers &amp; co</b>" in line
    assert 'role="img"' in line
    assert "highest 2,212 at Tue" in line
    assert "Magic from 126" in line
    bars = drawn("columns", charts.columns("Readers", [("1 Nov", None, "/trends/day/2026-11-01")], before=[9]))
    assert bars.count("/trends/day/2026-11-01") == 2, "in the drawing and in the table"
    assert "fewer than 5" in bars
    spread = drawn("distribution", charts.distribution("Peaks", [("0-9", 5), ("10-19", 2)], [(1.2, "usual 11", False)]))
    assert "usual 11" in spread
    assert "Heat: rising" in drawn("spark", charts.spark([1, 9]))
    for one in (line, bars, spread):
        assert "<summary>As a table</summary>" in one
        assert "style=" not in one
        assert "None" not in one
    assert drawn("curve", None).strip() == ""
