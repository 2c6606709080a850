"""Requests a second, waiting times, CPU and memory behind a real server. The client shares the machine: only ratios mean anything."""

from __future__ import annotations

import os
import random
import secrets
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from statistics import median
from typing import NamedTuple

from tests.bench import corpus, load, reference, servers, stock
from tests.bench.inprocess import BOARD, FRONT, HELLO, LONG, PAD, SESSION, THREAD
from tests.bench.load import Client, Load, Request
from tests.bench.servers import Server
from tests.bench.stock import Stock, Visitor

GRANIAN = ", granian"
CONNECTIONS = 16
SOAKING = 5_000
"""Requests before memory is read."""
WRITES = 0.1
"""One request in ten of the mix is a reply."""


class Run(NamedTuple):
    """Requests a second and CPU seconds a request of each round; p50 and p99 in seconds over all; what went wrong."""

    rates: list[float]
    cpus: list[float]
    p50: float
    p99: float
    errors: Counter[str]
    client: float

    @property
    def rate(self) -> float:
        """Requests a second, the median of the rounds."""
        return median(self.rates)


def share(one: Run, other: Run) -> float:
    """One's requests a second as a part of the other's: the median over the rounds of both."""
    return median(mine / theirs for mine, theirs in zip(one.rates, other.rates, strict=True))


class Target(NamedTuple):
    """What is asked of which server."""

    name: str
    server: Server
    requests: list[Request]


def targets(stack: ExitStack, filled: Stock, reader: Visitor, weight: int) -> list[Target]:
    """Starts the servers: reference apps and forum behind gunicorn, and once more behind granian for the thread page."""
    forum_env = stock.environment(filled.settings)
    weighs = {**os.environ, reference.WEIGHT_NAME: str(weight)}

    def start(command: list[str], env: dict[str, str]) -> Server:
        return stack.enter_context(servers.running(command, env))

    hello = start(servers.gunicorn("tests.bench.reference:hello_app"), weighs)
    session = start(servers.gunicorn("tests.bench.reference:session_app"), weighs)
    forum = start(servers.gunicorn("wsgi:app"), forum_env)
    session_granian = start(servers.granian("tests.bench.reference:session_app"), weighs)
    forum_granian = start(servers.granian("wsgi:app"), forum_env)
    sessions = [load.get("/", reference.session_cookie())]
    threads = [load.get(path, reader.cookie) for path in filled.threads]
    return [
        Target(HELLO, hello, [load.get("/")]),
        Target(SESSION, session, sessions),
        Target(FRONT, forum, [load.get("/", reader.cookie)]),
        Target(BOARD, forum, [load.get(filled.board, reader.cookie)]),
        Target(THREAD, forum, threads),
        Target(PAD, forum, [load.get(f"/pads/{stock.PAD}")]),
        Target(LONG, forum, [load.get(filled.long, reader.cookie)]),
        Target(SESSION + GRANIAN, session_granian, sessions),
        Target(THREAD + GRANIAN, forum_granian, threads),
    ]


def measure(client: Client, asked: list[Target], rounds: int, seconds: float) -> dict[str, Run]:
    """All targets in turn, `rounds` times, `seconds` each; a third of that before, to warm up."""
    for one in asked:
        client.run(one.server.port, one.requests, seconds / 3, connections=CONNECTIONS)
    loads: dict[str, list[Load]] = {one.name: [] for one in asked}
    cpus: dict[str, list[float]] = {one.name: [] for one in asked}
    for _ in range(rounds):
        for one in asked:
            before = one.server.cpu()
            found = client.run(one.server.port, one.requests, seconds, connections=CONNECTIONS)
            loads[one.name].append(found)
            cpus[one.name].append((one.server.cpu() - before) / max(1, len(found.latencies)))
    return {name: _summed(found, cpus[name]) for name, found in loads.items()}


def _summed(found: list[Load], cpus: list[float]) -> Run:
    errors: Counter[str] = Counter()
    for one in found:
        errors += one.errors
    every = Load(1.0, [seconds for one in found for seconds in one.latencies], errors)
    spent = sum(one.cpu for one in found) / max(1, len(every.latencies))
    return Run([one.rate for one in found], cpus, every.quantile(0.5), every.quantile(0.99), errors, spent)


def mixed(client: Client, server: Server, filled: Stock, writers: Sequence[Visitor], seconds: float) -> Load:
    """Sixteen at once who read threads and now and then reply. Accounts take turns: one may say twenty things a minute."""
    choice = random.Random(3)
    requests = []
    for number in range(len(writers) * 200):
        writer = writers[number % len(writers)]
        if number // len(writers) % round(1 / WRITES) == writers.index(writer) % round(1 / WRITES):
            fields = {"csrf_token": writer.csrf, "nonce": secrets.token_urlsafe(18), "body": corpus.body(choice)}
            requests.append(load.post(f"/threads/{filled.replies}/posts", writer.cookie, fields))
        else:
            requests.append(load.get(choice.choice(filled.threads), writer.cookie))
    return client.run(server.port, requests, seconds, connections=CONNECTIONS)


class Memory(NamedTuple):
    """Resident bytes of one web process after its first pages, and after so many requests."""

    fresh: int
    soaked: int
    requests: int


def memory(client: Client, filled: Stock, reader: Visitor) -> Memory:
    """Sends one process SOAKING requests over all pages, or as many as it answers in a minute."""
    paths = ["/", filled.board, filled.long, *filled.threads]
    requests = [load.get(path, reader.cookie) for path in paths]
    with servers.running(servers.gunicorn("wsgi:app", workers=1), stock.environment(filled.settings)) as server:
        client.run(server.port, requests, 60, connections=4, most=len(requests))
        fresh = server.memory()
        found = client.run(server.port, requests, 60, connections=4, most=SOAKING)
        return Memory(fresh, server.memory(), len(found.latencies))
