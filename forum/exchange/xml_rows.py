"""Reads the `<row …/>` elements of a dump one by one, on across broken lines; refuses document types and so every entity trick."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat

from forum.core.errors import ForumError
from forum.exchange.tally import Tally

Row = dict[str, str]
_REFERENCE: Final = re.compile(rb"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,10}));")
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
LONGEST_LINE: Final = 8_000_000
"""Bytes; a dump's row, with a body of 30,000 characters, has a fraction of it."""


def find(folder: Path, name: str) -> Path | None:
    """`name`.xml or `name`.xml.gz in the folder."""
    return next((path for path in (folder / f"{name}.xml", folder / f"{name}.xml.gz") if path.is_file()), None)


def rows(path: Path, tally: Tally, on: Callable[[int], None] = lambda size: None) -> Iterator[Row]:
    """Attributes of every row; a broken line is mended, or counted and named, and reading goes on with the next row.

    `on` hears how many bytes of the file were read. Raises ForumError for a document type declaration.
    """
    with path.open("rb") as raw, gzip.GzipFile(fileobj=raw) as unpacked:
        file: IO[bytes] = unpacked if path.suffix == ".gz" else raw  # type: ignore[assignment]
        reader = _Reader(path.name, tally)
        position = 0
        for number, line in enumerate(_lines(file, path.name, tally), 1):
            yield from reader.read(number, line)
            if number % 256 == 0:
                on(raw.tell() - position)
                position = raw.tell()
        yield from reader.end()
        on(raw.tell() - position)


def _lines(file: IO[bytes], name: str, tally: Tally) -> Iterator[bytes]:
    number = 0
    try:
        while line := file.readline(LONGEST_LINE):
            number += 1
            yield line
    except (EOFError, gzip.BadGzipFile, zlib.error):
        tally.skip("files that end too early", f"{name} after line {number}")


class _Reader:
    """Expat, fed line by line, begun anew after a line that it cannot read."""

    def __init__(self, name: str, tally: Tally) -> None:
        self.name = name
        self.tally = tally
        self.found: list[Row] = []
        self.unfit = 0
        self.lost = False  # after an error, until the next line that begins a row
        self.root = ""
        self.parser = self._begun()

    def _begun(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._element
        parser.StartDoctypeDeclHandler = self._doctype
        return parser

    def _element(self, tag: str, attributes: Row) -> None:
        self.root = self.root or tag
        if tag == "row":
            self.found.append(attributes)

    def _doctype(self, *_: object) -> None:
        raise ForumError(
            f"{self.name} declares a document type; no dump does, and it could hold anything. Nothing is imported."
        )

    def read(self, number: int, line: bytes) -> list[Row]:
        """The rows that end on this line."""
        begins = line.lstrip().startswith(b"<row")
        if self.lost:
            if not begins:
                return []
            self._again()
        try:
            self.parser.Parse(line, False)
        except expat.ExpatError as error:
            self.found = []
            mended = self._mended(line) if begins else None
            if mended is None:
                self.lost = True
                self.tally.skip("broken lines of XML", f"{self.name}:{number} ({expat.ErrorString(error.code)})")
                return []
            self.tally.mend("rows with characters that XML does not allow", f"{self.name}:{number}")
            self.found = [mended]
        found, self.found = self.found, []
        return found

    def _again(self) -> None:
        """A parser that stands among rows, as the broken one did."""
        self.parser = self._begun()
        self.parser.Parse(f"<{self.root or 'rows'}>".encode(), False)
        self.lost = False

    def _mended(self, line: bytes) -> Row | None:
        """The row of a line without the characters that no XML may hold, when that is all that was wrong with it."""
        clean = _REFERENCE.sub(_allowed, _CONTROL.sub(b"", line)).decode("utf-8", "replace").encode()
        self._again()
        try:
            self.parser.Parse(clean, False)
        except expat.ExpatError:
            self.lost = True
            return None
        return self.found[0] if len(self.found) == 1 else None

    def end(self) -> list[Row]:
        """Tells when the file ends too early."""
        if not self.lost:
            try:
                self.parser.Parse(b"", True)
            except expat.ExpatError as error:
                self.tally.skip("files that end too early", f"{self.name} ({expat.ErrorString(error.code)})")
        found, self.found = self.found, []
        return found


def _allowed(found: re.Match[bytes]) -> bytes:
    code = int(found[1], 16) if found[1] else int(found[2])
    good = code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    return found.group() if good else b""
