"""Figures by day: equal to a slow recount, the same however often they are made, healed after an import."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from forum.boards.models import Post, Thread
from forum.core.database import execute, rows, writing
from forum.trends import jobs, rollups
from forum.trends.models import TrendDay, TrendPeople
from tests.conftest import NOON
from tests.trends.conftest import DAY, HOUR, TODAY


def kept() -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    days = rows(select(TrendDay.day, TrendDay.board_id, TrendDay.posts, TrendDay.threads).order_by("day", "board_id"))
    people = rows(select(TrendPeople.day, TrendPeople.writers).order_by("day"))
    return [tuple(one) for one in days], [tuple(one) for one in people]


def recounted(first: int, last: int) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """The same, slowly: every post and thread in hand."""
    boards = {one.id: one.board_id for one in rows(select(Thread.id, Thread.board_id))}
    posts: Counter[tuple[int, int]] = Counter()
    threads: Counter[tuple[int, int]] = Counter()
    writers: dict[int, set[int]] = {day: set() for day in range(first, last + 1)}
    for one in rows(select(Post.created_at, Post.thread_id, Post.author_id)):
        posts[one.created_at // DAY, boards[one.thread_id]] += 1
        if first <= one.created_at // DAY <= last:
            writers[one.created_at // DAY].add(one.author_id)
    for one in rows(select(Thread.created_at, Thread.board_id)):
        threads[one.created_at // DAY, one.board_id] += 1
    days = sorted(key for key in posts.keys() | threads.keys() if first <= key[0] <= last)
    return [(*key, posts[key], threads[key]) for key in days], [(day, len(who)) for day, who in sorted(writers.items())]


@pytest.fixture
def lively(staff, say) -> list[int]:
    """Posts at random moments of the last two months, midnights among them."""
    chance = random.Random(7)
    moments = sorted(chance.randrange(NOON - 60 * DAY, NOON) for _ in range(36))
    moments[10] = (TODAY - 30) * DAY
    moments[11] = (TODAY - 30) * DAY - 1
    threads: list[int] = []
    for number, at in enumerate(moments):
        who = chance.choice(staff)
        if len(threads) < 3 or chance.random() < 0.3:
            board = chance.choice(("canteen", "gates"))
            threads.append(say(who, f"Words {number}", board=board, title=f"T{number}", at=at).thread)
        else:
            say(who, f"Words {number}", thread=chance.choice(threads), at=at)
    return threads


def test_figures_equal_a_slow_recount_however_often_they_are_made(lively, look, rolled) -> None:
    rolled()
    first = look(kept)
    oldest = first[1][0][0]
    assert first == look(recounted, oldest, TODAY)
    assert len(first[1]) == TODAY - oldest + 1, "every day has its row, the quiet ones too"
    rolled()
    rolled(NOON + 60)
    assert look(kept) == first
    for day in range(oldest, TODAY + 1):
        look(rollups.roll_up, day)
    assert look(kept) == first


def change(statement: Any) -> None:
    with writing():
        execute(statement)


def test_what_is_missing_is_made_and_what_an_import_filled_is_healed(lively, staff, look, rolled, say) -> None:
    rolled()
    whole = look(kept)
    look(change, delete(TrendPeople).where(TrendPeople.day.between(TODAY - 45, TODAY - 20)))
    look(change, delete(TrendDay).where(TrendDay.day == TODAY - 30))
    rolled()
    assert look(kept) == whole
    look(change, update(Post).where(Post.thread_id == lively[-1]).values(created_at=NOON - 9 * DAY))
    for minute in range(rollups.KEPT):
        look(rollups.catch_up, TODAY * DAY + 60 * minute)
    assert look(kept) == look(recounted, whole[1][0][0], TODAY)


def test_a_day_that_lost_its_words_is_emptied(lively, look, rolled) -> None:
    rolled()
    thread = look(lambda: rows(select(Post.thread_id, Post.created_at).order_by(Post.created_at.desc()))[0])
    look(change, update(Post).values(created_at=thread.created_at))
    look(change, update(Thread).values(created_at=thread.created_at))
    look(rollups.roll_up, TODAY - 400, TODAY)
    days, people = look(kept)
    assert {day for day, *_ in days} == {thread.created_at // DAY}
    assert sum(number for _, number in people) == 6


def test_an_empty_forum_has_no_figures(look, rolled, frozen) -> None:
    rolled()
    assert look(kept) == ([], [])


def test_the_worker_does_it_once_a_minute(staff, say, look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_ticked", 0)
    say(staff[1], at=NOON - HOUR)
    look(jobs.tick, NOON)
    before = look(kept)
    assert before[0] == [(TODAY, 1, 1, 1)]
    say(staff[2], at=NOON - HOUR + 60)
    look(jobs.tick, NOON + 59)
    assert look(kept) == before
    look(jobs.tick, NOON + 60)
    assert look(kept)[0] == [(TODAY, 1, 2, 2)]
