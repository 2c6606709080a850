"""What counting readers costs: a view on the page's path, and a hundred thousand of them in the worker."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

from flask import Flask
from sqlalchemy import select

from forum.boards.models import Thread
from forum.core.clock import now
from forum.core.database import db, rows
from forum.hits import counting, jobs, views
from forum.hits.journal import View, Writer
from tests.bench.stock import Stock, Visitor

ROUNDS, CALLS = 15, 400
VIEWS, READERS = 100_000, 3_000


class Counting(NamedTuple):
    """CPU seconds that one view adds to a page, and seconds in which VIEWS are applied."""

    view: float
    drain: float


def measure(app: Flask, filled: Stock, reader: Visitor) -> Counting:
    """Calls what the page calls; then lets the worker's own function apply a journal."""
    with app.test_request_context(
        filled.threads[0], headers={"Cookie": reader.cookie, "User-Agent": "Mozilla/5.0 Firefox/140"}
    ):
        app.preprocess_request()
        took = []
        for _ in range(ROUNDS):
            begin = time.process_time()
            for _ in range(CALLS):
                views.viewed(1, 0)
            took.append((time.process_time() - begin) / CALLS)
    with app.app_context():
        folder, random = jobs.folder(Path(app.instance_path)), Random(1)
        while counting.drain(folder, now()):
            pass
        threads = [one.id for one in rows(select(Thread.id).order_by(Thread.hits.desc()).limit(500))]
        writer = Writer(folder)
        for _ in range(VIEWS):
            writer.note(View(random.choice(threads), random.randint(10, READERS), now()))
        writer.close()
        begin = time.perf_counter()
        taken = counting.drain(folder, now())
        drain = time.perf_counter() - begin
        db.session.remove()
    if taken != VIEWS:
        raise RuntimeError(f"{taken} views were taken instead of {VIEWS}")
    return Counting(median(took), drain)
