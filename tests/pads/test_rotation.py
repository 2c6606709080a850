"""The rule of rotation against plain slow versions of itself: calendars walked day by day, assignments tried one by one."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forum.pads import rotation
from forum.pads.rotation import Change, Pad, Plan, Question

ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Berlin",
        "America/Los_Angeles",
        "America/St_Johns",
        "Asia/Kolkata",
        "Asia/Shanghai",
        "Pacific/Apia",
        "Australia/Lord_Howe",
    )
]
UTC_ZONE, BERLIN = ZONES[0], ZONES[1]
BEGIN = int(datetime(2019, 1, 1, tzinfo=UTC).timestamp())
END = int(datetime(2036, 1, 1, tzinfo=UTC).timestamp())
MONDAY = date(2026, 11, 16)
DAY, WEEK = 86400, 7 * 86400
none = frozenset[date]()


def nine(day: date, zone: ZoneInfo) -> int:
    """9:00 of a day, found by looking at the company's clock every quarter of an hour."""
    begin = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) - DAY
    for at in range(begin, begin + 3 * DAY, 900):
        shown = datetime.fromtimestamp(at, zone)
        if (shown.date(), shown.hour, shown.minute) == (day, 9, 0):
            return at
    raise AssertionError(f"{day} has no 9:00 in {zone}")


def slow_due(rhythm: str, every: int, since: int, holidays: frozenset[date], zone: ZoneInfo) -> int:
    """Walks day by day; a change that is owed waits while there are holidays."""
    began = datetime.fromtimestamp(since, zone).date()
    day = began - timedelta(days=began.weekday() + 70) if rhythm == "weekly" else began
    owed = False
    while True:
        steps = day.weekday() == 0 if rhythm == "weekly" else day > began and (day - began).days % every == 0
        owed = owed or steps
        if owed and day not in holidays:
            owed = False
            if day >= began and nine(day, zone) > since:
                return nine(day, zone)
        day += timedelta(days=1)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[int, frozenset[date], ZoneInfo]:
    """A moment, single and long holidays around it, a zone."""
    zone, since = draw(st.sampled_from(ZONES)), draw(st.integers(BEGIN, END))
    today = datetime.fromtimestamp(since, zone).date()
    runs = draw(st.lists(st.tuples(st.integers(-30, 40), st.sampled_from((1, 1, 1, 2, 4, 9, 25))), max_size=6))
    days = {today + timedelta(days=begin + more) for begin, length in runs for more in range(length)}
    return since, frozenset(days), zone


@settings(deadline=None, max_examples=400)
@given(calendars(), st.sampled_from(("weekly", "days")), st.integers(1, 90))
def test_due_is_what_walking_day_by_day_finds(
    calendar: tuple[int, frozenset[date], ZoneInfo], rhythm: str, every: int
) -> None:
    since, holidays, zone = calendar
    found = rotation.due(rhythm, every, since, holidays, zone)
    assert found is not None
    assert found > since
    shown = datetime.fromtimestamp(found, zone)
    assert (shown.hour, shown.minute, shown.second) == (9, 0, 0)
    assert shown.date() not in holidays
    assert found == slow_due(rhythm, every, since, holidays, zone)


@given(calendars(), st.integers(1, 90))
def test_by_hand_is_never_due_and_an_empty_door_at_once(
    calendar: tuple[int, frozenset[date], ZoneInfo], every: int
) -> None:
    since, holidays, zone = calendar
    assert rotation.due("hand", every, since, holidays, zone) is None
    for rhythm in rotation.RHYTHMS:
        assert rotation.due(rhythm, every, None, holidays, zone) == 0


