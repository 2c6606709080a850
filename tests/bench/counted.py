"""Instructions instead of seconds: the same requests under valgrind, where no neighbour disturbs. Slow; refuses to speak of servers.

A child process under callgrind runs each case; between cases it has its counters written and set to zero.
"""

from __future__ import annotations

import itertools
import os
import pickle
import re
import shutil
import subprocess
import sys
from pathlib import Path

from forum import create_app
from forum.config import ROOT
from tests.bench import inprocess, stock
from tests.bench.figures import CPU
from tests.bench.inprocess import HELLO, SIGN_IN, THREAD, Case
from tests.bench.report import Line, table
from tests.bench.stock import Stock

REQUESTS = 20
TOTAL = re.compile(r"^(?:totals|summary): (\d+)", re.MULTILINE)


def report(filled: Stock, folder: Path) -> str:
    """Counts all cases in a child process and makes the table; OSError when valgrind is not there."""
    if not shutil.which("valgrind"):
        raise OSError("--count needs valgrind")
    (folder / "stock").write_bytes(pickle.dumps(filled))
    out = folder / "callgrind"
    command = [
        "valgrind",
        "--tool=callgrind",
        f"--callgrind-out-file={out}",
        sys.executable,
        "-m",
        __name__,
        str(folder),
    ]
    done = subprocess.run(command, cwd=ROOT, env=stock.environment(filled.settings), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"under valgrind: {done.stderr[-500:]}")
    nothing, *found = (
        _total(out.with_name(f"{out.name}.{number}")) for number in range(1, done.stdout.count("\n") + 2)
    )
    cases = (line.split("\t") for line in done.stdout.splitlines())
    counts = {name: (total - nothing) / int(requests) for (name, requests), total in zip(cases, found, strict=True)}
    title = f"{filled.size:,} posts from {filled.source}: instructions of whole requests in process"
    return table(title, [_line(name, count, counts[HELLO]) for name, count in counts.items()])


def _total(dump: Path) -> int:
    return int(TOTAL.findall(dump.read_text())[0])


def _line(name: str, count: float, hello: float) -> Line:
    more = f"{count / 1000:,.0f} thousand"
    return (
        CPU.line(name, count / hello, more) if name == THREAD else Line(name, f"{count / hello:.1f} × hello", more=more)
    )


def main(folder: Path) -> None:
    """The child: first nothing at all, which is what the counting itself costs, then case after case."""
    filled: Stock = pickle.loads((folder / "stock").read_bytes())
    app = create_app(filled.settings)
    who = stock.visitors(app, filled)
    weights = inprocess.visit(app, filled, who.reader.cookie)
    cases = [case for case in inprocess.cases(app, filled, who, weights[THREAD]) if case.name != SIGN_IN]
    _count(cases[0], 0)
    for case in cases:
        if case.before:
            case.before()
        for environ in itertools.islice(case.requests, inprocess.WARM):
            inprocess.call(case, environ)
        requests = min(REQUESTS, case.most)
        _count(case, requests)
        print(case.name, requests, sep="\t")
    inprocess.close(app)


def _count(case: Case, requests: int) -> None:
    environs = list(itertools.islice(case.requests, requests))
    _control("--zero")
    for environ in environs:
        inprocess.call(case, environ)
    _control("--dump")


def _control(what: str) -> None:
    subprocess.run(["callgrind_control", what, str(os.getpid())], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
