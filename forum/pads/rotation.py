"""Which door shows which question when: a pure function of the plan and the clock. Knows no database and hangs nothing up.

Rhythms change a sheet at 9:00 of the company's time: weekly on Monday, every N days counted from the last change, or only by hand.
A change that falls on a holiday is on the next day that is none. A change that was missed is made up once.

A door shows no topic again before the others are used up: that is a round. Neighbours (in walking order) show different topics. Where
only its neighbours' topics are left, a door begins the next round rather than hang on for ever beside one that is changed by hand.
Doors due at the same moment are settled together, so that no choice of one door leaves the next one without any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

HOUR: Final = 9
RHYTHMS: Final = ("weekly", "days", "hand")
WEEKLY, DAYS, HAND = RHYTHMS
ENOUGH: Final = 3
"""Topics worth weighing for a door: each of its two neighbours can take one of them away."""
REPEATS: Final = 1000
"""What it costs to begin a round early; a place later in the queue costs 1."""
KEEPS: Final = 1_000_000
"""What it costs to leave a due sheet hanging."""


class Pad(NamedTuple):
    """A door as the plan sees it. `topic` hangs now (None: nothing), `since` when (Unix seconds); `used` in its present `round`."""

    door: int
    rhythm: str
    every: int
    since: int | None
    topic: int | None
    round: int
    used: frozenset[int]
    wish: int | None = None


class Question(NamedTuple):
    """A topic in the queue; both dates are included."""

    topic: int
    not_before: date | None = None
    not_after: date | None = None


class Plan(NamedTuple):
    """Doors in walking order, the queue in its order, days without changes, the company's time zone."""

    pads: tuple[Pad, ...]
    queue: tuple[Question, ...]
    holidays: frozenset[date]
    zone: ZoneInfo


class Change(NamedTuple):
    """A door shows another topic from `at` on (Unix seconds)."""

    door: int
    topic: int
    round: int
    at: int


def local(at: int, zone: ZoneInfo) -> datetime:
    """A moment as the company's clocks show it."""
    return datetime.fromtimestamp(at, zone)


@lru_cache(maxsize=4096)
def morning(day: date, zone: ZoneInfo) -> int:
    """9:00 of a day, in Unix seconds."""
    return int(datetime(day.year, day.month, day.day, HOUR, tzinfo=zone).timestamp())


def due(rhythm: str, every: int, since: int | None, holidays: frozenset[date], zone: ZoneInfo) -> int | None:
    """When a sheet that hangs `since` then is changed; None: only by hand. A door without a sheet is due at once (0)."""
    if since is None:
        return 0
    if rhythm == HAND:
        return None
    began = local(since, zone).date()
    step = 7 if rhythm == WEEKLY else every
    day = began - timedelta(days=began.weekday() + 7) if rhythm == WEEKLY else began + timedelta(days=step)
    while True:
        at = morning(_workday(day, holidays), zone)
        if at > since:
            return at
        day += timedelta(days=step)


def _workday(day: date, holidays: frozenset[date]) -> date:
    while day in holidays:
        day += timedelta(days=1)
    return day


def due_at(pad: Pad, plan: Plan) -> int | None:
    """When this door's sheet is to be changed."""
    return due(pad.rhythm, pad.every, pad.since, plan.holidays, plan.zone)


def is_due(pad: Pad, plan: Plan, at: int) -> bool:
    """Whether this door's sheet is to be changed by now."""
    when = due_at(pad, plan)
    return when is not None and when <= at


def open_topics(plan: Plan, at: int) -> list[int]:
    """Topics that may be hung at a moment, in the queue's order: from 9:00 of their first day to the end of their last."""
    today = local(at, plan.zone).date()
    return [
        one.topic
        for one in plan.queue
        if (one.not_before is None or morning(one.not_before, plan.zone) <= at)
        and (one.not_after is None or today <= one.not_after)
    ]


