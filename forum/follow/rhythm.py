"""When letters go out: at once, every morning, every Monday morning, or never. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

ONCE, DAY, WEEK, NEVER = "once", "day", "week", "never"
RHYTHMS: Final = (ONCE, DAY, WEEK, NEVER)
BRIEF: Final = "brief"
"""The weekly brief: a letter of its own."""
USUAL: Final = {
    "reply": ONCE,
    "quote": ONCE,
    "mention": ONCE,
    "answer": ONCE,
    "magic": DAY,
    "thread": DAY,
    "person": WEEK,
    "board": WEEK,
}
"""For each kind of notice, what holds for who chose nothing."""
PATIENCE: Final = 60
"""Seconds that "at once" waits: who reads along needs no letter, and what is said together comes in one."""
MORNING: Final = 7
"""The hour at which letters go out."""


def due(at: int, zone: ZoneInfo) -> dict[str, int]:
    """For each rhythm, when a letter about what happens at that moment goes out; Unix seconds."""
    here = datetime.fromtimestamp(at, zone)
    morning = here.replace(hour=MORNING, minute=0, second=0, microsecond=0, fold=0)
    if morning.timestamp() <= at:
        morning += timedelta(days=1)
    monday = morning + timedelta(days=-morning.weekday() % 7)
    return {
        ONCE: at + PATIENCE,
        DAY: int(morning.timestamp()),
        WEEK: int(monday.timestamp()),
        BRIEF: int(monday.timestamp()),
    }
