"""Roots and proofs are those of RFC 6962 and of pymerkle, and no other leaf, place, size or root passes for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pymerkle import ConsistencyProof, InmemoryTree, verify_consistency, verify_inclusion

from forum.ledger import merkle
from forum.ledger.merkle import Frontier, Node, consistency, consistent, included, inclusion

LARGE = 5000
SMALL = 64
PAIRS = 40
Changed = tuple[bytes, ...]
HASHES = st.binary(min_size=32, max_size=32)


def entry(number: int) -> bytes:
    return b"entry %d" % number


@cache
def mth(begin: int, end: int) -> bytes:
    """The Merkle tree hash of entries begin … end - 1, word for word as RFC 6962 says it."""
    if end == begin:
        return sha256(b"").digest()
    if end == begin + 1:
        return sha256(b"\x00" + entry(begin)).digest()
    middle = begin + largest_power_below(end - begin)
    return sha256(b"\x01" + mth(begin, middle) + mth(middle, end)).digest()


def largest_power_below(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def path(number: int, begin: int, end: int) -> list[bytes]:
    """RFC 6962, 2.1.1: PATH."""
    if end == begin + 1:
        return []
    middle = begin + largest_power_below(end - begin)
    if number < middle:
        return [*path(number, begin, middle), mth(middle, end)]
    return [*path(number, middle, end), mth(begin, middle)]


def subproof(old: int, begin: int, end: int, known: bool) -> list[bytes]:
    """RFC 6962, 2.1.2: SUBPROOF."""
    if old == end - begin:
        return [] if known else [mth(begin, end)]
    half = largest_power_below(end - begin)
    if old <= half:
        return [*subproof(old, begin, begin + half, known), mth(begin + half, end)]
    return [*subproof(old - half, begin + half, end, False), mth(begin, begin + half)]


def sides(number: int, size: int) -> tuple[bool, ...]:
    """On which sides the hashes of an inclusion proof stand: what the proof binds of a leaf's place and the size."""
    if size == 1:
        return ()
    half = largest_power_below(size)
    if number < half:
        return (*sides(number, half), True)
    return (*sides(number - half, size - half), False)


def formula(old: int, new: int) -> tuple[int, object, object]:
    """How many hashes a consistency proof has, and how both roots come from them: what it binds of the sizes."""
    used = 0

    def taken() -> int:
        nonlocal used
        used += 1
        return used

    def folded(old: int, new: int, known: bool) -> tuple[object, object]:
        if old == new:
            here = 0 if known else taken()
            return here, here
        half = largest_power_below(new)
        if old <= half:
            before, after = folded(old, half, known)
            return before, (after, taken())
        before, after = folded(old - half, new - half, False)
        left = taken()
        return (left, before), (left, after)

    before, after = folded(old, new, True)
    return used, before, after


def grown(size: int) -> Iterator[dict[Node, bytes]]:
    """The complete subtrees of the trees of 1, 2, … leaves: of each tree these and no others."""
    tree, nodes = Frontier(), {}
    for number in range(size):
        leaf = merkle.leaf_hash(entry(number))
        nodes[0, number] = leaf
        for height, index, made in tree.add(leaf):
            assert made == mth(index << height, (index + 1) << height)
            assert (height, index) not in nodes
            nodes[height, index] = made
        assert tree.root() == mth(0, number + 1)
        yield nodes


@pytest.fixture(scope="module")
def look() -> Callable[[Node], bytes]:
    """The subtrees of a large tree."""
    return list(grown(LARGE))[-1].__getitem__


@pytest.fixture(scope="module")
def theirs() -> InmemoryTree:
    """The same tree as pymerkle has it."""
    tree = InmemoryTree(algorithm="sha256")
    for number in range(LARGE):
        tree.append_entry(entry(number))
    return tree


def flips(hashes: Sequence[bytes], random: Random | None) -> Iterator[Changed]:
    """The hashes with one bit of one byte changed: a byte by chance in each of them, or without chance every byte."""
    for place, one in enumerate(hashes):
        for byte in [random.randrange(32)] if random else range(32):
            raw = bytearray(one)
            raw[byte] ^= 1 << (random.randrange(8) if random else byte % 8)
            yield (*hashes[:place], bytes(raw), *hashes[place + 1 :])


def lengths(proof: Sequence[bytes]) -> Iterator[list[bytes]]:
    """The proof with one hash too few or too many."""
    for place in range(len(proof)):
        yield [*proof[:place], *proof[place + 1 :]]
    for place in range(len(proof) + 1):
        yield [*proof[:place], bytes(32), *proof[place:]]


