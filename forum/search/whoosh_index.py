"""Whoosh as an index of our terms, and of nothing else: which documents hold a term. Segments are small, so that a commit is quick.

One process writes at a time (Whoosh's own lock). A reader keeps each segment open once; what was deleted is looked up anew at every
search. Matching is done on sets of numbers, a segment at a time, the newest first.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from whoosh import fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher
from whoosh.columns import NumericColumn
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.writing import LockError, SegmentWriter

from forum.core.database import Busy, db
from forum.search import documents
from forum.search.expression import Node, Or, Term
from forum.search.models import DOCUMENTS
from forum.search.numbers import among, listed
from forum.search.windows import Part, Sought, Within

log = logging.getLogger(__name__)

NAME: Final = "forum"
NUMBER: Final = "d:"
"""Before a document's own number, the term by which it is taken out."""
FAN: Final = 8
"""So many segments of one size become one."""
LARGEST: Final = 4_096
"""Documents beyond which a segment is merged no more: merging it would keep the worker too long."""
PATIENCE: Final = 5.0
"""Seconds to wait for another writer."""
PREFIXES: Final = 64
"""Terms that a prefix may stand for in one segment."""
AT_ONCE: Final = 2_500
"""Documents that are told at once: a few more than are looked at, because some may have been withdrawn."""
_COLUMN: Final = NumericColumn("q")


class Broken(Exception):
    """The index is missing or cannot be read; it has to be built anew."""


class _Numbers(W3LeafMatcher):  # type: ignore[misc]
    """Reads a term's documents a block at a time instead of one by one."""

    def all(self) -> set[int]:
        found: set[int] = set()
        while not self._atend:
            self._read_ids()
            found.update(self._ids)
            self._next_block()
        return found


class _Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's own format with larger blocks."""

    def __init__(self) -> None:
        super().__init__(blocklimit=2048, compression=0)

    def postings_reader(self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None) -> Any:
        if terminfo.is_inlined():
            return super().postings_reader(dbfile, terminfo, format_, term, scorer)
        offset, length = terminfo.extent()
        return _Numbers(dbfile, offset, length, format_, term=term)


_CODEC: Final = _Codec()


def _schema() -> Any:
    terms = fields.KEYWORD()
    terms.format = formats.Existence()
    return fields.Schema(terms=terms, number=fields.COLUMN(_COLUMN))


class _Segment:
    """A segment, opened once for the life of the process or of the segment."""

    def __init__(self, storage: Any, schema: Any, segment: Any) -> None:
        self._terms = _CODEC.terms_reader(storage, segment)
        self._format = schema["terms"].format
        per_document = _CODEC.per_document_reader(storage, segment)
        column = per_document.column_reader("number", _COLUMN)
        self.lock = threading.Lock()
        self.numbers = [column[at] for at in range(segment.doc_count_all())]
        per_document.close()
        self.newest = max(self.numbers, default=0)

    def __del__(self) -> None:
        # only when nobody holds it any more: another thread may be reading a segment that a merge has just made away with
        if hasattr(self, "_terms"):
            self._terms.close()

    def matches(self, node: Node, known: dict[Term, set[int]]) -> set[int]:
        """Places in the segment of the documents that match, deleted ones too. `known`: terms of this search that were looked up."""
        if isinstance(node, Term):
            if node not in known:
                known[node] = self._prefixed(node.term) if node.prefix else self._holding(node.term.encode())
            return known[node]
        if isinstance(node, Or):
            return set[int]().union(*(self.matches(part, known) for part in node.parts))
        found: set[int] | None = None
        for part in node.parts:
            here = self.matches(part, known)
            found = here if found is None else found & here
            if not found:
                return set()
        without = [self.matches(part, known) for part in node.without]
        return (found or set()).difference(*without)

    def _holding(self, term: bytes) -> set[int]:
        try:
            matcher = self._terms.matcher("terms", term, self._format)
        except TermNotFound:
            return set()
        return matcher.all() if isinstance(matcher, _Numbers) else set(matcher.all_ids())

    def _prefixed(self, beginning: str) -> set[int]:
        found: set[int] = set()
        wanted = beginning.encode()
        for many, (field, term) in enumerate(self._terms.terms_from("terms", wanted)):
            if field != "terms" or not term.startswith(wanted) or many == PREFIXES:
                break
            found |= self._holding(term)
        return found


