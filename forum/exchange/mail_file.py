"""Finds the messages of an mbox file of any size and which belong together; keeps figures and hashes, never the mails themselves."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Final, NamedTuple

from forum.core.errors import ForumError
from forum.exchange import mail_words
from forum.exchange.scratch import scratch
from forum.exchange.tally import Tally

MAX_HEADER: Final = 65_536
MAX_LINE: Final = 1 << 20
_SEPARATOR: Final = re.compile(
    rb"From \S.*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+(?:[A-Z][a-z]{2}\s+\d{1,2}|\d{1,2}\s+[A-Z][a-z]{2})\s.*\d:\d\d"
)
_AFTER_BLANK: Final = re.compile(rb"From \S+@\S+|From .*\d{4}\s*$")
_DATED: Final = re.compile(rb"From \S+\s+(.*)")
_TABLES: Final = """
CREATE TABLE mail (n INTEGER PRIMARY KEY, start INTEGER, length INTEGER, key TEXT UNIQUE, parent TEXT, at INTEGER,
    author TEXT, title TEXT, root INTEGER, answers INTEGER);
CREATE TABLE writer (key TEXT PRIMARY KEY, name TEXT);
CREATE TABLE lost (root INTEGER, key TEXT);
"""


class Mail(NamedTuple):
    """A message in the file; `parent` is the key of the mail that it answers, which may be elsewhere. `at` in Unix seconds."""

    n: int
    start: int
    length: int
    key: str
    parent: str | None
    at: int
    author: str
    title: str


class _Found(NamedTuple):
    start: int
    length: int
    head: bytes
    sum: str


def _messages(path: Path, on: Callable[[int], None]) -> Iterator[_Found]:
    """Where each message stands, its header, and a checksum of all of it."""
    with path.open("rb") as file:
        start, position, blank = -1, 0, True
        head: list[bytes] = []
        in_head, size, told = False, 0, 0
        check = hashlib.sha256()
        while line := file.readline(MAX_LINE):
            if line.startswith(b"From ") and (
                start < 0 or _SEPARATOR.match(line) or (blank and _AFTER_BLANK.match(line))
            ):
                if start >= 0:
                    yield _Found(start, position - start, b"".join(head), check.hexdigest())
                start, head, in_head, size, check = position, [], True, 0, hashlib.sha256()
            elif start < 0 and line.strip():
                raise ForumError(f"{path.name} is no mbox file: it does not begin with a line “From …”.")
            blank = not line.strip()
            if in_head:
                size += len(line)
                in_head = not blank and size < MAX_HEADER
                head.append(line)
            elif start >= 0:
                check.update(line)
            position += len(line)
            if position - told > 1 << 18:
                on(position - told)
                told = position
        if start >= 0:
            yield _Found(start, position - start, b"".join(head), check.hexdigest())
        on(position - told)


class MailFile:
    """The index of one file, on disk while it is needed; then its conversations."""

    def __init__(self, path: Path, tally: Tally, latest: int) -> None:
        self.path = path
        self.tally = tally
        self.latest = latest
        self.last_at: int | None = None
        self.base = scratch()
        self.base.executescript(_TABLES)
        self.links: dict[int, int] = {}  # union-find over hashed Message-IDs: some 200 bytes a message stay in memory
        self.own: set[int] = set()
        self.first_with: dict[int, int] = {}  # hashed subject: the mail that began it
        self.replies: list[tuple[int, int]] = []  # mails with "Re:": themselves, their hashed subject

    def close(self) -> None:
        """Gives the disk back."""
        self.base.close()

    def read(self, on: Callable[[int], None] = lambda size: None) -> None:
        """Reads all headers and works out who answers whom. Raises ForumError when the file is no mbox."""
        parser = BytesHeaderParser()
        for number, found in enumerate(_messages(self.path, on), 1):
            envelope, _, rest = found.head.partition(b"\n")
            self._keep(number, found, envelope, parser.parsebytes(rest))
        self._settle()

    def _keep(self, number: int, found: _Found, envelope: bytes, message: Message) -> None:
        named = mail_words.ids(mail_words.header(message, "Message-ID"))
        author, name = mail_words.author(message)
        title, reply = mail_words.subject(mail_words.header(message, "Subject"))
        key = mail_words.digest(named[0] if named else f"{found.sum} {author} {title}")
        above = mail_words.ids(mail_words.header(message, "In-Reply-To"))[:1]
        above += mail_words.ids(mail_words.header(message, "References"))[::-1][:100]
        answered = [one for one in dict.fromkeys(map(mail_words.digest, above)) if one != key]
        at = self._moment(number, envelope, message)
        values = (number, found.start, found.length, key, " ".join(answered), at, author, title)
        done = self.base.execute("INSERT OR IGNORE INTO mail VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0)", values)
        if done.rowcount == 0:
            self.tally.skip("mails whose Message-ID came before", f"message {number}")
            return
        self.base.execute("INSERT OR IGNORE INTO writer VALUES (?, ?)", (author, name))
        node = _node(key)
        self.own.add(node)
        for one in answered:
            self._link(_node(one), node)
        if title:
            subject = _node(mail_words.digest(title.lower()))
            if reply:
                self.replies.append((node, subject))
            else:
                self.first_with.setdefault(subject, node)

    def _moment(self, number: int, envelope: bytes, message: Message) -> int:
        """When it was sent; else when it arrived; else when the mail before it was sent."""
        dated = _DATED.match(envelope)
        for text in (mail_words.header(message, "Date"), dated[1].decode("ascii", "replace") if dated else ""):
            at = mail_words.moment(text) if text else None
            if at is not None and 0 < at <= self.latest:
                break
        else:
            at = None
        if at is None or mail_words.moment(mail_words.header(message, "Date")) != at:
            self.tally.mend(
                "dates that cannot be read, taken from the mail's envelope or the mail before", f"message {number}"
            )
        self.last_at = self.latest if at is None and self.last_at is None else at if at is not None else self.last_at
        assert self.last_at is not None
        return self.last_at

    def _root(self, node: int) -> int:
        while (above := self.links.get(node, node)) != node:
            self.links[node] = self.links.get(above, above)
            node = above
        return node

    def _link(self, one: int, other: int) -> None:
        first, second = self._root(one), self._root(other)
        if first != second:
            self.links[second] = first

    def _settle(self) -> None:
        """Gives every mail its conversation, and of the mails it answers the nearest that is in the file."""
        orphans = set()
        for number, answered in self.base.execute("SELECT n, parent FROM mail ORDER BY n").fetchall():
            above = answered.split()
            here = [one for one in above if _node(one) in self.own]
            if not here:
                orphans.add(number)
            nearest = here[0] if here else above[0] if above else None
            self.base.execute("UPDATE mail SET parent = ?, answers = ? WHERE n = ?", (nearest, bool(here), number))
        nodes = {_node(key): number for number, key in self.base.execute("SELECT n, key FROM mail")}
        for node, subject in self.replies:
            if nodes[node] in orphans:
                self._link(self.first_with.setdefault(subject, node), node)
        for number, key, parent in self.base.execute("SELECT n, key, parent FROM mail").fetchall():
            self.base.execute("UPDATE mail SET root = ? WHERE n = ?", (self._root(_node(key)), number))
            if parent and _node(parent) not in self.own:
                self.base.execute("INSERT INTO lost VALUES (?, ?)", (self._root(_node(key)), parent))
        self.base.executescript("CREATE INDEX mail_root ON mail (root, at); CREATE INDEX lost_root ON lost (root);")

    def count(self) -> int:
        """How many mails there are."""
        return int(self.base.execute("SELECT count(*) FROM mail").fetchone()[0])

    def roots(self) -> Iterator[int]:
        """The conversations, oldest first."""
        found = self.base.execute("SELECT root FROM mail GROUP BY root ORDER BY min(at), min(n)")
        return (int(one[0]) for one in found)

    def conversation(self, root: int) -> Iterator[Mail]:
        """Its mails: first the one that answers none, then the others by time."""
        wanted = "n, start, length, key, parent, at, author, title"
        order = f"SELECT {wanted} FROM mail WHERE root = ? ORDER BY "  # noqa: S608  (no value is put in)
        first = Mail(*self.base.execute(f"{order} answers, at, n LIMIT 1", (root,)).fetchone())
        yield first
        for one in self.base.execute(f"{order} at, n", (root,)):
            if one[0] != first.n:
                yield Mail(*one)

    def elsewhere(self, root: int) -> tuple[str, ...]:
        """Keys of mails that the conversation answers and the file does not hold."""
        found = self.base.execute("SELECT DISTINCT key FROM lost WHERE root = ? ORDER BY key LIMIT 50", (root,))
        return tuple(one[0] for one in found)

    def name(self, author: str) -> str:
        """The first display name of a writer."""
        found = self.base.execute("SELECT name FROM writer WHERE key = ?", (author,)).fetchone()
        return str(found[0]) if found else ""


def _node(key: str) -> int:
    return int(key[:15], 16)
