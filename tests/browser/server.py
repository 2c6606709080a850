"""The real server on an instance of its own: brought up to date, started, and stopped again without a trace of trouble."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from forum.config import ROOT

GUNICORN = (sys.executable, "-m", "gunicorn", "-k", "gthread", "--threads", "4", "--no-control-socket")
PATIENCE = 60
"""Seconds that a start or an end may take on a busy machine."""


def environment(instance: Path, **settings: str) -> dict[str, str]:
    """Our settings alone, whatever the caller's shell holds."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("FORUM_", "FLASK_"))}
    return inherited | {"FORUM_INSTANCE": str(instance), "PYTHONUNBUFFERED": "1"} | settings


def flask(instance: Path, *words: str, typed: str = "") -> str:
    """Runs one command of the forum's command line; fails with what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=ROOT,
        env=environment(instance),
        input=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE * 5,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"flask {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


@contextmanager
def running(instance: Path, *, workers: int = 2, **settings: str) -> Iterator[str]:
    """Starts gunicorn on a free port and yields its address once it answers; a traceback in its log is an error."""
    log = instance / "server.log"
    with socket.create_server(("127.0.0.1", 0)) as listening, log.open("wb") as written:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        process = subprocess.Popen(
            [*GUNICORN, "-w", str(workers), "--bind", f"fd://{listening.fileno()}", "wsgi:app"],
            cwd=ROOT,
            env=environment(instance, FORUM_BASE_URL=url, **settings),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            pass_fds=[listening.fileno()],
        )
    try:
        _answers(url, log)
        yield url
    finally:
        process.terminate()
        try:
            status = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
    said = log.read_text(errors="replace")
    if status or "Traceback" in said:
        raise RuntimeError(f"The server ended with {status} and said:\n{said}")


def _answers(url: str, log: Path) -> None:
    """The port was open from the beginning, so one request waits until a worker takes it, or fails when none comes."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=PATIENCE) as answer:
            assert answer.read() == b"ok\n"
    except (urllib.error.URLError, OSError) as error:
        raise RuntimeError(f"The server did not start ({error}):\n{log.read_text(errors='replace')}") from error


@contextmanager
def killed(env: dict[str, str], log: Path) -> Iterator[Callable[..., None]]:
    """The worker. What is yielded lets it work for some seconds and, unless told otherwise, kills it and starts another."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    with log.open("ab") as written:

        def start() -> subprocess.Popen[bytes]:
            return subprocess.Popen(command, cwd=ROOT, env=env, stdout=written, stderr=written)

        worker = start()

        def after(seconds: float, *, kill: bool = True) -> None:
            nonlocal worker
            with pytest.raises(subprocess.TimeoutExpired):
                worker.wait(seconds)  # it does not end by itself
            if kill:
                worker.send_signal(signal.SIGKILL)
                worker.wait()
                worker = start()

        try:
            yield after
        finally:
            worker.terminate()
            worker.wait(PATIENCE * 2)
