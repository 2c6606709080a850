"""Appends to the log, inside the transaction of the act itself, and lets openings go. Changes no leaf, ever.

Whoever appends holds the head's row until the commit, so appends stand in line: call it as the last thing that takes a lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, update

from forum.core.database import db, execute
from forum.core.upsert import upsert
from forum.ledger import leaves, merkle
from forum.ledger.leaves import Act
from forum.ledger.models import Entry, Head, Node, Opening
from forum.ledger.queries import locked_head
from forum.ledger.tiles import HEIGHT

CHUNK = 400
_entries, _openings, _nodes = insert(Entry), insert(Opening), insert(Node)
_moved = update(Head).where(Head.id == 1).values(size=bindparam("leaves"), edge=bindparam("right"))


def append(*acts: Act, at: int) -> list[int]:
    """Writes a leaf for each act, inside the writing transaction under way; returns their numbers. `at`: Unix seconds."""
    if not acts:
        return []
    connection = db.session.connection()
    found = connection.execute(locked_head).first()
    if found is None:
        upsert(Head, {"id": 1, "size": 0, "edge": b""}, update=[])
        found = connection.execute(locked_head).one()
    tree = merkle.Frontier(found.size, found.edge)
    entries, openings, nodes = laid_out(acts, tree, at=at)
    for statement, values in ((_entries, entries), (_openings, openings), (_nodes, nodes)):
        if values:
            connection.execute(statement, values if len(values) > 1 else values[0])
    connection.execute(_moved, {"leaves": tree.size, "right": tree.packed()})
    return [one["number"] for one in entries]


def laid_out(acts: Iterable[Act], tree: merkle.Frontier, *, at: int) -> tuple[list[Any], list[Any], list[Any]]:
    """The rows of entries, openings and nodes for acts that are appended to a tree, which grows by them."""
    entries, openings, nodes = [], [], []
    for act in acts:
        number = tree.size
        salt = None if act.content is None else act.salt or leaves.fresh_salt()
        leaf = leaves.written(act, at=at, salt=salt)
        entries.append({"number": number, "leaf": leaf.decode("ascii")})
        if salt is not None and act.content is not None:
            words = act.content.decode() if act.public else None
            openings.append({"leaf": number, "salt": salt, "kind": act.kind if act.public else None, "words": words})
        for made in tree.add(merkle.leaf_hash(leaf)):
            if made.height % HEIGHT == 0:
                nodes.append({"level": made.height // HEIGHT, "number": made.number, "hash": made.hash})
    return entries, openings, nodes


def forget(numbers: Sequence[int | None]) -> None:
    """The words of these leaves are withdrawn: without their salts nothing tells any more what was said."""
    known = sorted({one for one in numbers if one is not None})
    for begin in range(0, len(known), CHUNK):
        execute(delete(Opening).where(Opening.leaf.in_(known[begin : begin + CHUNK])))
