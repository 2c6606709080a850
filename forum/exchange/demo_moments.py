"""Turns the demo's days and hours into moments of the last months, as seen from today. Pure; asks no clock."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import accumulate
from typing import Final

DAY: Final = 86400
SLOT: Final = 1800
_CLOCK: Final = re.compile(r"-(\d{1,4}) (\d{1,2}):(\d{2})")
_AGO: Final = re.compile(r"now-(\d{1,4})([mh])")
# How much is said in each hour of a day, and on the seven days from Monday: a company that sleeps a little, but not all of it.
_HOURS: Final = (3, 2, 2, 1, 1, 2, 5, 12, 24, 30, 28, 26, 34, 30, 27, 26, 25, 22, 16, 12, 12, 12, 10, 6)
_DAYS: Final = (10, 10, 10, 10, 8, 3, 3)


def moment(text: str, now: int, zone: tzinfo) -> int:
    """Unix seconds of "-5 17:52" (days before today, the company's clock) or "now-35m" / "now-3h". ValueError for others."""
    if found := _AGO.fullmatch(text):
        return now - int(found[1]) * (60 if found[2] == "m" else 3600)
    if found := _CLOCK.fullmatch(text):
        day: date = datetime.fromtimestamp(now, zone).date() - timedelta(days=int(found[1]))
        local = datetime(day.year, day.month, day.day, int(found[2]), int(found[3]), tzinfo=zone)
        return int(local.timestamp())
    raise ValueError(f"{text!r} is no moment of the demo")


def settled(moments: Sequence[int], now: int) -> list[int]:
    """The moments of one thread without those to come: they are spread over the time since the last one that was.

    Their order stays, and what stood before another stands before it still, were the texts ever out of order.
    """
    past = [at for at in moments if at < now]
    first = max(past, default=now - 3600)
    to_come = len(moments) - len(past)
    step = max((now - first) // (to_come + 1), 0)
    made: list[int] = []
    late = 0
    for at in moments:
        if at >= now:
            late += 1
            at = first + step * late
        made.append(max(at, made[-1]) if made else at)
    return made


def spread(count: int, since: int, until: int, zone: tzinfo) -> list[int]:
    """`count` ascending moments between two, where people are awake and at work, twice as many at the end as at first."""
    slots = range(since, until, SLOT)
    weights = []
    for at in slots:
        local = datetime.fromtimestamp(at, UTC).astimezone(zone)
        recent = 1 + (at - since) / max(until - since, 1)
        weights.append(_HOURS[local.hour] * _DAYS[local.weekday()] * recent)
    sums = list(accumulate(weights))
    made = []
    for number in range(count):
        wanted = (number + 0.5) / count * sums[-1]
        slot = bisect_left(sums, wanted)
        within = (wanted - (sums[slot] - weights[slot])) / weights[slot]
        made.append(min(int(slots[slot] + within * SLOT), until - 1))
    return made
