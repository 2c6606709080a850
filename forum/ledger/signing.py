"""The key that signs checkpoints, in a file that only the worker's machine has, and when it signs. Signs nothing but the log's own head.

The file is made when the log has no key yet. Where the log has one and this machine has not, nothing is signed: a second key is made by
`ledger rotate` only, and stands in the log.
"""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from forum.core.database import db, writing
from forum.core.errors import N_, Conflict
from forum.core.upsert import upsert
from forum.ledger import merkle
from forum.ledger.actions import append
from forum.ledger.checkpoints import Checkpoint, Signer
from forum.ledger.leaves import COMMAND, FORUM, Act
from forum.ledger.models import Signed, SigningKey
from forum.ledger.queries import NOW, checkpoint, head, keys

log = logging.getLogger(__name__)

EVERY: Final = 2
"""Seconds, at least, between two checkpoints."""
_missing_told = False


def path(instance: Path) -> Path:
    """Where the key lies."""
    return instance / "ledger.key"


def name(base_url: str) -> str:
    """The name of this forum's log: its address without the scheme, as C2SP recommends."""
    return base_url.partition("://")[2].strip("/") + "/ledger"


def signer(instance: Path) -> Signer | None:
    """The key in this machine's file; None: there is none. Raises Conflict when the file holds no key."""
    try:
        return Signer.read(path(instance).read_text())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise Conflict(N_("%(path)s holds no key. Bring back the right file."), path=path(instance)) from error


def tick(instance: Path, at: int, origin: str, zone: ZoneInfo) -> int:
    """Signs what is new, when it is time; returns how many checkpoints were signed."""
    global _missing_told
    before = checkpoint()
    day = datetime.fromtimestamp(at, UTC).astimezone(zone).date().isoformat()
    today = checkpoint(day)
    found = head()
    news = before is None or (found is not None and found.size != before.size and not 0 <= at - before.at < EVERY)
    if today is not None and not news:
        return 0
    if _changing(instance) is not None:  # a change of key that was cut off
        _finish(instance, at)
        return 1
    key = _own(instance, at, origin)
    if key is None:
        if not _missing_told:
            log.error("this machine has no ledger.key, and the ledger has one elsewhere: nothing is signed here")
            _missing_told = True
        return 0
    sign(key, at, day)
    return 1


def _own(instance: Path, at: int, origin: str) -> Signer | None:
    """The key of this machine if it is the log's present one; the very first is made now."""
    known, mine = keys(), signer(instance)
    if known:
        return mine if mine is not None and mine.key == known[0] else None
    mine = mine or make(instance, origin)
    begin(mine, at, by=FORUM)
    return mine if keys()[:1] == [mine.key] else None


def make(instance: Path, origin: str) -> Signer:
    """A new key in a file that only its owner can read, whole or not there; where two begin at once, the first one's stays."""
    fresh = Signer.fresh(origin)
    written = path(instance).with_suffix(f".{fresh.key.id.hex()}-{os.getpid()}")
    _write(written, fresh)
    try:
        os.link(written, path(instance))
    except FileExistsError:
        found = signer(instance)
        assert found is not None
        return found
    finally:
        written.unlink()
    return fresh


def _write(file: Path, key: Signer) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        opened.write(key.secret() + "\n")
        opened.flush()
        os.fsync(opened.fileno())


def begin(key: Signer, at: int, *, by: str) -> None:
    """The log names the key that signs from now on, once."""
    with writing():
        head(lock=True)
        if key.key not in keys():
            words = str(key.key).encode()
            act = Act("key.rotate", by, f"k:{key.key.id.hex()}", content=words, public=True)
            db.session.add(SigningKey(leaf=append(act, at=at)[0], key=str(key.key)))


def rotate(instance: Path, at: int) -> Signer:
    """A new key under the same name: both sign the leaf that names it, then the old one lies beside it for the record.

    Cut off at any moment, it is finished by the next turn of the worker, or was never begun.
    """
    old = signer(instance)
    if old is None or keys()[:1] != [old.key]:
        raise Conflict(N_("Only the machine that has the ledger's present key can begin a new one."))
    fresh = Signer.fresh(old.key.name)
    _write(_next(instance), fresh)
    begin(fresh, at, by=COMMAND)
    _finish(instance, at)
    return fresh


def _next(instance: Path) -> Path:
    return path(instance).with_suffix(".next")


def _changing(instance: Path) -> tuple[Signer | None, Signer] | None:
    """The key that was and the one that waits to be this machine's, when the log names the latter already."""
    try:
        fresh = Signer.read(_next(instance).read_text())
    except (FileNotFoundError, ValueError):  # the latter: cut off while it was written, so no leaf names it
        return None
    return (signer(instance), fresh) if keys()[:1] == [fresh.key] else None


def _finish(instance: Path, at: int) -> None:
    """Both keys sign, so that whoever knows one of them can follow; then the key that waits becomes this machine's.

    Under the head's lock, since the worker and the command line may do it at once.
    """
    with writing():
        head(lock=True)
        if pair := _changing(instance):
            _put(at, None, *(key for key in pair if key is not None))
    with writing():
        head(lock=True)
        if pair := _changing(instance):
            old, fresh = pair
            if old is not None and old.key != fresh.key:
                path(instance).rename(path(instance).with_suffix(f".{old.key.id.hex()}"))
            _next(instance).rename(path(instance))


def sign(key: Signer, at: int, day: str | None) -> Checkpoint:
    """A checkpoint of the log as it stands; the first of a day is kept as that day's."""
    with writing():
        return _put(at, day, key)


def _put(at: int, day: str | None, *signers: Signer) -> Checkpoint:
    """Inside a writing transaction; the last of the signers is the present one."""
    found = head(lock=True)
    size, edge = (found.size, found.edge) if found else (0, b"")
    made = Checkpoint(signers[-1].key.name, size, merkle.Frontier(size, edge).root())
    text = made.text()
    note = f"{text}\n" + "".join(one.sign(text).removeprefix(f"{text}\n") for one in signers)
    row = {"size": size, "at": at, "note": note}
    upsert(Signed, {"day": NOW, **row}, update=["size", "at", "note"])
    if day is not None:
        upsert(Signed, {"day": day, **row}, update=[])
    return made
