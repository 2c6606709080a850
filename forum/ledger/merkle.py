"""Merkle trees over leaves as RFC 6962, section 2.1: roots, inclusion and consistency. Pure; knows neither database nor JSON.

A complete subtree is named (height, index): it covers the leaves index·2^height … (index + 1)·2^height - 1. Hashes are 32 bytes of SHA-256.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

EMPTY: Final = sha256(b"").digest()
SIZE: Final = 32
Node = tuple[int, int]
Lookup = Callable[[Node], bytes]
"""Gives the hash of a complete subtree."""


def leaf_hash(leaf: bytes) -> bytes:
    """RFC 6962: SHA-256(0x00 ‖ leaf)."""
    return sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\1" + left + right).digest()


class Made(NamedTuple):
    """A subtree that has just become complete."""

    height: int
    number: int
    hash: bytes


class Frontier:
    """The complete subtrees on a growing tree's right edge, the largest first: all that is needed to append and to know the root."""

    def __init__(self, size: int = 0, hashes: bytes = b"") -> None:
        if len(hashes) != SIZE * size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} subtrees on its edge")
        self.size = size
        self._edge = [hashes[begin : begin + SIZE] for begin in range(0, len(hashes), SIZE)]

    def add(self, leaf: bytes) -> list[Made]:
        """Appends a leaf's hash; returns the subtrees of height 1 and more that it completes."""
        made, height, index, node = [], 0, self.size, leaf
        while index & 1:
            node = node_hash(self._edge.pop(), node)
            height, index = height + 1, index >> 1
            made.append(Made(height, index, node))
        self._edge.append(node)
        self.size += 1
        return made

    def root(self) -> bytes:
        """The tree's root hash."""
        return _folded(self._edge)

    def packed(self) -> bytes:
        """The hashes one after another, as the constructor takes them."""
        return b"".join(self._edge)


def _folded(edge: Sequence[bytes]) -> bytes:
    if not edge:
        return EMPTY
    root = edge[-1]
    for left in reversed(edge[:-1]):
        root = node_hash(left, root)
    return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root hash over leaf hashes."""
    tree = Frontier()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def _complete(begin: int, end: int) -> Iterator[Node]:
    """The complete subtrees of the range begin … end - 1 of leaves, from left to right; begin must suit the tree."""
    while begin < end:
        height = (end - begin).bit_length() - 1
        yield height, begin >> height
        begin += 1 << height


def _path(index: int, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The ranges beside the way from a leaf to the root, the leaf's sibling first."""
    if end - begin <= 1:
        return
    middle = begin + (1 << ((end - begin - 1).bit_length() - 1))
    if index < middle:
        yield from _path(index, begin, middle)
        yield middle, end
    else:
        yield from _path(index, middle, end)
        yield begin, middle


def inclusion_nodes(index: int, size: int) -> list[list[Node]]:
    """What an inclusion proof is made of: for each of its hashes the complete subtrees it folds."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    return [list(_complete(begin, end)) for begin, end in _path(index, 0, size)]


def inclusion(index: int, size: int, look: Lookup) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves, the leaf's sibling first (RFC 6962, 2.1.1)."""
    return [_folded([look(node) for node in nodes]) for nodes in inclusion_nodes(index, size)]


def root_at(size: int, look: Lookup) -> bytes:
    """The root hash of the tree's first `size` leaves."""
    return _folded([look(node) for node in _complete(0, size)])


def _consistency(old: int, begin: int, end: int, known: bool) -> Iterator[tuple[int, int]]:
    if old == end - begin:
        if not known:
            yield begin, end
        return
    half = 1 << ((end - begin - 1).bit_length() - 1)
    if old <= half:
        yield from _consistency(old, begin, begin + half, known)
        yield begin + half, end
    else:
        yield from _consistency(old - half, begin + half, end, False)
        yield begin, begin + half


def consistency(old: int, new: int, look: Lookup) -> list[bytes]:
    """Proof that the tree of `old` leaves begins the tree of `new` leaves (RFC 6962, 2.1.2)."""
    if not 0 < old <= new:
        raise ValueError(f"no tree of {old} leaves begins one of {new}")
    return [_folded([look(node) for node in _complete(*one)]) for one in _consistency(old, 0, new, True)]


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the audit path leads from the leaf's hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(beside, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the old tree begins the new one (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    way = list(proof) if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = way[0]
    for beside in way[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(beside, before), node_hash(beside, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
