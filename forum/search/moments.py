"""Reads the dates people write after `after:` and `before:`: a day, a month, a year, "last week", "3 days ago". Pure; knows no clock."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

_PLAIN: Final = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")
_AGO: Final = re.compile(
    r"(\d{1,4})\s*-?\s*(d|w|m|y|days?|weeks?|months?|years?|天|周|个?月|年)(?:\s*-?\s*(?:ago|前))?"
)
_UNITS: Final = {"d": 1, "天": 1, "w": 7, "周": 7}
_NAMED: Final = {
    "today": "0 day",
    "今天": "0 day",
    "yesterday": "1 day",
    "昨天": "1 day",
    "this week": "0 week",
    "本周": "0 week",
    "last week": "1 week",
    "上周": "1 week",
    "this month": "0 month",
    "本月": "0 month",
    "last month": "1 month",
    "上月": "1 month",
    "上个月": "1 month",
    "this year": "0 year",
    "今年": "0 year",
    "last year": "1 year",
    "去年": "1 year",
}


def first_day(text: str, today: date) -> date | None:
    """The first day of what is meant: of a month, of last week (from Monday on). None: it is no date we know."""
    plain = " ".join(re.sub(r"[\s_-]+", " ", text.casefold()).split())
    if plain in _NAMED:
        many, unit = _NAMED[plain].split()
        return _begin(int(many), unit, today)
    if found := _PLAIN.fullmatch(text.strip()):
        try:
            return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
        except ValueError:
            return None
    if found := _AGO.fullmatch(text.casefold().strip()):
        return _before(int(found[1]), found[2], today)
    return None


def _begin(many: int, unit: str, today: date) -> date:
    if unit == "day":
        return today - timedelta(days=many)
    if unit == "week":
        return today - timedelta(days=today.weekday() + 7 * many)
    if unit == "month":
        return _months(today.replace(day=1), many)
    return date(today.year - many, 1, 1)


def _before(many: int, unit: str, today: date) -> date | None:
    days = _UNITS.get(unit[0])
    try:
        if days is not None:
            return today - timedelta(days=days * many)
        return _months(today, many if unit.endswith("月") or unit[0] == "m" else 12 * many)
    except (OverflowError, ValueError):
        return None


def _months(day: date, back: int) -> date:
    number = day.year * 12 + day.month - 1 - back
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
