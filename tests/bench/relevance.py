"""How good a search is, by the judged queries over the plain demo: each backend beside plain BM25 over bodies. Measures no time."""

from __future__ import annotations

import math
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import NamedTuple
from zoneinfo import ZoneInfo

import flask_migrate
from sqlalchemy import select

from forum import create_app, markup
from forum.boards.models import Imported, Post, Thread
from forum.config import ROOT, Settings
from forum.core.clock import now
from forum.core.database import db, rows
from forum.search import analyser, expression, finding, grammar, indexing
from forum.search.backends import Name
from tests.bench.judged import reading
from tests.bench.judged.reading import Judged
from tests.bench.stock import environment

BM25, WHOOSH, FTS5, POSTGRESQL = "BM25 over bodies", "whoosh", "database, SQLite", "database, PostgreSQL"
K1, B = 1.2, 0.75


class Quality(NamedTuple):
    """Means over the queries of one language, 0 to 1."""

    ndcg: float
    recall: float


Found = dict[str, dict[str, Quality]]
"""By who searched, then by language."""


def measure(folder: Path, postgresql: str) -> Found:
    """Fills the demo twice, once on each database, and asks all backends. `postgresql`: the address of an empty database."""
    found: Found = {}
    sqlite = f"sqlite:///{folder}/relevance/forum.sqlite3"
    for address, backends in ((sqlite, {WHOOSH: "whoosh", FTS5: "database"}), (postgresql, {POSTGRESQL: "database"})):
        settings = _demo(folder / ("relevance" if address == sqlite else "relevance-postgresql"), address)
        app = create_app(settings)
        with app.app_context():
            judged, named = reading.load(), _names()
            if address == sqlite:
                found[BM25] = _scored(judged, _plain(named))
            for shown, name in backends.items():
                built(name, settings.instance)  # type: ignore[arg-type]
                found[shown] = _scored(judged, _searched(settings.instance, named))
            db.session.remove()
            db.engine.dispose()
    return found


def built(name: Name, folder: Path) -> None:
    """Builds the index of that backend to its end, so that it serves."""
    indexing.begin(name)
    while indexing.build(folder, now()) >= 0:
        pass
    db.session.remove()


def _demo(folder: Path, address: str) -> Settings:
    folder.mkdir()
    settings = Settings(instance=folder, database_url=address, secret_key="k" * 40)
    with create_app(settings).app_context():
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()
    ours = environment(settings) | {"FORUM_DATABASE_URL": address}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "demo"]
    done = subprocess.run(command, cwd=ROOT, env=ours, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"flask demo failed: {done.stderr[-500:]}")
    return settings


def _names() -> dict[int, str]:
    """How the judgments name each thread."""
    named = (
        select(Thread.id, Thread.title, Imported.source, Imported.key)
        .join(Post, (Post.thread_id == Thread.id) & (Post.floor == 1))
        .outerjoin(Imported, Imported.post_id == Post.id)
    )
    return {one.id: f"{one.source}/{one.key}" if one.source else one.title for one in rows(named)}


def _scored(judged: Sequence[Judged], ranked: Callable[[str], Sequence[str]]) -> dict[str, Quality]:
    scores = defaultdict(list)
    for one in judged:
        order = ranked(one.query)
        scores[one.language].append((reading.ndcg(order, one.grades), reading.recall(order, one.grades)))
    return {language: Quality(*map(mean, zip(*found, strict=True))) for language, found in sorted(scores.items())}


def _searched(folder: Path, named: Mapping[int, str]) -> Callable[[str], list[str]]:
    today, at = datetime.now(UTC).date(), now()

    def ranked(query: str) -> list[str]:
        found = finding.search(grammar.parse(query, today), folder=folder, zone=ZoneInfo("UTC"), at=at)
        return [named[group.hits[0].thread] for group in found.groups if group.hits[0].thread]

    return ranked


def _plain(named: Mapping[int, str]) -> Callable[[str], list[str]]:
    """BM25 (Robertson & Zaragoza 2009) over bodies alone with the same terms; a thread is worth what its best post is."""
    posts = [
        (one.thread_id, analyser.analysed(markup.plain(one.html)))
        for one in rows(select(Post.thread_id, Post.html).where(Post.html.is_not(None)).order_by(Post.id))
    ]
    lengths = [analyser.length(words) for _thread, words in posts]
    usual = mean(lengths)
    today = datetime.now(UTC).date()

    def ranked(query: str) -> list[str]:
        scores: dict[int, float] = defaultdict(float)
        for one in expression.asked(grammar.parse(query, today)):
            holding = {at: often for at, (_thread, words) in enumerate(posts) if (often := words.count(one.named))}
            idf = math.log(1 + (len(posts) - len(holding) + 0.5) / (len(holding) + 0.5))
            for at, often in holding.items():
                scores[at] += idf * often * (K1 + 1) / (often + K1 * (1 - B + B * lengths[at] / usual))
        threads: dict[int, float] = {}
        for at, score in scores.items():
            threads[posts[at][0]] = max(score, threads.get(posts[at][0], 0.0))
        return [named[thread] for thread in sorted(threads, key=lambda one: -threads[one])]

    return ranked
