"""CPU of whole requests by direct WSGI calls, case after case in rounds, so that what disturbs one disturbs all. No server, no network."""

from __future__ import annotations

import gc
import io
import itertools
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from random import Random
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import delete
from werkzeug.test import EnvironBuilder

from forum.boards.rules import PAGE
from forum.core.database import db, execute, writing
from forum.desk.models import Place
from tests.bench import corpus, reference, stock
from tests.bench.stock import Stock, Visitor, Visitors

HELLO, SESSION = "bare Flask hello", "session page"
THREAD, LONG, FRONT, BOARD = "thread page", "long thread, last page", "front page", "board page"
PAD = "pad page"
TRENDING = "trending page"
REPLY, SIGN_IN = "reply, whole request", "sign-in"
SLICE = 0.030
"""Seconds of CPU one case gets in a round."""
WARM = 3
"""Unmeasured requests at the start of a slice; then garbage is collected: no case pays for the one before it."""
Environ = dict[str, Any]


class Case(NamedTuple):
    """A request to measure: `requests` gives a fresh WSGI environment each time.

    `before` runs unmeasured before each slice; a slice holds at `most` so many.
    """

    name: str
    app: Flask
    requests: Iterator[Environ]
    status: int = 200
    before: Callable[[], None] | None = None
    most: int = 500


class Measured(NamedTuple):
    """CPU seconds a request in each round, and the bytes of one answer."""

    seconds: list[float]
    weight: int

    def quantile(self, part: float) -> float:
        """CPU seconds a request below which `part` of the rounds lie; 0.1 is nearest to a machine of one's own."""
        return sorted(self.seconds)[int(part * (len(self.seconds) - 1))]


def ratio(one: Measured, other: Measured) -> float:
    """How many times the other's CPU one takes: the median over the rounds of both."""
    return median(mine / theirs for mine, theirs in zip(one.seconds, other.seconds, strict=True))


def gets(paths: Sequence[str], cookie: str = "") -> Iterator[Environ]:
    """The paths in turn, for ever, as a signed-in browser asks for them."""
    bases = [EnvironBuilder(path=path, headers=[("Cookie", cookie)]).get_environ() for path in paths]
    for base in itertools.cycle(bases):
        yield {**base, "wsgi.input": io.BytesIO(), "REMOTE_ADDR": "127.0.0.1"}


def form(path: str, cookie: str, fields: dict[str, str]) -> Environ:
    """A form that is sent."""
    body = urlencode(fields).encode()
    kind = "application/x-www-form-urlencoded"
    headers = [("Cookie", cookie), ("Origin", "http://127.0.0.1:8000")]
    environ = EnvironBuilder(
        path=path, method="POST", input_stream=io.BytesIO(body), content_type=kind, headers=headers
    )
    return {**environ.get_environ(), "CONTENT_LENGTH": str(len(body)), "REMOTE_ADDR": "127.0.0.1"}


def replies(filled: Stock, writers: Sequence[Visitor]) -> Iterator[Environ]:
    """Replies by everybody in turn, each new: the forum lets one person say twenty things a minute."""
    path, bodies = f"/threads/{filled.replies}/posts", [corpus.body(Random(number)) for number in range(20)]
    for number, (writer, body) in enumerate(zip(itertools.cycle(writers), itertools.cycle(bodies), strict=False)):
        nonce = f"{number}-{secrets.token_urlsafe(12)}"
        yield form(path, writer.cookie, {"csrf_token": writer.csrf, "nonce": nonce, "body": body})


def sign_ins(app: Flask) -> Iterator[Environ]:
    """One person who signs in with the password, over and over."""
    client = app.test_client()
    page = client.get("/login")
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    while True:
        yield form("/login", cookie, {"csrf_token": token, "login": "colleague-7", "password": stock.PASSWORD})


def call(case: Case, environ: Environ) -> bytes:
    """One whole request; returns the answer, refuses another status than the case expects."""
    status = ""

    def start(line: str, _headers: Any, _error: Any = None) -> Any:
        nonlocal status
        status = line

    answer = case.app(environ, start)
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    if status[:3] != str(case.status):
        raise RuntimeError(f"{case.name}: {status} instead of {case.status}")
    return body


def measure(cases: list[Case], rounds: int) -> dict[str, Measured]:
    """Runs all cases in `rounds` rounds, there and back in turn, after one to warm up; a slice holds what its time allows."""
    counts, found = {}, {}
    for case in cases:
        found[case.name] = Measured([], len(call(case, next(case.requests))))
        counts[case.name] = max(1, min(case.most, int(SLICE / max(1e-6, _slice(case, 2)))))
    gc.collect()
    gc.freeze()
    for number in range(rounds):
        for case in cases[:: -1 if number % 2 else 1]:
            found[case.name].seconds.append(_slice(case, counts[case.name]))
    return found


def _slice(case: Case, count: int) -> float:
    environs = list(itertools.islice(case.requests, WARM + count))
    if case.before:
        case.before()
    for environ in environs[:WARM]:
        call(case, environ)
    gc.collect()
    begin = time.process_time()
    for environ in environs[WARM:]:
        call(case, environ)
    return (time.process_time() - begin) / count


def pages(app: Flask, filled: Stock, cookie: str, mark: str = "") -> list[Case]:
    """The forum's pages, as somebody sees them who keeps places and has been on them before."""
    return [
        Case(FRONT + mark, app, gets(["/"], cookie)),
        Case(BOARD + mark, app, gets([filled.board], cookie)),
        Case(THREAD + mark, app, gets(filled.threads, cookie)),
        Case(LONG + mark, app, gets([filled.long], cookie)),
        Case(TRENDING + mark, app, gets(["/trending"], cookie)),
        Case(PAD + mark, app, gets([f"/pads/{stock.PAD}"])),
    ]


def cases(app: Flask, filled: Stock, who: Visitors, weight: int) -> list[Case]:
    """Everything that is measured at one size, the references first."""

    newcomer, fresh = who.writers[0], len(filled.threads) - WARM

    def forget() -> None:
        with app.app_context(), writing():
            execute(delete(Place).where(Place.person_id == filled.people[0]))

    return [
        Case(HELLO, reference.hello(weight), gets(["/"])),
        Case(SESSION, reference.session_page(weight), gets(["/"], reference.session_cookie())),
        *pages(app, filled, who.reader.cookie),
        Case("thread page, seldom read", app, gets(filled.rare, who.wanderer.cookie)),
        Case("thread page, place moves", app, gets(filled.threads, newcomer.cookie), before=forget, most=fresh),
        Case(REPLY, app, replies(filled, who.writers), status=303),
        Case(SIGN_IN, app, sign_ins(app), status=303),
    ]


def visit(app: Flask, filled: Stock, cookie: str) -> dict[str, int]:
    """Opens every measured page once, so that places stand where they end up; returns the bytes of each. Refuses pages without posts."""
    found = {}
    last = {THREAD: PAGE, LONG: stock.LONG}
    for case in pages(app, filled, cookie):
        for _ in filled.threads if case.name == THREAD else "1":
            body = call(case, next(case.requests))
            if case.name in last and f'id="p{last[case.name]}"'.encode() not in body:
                raise RuntimeError(f"{case.name}: floor {last[case.name]} does not stand on it")
            found[case.name] = len(body)
    return found


def close(app: Flask) -> None:
    """Lets go of the database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