@pytest.mark.parametrize(
    ("zone", "monday", "shift"),
    [
        ("Europe/Berlin", date(2026, 3, 23), -3600),
        ("Europe/Berlin", date(2026, 10, 19), 3600),
        ("America/Los_Angeles", date(2026, 3, 2), -3600),
        ("America/Los_Angeles", date(2026, 10, 26), 3600),
        ("Australia/Lord_Howe", date(2026, 3, 30), 1800),
        ("Australia/Lord_Howe", date(2026, 9, 28), -1800),
        ("Asia/Kolkata", date(2026, 3, 23), 0),
    ],
)
def test_daylight_saving_keeps_nine_oclock(zone: str, monday: date, shift: int) -> None:
    where = ZoneInfo(zone)
    first = nine(monday, where)
    for rhythm in ("weekly", "days"):
        assert rotation.due(rhythm, 7, first, none, where) == first + WEEK + shift
    assert rotation.due("weekly", 7, first - 1, none, where) == first
    assert rotation.due("days", 1, first, none, where) == first + DAY
    days = [rotation.due("days", 1, nine(monday, where) + one * DAY + 7200, none, where) for one in range(10)]
    assert days == [nine(monday + timedelta(days=one + 1), where) for one in range(10)]


# --- plans -----------------------------------------------------------------------------------------------------------

NOW = nine(MONDAY, UTC_ZONE)
TOPICS = st.integers(1, 7)


@st.composite
def plans(draw: st.DrawFn, doors: int = 7, topics: int = 7, wishes: bool = True) -> Plan:
    """Any plan at all, with doors that are due and doors that are not."""
    count = draw(st.integers(0, topics))
    near = st.none() | st.integers(-9, 9).map(lambda days: MONDAY + timedelta(days=days))
    order = draw(st.permutations(range(1, count + 1)))
    queue = [Question(one, draw(st.none() | near), draw(st.none() | near)) for one in order]
    pads = []
    for number in range(draw(st.integers(1, doors))):
        since = draw(st.none() | st.integers(NOW - 40 * DAY, NOW - 1))
        hangs = None if since is None else draw(TOPICS)
        used = draw(st.frozensets(TOPICS)) | (frozenset({hangs}) if hangs else frozenset())
        wish = draw(st.none() | TOPICS) if wishes else None
        rhythm = draw(st.sampled_from(("weekly", "weekly", "days", "hand")))
        every = draw(st.integers(1, 30))
        pads.append(Pad(number * 10, rhythm, every, since, hangs, draw(st.integers(1, 3)), used, wish))
    return Plan(tuple(pads), tuple(queue), draw(st.frozensets(st.just(MONDAY + timedelta(days=1)))), UTC_ZONE)


@st.composite
def crowded(draw: st.DrawFn) -> Plan:
    """Doors side by side, nearly all due, with few questions left for each: no choice is free of the next one's."""
    count, pads = draw(st.integers(2, 5)), []
    for number in range(draw(st.integers(2, 5))):
        hangs = draw(st.integers(1, count))
        left = draw(st.frozensets(st.integers(1, count), min_size=1, max_size=draw(st.integers(1, count))))
        used = frozenset(range(1, count + 1)) - left | {hangs}
        rhythm = draw(st.sampled_from(("weekly", "weekly", "weekly", "hand")))
        pads.append(Pad(number, rhythm, 7, NOW - DAY, hangs, 1, used))
    return Plan(tuple(pads), tuple(Question(one) for one in range(1, count + 1)), none, UTC_ZONE)


def is_open(question: Question, at: int, zone: ZoneInfo) -> bool:
    today = datetime.fromtimestamp(at, zone).date()
    return (question.not_before or today) <= today <= (question.not_after or today)


def check(plan: Plan, made: list[Change], at: int, only: int | None = None) -> None:
    """Everything the rule promises of the changes of one moment."""
    turned = {one.door: one for one in made}
    assert len(turned) == len(made)
    pads = {pad.door: pad for pad in plan.pads}
    free = [one.topic for one in plan.queue if is_open(one, at, plan.zone)]
    wished = {pad.door for pad in plan.pads if pad.wish in free and pad.wish != pad.topic}
    now = [turned[pad.door].topic if pad.door in turned else pad.topic for pad in plan.pads]
    for one in made:
        pad = pads[one.door]
        assert one.at == at
        assert one.door == only if only is not None else rotation.is_due(pad, plan, at)
        assert one.topic in free, "a topic that is retired, or not of this day"
        assert one.topic != pad.topic
        if pad.door in wished:
            assert (one.topic, one.round) == (pad.wish, pad.round)
            continue
        place = list(pads).index(one.door)
        left = set(free) - pad.used - {pad.topic} - set(now[max(place - 1, 0) : place] + now[place + 1 : place + 2])
        assert one.round in (pad.round, pad.round + 1)
        assert one.topic not in pad.used if one.round == pad.round else not left, "repeated while others were free"
    for number, (this, that) in enumerate(itertools.pairwise(now)):
        beside = {plan.pads[number].door, plan.pads[number + 1].door}
        if beside & (set(turned) - wished):
            assert this != that, "neighbours show the same"
    for pad in plan.pads:
        if pad.door in wished and (pad.door == only if only is not None else rotation.is_due(pad, plan, at)):
            assert turned[pad.door].topic == pad.wish


