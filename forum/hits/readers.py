"""Tells readers apart for one day without knowing them: a token under the day's key, which is destroyed when the day is over."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from sqlalchemy import bindparam, delete, select

from forum.core import outbox
from forum.core.database import Read, db, execute, row, writing
from forum.core.upsert import upsert
from forum.hits.models import DayKey, Seen

DAY: Final = 86400
OWN, ROBOT = 0, 1
"""Instead of a token: views that count nothing, of a thread's author and of programs. No person has these tokens."""
GRACE: Final = 600
"""Seconds after midnight (UTC) in which views of the day before are still awaited."""

_key = Read(select(DayKey.key).where(DayKey.day == bindparam("day")))


class Tokens:
    """The tokens of one process. Asks the database once a day for the key."""

    def __init__(self) -> None:
        self._day = -1
        self._key = b""

    def token(self, person: int, at: int) -> int:
        """The reader's token of the day: 64 bits of HMAC-SHA256 of the person under the day's key."""
        day = at // DAY
        if day != self._day:
            self._key, self._day = key_of(day), day
        token = int.from_bytes(hmac.digest(self._key, b"%d" % person, hashlib.sha256)[:8], "big", signed=True)
        return token if token not in (OWN, ROBOT) else 2


def key_of(day: int) -> bytes:
    """The day's key, made by whoever needs it first."""
    found = row(_key, day=day)
    if found is None:
        with writing():
            upsert(DayKey, {"day": day, "key": secrets.token_bytes(32)}, update=[])
        found = row(_key, day=day)
        assert found is not None
    return bytes(found.key)


def forget(at: int) -> int:
    """Destroys keys and tokens of the days that are over, in a transaction of its own; returns how many days."""
    over = (at - GRACE) // DAY
    old = select(DayKey.day).where(DayKey.day < over)
    if row(old) is None and row(select(Seen.day).where(Seen.day < over).limit(1)) is None:
        return 0
    with writing():
        execute(delete(Seen).where(Seen.day < over))
        days = execute(delete(DayKey).where(DayKey.day < over))
        outbox.put("database.flush", {}, at=at)
    if db.engine.dialect.name == "postgresql":  # its deleted rows lie in the files until they are swept
        db.session.rollback()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM hit_keys, hit_seen")
    return max(days, 1)