class _Reader:
    """The segments of one index, opened as they come."""

    def __init__(self, folder: Path) -> None:
        self.storage = FileStorage(str(folder), readonly=True)
        self.lock = threading.Lock()
        self.segments: dict[str, _Segment] = {}
        self.toc: Any = None
        self.seen = (-1, 0, 0)

    def open(self) -> list[tuple[_Segment, frozenset[int]]]:
        """(segment, places of deleted documents), the newest first. A writer may take files away meanwhile: then again."""
        with self.lock:
            for _ in range(5):
                try:
                    return self._open()
                except FileNotFoundError as error:
                    self.toc, missing = None, error
            raise missing

    def _open(self) -> list[tuple[_Segment, frozenset[int]]]:
        generation = TOC._latest_generation(self.storage, NAME)
        if generation < 0:
            raise Broken("there is no table of contents")
        file = os.stat(Path(self.storage.folder) / TOC._filename(NAME, generation))
        seen = (generation, file.st_ino, file.st_mtime_ns)  # a new index in the same folder counts from 0 again
        if self.toc is None or self.seen != seen:
            self.toc, self.seen = TOC.read(self.storage, NAME, gen=generation), seen
        names = {one.segment_id() for one in self.toc.segments}
        if not names >= self.segments.keys():
            for gone in self.segments.keys() - names:
                del self.segments[gone]
        found = []
        for one in self.toc.segments:
            name = one.segment_id()
            if name not in self.segments:
                self.segments[name] = _Segment(self.storage, self.toc.schema, one)
            found.append((self.segments[name], frozenset(one.deleted_docs())))
        return sorted(found, key=lambda one: -one[0].newest)


_readers: dict[Path, _Reader] = {}


@contextmanager
def _reading(folder: Path) -> Iterator[list[tuple[_Segment, frozenset[int]]]]:
    """The segments as they are now. Raises Broken for whatever a damaged file makes Whoosh stumble over."""
    reader = _readers.setdefault(folder, _Reader(folder))
    try:
        yield reader.open()
    except Exception as error:  # whatever Whoosh makes of bytes that are not its own
        _readers.pop(folder, None)
        raise Broken(f"{type(error).__name__}: {error}") from error


