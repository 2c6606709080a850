"""Keeps a Stack Exchange dump on disk, in a database of its own that is gone afterwards, so that threads can be read in any size of dump.

Refuses to hold more than one thread's words in memory; knows nothing of this forum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from forum.exchange import xml_rows
from forum.exchange.scratch import scratch
from forum.exchange.tally import Tally

QUESTION, ANSWER, COMMENT = 1, 2, 3
KINDS: Final = {
    "3": "orphaned tag wikis",
    "4": "tag wiki excerpts",
    "5": "tag wikis",
    "6": "moderator nominations",
    "7": "wiki placeholders",
    "8": "privilege wikis",
}
NOBODY: Final = "nobody"
_EARLIEST: Final = 0
_LATEST: Final = 4_102_444_800_000  # the year 2100, in milliseconds
_TABLES: Final = """
CREATE TABLE said (row INTEGER PRIMARY KEY, kind INTEGER, id INTEGER, thread INTEGER, parent INTEGER, at INTEGER, author TEXT,
    body TEXT, edited INTEGER, title TEXT, hits INTEGER);
CREATE TABLE version (post INTEGER, at INTEGER, id INTEGER, change TEXT, type INTEGER, words TEXT);
CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, at INTEGER);
"""
_INDEXES: Final = """
CREATE INDEX said_thread ON said (thread, kind, at, id);
CREATE INDEX said_at ON said (kind, at, id);
CREATE INDEX version_post ON version (post, at, id);
"""
_LOST: Final = """
SELECT kind, id, parent FROM said WHERE kind > 1
AND NOT EXISTS (SELECT 1 FROM said q WHERE q.row = said.thread * 2 AND q.kind = 1) ORDER BY kind, id
"""
_QUESTIONS: Final = """
SELECT kind, id, thread, parent, at, author, body, edited, title, hits FROM said WHERE kind = 1 ORDER BY at, id
"""
_OTHERS: Final = """
SELECT kind, id, thread, parent, at, author, body, edited, title, hits FROM said
WHERE thread = ? AND kind > 1 ORDER BY at, kind, id
"""


class Said(NamedTuple):
    """A question, an answer or a comment; `at` and `edited` in milliseconds, `parent` the post that a comment stands under."""

    kind: int
    id: int
    thread: int | None
    parent: int | None
    at: int
    author: str
    body: str
    edited: int | None
    title: str
    hits: int


class Change(NamedTuple):
    """One line of a post's history; `type` is Stack Exchange's PostHistoryTypeId, lines of one change share `change`."""

    at: int
    change: str
    type: int
    words: str


def milliseconds(text: str) -> int | None:
    """A dump's time; without a zone it is UTC. None when it is none, or before 1970, or after 2100."""
    try:
        given = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    aware = given if given.tzinfo else given.replace(tzinfo=UTC)
    found = round(aware.timestamp() * 1000)
    return found if _EARLIEST <= found < _LATEST else None


def _number(text: str | None) -> int | None:
    clean = (text or "").strip()
    if not clean.removeprefix("-").isdecimal() or not clean.isascii() or len(clean) > 18:
        return None
    return int(clean)


