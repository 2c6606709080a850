"""Names and bytes of the files in which others read the log: C2SP tlog-tiles, height 8. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
DEEPEST: Final = 63
_ENTRIES: Final = "entries"
_PATH: Final = re.compile(r"(0|[1-9][0-9]?|entries)/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


class Tile(NamedTuple):
    """A tile: `level` (None: a bundle of entries), its number in the level, how many hashes or entries of it."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its name: 0/x001/234.p/17."""
        digits = str(self.number)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[begin : begin + 3] for begin in range(0, len(digits), 3)]
        named = "/".join([f"x{part}" for part in parts[:-1]] + parts[-1:])
        part = "" if self.width == WIDTH else f".p/{self.width}"
        return f"{_ENTRIES if self.level is None else self.level}/{named}{part}"


def tile_of(path: str) -> Tile | None:
    """The tile that a name means; None: no name of one."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level = None if found[1] == _ENTRIES else int(found[1])
    width = int(found[3] or WIDTH)
    tile = Tile(level, int(found[2].replace("x", "").replace("/", "")), width)
    if (level or 0) > DEEPEST or width > WIDTH or (found[3] and width == WIDTH):
        return None
    return tile if tile.path == path else None


def tiles(level: int | None, size: int) -> Iterator[Tile]:
    """All tiles of a level of the tree of `size` leaves; the last may be a part."""
    count = size >> (HEIGHT * (level or 0))
    for number in range(count // WIDTH):
        yield Tile(level, number)
    if count % WIDTH:
        yield Tile(level, count // WIDTH, count % WIDTH)


def bundle(leaves: Sequence[bytes]) -> bytes:
    """Entries, each after its length in two bytes."""
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def unbundled(raw: bytes) -> list[bytes]:
    """The entries of a bundle. Raises ValueError when it is cut off."""
    found, at = [], 0
    while at < len(raw):
        end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
        if at + 2 > len(raw) or end > len(raw):
            raise ValueError("a bundle that is cut off")
        found.append(raw[at + 2 : end])
        at = end
    return found
