"""The ledger read as ledger.md writes it: canonical JSON and commitments made here, with nothing of the code that they are compared with."""

from __future__ import annotations

import hashlib
import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import text

from forum.core.clock import now
from forum.core.database import db
from forum.ledger import signing
from tests.ledger.history import looked


class Line(NamedTuple):
    """A leaf that is expected: what it says but for its moment, the words it binds, whether the ledger shows them itself."""

    kind: str
    by: str
    object: str
    words: str | None = None
    revision: int | None = None
    where: str | None = None
    public: bool = False
    at: int | None = None
    since: int | None = None


class Found(NamedTuple):
    """A leaf as it lies in the table, and what opens it."""

    number: int
    leaf: str
    salt: bytes | None
    kind: str | None
    words: str | None


def bound(salt: bytes, words: bytes) -> str:
    """The commitment of ledger.md, in base64."""
    made = hashlib.sha256(b"forum/commit/v1\n" + salt + len(words).to_bytes(8, "big") + words).digest()
    return b64encode(made).decode()


def size(app: Flask) -> int:
    """How many leaves there are."""
    with app.app_context():
        found = db.session.execute(text("SELECT count(*) FROM ledger")).scalar_one()
        db.session.remove()
    return int(found)


def found(app: Flask, begin: int = 0) -> list[Found]:
    """The leaves from a number on."""
    with app.app_context():
        some = db.session.execute(
            text(
                "SELECT l.number, l.leaf, o.salt, o.kind, o.words FROM ledger l LEFT JOIN ledger_openings o ON o.leaf = l.number"
                " WHERE l.number >= :begin ORDER BY l.number"
            ),
            {"begin": begin},
        ).all()
        db.session.remove()
    return [Found(*one) for one in some]


def same(one: Found, line: Line) -> None:
    """The leaf is written canonically, says what is expected, and binds the words."""
    said = json.loads(one.leaf)
    wanted: dict[str, Any] = {"at": said["at"], "b": line.by, "o": line.object, "t": line.kind, "v": 1}
    if line.words is not None:
        assert one.salt is not None, f"nothing opens {one.leaf}"
        assert len(one.salt) == 32
        wanted["c"] = bound(one.salt, line.words.encode())
    else:
        assert one.salt is None
    wanted |= {
        key: value for key, value in (("r", line.revision), ("s", line.since), ("w", line.where)) if value is not None
    }
    assert said == wanted
    assert one.leaf == json.dumps(wanted, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    assert (one.kind, one.words) == ((line.kind, line.words) if line.public else (None, None))
    assert line.at in (None, said["at"])


@contextmanager
def writes(app: Flask, *lines: Line, clean: bool = True) -> Iterator[None]:
    """Exactly these leaves are written meanwhile; afterwards everything that is shown fits the ledger."""
    begin = size(app)
    yield
    new = found(app, begin)
    kinds = [json.loads(one.leaf)["t"] for one in new]
    assert kinds == [line.kind for line in lines]
    assert [one.number for one in new] == list(range(begin, begin + len(lines)))
    for one, line in zip(new, lines, strict=True):
        same(one, line)
    if clean:
        verified(app)


def verified(app: Flask, *, rendered: bool = False) -> int:
    """`ledger verify` finds nothing wrong; returns how many leaves there are."""
    with app.app_context():
        report = looked(rendered=rendered)
        db.session.remove()
    assert not report.flaws, report.flaws
    return report.size


def turn(app: Flask, instance: Path | None = None) -> int:
    """The worker's turn for the ledger, on this machine or on another; returns how many checkpoints were signed."""
    settings = app.extensions["forum.settings"]
    with app.app_context():
        where = instance or Path(app.instance_path)
        done = signing.tick(where, now(), signing.name(settings.base_url), ZoneInfo(settings.timezone))
        db.session.remove()
    return done


def together(app: Flask, *works: Any) -> None:
    """Runs these in threads of their own, which begin in the same moment; what fails in one fails the test."""
    gate = threading.Barrier(len(works))

    def run(work: Any) -> None:
        with app.app_context():
            gate.wait()
            try:
                work()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(works)) as pool:
        list(pool.map(run, works))
