"""Names and bytes of C2SP tlog-tiles: each tile has one name, every other name is none, and bundles come back whole."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forum.ledger.tiles import Tile, bundle, tile_of, tiles, unbundled

LEVELS = st.none() | st.integers(0, 63)
TILES = st.builds(Tile, LEVELS, st.integers(0, 10**18 - 1) | st.integers(0, 2000), st.integers(1, 256))

NAMES = {
    Tile(0, 0): "0/000",
    Tile(0, 999): "0/999",
    Tile(0, 1000): "0/x001/000",
    Tile(0, 1234067): "0/x001/x234/067",
    Tile(3, 1234067, 1): "3/x001/x234/067.p/1",
    Tile(63, 5, 255): "63/005.p/255",
    Tile(None, 0, 17): "entries/000.p/17",
    Tile(None, 273, 112): "entries/273.p/112",
    Tile(None, 1234067): "entries/x001/x234/067",
}

# fmt: off
NO_NAMES = [
    "0/1", "0/01", "0/0001", "00/001", "01/001", "+1/001", "-1/001", "64/001", "99/001",
    "100/001", "x/001", "data/001", "Entries/001", "entries", "entries/", "0", "0/", "/0/001",
    "0/001/", "0/001.p", "0/001.p/", "0/001.p/0", "0/001.p/00", "0/001.p/01", "0/001.p/017", "0/001.p/256", "0/001.p/257",
    "0/001.p/999", "0/001.p/1000", "0/001.p/-1", "0/001.p/1/", "0/001.P/1", "0/001p/1", "0/001/p/1", "0/001.p/x01", "0/x000/001",
    "0/x000/x000/001", "0/x001", "0/x001/", "0/x001/x002", "0/x001/x002/", "0/x001/002/", "0/x001/002/003", "0/001/002", "0/X001/002",
    "0/x1/002", "0/x01/002", "0/x001//002", "0//001", "0/x001/2", "0/000/x001", "0/xx01/002", "0/x001.p/1/002", "8/0/001",
    "tile/0/001", "../0/001", "0/../001", "0/00a", "0/0x1", "0/001%2Ep/1", "٠/001", "0/٠٠١", "0/x001/٠٠٢",
    "0/001.p/١",
]
# fmt: on


@pytest.mark.parametrize(("tile", "name"), NAMES.items(), ids=NAMES.values())
def test_names_as_the_specification_gives_them(tile: Tile, name: str) -> None:
    assert tile.path == name
    assert tile_of(name) == tile


@pytest.mark.parametrize("name", [*NO_NAMES, "", " ", "0/001 ", " 0/001", "0/001\n", "0/001\0", "0/x001/002.p/1\n"])
def test_what_is_no_name(name: str) -> None:
    assert tile_of(name) is None


@given(TILES)
def test_every_tile_is_found_by_its_name(tile: Tile) -> None:
    assert tile_of(tile.path) == tile


@given(st.text(st.sampled_from("0123456789x/.pentris"), max_size=24) | st.text(max_size=12))
@example("0/x001/x234/067.p/256")
def test_a_name_means_nothing_or_is_the_tiles_only_one(name: str) -> None:
    tile = tile_of(name)
    assert tile is None or tile.path == name


@given(TILES, st.data())
def test_a_changed_name_is_another_tiles_or_nobodys(tile: Tile, data: st.DataObject) -> None:
    name, place = tile.path, data.draw(st.integers(0, len(tile.path) - 1))
    other = name[:place] + data.draw(st.sampled_from(["", "0", "1", "x", "/", ".", "00"])) + name[place + 1 :]
    assert other == name or tile_of(other) != tile


def test_the_tiles_of_trees_as_the_specification_gives_them() -> None:
    """70,000: 273 full ones and one of 112; one full and one of 17; one of 1. And 256: a full one, and one of 1."""
    lowest = list(tiles(0, 70_000))
    assert lowest == [*(Tile(0, number) for number in range(273)), Tile(0, 273, 112)]
    assert list(tiles(None, 70_000)) == [tile._replace(level=None) for tile in lowest]
    assert list(tiles(1, 70_000)) == [Tile(1, 0), Tile(1, 1, 17)]
    assert list(tiles(2, 70_000)) == [Tile(2, 0, 1)]
    assert list(tiles(3, 70_000)) == []
    assert [list(tiles(level, 256)) for level in (None, 0, 1, 2)] == [
        [Tile(None, 0)],
        [Tile(0, 0)],
        [Tile(1, 0, 1)],
        [],
    ]
    assert [list(tiles(level, 0)) for level in (None, 0, 1)] == [[], [], []]


@given(st.integers(0, 3), st.integers(0, 200_000))
def test_the_tiles_of_a_level_hold_its_hashes_one_after_another(level: int, size: int) -> None:
    found = list(tiles(level, size))
    assert sum(tile.width for tile in found) == size // 256**level
    assert [tile.number for tile in found] == list(range(len(found)))
    assert all(tile.width == 256 for tile in found[:-1])
    assert all(1 <= tile.width <= 256 for tile in found)


def test_a_bundle_is_lengths_and_entries() -> None:
    assert bundle([]) == b""
    assert bundle([b"one", b"", b"x" * 258]) == b"\0\3one" + b"\0\0" + b"\1\2" + b"x" * 258
    longest = [b"y" * 65_535, b"z"]
    assert unbundled(bundle(longest)) == longest


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_comes_back_whole(leaves: list[bytes]) -> None:
    assert unbundled(bundle(leaves)) == leaves


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=6))
def test_a_bundle_cut_off_inside_an_entry_is_refused(leaves: list[bytes]) -> None:
    raw = bundle(leaves)
    whole = {len(bundle(leaves[:count])) for count in range(len(leaves) + 1)}
    for end in range(len(raw)):
        if end in whole:
            assert bundle(unbundled(raw[:end])) == raw[:end]
        else:
            with pytest.raises(ValueError, match="cut off"):
                unbundled(raw[:end])


@given(st.binary(max_size=400))
def test_any_bytes_are_a_bundle_or_refused(raw: bytes) -> None:
    try:
        leaves = unbundled(raw)
    except ValueError:
        return
    assert bundle(leaves) == raw


def test_an_entry_too_long_for_its_length_is_refused() -> None:
    with pytest.raises(OverflowError):
        bundle([b"x" * 65_536])
