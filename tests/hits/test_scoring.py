"""The rule of Magic against plain slow versions of itself."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.hits import scoring
from forum.hits.scoring import BINS, HOUR, LOWEST, WEEK, WIDTH, Clock, Histogram

MONDAY = 1_736_121_600
"""A Monday, 0:00 UTC."""
moments = st.lists(st.integers(0, 3 * WEEK * HOUR), min_size=1, max_size=60).map(sorted)
reads = st.lists(st.tuples(st.integers(0, 30 * 24 * HOUR), st.integers(0, 200)), max_size=60).map(sorted)


def slow_tau(at: Sequence[int], until: int) -> float:
    """τ second by second would take too long: hour by hour from the definition, with all reads at hand."""
    begin = min([*at, until])
    counters: dict[int, float] = {}
    tau = 0.0
    for hour in range(begin // HOUR, until // HOUR + 1):
        low, high = max(begin, hour * HOUR), min(until, (hour + 1) * HOUR)
        seen = counters.get(hour % WEEK)
        mean = sum(counters.values()) / len(counters) if counters else 0
        speed = 1.0 if seen is None else min(6.0, max(0.05, seen / mean)) if mean else 1.0
        tau += speed * (high - low) / HOUR
        if (hour + 1) * HOUR <= until:
            x = float(sum(1 for one in at if hour * HOUR <= one < (hour + 1) * HOUR))
            counters[hour % WEEK] = x if seen is None else 0.75 * seen + 0.25 * min(x, 3 * seen + 5)
    return tau


@given(moments, st.integers(0, 2 * WEEK * HOUR))
def test_the_clock_is_its_definition(offsets: list[int], more: int) -> None:
    at = [MONDAY + one for one in offsets]
    clock = Clock()
    for one in at:
        clock.advance(one)
        clock.reads += 1
    until = at[-1] + more
    assert clock.advance(until) == pytest.approx(slow_tau(at, until), rel=1e-9)


@given(moments, st.integers(1, 50))
def test_it_does_not_matter_how_often_the_clock_is_asked(offsets: list[int], parts: int) -> None:
    once, often = Clock(), Clock()
    for one in offsets:
        once.advance(MONDAY + one)
        for part in range(1, parts + 1):
            often.advance(max(often.at or MONDAY, MONDAY + one * part // parts) if often.at else MONDAY + offsets[0])
        often.advance(MONDAY + one)
        once.reads += 1
        often.reads += 1
    assert often.tau == pytest.approx(once.tau, rel=1e-9, abs=1e-9)
    assert often.counters == once.counters


def test_the_clock_never_runs_back() -> None:
    clock = Clock()
    clock.advance(MONDAY + 5000)
    before = clock.tau
    assert clock.advance(MONDAY) == before
    assert clock.at == MONDAY + 5000


def test_a_quiet_hour_takes_little_time_and_a_busy_one_more_than_an_hour() -> None:
    clock = Clock()
    clock.advance(MONDAY)
    for _week in range(3):
        for hour in range(WEEK):
            for _ in range(20 if 8 <= hour % 24 < 18 else 1):
                clock.reads += 1
            clock.advance(clock.at + HOUR)
    night, noon = Clock(**vars(clock)), Clock(**vars(clock))
    noon.advance(clock.at + 12 * HOUR)
    before = noon.tau
    noon.advance(noon.at + HOUR)
    before_night = night.tau
    night.advance(night.at + HOUR)
    assert noon.tau - before > 2
    assert 0.05 <= night.tau - before_night < 0.3


@given(st.lists(st.floats(0, 2000), min_size=1, max_size=200), st.floats(0, 200))
def test_heat_is_the_decayed_sum(taus: list[float], later: float) -> None:
    score = None
    for tau in sorted(taus):
        score = scoring.heated(score, tau)
    now = max(taus) + later
    assert scoring.heat(score, now) == pytest.approx(sum(2 ** ((tau - now) / 24) for tau in taus), rel=1e-9)


def test_nobody_reads_nothing() -> None:
    assert scoring.heat(None, 10.0) == 0


@given(st.floats(0, 5000), st.integers(1, 5000))
def test_readers_and_shares_are_inverse(readers: float, audience: int) -> None:
    y = scoring.share(readers, audience)
    assert scoring.readers_of(y, audience) == pytest.approx(min(readers, audience), abs=1e-6)


@given(st.lists(st.floats(-15, 15), min_size=1, max_size=150), st.sampled_from((3, 20, 200)))
def test_a_histogram_remembers_and_forgets(values: list[float], memory: int) -> None:
    histogram = Histogram(memory)
    for value in values:
        histogram.add(value)
    weights = [0.5 ** (age / memory) for age in range(len(values))][::-1]
    assert histogram.weight == pytest.approx(sum(weights))
    assert histogram.count == len(values)
    middle = slow_median(values, weights)
    assert histogram.median() == pytest.approx(middle, abs=WIDTH * 1.001) or straddles(
        values, weights, histogram.median()
    )
    away = slow_median([abs(clipped(value)) for value in values], weights)
    found = histogram.mad() / scoring.MAD
    assert found == pytest.approx(away, abs=WIDTH * 1.001) or straddles(
        [abs(clipped(value)) for value in values], weights, found
    )


def clipped(value: float) -> float:
    return min(LOWEST + BINS * WIDTH - WIDTH / 2, max(LOWEST + WIDTH / 2, value))


def slow_median(values: Sequence[float], weights: Sequence[float]) -> float:
    below, half = 0.0, sum(weights) / 2
    for value, weight in sorted(zip((clipped(one) for one in values), weights, strict=True)):
        below += weight
        if below > half:
            return value
    return clipped(max(values))


def straddles(values: Sequence[float], weights: Sequence[float], found: float) -> bool:
    """Whether half the weight lies on either side (within a bin): with two middle values any between them is a median."""
    pairs = [(clipped(value), weight) for value, weight in zip(values, weights, strict=True)]
    below = sum(weight for value, weight in pairs if value < found - WIDTH)
    above = sum(weight for value, weight in pairs if value > found + WIDTH)
    half = sum(weights) / 2
    return below <= half * (1 + 1e-9) and above <= half * (1 + 1e-9)


def test_an_empty_histogram_says_nothing() -> None:
    assert Histogram(200).median() == 0
    assert Histogram(200).mad() == 0


def test_the_common_usual_needs_boards_to_leave_six() -> None:
    assert scoring.common([]) == 6
    assert scoring.common([20.0, 20.0]) == 6
    assert scoring.common([20.0] * 4) == 20


def test_magic_starts_above_the_usual_and_only_when_enough_is_known() -> None:
    board, forum = Histogram(200), Histogram(2000)
    for number in range(60):
        y = scoring.share(9 + number % 5, 1000)
        board.add(y)
        forum.add(y - scoring.share(11, 1000))
    usual = scoring.usual(board, forum, 6.0, 1000)
    assert 9 <= usual.readers <= 13
    assert usual.spread >= math.sqrt(1 / (usual.readers + 0.5) + 1 / (1000 - usual.readers + 0.5)) - 1e-12
    assert not scoring.is_magic(usual.starts_at - 1, usual, 60)
    assert scoring.is_magic(usual.starts_at, usual, 60)
    assert not scoring.is_magic(usual.starts_at, usual, scoring.ENOUGH - 1)


@pytest.mark.parametrize("audience", [1, 2, 5, 30, 100_000])
def test_a_board_of_any_size_has_a_line(audience: int) -> None:
    usual = scoring.usual(Histogram(200), Histogram(2000), 6.0, audience)
    assert 0 <= usual.readers <= audience
    assert usual.starts_at <= audience
    assert not scoring.is_magic(1, usual, 1000) or audience <= 2
