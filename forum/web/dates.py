"""Moments as people say them, in the company's time zone and the reader's language; remembered, because a page says many."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time
from flask import current_app, g
from flask_babel import get_locale, gettext, ngettext

from forum.core.clock import now


@lru_cache(maxsize=16)
def zone(name: str) -> ZoneInfo:
    """A time zone by its name."""
    return ZoneInfo(name)


@lru_cache(maxsize=16384)
def _spoken(minute: int, today: date, tz: str, locale: str) -> tuple[str, int]:
    """(text, kind): 0 today, 1 yesterday (text is the time), 2 an earlier day."""
    moment = datetime.fromtimestamp(minute * 60, zone(tz))
    clock = format_time(moment.time(), "HH:mm", locale=locale)
    days = (today - moment.date()).days
    if days == 0:
        return clock, 0
    if days == 1:
        return clock, 1
    if 1 < days < 7:
        return f"{format_date(moment.date(), 'EEEE', locale=locale)} {clock}", 2
    if moment.year == today.year and days > 0:
        return f"{format_skeleton('MMMd', moment, locale=locale)} {clock}", 2
    return str(format_date(moment.date(), "medium", locale=locale)), 2


@lru_cache(maxsize=16384)
def _machine(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=4096)
def _full(minute: int, tz: str, locale: str) -> str:
    moment = datetime.fromtimestamp(minute * 60, zone(tz))
    return f"{format_date(moment.date(), 'full', locale=locale)}, {format_time(moment.time(), 'HH:mm', locale=locale)}"


class Dates:
    """The words for moments in one request; today and the language are looked up once."""

    def __init__(self, tz: str) -> None:
        self.tz = tz
        self.locale = str(get_locale() or "en")
        self.today = datetime.fromtimestamp(now(), zone(tz)).date()
        self.key = (self.tz, self.locale, self.today)
        """All that the words for a moment depend on."""
        self._yesterday: str | None = None

    def when(self, at: int) -> str:
        """A moment in few words: 17:52 · yesterday 17:52 · Monday 17:52 · Nov 14 17:52 · Nov 14, 2024."""
        text, kind = _spoken(at // 60, self.today, self.tz, self.locale)
        if kind != 1:
            return text
        if self._yesterday is None:
            self._yesterday = gettext("yesterday %(time)s", time="{}")
        return self._yesterday.format(text)

    def machine(self, at: int) -> str:
        """RFC 3339 in UTC, for `datetime` attributes."""
        return _machine(at)

    def full(self, at: int) -> str:
        """Day and time in full."""
        return _full(at // 60, self.tz, self.locale)

    def day(self, at: int) -> str:
        """The day alone, in full words."""
        moment = datetime.fromtimestamp(at, zone(self.tz))
        return str(format_date(moment.date(), "long", locale=self.locale))

    def short(self, at: int) -> str:
        """The day in short: Nov 23."""
        moment = datetime.fromtimestamp(at, zone(self.tz))
        return str(format_skeleton("MMMd", moment, locale=self.locale))

    def month(self, year: int, month: int) -> str:
        """A month in full: November 2026."""
        return str(format_skeleton("yMMMM", date(year, month, 1), locale=self.locale))

    def weekday(self, at: int) -> str:
        """The day of the week in short: Tue."""
        return str(format_date(datetime.fromtimestamp(at, zone(self.tz)).date(), "EEE", locale=self.locale))

    def is_monday(self, at: int) -> bool:
        """Whether a moment is on a Monday."""
        return datetime.fromtimestamp(at, zone(self.tz)).weekday() == 0

    def lasting(self, seconds: int) -> str:
        """A length of time in few words: 2 days 6 hours · 6 hours · 5 minutes; from two weeks on in days alone."""
        minutes = max(1, seconds // 60)
        if minutes < 60:
            return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))
        days, hours = divmod(minutes // 60, 24)
        parts = [ngettext("%(num)s day", "%(num)s days", days)] * (days > 0)
        parts += [ngettext("%(num)s hour", "%(num)s hours", hours)] * (hours > 0 and days < 14)
        return " ".join(parts)

    @property
    def long_day(self) -> str:
        """Today in full words."""
        return str(format_date(self.today, "full", locale=self.locale))


def dates() -> Dates:
    """This request's words for moments."""
    if "dates" not in g:
        g.dates = Dates(current_app.config["TIMEZONE"])
    found: Dates = g.dates
    return found
