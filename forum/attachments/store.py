"""Where the bytes lie: in the instance folder, by what they are, beside a small one of each wide picture. Knows no table."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

SMALL: Final = ".small"
_NEW: Final = "new"
_CHUNK: Final = 1 << 16


class TooMuch(Exception):
    """More arrives than is taken."""


def folder(instance: Path) -> Path:
    """The folder of all files."""
    return instance / "files"


def path(instance: Path, digest: str, *, small: bool = False) -> Path:
    """Where bytes with this digest lie; the small picture need not exist."""
    return folder(instance) / digest[:2] / (digest + (SMALL if small else ""))


def fresh(instance: Path) -> Path:
    """A name nobody has, on the same file system; what is left there is swept after a while."""
    new = folder(instance) / _NEW
    new.mkdir(parents=True, exist_ok=True, mode=0o700)
    return new / secrets.token_hex(16)


def received(stream: IO[bytes], target: Path, most: int) -> int:
    """Copies at most `most` bytes; returns how many. Raises TooMuch."""
    size = 0
    with target.open("xb") as file:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > most:
                raise TooMuch
            file.write(piece)
    return size


def settled(file: Path) -> str:
    """Sees to it that a file outlives a power cut, and returns its digest."""
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
        return hashlib.file_digest(opened, "sha256").hexdigest()


def place(instance: Path, new: Path, digest: str, *, small: bool = False) -> None:
    """Puts settled bytes where they belong; the same ones may lie there already."""
    target = path(instance, digest, small=small)
    target.parent.mkdir(exist_ok=True, mode=0o700)
    new.replace(target)
    opened = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def remove(instance: Path, digest: str) -> None:
    """The bytes are gone, if they were there."""
    for small in (True, False):
        with suppress(FileNotFoundError):
            path(instance, digest, small=small).unlink()


def digests(instance: Path) -> Iterator[set[str]]:
    """All that lies there, some at a time."""
    if folder(instance).is_dir():
        for one in sorted(folder(instance).iterdir()):
            if len(one.name) == 2 and one.is_dir():
                yield {file.name.removesuffix(SMALL) for file in one.iterdir()}


def forget_unfinished(instance: Path, before: float) -> int:
    """Removes what was begun before a moment (Unix seconds, by the file system's clock) and never finished; returns how many."""
    gone = 0
    with suppress(FileNotFoundError):
        for one in (folder(instance) / _NEW).iterdir():
            with suppress(FileNotFoundError):
                if one.stat().st_mtime < before:
                    one.unlink()
                    gone += 1
    return gone
