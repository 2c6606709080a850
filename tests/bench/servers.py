"""Servers on free loopback ports, started as `make run` starts them, and stopped whatever happens. Reads what they cost from /proc."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from forum import serve
from forum.config import ROOT
from tests.bench.load import HOST

START = 30
"""Seconds a server has to come up."""
THREADS = serve.GUNICORN[serve.GUNICORN.index("--threads") + 1]
TICK = os.sysconf("SC_CLK_TCK")


class Server:
    """A server that runs: its port, and what its processes cost."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self.process = process

    def workers(self) -> list[int]:
        """The process numbers of the workers."""
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:  # ended meanwhile
                continue
            if int(fields[1]) == self.process.pid:
                found.append(int(path.parent.name))
        return found

    def cpu(self) -> float:
        """Seconds of CPU all workers have used, system's included."""
        total = 0
        for pid in self.workers():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICK

    def memory(self) -> int:
        """Bytes of resident memory of the largest worker."""
        sizes = []
        for pid in self.workers():
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            sizes += [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")]
        return max(sizes)


def gunicorn(app: str, workers: int = serve.WORKERS) -> list[str]:
    """The command of `make run`, for any application."""
    return [
        *(sys.executable, "-m", "gunicorn", *serve.GUNICORN),
        *("--workers", str(workers), "--bind", "{host}:{port}", app),
    ]


def granian(app: str, workers: int = serve.WORKERS) -> list[str]:
    """The other server, with as many processes and threads."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-access-log", "--log-level", "warning"),
        *("--workers", str(workers), "--blocking-threads", THREADS, "--host", "{host}", "--port", "{port}", app),
    ]


@contextmanager
def running(command: list[str], env: Mapping[str, str]) -> Iterator[Server]:
    """Starts a server and waits until it answers; RuntimeError when it does not."""
    port = _free_port()
    words = [word.format(host=HOST, port=port) for word in command]
    process = subprocess.Popen(words, cwd=ROOT, env=env, start_new_session=True)
    try:
        _wait(process, port, words)
        yield Server(port, process)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as one:
        return int(one.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, words: list[str]) -> None:
    until = time.monotonic() + START
    while process.poll() is None and time.monotonic() < until:
        try:
            with socket.create_connection((HOST, port), 5) as one:
                one.sendall(f"GET /healthz HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
                one.settimeout(START)
                if one.recv(16):
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{' '.join(words)} does not answer")
