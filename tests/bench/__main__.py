"""`python -m tests.bench [--size N]`: prepares an instance, measures in rounds, prints one report. Ends with 0 unless it could not run."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from forum import create_app
from tests import postgres
from tests.bench import counted, inprocess, ledger, relevance, search, served, stock, weight
from tests.bench import hits as counting
from tests.bench.figures import Results, report
from tests.bench.inprocess import THREAD
from tests.bench.load import Client

SMALL, HURRIED = 10_000, 1_000
ROUNDS, SERVED_ROUNDS, SLICE, MIX = 30, 5, 1.0, 6.0
QUICK = (3, 1, 0.3, 1.0)
"""Rounds in process, rounds behind servers, seconds of each, seconds of the mix."""


def main() -> int:
    """Reads the command line, measures, prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="What the forum costs, as ratios.")
    parser.add_argument(
        "--size", type=int, default=SMALL, help=f"posts; from {10 * SMALL:,} on also growth from {SMALL:,}"
    )
    parser.add_argument("--quick", action="store_true", help="a few short rounds: whether it runs, not how fast")
    parser.add_argument(
        "--own", action="store_true", help="fill from the bench's corpus although there is `flask demo`"
    )
    parser.add_argument(
        "--count",
        action="store_true",
        help="count instructions under valgrind instead: slow, but no neighbour disturbs",
    )
    wanted = parser.parse_args()
    if wanted.size < stock.LEAST:
        parser.error(f"--size must be at least {stock.LEAST}: so many posts stand on the measured pages")
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="forum-bench-") as folder:
        try:
            if wanted.count:
                told("filling, then counting: some minutes")
                page = counted.report(stock.prepare(Path(folder) / "large", wanted.size, own=wanted.own), Path(folder))
            else:
                page = report(measured(Path(folder), wanted.size, own=wanted.own, quick=wanted.quick))
        except (OSError, RuntimeError) as error:
            print(f"The bench could not run: {error}", file=sys.stderr)
            return 1
    print(page, flush=True)
    told(f"{time.monotonic() - begin:.0f} s in all")
    return 0


def told(what: str) -> None:
    """Says on standard error how far it is."""
    print(f"… {what}", file=sys.stderr, flush=True)


def measured(folder: Path, size: int, *, own: bool, quick: bool) -> Results:
    """Fills, measures in process, then behind servers, then how it searches."""
    rounds, served_rounds, seconds, mix_seconds = QUICK if quick else (ROUNDS, SERVED_ROUNDS, SLICE, MIX)
    told(f"filling {size:,} posts")
    filled = stock.prepare(folder / "large", size, own=own)
    small = stock.prepare(folder / "small", SMALL, own=own) if size >= 10 * SMALL else None
    app = create_app(filled.settings)
    who = stock.visitors(app, filled)
    weights = inprocess.visit(app, filled, who.reader.cookie)
    cases = inprocess.cases(app, filled, who, weights[THREAD])
    apps = [app]
    if small:
        apps.append(create_app(small.settings))
        cookie = stock.signed_in(apps[1], small.reader).cookie
        inprocess.visit(apps[1], small, cookie)
        beside = {one.name: one for one in inprocess.pages(apps[1], small, cookie, f" at {small.size}")}
        pairs = ((case, beside.get(f"{case.name} at {small.size}")) for case in cases)
        cases = [one for pair in pairs for one in pair if one]
    told("requests in process")
    cpu = inprocess.measure(cases, rounds)
    hits = counting.measure(app, filled, who.reader)
    told("the ledger")
    kept = ledger.measure(app, filled)
    visit = weight.first_visit(app, filled.threads[0], who.reader.cookie)
    for one in apps:
        inprocess.close(one)
    with Client() as client:
        with ExitStack() as stack:
            told("starting servers")
            asked = served.targets(stack, filled, who.reader, weights[THREAD])
            told(f"pages behind servers, {served_rounds} rounds")
            runs = served.measure(client, asked, served_rounds, seconds)
            told("reading and writing at once")
            forum = next(one.server for one in asked if one.name == THREAD)
            mix = served.mixed(client, forum, filled, who.writers, mix_seconds)
        told(f"{served.SOAKING:,} requests to one process")
        memory = served.memory(client, filled, who.reader)
    found, good = searched(folder, size, quick)
    return Results(filled, rounds, cpu, small, visit, runs, mix, memory, hits, kept, found, good)


def searched(folder: Path, size: int, quick: bool) -> tuple[dict[str, search.Searching], relevance.Found]:
    """How long searches take and how good they are; in a hurry only the former, on few posts: the demo takes its time."""
    told("searching: its own posts on both databases")
    with postgres.database(folder / "server") as address:
        found = search.measure(folder, HURRIED if quick else size, address, quick=quick)
    if quick:
        return found, {}
    told("the judged queries over the demo, on both databases")
    with postgres.database(folder / "another-server") as address:
        return found, relevance.measure(folder, address)


if __name__ == "__main__":
    sys.exit(main())
