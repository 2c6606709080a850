"""The dates people write: days, months, years, last week; whatever else is none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.search.moments import first_day

SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-03", "2026-11-03"),
        ("2026/11/3", "2026-11-03"),
        ("2026.11.3", "2026-11-03"),
        ("2026年11月3日", "2026-11-03"),
        ("２０２６-１１-０３", "2026-11-03"),
        ("2026-11", "2026-11-01"),
        ("2026年11月", "2026-11-01"),
        ("2026", "2026-01-01"),
        ("2026年", "2026-01-01"),
        ("2024-02-29", "2024-02-29"),
        ("today", "2026-11-21"),
        (" Yesterday ", "2026-11-20"),
        ("this week", "2026-11-16"),
        ("last week", "2026-11-09"),
        ("LAST-WEEK", "2026-11-09"),
        ("last_week", "2026-11-09"),
        ("this month", "2026-11-01"),
        ("last month", "2026-10-01"),
        ("this year", "2026-01-01"),
        ("last year", "2025-01-01"),
        ("今天", "2026-11-21"),
        ("昨天", "2026-11-20"),
        ("本周", "2026-11-16"),
        ("上周", "2026-11-09"),
        ("本月", "2026-11-01"),
        ("上个月", "2026-10-01"),
        ("上月", "2026-10-01"),
        ("今年", "2026-01-01"),
        ("去年", "2025-01-01"),
        ("3 days ago", "2026-11-18"),
        ("3-days-ago", "2026-11-18"),
        ("3d", "2026-11-18"),
        ("1 day", "2026-11-20"),
        ("3天前", "2026-11-18"),
        ("2 weeks ago", "2026-11-07"),
        ("2周前", "2026-11-07"),
        ("1 month ago", "2026-10-21"),
        ("11 months", "2025-12-21"),
        ("3个月前", "2026-08-21"),
        ("3月前", "2026-08-21"),
        ("2 years ago", "2024-11-21"),
        ("2年前", "2024-11-21"),
    ],
)
def test_it_begins_on_this_day(text: str, day: str) -> None:
    assert first_day(text, SATURDAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "soon",
        "3",
        "2026-13",
        "2026-02-30",
        "0000",
        "2026-",
        "-2026",
        "20261103",
        "9999 years ago",
        "9999y",
        "last",
        "ago",
        "week",
    ],
)
def test_this_is_no_date(text: str) -> None:
    assert first_day(text, SATURDAY) is None


def test_a_month_ago_is_the_same_day_or_the_month_s_last() -> None:
    assert first_day("1 month ago", date(2026, 3, 31)) == date(2026, 2, 28)
    assert first_day("1 month ago", date(2026, 5, 30)) == date(2026, 4, 30)
    assert first_day("1 year ago", date(2024, 2, 29)) == date(2023, 2, 28)


def test_on_a_monday_this_week_begins_today() -> None:
    monday = date(2026, 11, 16)
    assert first_day("this week", monday) == monday
    assert first_day("last week", monday) == date(2026, 11, 9)


@settings(deadline=None)
@given(st.dates())
def test_every_day_is_read_as_it_is_written(day: date) -> None:
    assert first_day(f"{day.year:04}-{day.month}-{day.day}", SATURDAY) == day
    assert first_day(day.isoformat(), SATURDAY) == day


@settings(deadline=None)
@given(st.text(max_size=30) | st.from_regex(r"\A\d{0,5}[ -]?(d|weeks?|months?|y|年|个?月|天)?( ago|前)?\Z"), st.dates())
def test_whatever_stands_there_it_is_a_day_or_none(text: str, today: date) -> None:
    found = first_day(text, today)
    assert found is None or isinstance(found, date)


@settings(deadline=None)
@given(
    st.integers(0, 9999), st.sampled_from(["days", "weeks", "months", "years", "天", "周", "个月", "年前"]), st.dates()
)
def test_what_is_ago_is_not_to_come(many: int, unit: str, today: date) -> None:
    found = first_day(f"{many} {unit}", today)
    assert found is None or found <= today
