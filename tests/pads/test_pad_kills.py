"""Fifty people write while every process is killed at random moments: no accepted note is lost, none is there twice.

SOAK sets how many kills there are (20 here, 500 in `make soak`).
"""

from __future__ import annotations

import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pysqlite3.dbapi2 as sqlite3
import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.config import ROOT
from forum.core.database import db, row
from forum.pads import publishing, slips
from forum.pads.models import Sheet
from forum.pads.waiting import Waiter, Waiting
from tests.browser.server import GUNICORN, environment
from tests.pads.conftest import FIELD, SHOWN

KILLS = int(os.environ.get("SOAK", "20"))
NOTES = 30 * KILLS
WRITERS, DOORS = 50, 3
PATIENCE = 120
"""Seconds after which something hangs for good, on however busy a machine."""
TRIES = 1000
LATER = (2**31 // 86400 + 1) * 86400
"""The first second of a day: even single notes go up then."""
BROKEN = (OSError, http.client.HTTPException)


@pytest.fixture
def frozen() -> None:
    """Processes have clocks of their own."""


@pytest.fixture(autouse=True)
def _clock() -> None:
    """No frozen clock here."""


class Kept(NamedTuple):
    """A note that was accepted: by its slip, the words it has now (None: taken back), and those it must have no more."""

    slip: str
    body: str | None
    old: str | None


class Site:
    """The real server with two processes, and the worker; whatever is killed begins anew at once."""

    def __init__(self, env: dict[str, str], log: Any) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=WRITERS)
        self.port = self._listening.getsockname()[1]
        self._env, self._log = env | {"FORUM_BASE_URL": f"http://127.0.0.1:{self.port}"}, log
        bind = ["-w", "2", "--bind", f"fd://{self._listening.fileno()}", "wsgi:app"]
        self._commands = {
            "web": [*GUNICORN, *bind],
            "worker": [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
        }
        self.processes = {name: self._start(name) for name in self._commands}

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._commands[name], cwd=ROOT, env=self._env, stdout=self._log, stderr=self._log,
            pass_fds=[self._listening.fileno()],
        )  # fmt: skip

    def kill(self, victim: str) -> None:
        """Kills the server's master or the worker, which begin anew, or a process of the server, which its master replaces."""
        if victim in self.processes:
            self.processes[victim].kill()
            self.processes[victim].wait()
            self.processes[victim] = self._start(victim)
            return
        master = self.processes["web"].pid
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        for pid, parent in (map(int, line.split()) for line in listed.splitlines()):
            if parent == master:
                os.kill(pid, signal.SIGKILL)
                return

    def end(self) -> None:
        """Ends what runs, in good order."""
        for one in self.processes.values():
            one.terminate()
        for one in self.processes.values():
            one.wait(PATIENCE)
        self._listening.close()


@contextmanager
def site(env: dict[str, str], path: Path) -> Iterator[Site]:
    with path.open("ab") as log:
        made = Site(env, log)
        try:
            yield made
        finally:
            made.end()


class Writer:
    """Somebody who tries again, with the same slip and the same words, until it is answered."""

    def __init__(self, port: int, number: int) -> None:
        self.port, self.number = port, number

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """One request on a connection of its own. Raises BROKEN."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            kind = {"Content-Type": "application/x-www-form-urlencoded", "Connection": "close"}
            connection.request(method, path, urlencode(form) if form else None, kind)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def until(self, method: str, path: str, form: dict[str, str] | None = None, *, gone: bool = False) -> str:
        """The page that says it is done; `gone`: the first try broke but took the note away, so that there is no such note now."""
        for tries in range(TRIES):
            try:
                status, text = self.ask(method, path, form)
            except BROKEN:
                continue
            if status == 200 or (gone and tries and status in (404, 422)):
                return text
            assert status == 503, (status, text)
        raise AssertionError(f"{path} never answered")

    def write(self) -> Kept:
        """A note; each fifth one is corrected, and each seventh taken back."""
        door = f"/pads/{self.number % DOORS}-left"
        form = dict(FIELD.findall(self.until("GET", door)))
        body, old = f"Note {self.number} {secrets.token_hex(6)}", None
        told = SHOWN.search(self.until("POST", f"{door}/notes", form | {"body": body}))
        assert told
        assert told[1] == form["slip"]
        if self.number % 5 == 0:
            body, old = f"Corrected {self.number}", body
            self.until("POST", "/pads/slip", {"slip": told[1], "act": "correct", "body": body})
        if self.number % 7 == 0:
            self.until("POST", "/pads/slip", {"slip": told[1], "act": "take back"}, gone=True)
            return Kept(told[1], None, body)
        return Kept(told[1], body, old)


def waits(waiting: Waiting) -> list[Waiter]:
    with waiting.batch() as batch:
        return batch.all()


def test_kills_lose_and_double_no_note(
    make_app: Any, app: Flask, door: Any, hour: Any, notes: Any, waiting: Waiting, settings: Any, tmp_path: Path
) -> None:
    for number in range(DOORS):
        door(f"{number}-left", rhythm="hand")
    rehearsal = make_app(testing=True, pads_batch_seconds=1).extensions["forum.settings"]
    env = environment(
        Path(app.instance_path), FORUM_DATABASE_URL=settings.database_url, FORUM_SECRET_KEY="k" * 40,
        FORUM_TESTING="1", FORUM_PADS_BATCH_SECONDS="1",
    )  # fmt: skip
    random, accepted = Random(11), list[Kept]()
    moments = sorted(random.randint(1, NOTES * 9 // 10) for _ in range(KILLS))
    with site(env, tmp_path / "log") as found, ThreadPoolExecutor(WRITERS) as pool:
        writing = [pool.submit(Writer(found.port, number).write) for number in range(NOTES)]
        try:
            for one in as_completed(writing):
                accepted.append(one.result())
                while moments and len(accepted) >= moments[0]:
                    moments.pop(0)
                    found.kill(random.choice(("web", "worker", "worker", "process")))
        finally:
            pool.shutdown(cancel_futures=True)
    there = {one.id: one.body for one in notes()}
    left = {one.id: one.body for one in waits(waiting)}
    kept = {slips.note_id(slips.read(one.slip) or 0): one for one in accepted}
    assert len(kept) == NOTES
    assert {number for number, one in kept.items() if one.body is not None} <= there.keys() | left.keys() <= kept.keys()
    with app.app_context():
        publishing.tidy(waiting)
        db.session.remove()
    assert not there.keys() & {one.id for one in waits(waiting)}
    hour(LATER, rehearsal)
    pinned, still = notes(), waits(waiting)
    standing = {one.id: one.body for one in pinned} | {one.id: one.body for one in still}
    assert len(pinned) + len(still) == len(standing)
    assert len(still) == 0
    assert {number: body for number, body in standing.items() if body is not None} == {
        number: one.body for number, one in kept.items() if one.body is not None
    }
    with app.app_context():
        counted = row(select(func.sum(Sheet.notes).label("notes")))
        db.session.remove()
    assert counted is not None
    assert counted.notes == sum(one.body is not None for one in pinned)
    with sqlite3.connect(waiting.path) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert not re.search(rb"Traceback|rror:", (tmp_path / "log").read_bytes())
