"""`make run` without make: what `python -m forum.serve` promises."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pysqlite3.dbapi2 as sqlite3
import pytest

from forum.config import ROOT


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def environment(**values: object) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FORUM_")}
    return kept | {name: str(value) for name, value in values.items()}


@contextmanager
def served(**values: object) -> Iterator[str]:
    """Runs the forum until it says where it is, and stops it with Ctrl-C."""
    process = subprocess.Popen(
        [sys.executable, "-m", "forum.serve"],
        cwd=ROOT,
        env=environment(**values),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    said = ""
    try:
        for line in process.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        else:
            pytest.fail(f"it did not start:\n{said}")
        yield said
    finally:
        process.send_signal(signal.SIGINT)
        said += process.stdout.read()
        process.stdout.close()
        assert process.wait() == 0, said


def answered(port: int) -> str:
    """The health page, as soon as the server listens."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
                return str(answer.read().decode())
        except ConnectionRefusedError:
            continue
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
    return ""


def table_counts(folder: Path) -> dict[str, int]:
    connection = sqlite3.connect(f"file:{folder}/forum.sqlite3?mode=ro", uri=True)
    try:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("people", "posts", "boards")
        }
    finally:
        connection.close()


def test_a_first_start_makes_the_demo_and_a_second_changes_nothing(tmp_path: Path) -> None:
    port = free_port()
    with served(FORUM_INSTANCE=tmp_path, PORT=port) as said:
        assert f"http://127.0.0.1:{port}" in said
        assert re.search(r"mina", said)
        assert "say what you want" in said
        assert answered(port) == "ok\n"
    first = table_counts(tmp_path)
    assert first["posts"] > 2000
    assert first["people"] >= 50
    with served(FORUM_INSTANCE=tmp_path, PORT=port):
        assert answered(port) == "ok\n"
    assert table_counts(tmp_path) == first


def test_without_the_demo_the_instance_stays_empty(tmp_path: Path) -> None:
    port = free_port()
    with served(FORUM_INSTANCE=tmp_path, PORT=port, DEMO=0, WORKERS=1):
        assert answered(port) == "ok\n"
    assert table_counts(tmp_path) == {"people": 0, "posts": 0, "boards": 0}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"HOST": "0.0.0.0", "DEMO": "1"}, "DEMO=1 is refused"),
        ({"PORT": "ninety"}, "PORT"),
        ({"WORKERS": "0"}, "WORKERS"),
        ({"DEMO": "yes"}, "DEMO"),
        ({"FORUM_SIGNUP": "opne"}, "FORUM_SIGNUP"),
        ({"FORUM_SINGUP": "open"}, "did you mean FORUM_SIGNUP"),
    ],
)
def test_a_wrong_call_is_one_line_that_names_it(tmp_path: Path, values: dict[str, str], words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "forum.serve"],
        cwd=ROOT,
        env=environment(FORUM_INSTANCE=tmp_path, **values),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_stops_the_command_line_too(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "people", "list"],
        cwd=ROOT,
        env=environment(FORUM_INSTANCE=tmp_path, FORUM_TIMEZONE="Mars/Olympus"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip().startswith("Cannot start: FORUM_TIMEZONE")
    assert done.stderr.count("\n") == 1
