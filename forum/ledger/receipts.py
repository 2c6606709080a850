"""Receipts: a leaf, the way from it to the root, and the checkpoint that was signed over it."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Row

from forum.ledger import queries
from forum.ledger.checkpoints import Receipt, checkpoint_of


class Proof(NamedTuple):
    """What shows that a leaf is in the log, at the size of the latest checkpoint."""

    leaf: str
    number: int
    size: int
    root: bytes
    path: tuple[bytes, ...]
    note: str
    at: int


def proof(number: int, leaf: str, point: Row[Any] | None) -> Proof | None:
    """The proof of a leaf under a signed checkpoint; None while none was signed over it."""
    if point is None or number >= point.size:
        return None
    path = tuple(queries.inclusion(number, point.size))
    head = checkpoint_of(point.note.rpartition("\n\n")[0] + "\n")
    return Proof(leaf, number, point.size, head.root, path, point.note, point.at)


def of(number: int) -> str | None:
    """The receipt of a leaf as a .tlog-proof file; None while no checkpoint covers it."""
    found = queries.entries(number, number + 1)
    made = proof(number, found[0].decode("ascii"), queries.checkpoint()) if found else None
    return None if made is None else Receipt(found[0], number, made.path, made.note).text()