def changes(plan: Plan, at: int, *, only: int | None = None) -> list[Change]:
    """What is to be changed at a moment: every door that is due, or `only` one, due or not. A door without any topic keeps its sheet."""
    turning = [pad.door == only if only is not None else is_due(pad, plan, at) for pad in plan.pads]
    if not any(turning):
        return []
    open_today = open_topics(plan, at)
    options = []
    for number, (pad, turns) in enumerate(zip(plan.pads, turning, strict=True)):
        beside = {
            plan.pads[near].topic
            for near in (number - 1, number + 1)
            if 0 <= near < len(plan.pads) and not turning[near]
        }
        options.append(_options(pad, open_today, beside) if turns else [_Option(pad.topic, pad.round, 0, chosen=False)])
    return [
        Change(pad.door, option.topic, option.round, at)
        for pad, option, turns in zip(plan.pads, _settled(options), turning, strict=True)
        if turns and option.topic is not None and option.topic != pad.topic
    ]


class _Option(NamedTuple):
    topic: int | None
    round: int
    cost: int
    chosen: bool
    """By the rule, so that it must differ from its neighbours; what hangs already and what HR wishes need not."""


def _options(pad: Pad, queue: Sequence[int], beside: set[int | None]) -> list[_Option]:
    """What a due door could show, best first; last of all what hangs there now."""
    keep = _Option(pad.topic, pad.round, KEEPS, chosen=False)
    if pad.wish is not None and pad.wish in queue and pad.wish != pad.topic:
        return [_Option(pad.wish, pad.round, 0, chosen=False)]
    free = [one for one in queue if one != pad.topic and one not in beside]
    fresh = [_Option(one, pad.round, 0, chosen=True) for one in free if one not in pad.used]
    again = [_Option(one, pad.round + 1, REPEATS, chosen=True) for one in free if one in pad.used]
    best = [*fresh, *again][:ENOUGH]
    return [*(one._replace(cost=one.cost + place) for place, one in enumerate(best)), keep]


def _settled(options: Sequence[Sequence[_Option]]) -> list[_Option]:
    """One option a door, the cheapest all together, so that a chosen topic differs from both neighbours'."""
    best: list[tuple[int, list[_Option]]] = [(0, [])]
    for row in options:
        found = []
        for option in row:
            fits = [one for one in best if not one[1] or _differ(one[1][-1], option)]
            if fits:
                cost, path = min(fits, key=lambda one: one[0])
                found.append((cost + option.cost, [*path, option]))
        best = found
    return min(best, key=lambda one: one[0])[1]


def _differ(one: _Option, other: _Option) -> bool:
    return one.topic != other.topic or one.topic is None or not (one.chosen or other.chosen)


def after(plan: Plan, made: Sequence[Change]) -> Plan:
    """The plan when these changes are made."""
    new: Mapping[int, Change] = {one.door: one for one in made}
    return plan._replace(pads=tuple(_turned(pad, new[pad.door]) if pad.door in new else pad for pad in plan.pads))


def _turned(pad: Pad, change: Change) -> Pad:
    used = pad.used | {change.topic} if change.round == pad.round else frozenset({change.topic})
    return pad._replace(
        since=change.at,
        topic=change.topic,
        round=change.round,
        used=used,
        wish=None if pad.wish == change.topic else pad.wish,
    )


def forecast(plan: Plan, begin: int, end: int) -> Iterator[tuple[int, list[Change], list[int]]]:
    """What will happen from `begin` to `end` if nobody changes the plan: (moment, changes, doors that are due and find no topic)."""
    at: int | None = begin
    while at is not None and at <= end:
        made = changes(plan, at)
        plan = after(plan, made)
        waiting = [pad.door for pad in plan.pads if is_due(pad, plan, at)]
        if made or waiting:
            yield at, made, waiting
        at = _next(plan, at, bool(waiting))


def _next(plan: Plan, at: int, waiting: bool) -> int | None:
    """The next moment at which anything can change."""
    moments = [when for pad in plan.pads for when in (due_at(pad, plan),) if when is not None and when > at]
    if waiting:  # a topic may come of age meanwhile
        begins = [morning(one.not_before, plan.zone) for one in plan.queue if one.not_before]
        moments += [when for when in begins if when > at]
    return min(moments, default=None)
