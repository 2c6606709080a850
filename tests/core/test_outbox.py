"""Durable jobs: done once, tried again when they fail, never lost, never done for a transaction that did not happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.core import outbox
from forum.core.database import db, rows, writing
from tests.conftest import NOON

Done = list[Mapping[str, Any]]


@pytest.fixture(autouse=True)
def _inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def put() -> Callable[..., None]:
    def one(number: int = 1, kind: str = "told", **when: int) -> None:
        with writing():
            outbox.put(kind, {"number": number, "words": "直说"}, at=NOON, **when)

    return one


def waiting() -> list[tuple[int, int, str | None]]:
    found = rows(select(outbox.Job.due_at, outbox.Job.attempts, outbox.Job.error).order_by(outbox.Job.id))
    db.session.rollback()
    return [(one.due_at - NOON, one.attempts, one.error) for one in found]


def test_a_job_is_done_once(put: Callable[..., None]) -> None:
    put()
    done: Done = []
    assert outbox.work({"told": done.append}, at=NOON) == 1
    assert done == [{"number": 1, "words": "直说"}]
    assert outbox.work({"told": done.append}, at=NOON) == 0
    assert len(done) == 1
    assert waiting() == []


def test_jobs_are_done_in_order_and_not_before_they_are_due(put: Callable[..., None]) -> None:
    put(1, due_at=NOON + 10)
    put(2)
    put(3)
    done: Done = []
    outbox.work({"told": done.append}, at=NOON)
    assert [one["number"] for one in done] == [2, 3]
    outbox.work({"told": done.append}, at=NOON + 10)
    assert [one["number"] for one in done] == [2, 3, 1]


def test_a_turn_does_only_so_many(put: Callable[..., None]) -> None:
    for number in range(5):
        put(number)
    done: Done = []
    assert outbox.work({"told": done.append}, at=NOON, most=3) == 3
    assert len(waiting()) == 2


def test_a_job_goes_with_its_transaction() -> None:
    def fail() -> None:
        with writing():
            outbox.put("told", {}, at=NOON)
            raise LookupError("the thing itself failed")

    with pytest.raises(LookupError):
        fail()
    assert waiting() == []


def test_a_job_that_fails_waits_twice_as_long_each_time(put: Callable[..., None]) -> None:
    put()
    tries: list[int] = []

    def refuse(_payload: Mapping[str, Any]) -> None:
        tries.append(1)
        raise ConnectionError("the mail server is away")

    at = NOON
    waits = []
    for attempt in range(1, 16):
        assert outbox.work({"told": refuse}, at=at) == 0
        [(due, attempts, error)] = waiting()
        assert (attempts, error) == (attempt, "ConnectionError: the mail server is away")
        waits.append(NOON + due - at)
        assert outbox.work({"told": refuse}, at=NOON + due - 1) == 0
        at = NOON + due
    assert len(tries) == 15
    assert waits[:6] == [10, 20, 40, 80, 160, 320]
    assert waits[-1] == outbox.LONGEST_WAIT
    done: Done = []
    assert outbox.work({"told": done.append}, at=at) == 1
    assert waiting() == []


def test_one_that_fails_does_not_hold_up_the_others(put: Callable[..., None]) -> None:
    put(1, kind="broken")
    put(2)
    done: Done = []

    def broken(_payload: Mapping[str, Any]) -> None:
        raise ValueError("x" * 1000)

    assert outbox.work({"told": done.append, "broken": broken}, at=NOON) == 1
    assert [one["number"] for one in done] == [2]
    [(_, _, error)] = waiting()
    assert error is not None
    assert len(error) == 500


def test_a_kind_nobody_knows_stays_for_a_newer_worker(put: Callable[..., None]) -> None:
    put(kind="later.version")
    assert outbox.work({}, at=NOON) == 0
    assert len(waiting()) == 1


def test_a_worker_killed_in_the_middle_loses_nothing(put: Callable[..., None]) -> None:
    put()

    def killed(_payload: Mapping[str, Any]) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        outbox.work({"told": killed}, at=NOON)
    done: Done = []
    assert outbox.work({"told": done.append}, at=NOON + outbox.LEASE - 1) == 0
    assert outbox.work({"told": done.append}, at=NOON + outbox.LEASE) == 1
    assert len(done) == 1


def test_while_one_worker_has_a_job_no_other_takes_it(put: Callable[..., None]) -> None:
    put()
    inner: Done = []

    def slow(_payload: Mapping[str, Any]) -> None:
        assert outbox.work({"told": inner.append}, at=NOON) == 0

    assert outbox.work({"told": slow}, at=NOON) == 1
    assert inner == []


def test_workers_at_the_same_time_share_the_work(app: Flask, put: Callable[..., None]) -> None:
    for number in range(40):
        put(number)
    done: list[int] = []
    lock, together = Lock(), Barrier(4)

    def note(payload: Mapping[str, Any]) -> None:
        with lock:
            done.append(payload["number"])

    def worker(_number: int) -> int:
        with app.app_context():
            together.wait()
            count = outbox.work({"told": note}, at=NOON)
            db.session.remove()
            return count

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(worker, range(4)))
    assert sum(counts) == 40
    assert sorted(done) == list(range(40))
    assert waiting() == []


Batches = list[list[int]]


@pytest.fixture
def taken() -> Batches:
    """The numbers of the jobs that came together, batch by batch."""
    return []


@pytest.fixture
def take(taken: Batches) -> outbox.Batched:
    return lambda jobs: taken.append([one["number"] for one in jobs])


def test_jobs_of_a_kind_that_takes_many_come_together(
    put: Callable[..., None], take: outbox.Batched, taken: Batches
) -> None:
    for number in range(5):
        put(number, kind="index")
    put(9, kind="index", due_at=NOON + 1)
    put(7)
    put(5, kind="index")
    done: Done = []
    assert outbox.work({"told": done.append}, at=NOON, batched={"index": take}) == 7
    assert taken == [[0, 1, 2, 3, 4, 5]]
    assert [one["number"] for one in done] == [7]
    assert outbox.work({"told": done.append}, at=NOON + 1, batched={"index": take}) == 1
    assert taken[1:] == [[9]]
    assert waiting() == []


def test_a_batch_has_a_size(
    put: Callable[..., None], take: outbox.Batched, taken: Batches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "BATCH", 4)
    for number in range(10):
        put(number, kind="index")
    assert outbox.work({}, at=NOON, batched={"index": take}) == 10
    assert taken == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_of_a_batch_that_fails_each_is_tried_alone(put: Callable[..., None]) -> None:
    for number in range(4):
        put(number, kind="index")
    tried: Batches = []

    def refuse_two(jobs: Any) -> None:
        tried.append([one["number"] for one in jobs])
        if 2 in tried[-1]:
            raise ValueError("two is bad")

    work = {"index": refuse_two}
    assert outbox.work({}, at=NOON, batched=work) == 0
    assert tried == [[0, 1, 2, 3]]
    assert waiting() == [(10, 1, "ValueError: two is bad")] * 4
    put(8, kind="index")
    assert outbox.work({}, at=NOON + 9, batched=work) == 1
    assert outbox.work({}, at=NOON + 10, batched=work) == 3
    assert tried[1:] == [[8], [0], [1], [2], [3]]
    assert waiting() == [(30, 2, "ValueError: two is bad")]
    put(9, kind="index", due_at=NOON + 30)
    outbox.work({}, at=NOON + 30, batched=work)
    assert tried[6:] == [[2], [9]]


def test_a_killed_worker_s_batch_comes_back_after_a_moment(
    put: Callable[..., None], take: outbox.Batched, taken: Batches
) -> None:
    for number in range(3):
        put(number, kind="index")

    def killed(_jobs: Any) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        outbox.work({}, at=NOON, batched={"index": killed})
    assert outbox.work({}, at=NOON + outbox.SHORT_LEASE - 1, batched={"index": take}) == 0
    put(3, kind="index", due_at=NOON + outbox.SHORT_LEASE)
    assert outbox.work({}, at=NOON + outbox.SHORT_LEASE, batched={"index": take}) == 4
    assert taken == [[0, 1, 2, 3]]


def test_a_batch_that_kills_again_and_again_is_taken_apart(
    put: Callable[..., None], take: outbox.Batched, taken: Batches
) -> None:
    """One job of it may end the process: the others are done, and it does not come at every turn."""
    for number in range(3):
        put(number, kind="index")

    def kills(jobs: Any) -> None:
        if any(one["number"] == 1 for one in jobs):
            raise SystemExit
        take(jobs)

    at = NOON
    for _ in range(20):
        try:
            outbox.work({}, at=at, batched={"index": kills})
        except SystemExit:
            at += outbox.SHORT_LEASE
        if not [one for one in waiting() if one[0] + NOON <= at]:
            break
    assert sorted(taken) == [[0], [2]]
    assert [(attempts, error) for _due, attempts, error in waiting()] == [(outbox.TOGETHER + 1, None)]


def test_workers_at_the_same_time_share_batches(
    app: Flask, put: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "BATCH", 5)
    for number in range(40):
        put(number, kind="index")
    done: list[int] = []
    lock, together = Lock(), Barrier(4)

    def note(jobs: Any) -> None:
        with lock:
            done.extend(one["number"] for one in jobs)

    def worker(_number: int) -> int:
        with app.app_context():
            together.wait()
            count = outbox.work({}, at=NOON, batched={"index": note})
            db.session.remove()
            return count

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(worker, range(4)))
    assert sum(counts) == 40
    assert sorted(done) == list(range(40))
    assert waiting() == []


def test_what_handlers_put_meanwhile_waits_for_the_next_turn(put: Callable[..., None]) -> None:
    """A long piece of work that goes on by jobs of its own keeps nobody from his turn."""
    put(1)
    put(2)
    done: list[int] = []

    def goes_on(payload: Mapping[str, Any]) -> None:
        done.append(payload["number"])
        if len(done) < 10:
            put(payload["number"] + 10)

    assert outbox.work({"told": goes_on}, at=NOON) == 2
    assert done == [1, 2]
    assert outbox.work({"told": goes_on}, at=NOON) == 2
    assert done == [1, 2, 11, 12]
