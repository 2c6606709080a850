"""The worker's loop: goes on after a stumble, ends when it is told to."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from forum.core import worker


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(worker, "PAUSE", 0)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_outlives_a_stumble_and_ends_after_the_turn_it_is_in(
    number: signal.Signals, caplog: pytest.LogCaptureFixture
) -> None:
    turns: list[str] = []

    def tick() -> int:
        turns.append("begun")
        if len(turns) == 1:
            raise ConnectionError("the database is away")
        if len(turns) == 5:
            os.kill(os.getpid(), number)
        return len(turns) % 2

    worker.run(tick)
    assert len(turns) == 5
    assert "the worker stumbled" in caplog.text
