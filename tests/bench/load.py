"""A small load client: keep-alive connections over plain sockets in a process of its own, each asking again as soon as it is answered."""

from __future__ import annotations

import itertools
import math
import multiprocessing
import selectors
import socket
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple
from urllib.parse import urlencode

HOST = "127.0.0.1"
PATIENCE = 30
"""Seconds without any answer after which a run is given up."""


class Request(NamedTuple):
    """Bytes to send, and the status they should be answered with."""

    sent: bytes
    status: int = 200


class Load(NamedTuple):
    """What came of a run: seconds each answer took, what went wrong and how often, seconds of CPU of the client itself."""

    seconds: float
    latencies: Sequence[float]
    errors: Counter[str]
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def quantile(self, part: float) -> float:
        """Seconds within which `part` of the answers came (nearest rank)."""
        ordered = sorted(self.latencies)
        return ordered[max(0, math.ceil(part * len(ordered)) - 1)] if ordered else math.nan


def get(path: str, cookie: str = "") -> Request:
    """A page, as a browser with a cookie asks for it."""
    return Request(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nCookie: {cookie}\r\nAccept: text/html\r\n\r\n".encode())


def post(path: str, cookie: str, fields: dict[str, str], status: int = 303) -> Request:
    """A form."""
    body = urlencode(fields).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nCookie: {cookie}\r\nContent-Length: {len(body)}\r\n"
    return Request(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode() + body, status)


class Connection:
    """One keep-alive connection with one request under way; opened anew when the server closes it."""

    def __init__(self, port: int, selector: selectors.BaseSelector) -> None:
        self.port, self.selector = port, selector
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection((HOST, self.port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.register(self.socket, selectors.EVENT_READ, self)
        self.request = Request(b"")

    def close(self) -> None:
        self.selector.unregister(self.socket)
        self.socket.close()

    def send(self, request: Request) -> None:
        self.request, self.missing = request, -1
        self.parts: list[bytes] = []
        self.begun = time.perf_counter()
        self.socket.sendall(request.sent)

    def receive(self) -> str | None:
        """Reads what is there; None while the answer is not whole, then "" or what is wrong with it."""
        try:
            part = self.socket.recv(1 << 18)
        except OSError as error:
            return type(error).__name__
        if not part:
            return "closed before the answer"
        self.parts.append(part)
        if self.missing < 0:
            head, blank, body = b"".join(self.parts).partition(b"\r\n\r\n")
            if not blank:
                return None
            length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
            self.status = int(head[9:12])
            self.missing = int(length or 0) - len(body)
        else:
            self.missing -= len(part)
        if self.missing > 0:
            return None
        return "" if self.status == self.request.status else f"status {self.status}"


def drive(port: int, requests: Sequence[Request], seconds: float, connections: int, most: int = 10**9) -> Load:
    """Sends the requests in turn over so many connections for so many seconds, or until `most` are answered."""
    latencies: list[float] = []
    errors: Counter[str] = Counter()
    turn = itertools.cycle(requests)
    begin, cpu = time.perf_counter(), time.process_time()
    with selectors.DefaultSelector() as selector:
        ours = [Connection(port, selector) for _ in range(connections)]
        for one in ours:
            one.send(next(turn))
        while (at := time.perf_counter()) < begin + seconds and len(latencies) < most:
            ready = selector.select(min(PATIENCE, begin + seconds - at))
            for key, _ in ready:
                one = key.data
                wrong = one.receive()
                if wrong is None:
                    continue
                if wrong:
                    errors[wrong] += 1
                    if not wrong.startswith("status"):
                        one.close()
                        one.open()
                else:
                    latencies.append(time.perf_counter() - one.begun)
                one.send(next(turn))
        took = time.perf_counter() - begin
        for one in ours:
            one.close()
    return Load(took, latencies, errors, time.process_time() - cpu)


class Client:
    """The process that drives; it outlives the runs, so that none pays for its start."""

    def __enter__(self) -> Client:
        self.pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown(cancel_futures=True)

    def run(
        self, port: int, requests: Sequence[Request], seconds: float, *, connections: int = 16, most: int = 10**9
    ) -> Load:
        """One run against a port of this machine."""
        return self.pool.submit(drive, port, requests, seconds, connections, most).result(seconds + 2 * PATIENCE)
