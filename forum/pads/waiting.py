"""Notes that wait for their hour: a small SQLite file of their own, never in backups. Refuses to know when a note came, or from whom.

Why a file of its own, and these settings: docs/anonymity.md. In the order of its pages, an ordinary table or log would tell the
order of writing; this one has no log, wipes what it removes, and is rewritten after each publication.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

import pysqlite3.dbapi2 as sqlite3

from forum.core.clock import now

PATIENCE: Final = 15.0
"""Seconds a writer waits for the others."""
HOUR: Final = 3600
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS waiting (
    id TEXT PRIMARY KEY, sheet INTEGER NOT NULL, body TEXT, week TEXT NOT NULL, paper INTEGER NOT NULL,
    seen TEXT
) WITHOUT ROWID
"""
Unwell = sqlite3.DatabaseError
"""The file cannot be read or written just now: the disk is full, say."""


class Waiter(NamedTuple):
    """A note that waits; `body` None: taken back before its hour."""

    id: str
    sheet: int
    body: str | None
    week: str
    paper: bool
    seen: str | None = None
    """The date (2026-11-23) of the first full hour that left it waiting; None: none has yet."""


class Batch:
    """The waiting notes while nobody else can touch them."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def all(self) -> list[Waiter]:
        """Every note that waits."""
        found = self._connection.execute("SELECT id, sheet, body, week, paper, seen FROM waiting")
        return [Waiter(one[0], one[1], one[2], one[3], bool(one[4]), one[5]) for one in found]

    def put(self, notes: Iterable[Waiter]) -> None:
        """Adds notes; one that is there already stays as it is."""
        values = [(one.id, one.sheet, one.body, one.week, int(one.paper)) for one in notes]
        self._connection.executemany("INSERT INTO waiting VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT DO NOTHING", values)

    def leave(self, day: str) -> None:
        """Notes that were left waiting for the first time today."""
        self._connection.execute("UPDATE waiting SET seen = ? WHERE seen IS NULL", (day,))

    def remove(self, ids: Iterable[str]) -> None:
        """Takes notes out; their bytes are overwritten."""
        self._connection.executemany("DELETE FROM waiting WHERE id = ?", [(one,) for one in ids])


class Waiting:
    """The file in the folder of an instance. One connection a call: any thread or process may call at any time."""

    def __init__(self, instance: Path) -> None:
        self.path = instance / "pads" / "waiting.sqlite3"

    @contextmanager
    def _open(self) -> Iterator[Any]:
        self.path.parent.mkdir(mode=0o700, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        try:
            for pragma in ("journal_mode=DELETE", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY"):
                connection.execute(f"PRAGMA {pragma}").close()
            connection.execute(SCHEMA)
            yield connection
        finally:
            connection.close()
            self._blur()

    def _blur(self) -> None:
        """The file and its folder say the hour in which they were last written, not the moment."""
        hour = now() // HOUR * HOUR
        for one in (self.path, self.path.parent):
            with suppress(OSError):  # what is wrong with the disk is told by whoever writes
                os.utime(one, (hour, hour))

    def add(self, notes: Iterable[Waiter]) -> None:
        """Keeps notes, durably when this returns. One that is there already stays as it is."""
        with self.batch() as batch:
            batch.put(notes)
        self._shuffle()

    def find(self, note: str) -> Waiter | None:
        """The note with this id, if it waits."""
        if not self.path.exists():
            return None
        with self._open() as connection:
            found = connection.execute(
                "SELECT id, sheet, body, week, paper FROM waiting WHERE id = ?", (note,)
            ).fetchone()
        return Waiter(found[0], found[1], found[2], found[3], bool(found[4])) if found else None

    def change(self, note: str, body: str | None) -> bool:
        """Other words, or none any more, for a note that waits; the old ones are overwritten. False: none such waits."""
        if not self.path.exists():
            return False
        with self._open() as connection:
            changed = connection.execute(
                "UPDATE waiting SET body = ? WHERE id = ? AND body IS NOT NULL", (body, note)
            ).rowcount
        if changed:
            self._shuffle()
        return bool(changed)

    def _shuffle(self) -> None:
        """Rewrites the file after a change, so that not even the waiting notes lie in the order of writing; they are safe already."""
        with suppress(Unwell):  # another is writing, and will do this after
            self.rewrite()

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """All waiting notes under a lock that every other process respects; what was removed is gone when this ends without an error."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Batch(connection)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def rewrite(self) -> None:
        """Writes the file anew, so that its pages tell no order."""
        with self._open() as connection:
            connection.execute("VACUUM")