def inclusion_holds(number: int, size: int, proof: list[bytes], random: Random | None) -> None:
    """The proof is the RFC's, and proves this leaf in this tree and nothing else."""
    leaf, root = mth(number, number + 1), mth(0, size)
    assert proof == path(number, 0, size)
    assert included(leaf, number, size, proof, root)
    for leaf2, root2, *proof2 in flips([leaf, root, *proof], random):
        assert not included(leaf2, number, size, proof2, root2)
    for proof2 in lengths(proof):
        assert not included(leaf, number, size, proof2, root)
    for number2 in {0, number - 1, number ^ 1, number + 1, size, -1} - {number}:
        assert not included(leaf, number2, size, proof, root)
    # A root does not say of how many leaves it is (the checkpoint does): where the shape is the same, so is the proof.
    sizes = range(size + 3) if random is None else (number, number + 1, size - 1, size + 1, size * 2)
    places = [(number2, size2) for size2 in sizes for number2 in (range(size2) if random is None else (number, 0))]
    for number2, size2 in places:
        expected = 0 <= number2 < size2 and sides(number2, size2) == sides(number, size)
        assert included(leaf, number2, size2, proof, root) == expected


def consistency_holds(old: int, new: int, proof: list[bytes], random: Random | None) -> None:
    """The proof is the RFC's, and proves that the one tree begins the other and nothing else."""
    before, after = mth(0, old), mth(0, new)
    assert proof == subproof(old, 0, new, True)
    assert consistent(old, new, before, after, proof)
    for before2, after2, *proof2 in flips([before, after, *proof], random):
        assert not consistent(old, new, before2, after2, proof2)
    for proof2 in lengths(proof):
        assert not consistent(old, new, before, after, proof2)
    sizes = [(old - 1, new), (old + 1, new), (old, new - 1), (old, new + 1), (new, old), (0, new)]
    if random is None:
        sizes = [(old2, new2) for old2 in range(new + 3) for new2 in range(1, new + 3)]
    for old2, new2 in sizes:
        expected = 0 < old2 <= new2 and formula(old2, new2) == formula(old, new)
        assert consistent(old2, new2, before, after, proof) == expected


def rfc(proof: ConsistencyProof, old: int) -> list[bytes]:
    """pymerkle goes down to one leaf where RFC 6962 takes a whole subtree beside the old tree's last one: folds these."""
    first = proof.subset.index(1)
    beside = proof.path[0]
    for one in proof.path[1:first]:
        beside = merkle.node_hash(beside, one)
    last = [] if old & (old - 1) == 0 else [proof.path[first]]
    return [*last, beside, *proof.path[first + 1 :]]


def test_the_empty_tree() -> None:
    assert Frontier().root() == merkle.EMPTY == mth(0, 0)
    assert merkle.root_of([]) == merkle.EMPTY


def test_roots_are_those_of_pymerkle() -> None:
    tree, ours = InmemoryTree(algorithm="sha256"), Frontier()
    for number in range(300):
        tree.append_entry(entry(number))
        ours.add(merkle.leaf_hash(entry(number)))
        assert (ours.size, ours.root()) == (number + 1, tree.get_root())
        assert merkle.root_of(mth(one, one + 1) for one in range(number + 1)) == tree.get_root()


def test_every_inclusion_proof_of_small_trees() -> None:
    random = Random(6962)
    for size, nodes in enumerate(grown(SMALL), 1):
        for number in range(size):
            every = size <= 7 or (number, size) == (40, 53)
            proof = inclusion(number, size, nodes.__getitem__)
            inclusion_holds(number, size, proof, None if every else random)


def test_inclusion_proofs_of_large_trees(look: Callable[[Node], bytes]) -> None:
    random = Random(9162)
    for _ in range(150):
        size = random.randint(SMALL + 1, LARGE)
        number = random.choice([random.randrange(size), size - 1, 0])
        inclusion_holds(number, size, inclusion(number, size, look), random)


def test_every_consistency_proof_of_small_trees() -> None:
    random = Random(6962)
    for new, nodes in enumerate(grown(PAIRS), 1):
        for old in range(1, new + 1):
            every = new <= 8 or (old, new) == (23, 39)
            consistency_holds(old, new, consistency(old, new, nodes.__getitem__), None if every else random)


def test_consistency_proofs_of_large_trees(look: Callable[[Node], bytes]) -> None:
    random = Random(9162)
    for _ in range(150):
        new = random.randint(PAIRS + 1, LARGE)
        old = random.choice([random.randint(1, new), 1 << random.randrange(new.bit_length()), new - 1])
        consistency_holds(old, new, consistency(old, new, look), random)


