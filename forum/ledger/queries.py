"""What is read of the log: its head, tiles, proofs, checkpoints, public lines. A fixed number of statements, whatever its size."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Row, bindparam, select

from forum.core.database import Read, row, rows
from forum.ledger import merkle, tiles
from forum.ledger.checkpoints import Key, key_of
from forum.ledger.models import Entry, Head, Node, Opening, Signed, SigningKey
from forum.ledger.tiles import HEIGHT, WIDTH, Tile

NOW: Final = ""
"""The `day` under which the latest checkpoint stands."""
LINES: Final = 100
"""Public lines on a page."""
ERASED: Final = "legal.erase"

_head = select(Head.size, Head.edge).where(Head.id == 1)
locked_head = _head.with_for_update()
"""Inside a writing transaction: whoever has it appends, the others wait."""
_entries = Read(
    select(Entry.number, Entry.leaf)
    .where(Entry.number >= bindparam("begin"), Entry.number < bindparam("end"))
    .order_by(Entry.number)
)
_nodes = Read(
    select(Node.number, Node.hash)
    .where(Node.level == bindparam("level"), Node.number >= bindparam("begin"), Node.number < bindparam("end"))
    .order_by(Node.number)
)
_signed = Read(
    select(Signed.day, Signed.size, Signed.at, Signed.note).where(Signed.day == bindparam("day", type_=Signed.day.type))
)
_keys = Read(select(SigningKey.leaf, SigningKey.key).order_by(SigningKey.leaf.desc()))
_public = (
    select(Opening.leaf.label("number"), Entry.leaf, Opening.words)
    .join(Entry, Entry.number == Opening.leaf)
    .where(Opening.kind.is_not(None), Opening.leaf < bindparam("before"))
    .order_by(Opening.leaf.desc())
    .limit(LINES + 1)
)
_erased = Read(_public.where(Opening.kind == ERASED))
_done = Read(_public.where(Opening.kind != ERASED))


def head(*, lock: bool = False) -> Row[Any] | None:
    """How many leaves there are and the tree's right edge; `lock`: inside a writing transaction, before appending."""
    return row(locked_head if lock else _head)


def size() -> int:
    """How many leaves there are."""
    found = head()
    return found.size if found else 0


def entries(begin: int, end: int) -> list[bytes]:
    """The leaves from `begin` up to, but not including, `end`."""
    return [one.leaf.encode("ascii") for one in rows(_entries, begin=begin, end=end)]


def hashes(tile: Tile) -> list[bytes]:
    """The hashes of a tile; fewer than its width when the log is not that large."""
    begin = tile.number * WIDTH
    if tile.level == 0:
        return [merkle.leaf_hash(leaf) for leaf in entries(begin, begin + tile.width)]
    return [one.hash for one in rows(_nodes, level=tile.level, begin=begin, end=begin + tile.width)]


class Subtrees:
    """Hashes of complete subtrees out of tiles, each tile read once."""

    def __init__(self) -> None:
        self._tiles: dict[Tile, list[bytes]] = {}

    def __call__(self, node: merkle.Node) -> bytes:
        """The hash of the complete subtree (height, index). Raises LookupError when the log is not that large."""
        height, index = node
        level, above = divmod(height, HEIGHT)
        begin = index << above
        tile = Tile(level, begin // WIDTH)
        if tile not in self._tiles:
            self._tiles[tile] = hashes(tile)
        found = self._tiles[tile][begin % WIDTH : begin % WIDTH + (1 << above)]
        if len(found) < 1 << above:
            raise LookupError(f"the log has no subtree {node}")
        return merkle.root_of(found)


def inclusion(number: int, size: int) -> list[bytes]:
    """The inclusion proof of a leaf in the tree of `size` leaves: at most two tiles a level are read."""
    return merkle.inclusion(number, size, Subtrees())


def root(size: int) -> bytes:
    """The root of the log as it was when it had `size` leaves."""
    return merkle.root_at(size, Subtrees())


def erased_since(at: int) -> bool:
    """Whether the law had words erased since a moment (Unix seconds)."""
    found = row(_erased, before=2**62)
    return found is not None and json.loads(found.leaf)["at"] >= at


def consistency(old: int, new: int) -> list[bytes]:
    """Proof that the log of `old` leaves begins that of `new` leaves."""
    return merkle.consistency(old, new, Subtrees())


def file(tile: Tile, upto: int) -> bytes | None:
    """The bytes of a tile or a bundle of the log's first `upto` leaves; None when there is no such file."""
    count = upto >> (HEIGHT * (tile.level or 0))
    if tile.number * WIDTH + tile.width > count:
        return None
    if tile.level is None:
        begin = tile.number * WIDTH
        return tiles.bundle(entries(begin, begin + tile.width))
    return b"".join(hashes(tile))


def checkpoint(day: str = NOW) -> Row[Any] | None:
    """The latest signed checkpoint, or the first of a day: (day, size, at, note)."""
    return row(_signed, day=day)


def keys() -> list[Key]:
    """Every key that signs or signed, the present one first."""
    return [key_of(one.key) for one in rows(_keys)]


def lines(before: int, *, erased: bool) -> Sequence[Row[Any]]:
    """What operators did, or what the law erased, newest first, from leaves below `before`: (number, leaf, words).

    At most LINES, and one more where there are more.
    """
    return rows(_erased if erased else _done, before=before)


def opened(numbers: Iterable[int]) -> dict[int, Row[Any]]:
    """Leaves by number with the salt that opens them: (number, leaf, salt, words); salt None when it is gone."""
    wanted = sorted(set(numbers))
    found = select(Entry.number, Entry.leaf, Opening.salt, Opening.kind, Opening.words).outerjoin(
        Opening, Opening.leaf == Entry.number
    )
    return {one.number: one for one in rows(found.where(Entry.number.in_(wanted)))}