class Dump:
    """The dump of one site, read once; then its threads, oldest first."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.base = scratch()
        self.base.executescript(_TABLES)
        self.has_history = False
        self.last_at = 0

    def close(self) -> None:
        """Gives the disk back."""
        self.base.close()

    def read(self, folder: Path, on: Callable[[int], None] = lambda size: None) -> None:
        """Reads all files of the dump that are there."""
        posts = xml_rows.find(folder, "Posts")
        if posts is None:
            raise FileNotFoundError(2, "No Posts.xml here", str(folder))
        for name, keep in (
            ("Posts", self._post),
            ("Users", self._person),
            ("Comments", self._comment),
            ("PostHistory", self._change),
        ):
            path = xml_rows.find(folder, name)
            if path is not None:
                self.last_at = 0
                for row in xml_rows.rows(path, self.tally, on):
                    keep(row)
        self.base.executescript(_INDEXES)
        self._name_lost()

    def _post(self, row: xml_rows.Row) -> None:
        kind, number = row.get("PostTypeId", ""), _number(row.get("Id"))
        if kind not in ("1", "2"):
            self.tally.skip(KINDS.get(kind, "posts of unknown kind"), f"post {row.get('Id', '?')}")
            return
        parent = number if kind == "1" else _number(row.get("ParentId"))
        if number is None or parent is None:
            reason = "posts without a number" if number is None else "answers that name no question"
            self.tally.skip(reason, f"post {row.get('Id', '?')[:40]}")
            return
        edited = milliseconds(row.get("LastEditDate", ""))
        at = self._at(row, f"post {number}")
        title, hits = row.get("Title", ""), min(max(_number(row.get("ViewCount")) or 0, 0), 2_000_000_000)
        author = _author(row.get("OwnerUserId"), row.get("OwnerDisplayName"))
        self._keep(Said(int(kind), number, parent, None, at, author, row.get("Body", ""), edited, title, hits), "post")

    def _comment(self, row: xml_rows.Row) -> None:
        number, parent = _number(row.get("Id")), _number(row.get("PostId"))
        if number is None or parent is None:
            self.tally.skip("comments without a number or a post", f"comment {row.get('Id', '?')[:40]}")
            return
        at = self._at(row, f"comment {number}")
        author = _author(row.get("UserId"), row.get("UserDisplayName"))
        above = self.base.execute("SELECT thread FROM said WHERE row = ?", (parent * 2,)).fetchone()
        thread = above[0] if above else None  # posts are read before comments
        self._keep(Said(COMMENT, number, thread, parent, at, author, row.get("Text", ""), None, "", 0), "comment")

    def _keep(self, said: Said, named: str) -> None:
        place = said.id * 2 + (
            said.kind == COMMENT
        )  # questions and answers share their numbers, comments have their own
        done = self.base.execute("INSERT OR IGNORE INTO said VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (place, *said))
        if done.rowcount == 0:
            self.tally.skip("numbers that stand twice", f"{named} {said.id}")

    def _person(self, row: xml_rows.Row) -> None:
        number = _number(row.get("Id"))
        if number is None:
            self.tally.skip("people without a number", f"user {row.get('Id', '?')[:40]}")
            return
        at = milliseconds(row.get("CreationDate", ""))
        self.base.execute("INSERT OR IGNORE INTO person VALUES (?, ?, ?)", (number, row.get("DisplayName", ""), at))

    def _change(self, row: xml_rows.Row) -> None:
        type_, post = row.get("PostHistoryTypeId", ""), _number(row.get("PostId"))
        if type_ not in ("1", "2", "4", "5", "7", "8") or post is None:
            return  # tags, closings, locks: nothing that anybody said
        at = self._at(row, f"history {row.get('Id', '?')[:40]}")
        change = row.get("RevisionGUID") or f"{at}"
        values = (post, at, _number(row.get("Id")) or 0, change, int(type_), row.get("Text", ""))
        self.base.execute("INSERT INTO version VALUES (?, ?, ?, ?, ?, ?)", values)
        self.has_history = True

    def _at(self, row: xml_rows.Row, named: str) -> int:
        """The row's time; an unreadable one is taken from the row before, which was written shortly before it."""
        found = milliseconds(row.get("CreationDate", ""))
        if found is None:
            self.tally.mend("dates that cannot be read, taken from the row before", named)
            return self.last_at
        self.last_at = found
        return found

    def _name_lost(self) -> None:
        for kind, number, parent in self.base.execute(_LOST):
            reason = "answers to a question that is missing" if kind == ANSWER else "comments on a post that is missing"
            about = "" if parent is None else f" (on {parent})"
            self.tally.skip(reason, f"{'answer' if kind == ANSWER else 'comment'} {number}{about}")

    def count(self) -> int:
        """How many posts the threads hold."""
        found = (
            "SELECT count(*) FROM said WHERE EXISTS (SELECT 1 FROM said q WHERE q.row = said.thread * 2 AND q.kind = 1)"
        )
        return int(self.base.execute(found).fetchone()[0])

    def questions(self) -> Iterator[Said]:
        """The opening posts, oldest first."""
        return self._said(_QUESTIONS)

    def others(self, thread: int) -> Iterator[Said]:
        """Answers and comments of a thread by time."""
        return self._said(_OTHERS, thread)

    def _said(self, statement: str, *values: int) -> Iterator[Said]:
        return (Said(*one) for one in self.base.execute(statement, values))

    def changes(self, post: int) -> Iterable[Change]:
        """What the history tells of a post's words, oldest first."""
        if not self.has_history:
            return ()
        found = self.base.execute("SELECT at, change, type, words FROM version WHERE post = ? ORDER BY at, id", (post,))
        return [Change(*one) for one in found]

    def person(self, number: int) -> tuple[str, int | None] | None:
        """(display name, joined in milliseconds) of a user."""
        found: tuple[str, int | None] | None = self.base.execute(
            "SELECT name, at FROM person WHERE id = ?", (number,)
        ).fetchone()
        return found


def _author(number: str | None, name: str | None) -> str:
    user = _number(number)
    if user is not None:
        return f"user {user}"
    return f"name {name}" if name and name.strip() else NOBODY
