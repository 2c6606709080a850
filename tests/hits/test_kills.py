"""Web processes and the worker are killed at random points while a hundred thousand views come in: not one is lost or counted twice.

SOAK sets how many kills there are (20 here, 200 in `make soak`).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.boards.models import Thread
from forum.config import ROOT
from forum.core.database import db, rows
from forum.hits import counting, jobs
from tests.browser.server import environment
from tests.conftest import NOON

VIEWS = 100_000
READERS = 3
THREADS = 20
KILLS = int(os.environ.get("SOAK", "20"))


@pytest.fixture
def frozen() -> None:
    """Processes have clocks of their own."""


@pytest.fixture(autouse=True)
def _clock() -> None:
    """No frozen clock here: the worker's is real, and so are the moments of the views."""


@pytest.fixture
def plan(tmp_path: Path, board: Any, person: Any, say: Any) -> list[set[tuple[int, int, int]]]:
    """What each reader process reads; the views of all days as (thread, person, day)."""
    board()
    chen = person("chen")
    for number in range(THREADS):
        say(chen, "x", title=f"T{number}", at=NOON - 60 * number)
    random, planned, now = Random(3), [], int(time.time())
    for reader in range(READERS):
        views = [(random.randint(1, THREADS), random.randint(1000, 5000), now) for _ in range(VIEWS // READERS)]
        (tmp_path / f"plan{reader}").write_text("".join(f"{t} {p} {at}\n" for t, p, at in views))
        planned.append({(thread, who, at // 86400) for thread, who, at in views})
    return planned


@contextmanager
def restarted(
    commands: list[list[str]], settings: dict[str, str], log: Path
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The processes; whoever uses them may replace dead ones."""
    with log.open("ab") as written:
        running = [start(command, settings, written) for command in commands]
        try:
            yield running
        finally:
            for one in running:
                one.kill()
                one.wait()


def start(command: list[str], settings: dict[str, str], log: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=settings, stdout=log, stderr=log)


def test_kills_lose_and_double_nothing(
    app: Flask, plan: list[set[tuple[int, int, int]]], settings: Any, tmp_path: Path
) -> None:
    instance = Path(app.instance_path)
    env = environment(instance, FORUM_DATABASE_URL=settings.database_url, FORUM_SECRET_KEY="k" * 40)
    commands = [
        ["-m", "tests.hits.reader", str(tmp_path / f"plan{number}"), str(tmp_path / f"done{number}")]
        for number in range(READERS)
    ]
    commands.append(["-m", "flask", "--app", "wsgi", "worker"])
    goals = [len((tmp_path / f"plan{number}").read_text().splitlines()) for number in range(READERS)]
    random, killed = Random(5), 0

    def noted(*numbers: int) -> int:
        paths = [tmp_path / f"done{number}" for number in numbers or range(READERS)]
        return sum(path.stat().st_size for path in paths if path.exists())

    with restarted(commands, env, tmp_path / "log") as processes, (tmp_path / "log").open("ab") as log:
        following = sorted(random.randint(1, sum(goals) * 4 // 5) for _ in range(KILLS))
        while noted() < sum(goals):
            if following and noted() >= following[0]:
                following.pop(0)
                victim = random.randrange(len(processes))
                processes[victim].send_signal(signal.SIGKILL)
                killed += 1
            for number, process in enumerate(processes):
                if process.poll() is not None and (number == READERS or noted(number) < goals[number]):
                    processes[number] = start(commands[number], env, log)
            os.sched_yield()
        for process in processes[:READERS]:
            process.wait()
    with app.app_context():
        for _ in range(50):
            if not counting.drain(jobs.folder(instance), int(time.time())):
                break
        (found,) = rows(select(func.sum(Thread.hits).label("hits")))
        db.session.remove()
    assert killed == KILLS
    assert found.hits == len(set().union(*plan))
    assert list(jobs.folder(instance).glob("*.journal")) == []
    assert b"Traceback" not in (tmp_path / "log").read_bytes()
