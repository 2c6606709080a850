"""When letters go out, in the company's time."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from forum.follow import rhythm
from tests.conftest import NOON

HOUR, DAY = 3600, 86400
MONDAY = NOON + 43 * HOUR


def test_mornings_are_the_companys() -> None:
    shanghai = rhythm.due(NOON, ZoneInfo("Asia/Shanghai"))  # Saturday, eight in the evening
    assert shanghai["day"] == NOON + 11 * HOUR
    assert shanghai["week"] == NOON + 11 * HOUR + DAY
    berlin = ZoneInfo("Europe/Berlin")
    before_summer = 1_774_695_600  # 28 March 2026, 12:00 in Berlin; the night after, clocks go forward
    assert rhythm.due(before_summer, berlin)["day"] == before_summer + 18 * HOUR
    assert rhythm.due(MONDAY - 1, ZoneInfo("UTC"))["week"] == MONDAY
    assert rhythm.due(MONDAY, ZoneInfo("UTC"))["week"] == MONDAY + 7 * DAY
