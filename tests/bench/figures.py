"""From what was measured to lines of the report. The targets stand here and nowhere else; they are goals, not tests."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median

from tests.bench import inprocess, served
from tests.bench.hits import Counting
from tests.bench.inprocess import BOARD, FRONT, HELLO, LONG, PAD, REPLY, SESSION, THREAD, TRENDING, Measured
from tests.bench.ledger import Keeping
from tests.bench.load import Load
from tests.bench.relevance import BM25, FTS5, POSTGRESQL, WHOOSH, Found
from tests.bench.report import Goal, Line, table
from tests.bench.search import NEWEST, PHRASE, RELEVANT, Searching
from tests.bench.served import Memory, Run
from tests.bench.stock import Stock
from tests.bench.weight import Weight

CPU = Goal("≤", 15, 8, unit=" × hello")
SHARES = {name: Goal("≥", *limits, "{:.0f}", " % of session page") for name, limits in (
    (FRONT, (40, 60)), (BOARD, (40, 60)), (PAD, (40, 60)), (THREAD, (50, 70)), (LONG, (50, 70)),
)}  # fmt: skip
REPLYING = Goal("≤", 5, 2.5, unit=" ms")
GROWTH = Goal("≤", 1.15, 1.05, "{:.2f}", " ×")
VISIT = Goal("≤", 60, 30, unit=" kB")
MEMORY = Goal("≤", 120, 80, "{:.0f}", " MB")
HIT = Goal("≤", 2, 1, "{:.1f}", " % of the page")
DRAIN = Goal("≤", 1, 0.5, "{:.2f}", " s")
LEAF = Goal("≤", 15, 7.5, unit=" % of creating a post")
VERIFYING = Goal("≤", 60, 30, unit=" s")
MIX = Goal("≤", 10, 5, unit=" ×")
SEARCH = {
    WHOOSH: {
        NEWEST: Goal("≤", 50, 25, unit=" ms"),
        RELEVANT: Goal("≤", 100, 50, unit=" ms"),
        PHRASE: Goal("≤", 200, 100, unit=" ms"),
    },
    FTS5: {
        NEWEST: Goal("≤", 10, 5, unit=" ms"),
        RELEVANT: Goal("≤", 30, 15, unit=" ms"),
        PHRASE: Goal("≤", 50, 25, unit=" ms"),
    },
}
SEARCH[POSTGRESQL] = SEARCH[FTS5]
SEEN = Goal("≤", 2, 0.5, "{:.2f}", " s")
BETTER = Goal("≥", 0, 0.05, "{:+.3f}")
SAME = Goal("≤", 0.02, 0.002, "{:.3f}")
LANGUAGES = {"en": "English", "zh": "Chinese"}


@dataclass(frozen=True)
class Results:
    """All that one run of the bench found."""

    filled: Stock
    rounds: int
    cpu: dict[str, Measured]
    grown_from: Stock | None
    visit: dict[str, Weight]
    runs: dict[str, Run]
    mix: Load
    memory: Memory
    hits: Counting
    ledger: Keeping
    searching: dict[str, Searching]
    relevance: Found


def report(found: Results) -> str:
    """The whole report."""
    cores = f"{served.CONNECTIONS} connections"
    parts = [
        head(found),
        table(f"CPU of whole requests in process, medians of {found.rounds} rounds", cpu_lines(found.cpu)),
        table(
            f"Behind gunicorn gthread, 2 processes of 4 threads, {cores}, no wrk: our own client",
            served_lines(found.runs),
        ),
        table("Besides", [*growth_lines(found), *other_lines(found)]),
        table(
            f"Searching {next(iter(found.searching.values())).size:,} posts, p95 of a hundred queries of a kind",
            search_lines(found.searching),
        ),
        table("Relevance, 121 judged queries over the demo, nDCG@10", relevance_lines(found.relevance)),
        "Targets: what we ask (and the stretch). Not measured here: peers.",
    ]
    return "\n\n".join(parts)


def head(found: Results) -> str:
    """On what it was measured, and how quiet it was there."""
    packages = " · ".join(f"{name} {version(name)}" for name in ("flask", "sqlalchemy", "gunicorn", "granian"))
    hello = found.cpu[HELLO]
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    noise = hello.quantile(0.9) / hello.quantile(0.1)
    return (
        f"{found.filled.size:,} posts from {found.filled.source} · Python {platform.python_version()} · {packages}\n"
        f"{os.cpu_count()} cores, load {load}, noise {noise:.2f} (hello's p90 ÷ p10; above 1.2 there are neighbours)"
    )


def cpu_lines(cpu: dict[str, Measured]) -> list[Line]:
    """Each request as a multiple of bare Flask."""
    lines = []
    for name, one in cpu.items():
        if " at " in name:
            continue
        times = inprocess.ratio(one, cpu[HELLO])
        more = f"{one.quantile(0.5) * 1e6:,.0f} µs, quietest tenth {one.quantile(0.1) * 1e6:,.0f}; {one.weight / 1000:.1f} kB"
        if name == REPLY:
            lines.append(REPLYING.line(name, one.quantile(0.5) * 1000, f"{times:.0f} × hello, {more}"))
        elif name == THREAD:
            lines.append(CPU.line(name, times, more))
        else:
            lines.append(Line(name, f"{times:,.1f} × hello", more=more))
    return lines


def served_lines(runs: dict[str, Run]) -> list[Line]:
    """Requests a second against the page that only reads its session, on the same server."""
    lines = []
    for name, run in runs.items():
        waits = f"p50 {run.p50 * 1e3:.1f} ms, p99 {run.p99 * 1e3:.1f} ms"
        more = f"{run.rate:,.0f}/s, {waits}, server CPU {median(run.cpus) * 1e6:,.0f} µs a request"
        more += f", ERRORS {dict(run.errors)}" if run.errors else ""
        share = 100 * served.share(run, runs[SESSION])
        if name in SHARES:
            lines.append(SHARES[name].line(name, share, more))
        elif name.endswith(served.GRANIAN):
            same = runs[name.removesuffix(served.GRANIAN)]
            lines.append(Line(name, f"{served.share(run, same):.2f} × gthread", more=more))
        else:
            lines.append(Line(name, f"{share:.0f} % of session page", more=more))
    return [*lines, Line("the client itself", f"{max(run.client for run in runs.values()) * 1e6:.0f} µs CPU a request")]


def growth_lines(found: Results) -> list[Line]:
    """The pages at the larger size against the smaller."""
    if found.grown_from is None:
        return [Line("growth", "not measured", more="from --size 100000 on")]
    sizes = f"from {found.grown_from.size:,} to {found.filled.size:,} posts"
    lines = []
    for name in (*SHARES, TRENDING):
        large, small = found.cpu[name], found.cpu[f"{name} at {found.grown_from.size}"]
        more = f"{sizes}: {small.quantile(0.5) * 1e6:,.0f} → {large.quantile(0.5) * 1e6:,.0f} µs"
        lines.append(GROWTH.line(f"growth of {name}", inprocess.ratio(large, small), more))
    return lines


def other_lines(found: Results) -> list[Line]:
    """Bytes, memory, and the mix with writes."""
    zipped, sent, plain = (sum(getattr(one, kind) for one in found.visit.values()) / 1000 for kind in Weight._fields)
    each = ", ".join(f"{name} {one.zipped / 1000:.1f}" for name, one in found.visit.items())
    slow, usual = found.mix.quantile(0.99), found.mix.quantile(0.5)
    wrong = sum(found.mix.errors.values())
    page = found.cpu[THREAD].quantile(0.5)
    return [
        HIT.line(
            "counting a view, part of the thread page", 100 * found.hits.view / page, f"{found.hits.view * 1e6:.1f} µs"
        ),
        DRAIN.line("applying 100,000 views", found.hits.drain, "journal to database, one transaction"),
        LEAF.line(
            "a post’s leaf",
            100 * found.ledger.share,
            f"{found.ledger.post * 1e3:.1f} ms a post with its leaf, rendering included, without the request",
        ),
        VERIFYING.line(
            "verifying, for 100,000 leaves",
            found.ledger.verified * 100_000 / found.ledger.leaves,
            f"{found.ledger.leaves:,} leaves in {found.ledger.verified:.1f} s, {found.ledger.flaws} flaws; "
            f"a proof {found.ledger.proof * 1e3:.2f} ms",
        ),
        VISIT.line(
            "first visit to a thread, gzipped",
            zipped,
            f"{each}; sent by the forum itself {sent:.1f}, plain {plain:.1f} kB",
        ),
        MEMORY.line(
            f"memory after {found.memory.requests:,} requests",
            found.memory.soaked / 1e6,
            f"fresh {found.memory.fresh / 1e6:.0f} MB",
        ),
        MIX.line(
            "mix of 16, 1 write in 10: p99 ÷ p50",
            slow / usual,
            f"{len(found.mix.latencies)} requests, p99 {slow * 1e3:.0f} ms",
        ),
        Line(
            "mix: errors", str(wrong), "0", "MISSED" if wrong else "met", str(dict(found.mix.errors)) if wrong else ""
        ),
    ]


def search_lines(found: dict[str, Searching]) -> list[Line]:
    """Each backend and kind of query; what is asked is asked at 100,000 posts, and of `database` at 1,000,000."""
    lines = []
    for backend, one in found.items():
        for kind, took in one.took.items():
            more = f"p50 {took.quantile(0.5) * 1e3:.1f} ms"
            more += f", {took.hurried} searches ran out of time" if took.hurried else ""
            lines.append(SEARCH[backend][kind].line(f"{backend}, {kind}", took.quantile(0.95) * 1e3, more))
        lines.append(
            SEEN.line(
                f"{backend}, until a new post is found",
                one.seen,
                "the worker’s turn and a search; a pause of 0.25 s may come on top",
            )
        )
    return lines


def relevance_lines(found: Found) -> list[Line]:
    """Each backend against plain BM25, language by language, and whoosh against the database's own."""
    if not found:
        return [Line("relevance", "not measured", more="not with --quick")]
    lines = []
    for backend, scores in found.items():
        for language, one in scores.items():
            plain = found[BM25][language].ndcg
            more = f"nDCG {one.ndcg:.3f}, recall@20 {one.recall:.3f}"
            name = f"{backend}, {LANGUAGES[language]}"
            lines.append(
                Line(name, f"{plain:.3f}", more=more) if backend == BM25 else BETTER.line(name, one.ndcg - plain, more)
            )
    apart = max(abs(found[WHOOSH][language].ndcg - found[FTS5][language].ndcg) for language in LANGUAGES)
    return [*lines, SAME.line("whoosh and database apart", apart)]