@settings(deadline=None, max_examples=300)
@given(plans())
def test_what_is_changed_keeps_every_promise(plan: Plan) -> None:
    check(plan, rotation.changes(plan, NOW), NOW)


@settings(deadline=None, max_examples=300)
@given(plans(), st.data())
def test_one_door_alone_is_turned_due_or_not(plan: Plan, data: st.DataObject) -> None:
    door = data.draw(st.sampled_from(plan.pads)).door
    made = rotation.changes(plan, NOW, only=door)
    assert len(made) <= 1
    check(plan, made, NOW, only=door)


def brute(plan: Plan, at: int) -> tuple[int, int]:
    """All assignments one by one: how many doors can change, and how far ahead in the queue such topics can be, together."""
    free = [one.topic for one in plan.queue if is_open(one, at, plan.zone)]
    due = [rotation.is_due(pad, plan, at) for pad in plan.pads]
    rows: list[list[tuple[int | None, int, bool]]] = []  # (topic, place in the queue, chosen by the rule)
    for number, pad in enumerate(plan.pads):
        keep = (pad.topic, 0, False)
        if not due[number]:
            rows.append([keep])
        elif pad.wish in free and pad.wish != pad.topic:
            rows.append([(pad.wish, 0, False)])
        else:
            fixed = {plan.pads[one].topic for one in (number - 1, number + 1) if 0 <= one < len(due) and not due[one]}
            left = [one for one in free if one not in pad.used and one != pad.topic]
            left = left or [one for one in free if one != pad.topic]
            named = [one for one in left if one not in fixed]
            rows.append([*((one, place, True) for place, one in enumerate(named)), keep])
    best = (-1, 0)
    for some in itertools.product(*rows):
        pairs = itertools.pairwise(some)
        if all(this[0] != that[0] or this[0] is None or not (this[2] or that[2]) for this, that in pairs):
            turned = sum(1 for one, pad in zip(some, plan.pads, strict=True) if one[0] != pad.topic)
            best = max(best, (turned, -sum(one[1] for one in some)))
    return best[0], -best[1]


MIDDLE = Plan(
    tuple(Pad(one, "weekly", 7, NOW - DAY, 4, 1, frozenset({1, 2, 3, 4} - left)) for one, left in enumerate(({1}, {1, 2, 3}, {2}))),
    tuple(Question(one) for one in range(1, 5)),
    none,
    UTC_ZONE,
)  # fmt: skip
"""Each neighbour of the middle door can take one question only, and together both of those that come first for it."""


@settings(deadline=None, max_examples=500)
@given(plans(doors=5, topics=5) | crowded() | crowded())
@example(MIDDLE)
def test_as_many_doors_change_as_any_assignment_could_change(plan: Plan) -> None:
    made = rotation.changes(plan, NOW)
    most, places = brute(plan, NOW)
    assert len(made) >= most
    check(plan, made, NOW)
    if len(made) > most:
        return
    free = [one.topic for one in plan.queue if is_open(one, NOW, plan.zone)]
    turned = {one.door: one.topic for one in made}
    far = 0
    for number, pad in enumerate(plan.pads):
        if pad.door not in turned or turned[pad.door] == pad.wish:
            continue
        beside = [plan.pads[one] for one in (number - 1, number + 1) if 0 <= one < len(plan.pads)]
        fixed = {one.topic for one in beside if not rotation.is_due(one, plan, NOW)}
        left = [one for one in free if one not in pad.used and one != pad.topic]
        left = left or [one for one in free if one != pad.topic]
        far += [one for one in left if one not in fixed].index(turned[pad.door])
    assert far == places, "what stands first hangs first"