class WhooshIndex:
    """The index in one folder."""

    def __init__(self, slot: str, folder: Path) -> None:
        self.folder = folder / slot
        self._out: list[int] = []
        self._into: list[tuple[int, str]] = []

    def drop(self) -> None:
        _readers.pop(self.folder, None)
        shutil.rmtree(self.folder, ignore_errors=True)

    def clear(self) -> None:
        self.drop()
        self.folder.mkdir(parents=True, mode=0o700)
        TOC.create(FileStorage(str(self.folder)), _schema(), NAME)

    def change(self, out: Sequence[Any], into: Sequence[Any]) -> None:
        """Notes what is to be written: Whoosh's file follows once the transaction has ended well."""
        self._out += [one.id for one in out]
        self._into += [(one.id, " ".join([*documents.terms(one), f"{NUMBER}{one.id}"])) for one in into]

    def settled(self) -> None:
        """Writes what was noted. Raises Broken when there is no index to write to, Busy when another process writes."""
        if not self._out and not self._into:
            return
        writer = self._writer()
        try:
            _take_out(writer, {*self._out, *(number for number, _terms in self._into)})
            for number, terms in sorted(self._into):
                writer.add_document(number=number, terms=terms)
            writer.commit(mergetype=_merged)
        except BaseException as error:
            _give_up(writer)
            raise _told(error) from error
        self._out, self._into = [], []

    def numbers(self) -> set[int]:
        """The numbers of all documents that are in it. Raises Broken."""
        with _reading(self.folder) as segments:
            return {number for segment, gone in segments for at, number in enumerate(segment.numbers) if at not in gone}

    def tidy(self) -> int:
        writer = self._writer()
        before = [one for one in writer.segments if one.deleted_count()]
        if not before:
            writer.cancel()
            return 0
        try:
            writer.commit(mergetype=lambda mine, all: _rewritten(mine, all, before[:1]))
        except BaseException as error:
            _give_up(writer)
            raise _told(error) from error
        return len(before)

    def restrictions(self, node: Node, sought: Sought) -> Iterator[Part]:
        """A part is told once no segment still to be asked can hold a newer document: an old one that was edited is in a new segment."""
        with _reading(self.folder) as segments:
            found: list[int] = []
            for at, (segment, deleted) in enumerate(segments, 1):
                with segment.lock:
                    places = segment.matches(node, {}) - deleted
                found += [segment.numbers[one] for one in places]
                last = at == len(segments)
                if last or len(found) >= AT_ONCE:
                    found.sort(reverse=True)
                    sure = len(found) if last else bisect_left(found, -segments[at][0].newest, key=lambda one: -one)
                    if last or sure >= AT_ONCE:
                        for begin in range(0, sure, AT_ONCE):
                            yield _part(found[begin : min(sure, begin + AT_ONCE)])
                        del found[:sure]

    def _writer(self) -> Any:
        try:
            storage = FileStorage(str(self.folder))
            return SegmentWriter(FileIndex(storage, indexname=NAME), timeout=PATIENCE, codec=_CODEC, compound=False)
        except LockError as error:
            raise Busy("another process writes the index") from error
        except Exception as error:
            raise _told(error) from error


def _told(error: BaseException) -> BaseException:
    """What is to be raised for it: a full disk and the like pass by, a missing or damaged file does not."""
    if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
        return error
    if not isinstance(error, Exception):
        return error  # the process is told to stop
    return Broken(f"{type(error).__name__}: {error}")


def _part(numbers: list[int]) -> Part:
    """The documents with these numbers."""
    return Part(_within, {"numbers": listed(numbers)})


def _within(slot: str) -> Within:
    document = DOCUMENTS[slot]
    return Within(document.__table__, document.id, among(document.id, db.engine.dialect.name), ordered=False)


def _take_out(writer: Any, numbers: set[int]) -> None:
    """Marks documents as deleted, wherever they are."""
    for segment in writer.segments:
        terms = _CODEC.terms_reader(writer.storage, segment)
        form = writer.schema["terms"].format
        for number in numbers:
            try:
                places = list(terms.matcher("terms", f"{NUMBER}{number}".encode(), form).all_ids())
            except TermNotFound:
                continue
            for place in places:
                segment.delete_document(place)
        terms.close()


def _merged(writer: Any, segments: list[Any]) -> list[Any]:
    """Merges FAN small segments of about the same size; a document is rewritten a few times in all."""
    sizes: dict[int, list[Any]] = defaultdict(list)
    for one in segments:
        size = one.doc_count_all() - one.deleted_count()
        if size * FAN <= LARGEST * 2:
            sizes[max(0, size.bit_length() - 1) // 3].append(one)
    ripe = next((group for group in sizes.values() if len(group) >= FAN), [])
    return _rewritten(writer, segments, ripe)


def _rewritten(writer: Any, segments: list[Any], some: list[Any]) -> list[Any]:
    """The segments without `some`, which are written again without what was deleted from them."""
    for one in some:
        reader = SegmentReader(writer.storage, writer.schema, one, codec=_CODEC)
        writer.add_reader(reader)
        reader.close()
    return [one for one in segments if one not in some and one.deleted_count() < one.doc_count_all()]


def _give_up(writer: Any) -> None:
    """Leaves the index as it was before this writer."""
    if not writer.is_closed:
        try:
            writer.cancel()
        except OSError as error:  # the disk may be full: what was begun is swept by the next commit
            log.warning("a half-written segment was left behind: %s", error)
            writer._finish()
