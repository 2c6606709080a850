"""When are readers unusual? The activity clock, heat, what is usual, and the line where Magic starts. Pure: no database, no Flask.

The rule and its sources stand in docs/magic.md. Readers are counted reads lately, times Unix seconds, τ "average hours".
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from statistics import median
from typing import Final

HOUR: Final = 3600
WEEK: Final = 168
SLOWEST, FASTEST = 0.05, 6.0
"""Between these an hour of the week may be slower or faster than an average one."""
HALF_LIFE: Final = 24.0
"""τ-hours after which a reader counts half."""
MATURE: Final = 72.0
"""τ-hours after which a thread's greatest heat says what is usual."""
Z: Final = 3.5
"""Robust deviations above the usual where Magic starts (Iglewicz & Hoaglin 1993, for outliers)."""
ENOUGH: Final = 30
"""Threads that must have matured before anything can be Magic."""
BINS, WIDTH, LOWEST = 480, 0.05, -12.0
BOARD_MEMORY, FORUM_MEMORY = 200, 2_000
"""Threads after which a thread weighs half in a board's, in the forum's histogram."""
PRIOR_READERS, PRIOR_BOARDS = 6.0, 3
PRIOR_THREADS: Final = 5.0
PRIOR_SPREAD: Final = 30.0
MAD: Final = 1.4826
"""Makes the median absolute deviation of normal figures their standard deviation."""


@dataclass
class Clock:
    """The activity clock: τ runs fast in hours of the week when people read much, so that a quiet Sunday neither hides nor fakes anything.

    `reads` are those of the hour under way. `counters` holds what each of the 168 hours of the week usually sees; -1 is an
    hour never seen.
    """

    at: int = 0
    tau: float = 0.0
    reads: int = 0
    counters: list[float] = field(default_factory=lambda: [-1.0] * WEEK)

    def advance(self, to: int) -> float:
        """Runs on to a moment and returns τ there; it never runs back."""
        if self.at == 0:
            self.at = to
        while self.at < to:
            ends = min(to, (self.at // HOUR + 1) * HOUR)
            self.tau += self.speed() * (ends - self.at) / HOUR
            self.at = ends
            if ends % HOUR == 0:
                self._close_hour((ends // HOUR - 1) % WEEK)
        return self.tau

    def speed(self) -> float:
        """τ-hours that pass in this hour."""
        mine = self.counters[self.at // HOUR % WEEK]
        if mine < 0:
            return 1.0
        seen = [one for one in self.counters if one >= 0]
        mean = math.fsum(seen) / len(seen)
        return min(FASTEST, max(SLOWEST, mine / mean)) if mean > 0 else 1.0

    def _close_hour(self, hour: int) -> None:
        before = self.counters[hour]
        reads = float(self.reads)
        self.counters[hour] = reads if before < 0 else 0.75 * before + 0.25 * min(reads, 3 * before + 5)
        self.reads = 0


def heated(score: float | None, tau: float) -> float:
    """A thread's score after one more read at τ: forward decay (Cormode, Shkapenyuk, Srivastava & Xu 2009), log2 of the sum.

    None is a thread that was never read. Nothing is ever scored again: all scores cool alike.
    """
    new = tau / HALF_LIFE
    if score is None:
        return new
    high, low = max(score, new), min(score, new)
    return high + math.log2(1 + 2.0 ** (low - high))


def heat(score: float | None, tau: float) -> float:
    """Recent readers at τ: one counts half after 24 average hours."""
    return 0.0 if score is None else 2.0 ** (score - tau / HALF_LIFE)


def share(readers: float, audience: int) -> float:
    """y: the log-odds of being a reader, with halves so that nobody and everybody are finite."""
    clipped = min(max(readers, 0.0), audience)
    return math.log((clipped + 0.5) / (audience - clipped + 0.5))


def readers_of(y: float, audience: int) -> float:
    """How many readers make a share y: the inverse of `share`."""
    odds = math.exp(y)
    return min(float(audience), max(0.0, (odds * (audience + 0.5) - 0.5) / (1 + odds)))


@dataclass
class Histogram:
    """What was usual: weights in 480 bins of 0.05 from -12; each new value makes the older ones weigh a little less."""

    memory: int
    bins: list[float] = field(default_factory=lambda: [0.0] * BINS)
    count: int = 0

    def add(self, value: float) -> None:
        """Puts a value in; those outside go to the outermost bins."""
        fade = 0.5 ** (1 / self.memory)
        self.bins = [one * fade for one in self.bins]
        self.bins[min(BINS - 1, max(0, math.floor((value - LOWEST) / WIDTH)))] += 1.0
        self.count += 1

    @property
    def weight(self) -> float:
        """All weights together: threads that are remembered."""
        return math.fsum(self.bins)

    def median(self) -> float:
        """The weighted median, within its bin by proportion; 0 when there is nothing."""
        return _middle(self.bins, LOWEST)

    def mad(self) -> float:
        """The median absolute deviation from 0, with its factor 1.4826: residuals are measured from the usual already."""
        half = BINS // 2
        folded = [above + below for above, below in zip(self.bins[half:], self.bins[half - 1 :: -1], strict=True)]
        return MAD * _middle(folded, 0.0)


def _middle(bins: list[float], lowest: float) -> float:
    sums = list(accumulate(bins))
    if not sums or sums[-1] <= 0:
        return 0.0
    wanted = sums[-1] / 2
    at = min(bisect_right(sums, wanted), len(bins) - 1)
    while bins[at] <= 0:
        at -= 1
    before = sums[at] - bins[at]
    return lowest + WIDTH * (at + min(1.0, max(0.0, (wanted - before) / bins[at])))


@dataclass(frozen=True)
class Usual:
    """What is usual on a board, and where Magic starts there; `mu` and `line` as shares, the rest in readers."""

    mu: float
    spread: float
    audience: int

    @property
    def readers(self) -> float:
        """The peak of a usual thread."""
        return readers_of(self.mu, self.audience)

    @cached_property
    def line(self) -> float:
        """The share from which on a thread is Magic."""
        return self.mu + Z * self.spread

    @cached_property
    def starts_at(self) -> int:
        """Recent readers, as whole people, from which on a thread is Magic."""
        return math.ceil(readers_of(self.line, self.audience) - 1e-9)


def common(board_medians: list[float]) -> float:
    """m₀: the readers of a usual thread on a board that has no past; the boards' medians in readers, and three of 6."""
    return median([*board_medians, *([PRIOR_READERS] * PRIOR_BOARDS)])


def usual(board: Histogram, forum: Histogram, m0: float, audience: int) -> Usual:
    """What is usual on one board of a forum with so many active people."""
    n = board.weight
    mu = (n * board.median() + PRIOR_THREADS * share(m0, audience)) / (n + PRIOR_THREADS)
    m = readers_of(mu, audience)
    weight = forum.weight
    seen = (weight * forum.mad() ** 2 + PRIOR_SPREAD) / (weight + PRIOR_SPREAD)
    chance = 1 / (m + 0.5) + 1 / (audience - m + 0.5)
    return Usual(mu, math.sqrt(max(seen, chance)), audience)


def is_magic(recent: float, on: Usual, matured: int) -> bool:
    """Whether so many recent readers are unusual on a board, once enough threads have matured."""
    return matured >= ENOUGH and share(recent, on.audience) >= on.line
