"""Moments of the demo, as seen from any day."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.exchange.demo_moments import moment, settled, spread

NOW = 1_795_262_400  # Saturday 21 November 2026, 12:00 UTC


def test_moments() -> None:
    assert moment("now-35m", NOW, UTC) == NOW - 2_100
    assert moment("now-3h", NOW, UTC) == NOW - 10_800
    assert moment("-5 17:52", NOW, UTC) == NOW - 5 * 86400 + 5 * 3600 + 52 * 60
    assert moment("-0 00:10", NOW, ZoneInfo("Asia/Shanghai")) == NOW - 20 * 3600 + 10 * 60
    before_the_clocks_changed = moment("-60 12:00", NOW, ZoneInfo("Europe/Berlin"))
    assert datetime.fromtimestamp(before_the_clocks_changed, UTC).hour == 10
    for wrong in ("", "5 17:52", "-5 25:00", "now+3h", "now-3d"):
        with pytest.raises(ValueError, match=r"."):
            moment(wrong, NOW, UTC)


@given(st.lists(st.integers(NOW - 400_000, NOW + 90_000), min_size=1, max_size=30))
def test_nothing_is_said_tomorrow_and_order_stays(moments: list[int]) -> None:
    made = settled(sorted(moments), NOW)
    assert made == sorted(made)
    assert max(made) <= NOW
    assert [one for one in made if one < NOW][: sum(one < NOW for one in moments)] == sorted(moments)[
        : sum(one < NOW for one in moments)
    ]


@given(st.integers(1, 500), st.integers(2, 200), st.sampled_from(("UTC", "Asia/Shanghai", "America/Los_Angeles")))
def test_words_are_spread_where_people_are_awake(count: int, days: int, zone: str) -> None:
    since = NOW - days * 86400
    made = spread(count, since, NOW, ZoneInfo(zone))
    assert len(made) == count
    assert made == sorted(made)
    assert since <= made[0]
    assert made[-1] < NOW