def test_inclusion_proofs_are_those_of_pymerkle(look: Callable[[Node], bytes], theirs: InmemoryTree) -> None:
    random = Random(7)
    pairs = [(one, many) for many in range(1, 34) for one in range(many)]
    pairs += [(random.randrange(many), many) for many in (random.randint(1, LARGE) for _ in range(40))]
    for number, size in pairs:
        proof = theirs.prove_inclusion(number + 1, size)
        assert proof.path == [look((0, number)), *inclusion(number, size, look)]
        verify_inclusion(look((0, number)), mth(0, size), proof, index=number + 1, size=size)
        assert included(proof.path[0], number, size, proof.path[1:], theirs.get_root(size))


def test_consistency_proofs_are_those_of_pymerkle(look: Callable[[Node], bytes], theirs: InmemoryTree) -> None:
    random = Random(7)
    pairs = [(one, many) for many in range(2, PAIRS + 1) for one in range(1, many)]
    pairs += [(random.randint(1, many - 1), many) for many in (random.randint(2, LARGE) for _ in range(40))]
    for old, new in pairs:
        proof = theirs.prove_consistency(old, new)
        assert rfc(proof, old) == consistency(old, new, look)
        verify_consistency(mth(0, old), mth(0, new), proof, prior_size=old, later_size=new)
        assert consistent(old, new, theirs.get_root(old), theirs.get_root(new), rfc(proof, old))


def test_no_proof_of_what_cannot_be() -> None:
    for number, size in [(0, 0), (1, 1), (-1, 3), (3, 3), (0, -1)]:
        with pytest.raises(ValueError, match="there is no leaf"):
            inclusion(number, size, {}.__getitem__)
        assert not included(bytes(32), number, size, [], bytes(32))
    for old, new in [(0, 1), (-1, 1), (2, 1), (0, 0)]:
        with pytest.raises(ValueError, match="no tree of"):
            consistency(old, new, {}.__getitem__)
    assert not consistent(0, 1, merkle.EMPTY, mth(0, 1), [])
    assert not consistent(0, 1, merkle.EMPTY, mth(0, 1), [mth(0, 1)])


def test_an_edge_has_as_many_hashes_as_its_size_says() -> None:
    for size, hashes in [(0, bytes(32)), (1, b""), (3, bytes(32)), (3, bytes(63)), (4, bytes(33)), (7, bytes(64))]:
        with pytest.raises(ValueError, match="subtrees on its edge"):
            Frontier(size, hashes)


@settings(deadline=None)
@given(st.lists(HASHES, max_size=70), st.data())
def test_an_edge_packed_and_unpacked_goes_on_alike(leaves: list[bytes], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(leaves)))
    one = Frontier()
    for leaf in leaves[:cut]:
        one.add(leaf)
    other = Frontier(one.size, one.packed())
    assert (other.root(), other.packed(), other.size) == (one.root(), one.packed(), cut)
    for leaf in leaves[cut:]:
        assert other.add(leaf) == one.add(leaf)
    assert (other.root(), other.packed()) == (one.root(), one.packed()) == (tree_of(leaves), one.packed())


def tree_of(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962's definition over any leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = largest_power_below(len(leaves))
    return sha256(b"\x01" + tree_of(leaves[:half]) + tree_of(leaves[half:])).digest()


@settings(deadline=None)
@given(st.lists(HASHES, min_size=1, max_size=40))
@example([bytes(32)] * 32)
def test_what_is_made_is_every_complete_subtree_once(leaves: list[bytes]) -> None:
    tree, made = Frontier(), {}
    for leaf in leaves:
        for height, index, found in tree.add(leaf):
            assert (height, index) not in made
            made[height, index] = found
    expected = {
        (height, index): tree_of(leaves[index << height : (index + 1) << height])
        for height in range(1, len(leaves).bit_length())
        for index in range(len(leaves) >> height)
    }
    assert made == expected


@settings(deadline=None)
@given(HASHES, st.integers(-2, 70), st.integers(-2, 70), st.lists(st.binary(max_size=40), max_size=8), HASHES)
def test_no_proof_breaks_the_check(leaf: bytes, number: int, size: int, proof: list[bytes], root: bytes) -> None:
    assert included(leaf, number, size, proof, root) in (True, False)
    assert consistent(number, size, leaf, root, proof) in (True, False)
    if not proof and number == 0 and size == 1:
        assert included(leaf, 0, 1, [], leaf)
    else:
        assert not included(leaf, number, size, proof, root)
