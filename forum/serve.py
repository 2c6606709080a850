"""`python -m forum.serve`: migrates, fills an empty instance with the demo, starts server and worker, stops both cleanly.

Refuses to show the demo to anybody but this machine: its passwords are public.
"""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import subprocess
import sys
from types import FrameType
from urllib.parse import urlsplit

from forum.config import SettingError, Settings

WORKERS = 2
GUNICORN = (
    *("--worker-class", "gthread", "--threads", "4", "--keep-alive", "15", "--graceful-timeout", "10"),
    *("--no-control-socket", "--log-level", "error"),
)


def main() -> int:
    """Reads HOST, PORT, WORKERS and DEMO from the environment; returns the exit status."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    workers = os.environ.get("WORKERS") or str(WORKERS)
    local = _is_loopback(host) and _only_here()
    demo = os.environ.get("DEMO") or ("1" if local else "0")
    if not port.isascii() or not port.isdigit() or len(port) > 5 or not 0 < int(port) < 65536:
        return _stop(f"PORT is {port!r}, but must be a number from 1 to 65535.")
    if not workers.isascii() or not workers.isdigit() or len(workers) > 2 or not 0 < int(workers) <= 64:
        return _stop(f"WORKERS is {workers!r}, but must be a number from 1 to 64.")
    if demo not in ("0", "1"):
        return _stop(f"DEMO is {demo!r}, but must be 0 or 1.")
    if demo == "1" and not local:
        where = f"HOST={host}" if not _is_loopback(host) else "an address behind a proxy"
        return _stop(f"DEMO=1 is refused on {where}: the demo's passwords are public. Use DEMO=0.")
    address = f"http://{'[' + host + ']' if ':' in host else host}:{port}"
    os.environ.setdefault("FORUM_BASE_URL", address)
    if demo == "1":
        os.environ.setdefault("FORUM_SIGNUP", "open")
    try:
        Settings.from_environment()
    except SettingError as error:
        return _stop(f"Cannot start: {error}")
    if _flask("db", "upgrade") != 0:
        return _stop("The database could not be brought up to date; see above.")
    if demo == "1" and _flask("demo", "--if-empty") != 0:
        return _stop("The demo could not be made; see above. DEMO=0 starts without it.")
    return _serve(host, port, workers, address)


def _stop(why: str) -> int:
    print(why, file=sys.stderr)  # noqa: T201
    return 1


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _only_here() -> bool:
    """Whether no setting says that others reach this server through a proxy."""
    outside = urlsplit(os.environ.get("FORUM_BASE_URL", "")).hostname
    return os.environ.get("FORUM_PROXY_HOPS", "0") == "0" and (outside is None or _is_loopback(outside))


def _flask(*words: str) -> int:
    return subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", *words], check=False).returncode


def _listening(host: str, port: int, server: subprocess.Popen[bytes]) -> bool:
    """Waits until the server takes connections; False when it ended instead (the port is taken, say)."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)
    while server.poll() is None:
        try:
            socket.create_connection((near, port), timeout=1).close()
        except OSError:
            try:
                server.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
        else:
            return True
    return False


def _serve(host: str, port: str, workers: str, address: str) -> int:
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *GUNICORN, "--workers", workers, "--bind", bind, "wsgi:app"],
        start_new_session=True,
    )
    worker = subprocess.Popen([sys.executable, "-m", "flask", "--app", "wsgi", "worker"], start_new_session=True)
    processes = (server, worker)
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        for process in processes:
            process.terminate()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if not _listening(host, int(port), server):
        worker.terminate()
        worker.wait()
        return server.returncode or 1
    print(f"\n  Say What You Want: {address}\n  Ctrl-C stops it.\n", flush=True)  # noqa: T201
    while server.poll() is None:
        try:
            server.wait(timeout=1)
        except subprocess.TimeoutExpired:
            if worker.poll() is not None and not stopping:
                worker = subprocess.Popen(worker.args, start_new_session=True)
                processes = (server, worker)
    if worker.poll() is None:
        worker.terminate()
    worker.wait()
    return 0 if stopping else server.returncode


if __name__ == "__main__":
    sys.exit(main())
