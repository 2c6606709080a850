"""Writers and the worker are killed at random moments: every acknowledged post has its leaf, every leaf its post, the log verifies.

SOAK sets how many kills there are (10 here, 100 in `make soak`).
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.boards.models import Post, Revision
from forum.core.database import db, rows
from forum.ledger import queries
from tests.browser.server import environment
from tests.hits.test_kills import restarted, start
from tests.ledger.history import looked

WRITERS = 3
KILLS = int(os.environ.get("SOAK", "10"))
ACTS = max(60, KILLS * 6)
"""Of each writer."""


@pytest.fixture
def frozen() -> None:
    """Processes have clocks of their own."""


def test_kills_part_no_post_from_its_leaf(app: Flask, settings: Any, tmp_path: Path, person: Any, board: Any) -> None:
    board()
    for number in range(WRITERS):
        person(f"writer{number}")
    env = environment(tmp_path, FORUM_DATABASE_URL=settings.database_url, FORUM_SECRET_KEY="k" * 40)
    files = [tmp_path / f"done{number}" for number in range(WRITERS)]
    commands = [["-m", "tests.ledger.writer", str(number), str(ACTS), str(files[number])] for number in range(WRITERS)]
    commands.append(["-m", "flask", "--app", "wsgi", "worker"])
    random, killed, worker = Random(7), 0, len(commands) - 1

    def noted(*numbers: int) -> int:
        found = [files[number] for number in numbers or range(WRITERS)]
        return sum(one.read_bytes().count(b"\n") for one in found if one.exists())

    with restarted(commands, env, tmp_path / "log") as processes, (tmp_path / "log").open("ab") as log:
        following = sorted(random.randint(1, WRITERS * ACTS * 9 // 10) for _ in range(KILLS))
        while noted() < WRITERS * ACTS:
            if following and noted() >= following[0]:
                following.pop(0)
                processes[random.randrange(len(processes))].send_signal(signal.SIGKILL)
                killed += 1
            for number, process in enumerate(processes):
                if process.poll() is not None and (number == worker or noted(number) < ACTS):
                    processes[number] = start(commands[number], env, log)
            os.sched_yield()
        for process in processes[:worker]:
            process.wait()
    acknowledged = {int(line.split()[1]) for file in files for line in file.read_text().splitlines()}
    assert killed == KILLS
    assert b"Traceback" not in (tmp_path / "log").read_bytes()
    with app.app_context():
        bound = {one.post_id for one in rows(select(Revision.post_id).where(Revision.leaf >= 0))}
        assert acknowledged <= bound
        assert {one.id for one in rows(select(Post.id))} == bound
        report = looked(rendered=True)
        assert report.flaws == []
        signed = queries.checkpoint()
        assert signed is not None
        assert report.size >= len(bound)
        db.session.remove()
