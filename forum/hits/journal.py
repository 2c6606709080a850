"""The journal of views: 32 bytes appended to a file of its process, no database, no lock on the page's path. Holds no person.

A record is a mark, the thread's number, the reader's token of the day, the moment in Unix seconds, and a checksum, so that a
half-written one is found and stepped over. A process owns its file as long as it holds the lock on it (flock, which the
system lets go of when the process dies); a file whose owner is gone grows no more.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import secrets
import struct
import threading
import zlib
from pathlib import Path
from typing import Final, NamedTuple

log = logging.getLogger(__name__)

_BODY: Final = struct.Struct(">4sqqq")
_SUM: Final = struct.Struct(">I")
_RECORD: Final = struct.Struct(">4sqqqI")
SIZE: Final = _RECORD.size
MARK: Final = b"hit1"
LARGEST: Final = 4_000_000
"""Bytes after which a process begins another file."""
_NAME: Final = re.compile("[0-9a-f]{8}")
SUFFIX: Final = ".journal"


class View(NamedTuple):
    """One thread was opened: by the token of its reader, at a moment."""

    thread: int
    reader: int
    at: int


def record(view: View) -> bytes:
    """The 32 bytes of a view."""
    body = _BODY.pack(MARK, view.thread, view.reader, view.at)
    return body + _SUM.pack(zlib.crc32(body))


def parse(raw: bytes, *, ended: bool) -> tuple[list[View], int]:
    """The views in a piece of a journal, and how many bytes of it are settled.

    What is no record is stepped over to the next one that is. The rest of a file that may still grow stays unsettled;
    of one that has `ended` nothing does.
    """
    views: list[View] = []
    at = 0
    while at + SIZE <= len(raw):
        found = _run(raw, at)
        views += found
        at += SIZE * len(found)
        if at + SIZE > len(raw):
            break
        following = raw.find(MARK, at + 1)
        at = following if following >= 0 else max(at + 1, len(raw) - len(MARK) + 1)
    return views, len(raw) if ended else at


def _run(raw: bytes, begin: int) -> list[View]:
    """The views that follow each other from here without a fault."""
    views, made = [], View._make
    end = begin + (len(raw) - begin) // SIZE * SIZE
    at = begin
    for mark, thread, reader, moment, told in _RECORD.iter_unpack(memoryview(raw)[begin:end]):
        if mark != MARK or told != zlib.crc32(raw[at : at + _BODY.size]):
            break
        views.append(made((thread, reader, moment)))
        at += SIZE
    return views


class Writer:
    """This process's journal. Made before a fork or after: each process opens a file of its own at its first view."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._process = 0
        self._file = -1
        self._written = 0
        self._day = 0

    def note(self, view: View) -> None:
        """Appends a view. A full disk loses this view's count, never the page."""
        raw = record(view)
        with self._lock:
            try:
                day = view.at // 86400
                if self._process != os.getpid() or self._written >= LARGEST or self._day != day or self._lost():
                    self._begin(day)
                written = os.write(self._file, raw)
                if written < SIZE:
                    written += os.write(self._file, raw[written:])
            except OSError as error:
                log.error("a view was not counted: %s", error)
                return
            self._written += written

    def _lost(self) -> bool:
        """Whether somebody removed the file: nobody would ever read it."""
        return os.fstat(self._file).st_nlink == 0

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file; whoever applies journals removes it in time."""
        with self._lock:
            if self._process == os.getpid() and self._file >= 0:
                os.close(self._file)
            self._file, self._process = -1, 0

    def _begin(self, day: int) -> None:
        """Opens a new file under the lock of its owner; only then it gets the name by which it is looked for."""
        if self._process == os.getpid() and self._file >= 0:
            os.close(self._file)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{machine(self.folder)}-{secrets.token_hex(8)}"
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        path.rename(path.with_suffix(SUFFIX))
        self._process, self._written, self._day = os.getpid(), 0, day


def machine(folder: Path) -> str:
    """The name of this machine's journals: made once, kept beside them."""
    path = folder / "machine"
    try:
        name = path.read_text(encoding="ascii", errors="replace")
        if _NAME.fullmatch(name):
            return name
        log.error("%s held no name and gets a new one", path)
        path.unlink(missing_ok=True)
        return machine(folder)
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / f"machine.{secrets.token_hex(4)}"
        fresh.write_text(secrets.token_hex(4))
        try:
            os.link(fresh, path)
        except FileExistsError:
            log.info("another process named this machine")
        fresh.unlink()
        return path.read_text()


class Piece(NamedTuple):
    """What a journal holds from `begin` on: its views, and where to go on next time; `over` when nothing will ever follow."""

    name: str
    begin: int
    end: int
    views: list[View]
    over: bool


def waiting(folder: Path) -> list[Path]:
    """The journals of this machine, those of dead processes too. A folder belongs to one machine."""
    return sorted(path for path in folder.glob(f"*{SUFFIX}") if path.is_file())


def read(path: Path, begin: int, most: int) -> Piece:
    """Reads up to `most` bytes of a journal."""
    with path.open("rb") as file:
        gone = _owner_gone(file.fileno())  # asked first: the size of a file without owner is final
        size = os.fstat(file.fileno()).st_size
        file.seek(begin)
        raw = file.read(most)
    last = begin + len(raw) >= size
    views, settled = parse(raw, ended=gone and last)
    return Piece(path.name, begin, begin + settled, views, gone and last)


def _owner_gone(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