@settings(deadline=None, max_examples=250)
@given(plans())
def test_never_twice(plan: Plan) -> None:
    made = rotation.changes(plan, NOW)
    then = rotation.after(plan, made)
    assert rotation.changes(then, NOW) == []
    for pad in then.pads:
        before = next(one for one in plan.pads if one.door == pad.door)
        turned = next((one for one in made if one.door == pad.door), None)
        if turned is None:
            assert pad == before
            continue
        assert (pad.topic, pad.since, pad.round) == (turned.topic, NOW, turned.round)
        assert turned.topic in pad.used
        assert pad.wish is None or pad.wish != turned.topic
        when = rotation.due_at(pad, then)
        assert when is None or when > NOW


@given(st.integers(1, 60), st.integers(2, 8), st.sampled_from(("weekly", "days")))
@example(3, 2, "weekly")
def test_a_gap_of_weeks_is_made_up_by_one_change_a_door(weeks: int, topics: int, rhythm: str) -> None:
    pads = tuple(
        Pad(one, rhythm, 2, NOW, one % 2 + 1, 1, frozenset({one % 2 + 1})) for one in range(1, 6)
    )  # fmt: skip
    plan = Plan(pads, tuple(Question(one) for one in range(1, topics + 1)), none, UTC_ZONE)
    back = NOW + weeks * WEEK + 12345
    made = rotation.changes(plan, back)
    check(plan, made, back)
    assert [one.door for one in made] == [1, 2, 3, 4, 5]
    then = rotation.after(plan, made)
    for later in range(back, rotation.due_at(then.pads[0], then) or 0, 7000):
        assert rotation.changes(then, later) == []


def test_no_question_keeps_every_sheet() -> None:
    pads = (Pad(1, "weekly", 7, NOW - WEEK, 4, 1, frozenset({4})), Pad(2, "weekly", 7, None, None, 1, frozenset()))
    for queue in ((), (Question(9, MONDAY + timedelta(days=1)),), (Question(9, None, MONDAY - timedelta(days=1)),)):
        plan = Plan(pads, queue, none, UTC_ZONE)
        assert rotation.changes(plan, NOW) == []
        assert rotation.changes(plan, NOW, only=1) == []
        assert rotation.after(plan, []) == plan
    only = Plan(pads[:1], (Question(4),), none, UTC_ZONE)
    assert rotation.changes(only, NOW) == [], "what hangs is no change"


def test_both_dates_of_a_question_are_included() -> None:
    first, last = MONDAY, MONDAY + timedelta(days=2)
    plan = Plan((), (Question(1, first, last), Question(2)), none, BERLIN)
    morning = nine(first, BERLIN)
    end = nine(last, BERLIN) + 15 * 3600
    assert rotation.open_topics(plan, morning - 1) == [2]
    assert rotation.open_topics(plan, morning) == [1, 2]
    assert rotation.open_topics(plan, end - 1) == [1, 2]
    assert rotation.open_topics(plan, end) == [2]


@settings(deadline=None, max_examples=200)
@given(plans(wishes=False), st.sampled_from(ZONES))
def test_what_is_foretold_happens_when_looked_at_each_day_at_nine(plan: Plan, zone: ZoneInfo) -> None:
    plan = plan._replace(zone=zone, queue=tuple(Question(one.topic, one.not_before) for one in plan.queue))
    begin = nine(MONDAY, zone)
    told = [one for _at, made, _dry in rotation.forecast(plan, begin, begin + 40 * DAY) for one in made]
    happened = []
    for number in range(41):
        at = nine(MONDAY + timedelta(days=number), zone)
        made = rotation.changes(plan, at)
        check(plan, made, at)
        plan = rotation.after(plan, made)
        happened += [one for one in made if at <= begin + 40 * DAY]
    assert told == happened
