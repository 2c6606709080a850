"""What the ledger costs: its share of creating a post, a proof, and the verification of everything."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from statistics import median
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import select

from forum.accounts.models import Person
from forum.boards import actions
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.database import db, writing
from forum.ledger import actions as ledger
from forum.ledger import queries, verifying
from forum.wiring import PROVEN
from tests.bench import corpus
from tests.bench.stock import Stock

ROUNDS, POSTS, PROOFS = 20, 25, 200


class Keeping(NamedTuple):
    """Part of a post's CPU seconds that its leaf takes; CPU seconds of a proof; seconds and leaves of a verification; what it found."""

    share: float
    post: float
    proof: float
    verified: float
    leaves: int
    flaws: int


def measure(app: Flask, filled: Stock) -> Keeping:
    """Verifies first, while nothing was said without a leaf; then creates posts with and without theirs, in turn."""
    with app.app_context():
        begin = time.perf_counter()
        report = verifying.verify(PROVEN, keys=queries.keys(), pinned=None, rendered=False)
        verified = time.perf_counter() - begin
        proof = _proof(report.size)
        found = db.session.scalars(select(Person).where(Person.left_at.is_(None)).limit(1)).one()
        actor = Actor(found.id, found.handle, found.name, found.roles)
        nonces = map(str, itertools.count())
        _created(actor, filled.replies, nonces)
        with_leaf, without = [], []
        for _ in range(ROUNDS):
            with_leaf.append(_created(actor, filled.replies, nonces))
            with _no_leaves():
                without.append(_created(actor, filled.replies, nonces))
        db.session.remove()
    share = median((one - other) / one for one, other in zip(with_leaf, without, strict=True))
    return Keeping(share, median(with_leaf), proof, verified, report.size, len(report.flaws))


def _created(actor: Actor, thread: int, nonces: Iterator[str]) -> float:
    begin = time.process_time()
    for number in range(POSTS):
        words = actions.written(corpus.body(Random(number)))
        with writing():
            actions.reply(actor, thread=thread, words=words, reply_to=None, nonce=next(nonces), at=now(), paced=False)
    return (time.process_time() - begin) / POSTS


@contextmanager
def _no_leaves() -> Iterator[None]:
    """The same act without its leaf: what is measured is the difference."""
    real = ledger.append

    def nothing(*acts: Any, at: int) -> list[int]:
        return [-1] * len(acts)

    ledger.append = nothing
    try:
        yield
    finally:
        ledger.append = real


def _proof(size: int) -> float:
    random = Random(2)
    begin = time.process_time()
    for _ in range(PROOFS):
        queries.inclusion(random.randrange(size), size)
    return (time.process_time() - begin) / PROOFS
