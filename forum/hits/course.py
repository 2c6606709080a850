"""The course of events under the rule of Magic: threads are born, read, mature, and some become Magic. Pure; a drain loads and saves it."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from forum.hits import scoring
from forum.hits.scoring import FORUM_MEMORY, Clock, Histogram, Usual

OLD: Final = 86400
"""Seconds behind the clock after which a thread that turns up is no news: an import, say. It does not tell what is usual."""
POINTS: Final = 300
"""Points a curve keeps."""
Audience = Callable[[int], int]
"""Active people who can read a board, by its number."""


class Promoted(NamedTuple):
    """A thread became Magic: when, with how many recent readers, the usual peak, and where Magic started; all in readers."""

    thread: int
    board: int
    at: int
    readers: int
    usual: int
    starts_at: int
    audience: int
    matured: int


def why(*, readers: int, usual: int, starts_at: int) -> str:
    """Why a thread became Magic, in one sentence for programs."""
    return f"{readers} recent readers; a usual thread on this board peaks at {usual}, and Magic starts at {starts_at}."


@dataclass
class Warmth:
    """A thread under the rule: what the `heats` table keeps of it. `curve`: [hours since creation, recent readers]."""

    thread: int
    board: int
    created: int
    born: float
    score: float | None = None
    peak: float = 0.0
    matured: bool = False
    curve: list[list[float]] = field(default_factory=list)
    magic: bool = False
    hits: int = 0
    changed: bool = True
    again: int = 0
    own: int = 0
    robots: int = 0


@dataclass
class Course:
    """The rule's state in one piece, run forward by births and reads in the order of their moments."""

    clock: Clock
    forum: Histogram
    boards: dict[int, Histogram]
    usuals: dict[int, Usual]
    audience: Audience
    warm: dict[int, Warmth] = field(default_factory=dict)
    ripening: deque[Warmth] = field(default_factory=deque)
    lines: dict[int, float] = field(default_factory=dict)
    """Recent readers below which nothing on a board can be Magic: spares looking closer at nearly every read."""
    promoted: list[Promoted] = field(default_factory=list)
    matured: bool = False
    """Whether anything matured: what is usual has changed."""

    @property
    def at(self) -> int:
        """The clock's moment."""
        return self.clock.at

    def advance(self, at: int) -> float:
        """Runs to a moment; whatever is old enough on the way tells what is usual. Returns τ."""
        tau = self.clock.advance(at)
        while self.ripening and self.ripening[0].born + scoring.MATURE <= tau:
            self._mature(self.ripening.popleft())
        return tau

    def born(self, thread: int, board: int, created: int, *, old: bool = False) -> None:
        """A thread appears. An `old` one is none of the threads that tell what is usual."""
        tau = self.clock.tau if old else self.advance(max(created, self.clock.at))
        one = self.warm[thread] = Warmth(thread, board, created, tau, matured=old)
        if not old:
            self.ripening.append(one)

    def read(self, thread: int, at: int) -> None:
        """One counted read."""
        tau = self.advance(at) if at > self.clock.at else self.clock.tau
        one = self.warm[thread]
        self.clock.reads += 1
        one.score = scoring.heated(one.score, tau)
        recent = scoring.heat(one.score, tau)
        if recent > one.peak:
            one.peak = recent
        one.hits += 1
        one.changed = True
        _draw(one, (at - one.created) // 3600 if at > one.created else 0, recent)
        if one.magic or recent < self.lines.get(one.board, 0):
            return
        usual = self.usual(one.board)
        self.lines[one.board] = usual.starts_at - 1 if self.forum.count >= scoring.ENOUGH else math.inf
        if scoring.is_magic(recent, usual, self.forum.count):
            one.magic = True
            self.promoted.append(
                Promoted(
                    thread,
                    one.board,
                    at,
                    max(math.floor(recent + 0.5), usual.starts_at),
                    math.floor(usual.readers + 0.5),
                    usual.starts_at,
                    usual.audience,
                    self.forum.count,
                )
            )

    def usual(self, board: int) -> Usual:
        """What is usual on a board now."""
        audience = max(1, self.audience(board))
        known = self.usuals.get(board)
        if known is None or known.audience != audience:
            known = self.usuals[board] = scoring.usual(self._past(board), self.forum, self._common(), audience)
        return known

    def trend(self, one: Warmth) -> float:
        """What trending orders by: the score over the usual of the board; all scores cool alike, so it stays true without being renewed."""
        return (one.score or 0.0) - math.log2(max(0.5, self.usual(one.board).readers))

    def _past(self, board: int) -> Histogram:
        return self.boards.setdefault(board, Histogram(scoring.BOARD_MEMORY))

    def _common(self) -> float:
        medians = [
            scoring.readers_of(one.median(), max(1, self.audience(board)))
            for board, one in self.boards.items()
            if one.count
        ]
        return scoring.common(medians)

    def _mature(self, one: Warmth) -> None:
        usual = self.usual(one.board)
        y = scoring.share(one.peak, usual.audience)
        self.forum.add(y - usual.mu)
        self._past(one.board).add(y)
        self.usuals.clear()
        self.lines.clear()
        one.matured = one.changed = self.matured = True


def begun(audience: Audience) -> Course:
    """A forum that has no past."""
    return Course(Clock(), Histogram(FORUM_MEMORY), {}, {}, audience)


def _draw(one: Warmth, hour: int, recent: float) -> None:
    """The curve's point of this hour; a long one forgets every second point of its past."""
    if one.curve and one.curve[-1][0] >= hour:
        one.curve[-1][1] = recent
        return
    one.curve.append([hour, recent])
    if len(one.curve) > POINTS:
        one.curve[1:-1] = one.curve[1:-1][1::2]
