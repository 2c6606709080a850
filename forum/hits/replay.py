"""Replays a stream of raw views through the real counter and the real rule, on the stream's own clock, in a scratch database."""

from __future__ import annotations

import gzip
import json
import secrets
import tempfile
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask, current_app
from sqlalchemy import create_engine, insert, select
from sqlalchemy.engine import make_url

from forum.accounts.models import Person
from forum.boards.models import Board, BoardGroup, Thread
from forum.core.database import db, execute, rows, writing
from forum.hits import counting, course, jobs, readers
from forum.hits.models import Promotion
from forum.hits.viewing import Counter

LATEST = 1 << 33
"""Times in a stream are Unix seconds, not milliseconds."""
TURN = 3600
"""Seconds of the stream between two drains."""


class BadStream(Exception):
    """A file of the stream cannot be read; says which line and why."""


class Stream(NamedTuple):
    """A stream of views: threads by creation, hits by time; ids as they are in the files."""

    boards: dict[str, int]
    threads: list[dict[str, Any]]
    hits: list[dict[str, Any]]


class Done(NamedTuple):
    """What a replay came to."""

    promotions: list[dict[str, Any]]
    views: int
    counted: int


def load(folder: Path) -> Stream:
    """Reads boards, threads and hits (.jsonl or .jsonl.gz). Raises BadStream."""
    boards = {one["board"]: int(one["audience"]) for one in _lines(folder, "boards", {"board": str, "audience": int})}
    threads = list(_lines(folder, "threads", {"thread": str, "board": str, "author": str, "created": int}))
    hits = list(_lines(folder, "hits", {"t": int, "thread": str, "board": str, "viewer": str}))
    known = {one["thread"] for one in threads}
    if len(known) < len(threads):
        twice = next(name for name, count in Tally(one["thread"] for one in threads).items() if count > 1)
        raise BadStream(f"threads.jsonl names thread {twice} twice")
    for one in threads:
        if one["board"] not in boards:
            raise BadStream(f"thread {one['thread']} is on board {one['board']}, which boards.jsonl does not name")
    for one in hits:
        if one["thread"] not in known:
            raise BadStream(f"a hit is on thread {one['thread']}, which threads.jsonl does not name")
    return Stream(boards, sorted(threads, key=lambda one: one["created"]), sorted(hits, key=lambda one: one["t"]))


def _lines(folder: Path, name: str, fields: dict[str, type]) -> Iterator[dict[str, Any]]:
    path = next(
        (folder / f"{name}{end}" for end in (".jsonl", ".jsonl.gz") if (folder / f"{name}{end}").is_file()), None
    )
    if path is None:
        raise BadStream(f"{folder} holds no {name}.jsonl (or .jsonl.gz)")
    try:
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
            for number, line in enumerate(file, 1):
                yield _checked(line, fields, f"{path.name}, line {number}")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadStream(f"{path.name} cannot be read: {error}") from error


def _checked(line: str, fields: dict[str, type], where: str) -> dict[str, Any]:
    try:
        one = json.loads(line)
    except ValueError as error:
        raise BadStream(f"{where} is not JSON") from error
    for field, kind in fields.items():
        value = one.get(field) if isinstance(one, dict) else None
        if (
            not isinstance(value, kind)
            or isinstance(value, bool)
            or (isinstance(value, int) and not 0 <= value < LATEST)
        ):
            raise BadStream(
                f"{where}: {field} must be {'text' if kind is str else 'a whole number, times in Unix seconds'}"
            )
    return dict(one)


def run(stream: Stream, on: Callable[[int], None] = lambda views: None) -> Done:
    """Replays a stream beside the present forum's data; `on` is told how many views were taken."""
    with _scratch() as (app, folder), app.app_context():
        return _Replay(stream, folder).run(on)


class _Replay:
    def __init__(self, stream: Stream, folder: Path) -> None:
        self.stream, self.folder = stream, jobs.folder(folder)
        self.counter = Counter(self.folder)
        self.people = {one: number for number, one in enumerate(sorted(self._names()), 2)}
        self.boards = {board: number for number, board in enumerate(stream.boards, 1)}
        self.audience = {self.boards[board]: people for board, people in stream.boards.items()}
        self.threads = {one["thread"]: number for number, one in enumerate(stream.threads, 1)}
        self.authors = {one["thread"]: self.people[one["author"]] for one in stream.threads}

    def _names(self) -> set[str]:
        return {one["author"] for one in self.stream.threads} | {one["viewer"] for one in self.stream.hits}

    def run(self, on: Callable[[int], None]) -> Done:
        self._found()
        births, hits = list(self.stream.threads), self.stream.hits
        born = at = 0
        moments = [one["created"] for one in births[:1]] + [one["t"] for one in hits[:1]]
        turn = min(moments, default=0) // TURN * TURN
        while at < len(hits) or born < len(births):
            following = [births[born]["created"]] if born < len(births) else []
            following += [hits[at]["t"]] if at < len(hits) else []
            turn = max(turn + TURN, min(following) // TURN * TURN + TURN)
            begin = born
            while born < len(births) and births[born]["created"] < turn:
                born += 1
            self._begin(births[begin:born])
            first = at
            while at < len(hits) and hits[at]["t"] < turn:
                self._view(hits[at])
                at += 1
            self._drain(turn)
            on(at - first)
        self.counter.close()
        counted = rows(select(Thread.hits))
        return Done(self._promotions(), len(hits), sum(one.hits for one in counted))

    def _found(self) -> None:
        """A scratch forum: its boards, and one person to have begun everything."""
        with writing():
            execute(insert(Person).values(id=1, handle="replay", name="Replay", joined_at=0))
            execute(insert(BoardGroup).values(id=1, name="Replay", position=1))
            for board, number in self.boards.items():
                names = {"slug": f"b{number}", "name": board, "description": "", "group_id": 1, "position": number}
                execute(insert(Board).values(id=number, **names, opened_at=0, active_at=0, leaf=0))

    def _begin(self, threads: list[dict[str, Any]]) -> None:
        if not threads:
            return
        values = [
            {
                "id": self.threads[one["thread"]],
                "board_id": self.boards[one["board"]],
                "author_id": 1,
                "last_author_id": 1,
                "slug": "thread",
                "created_at": one["created"],
                "active_at": one["created"],
            }
            for one in threads
        ]
        with writing():
            db.session.connection().execute(insert(Thread), values)

    def _view(self, hit: dict[str, Any]) -> None:
        thread = hit["thread"]
        person = self.people[hit["viewer"]]
        self.counter.viewed(thread=self.threads[thread], author=self.authors[thread], person=person, at=hit["t"])

    def _drain(self, turn: int) -> None:
        while counting.drain(self.folder, turn, lambda board: self.audience.get(board, 1)):
            pass
        readers.forget(turn)

    def _promotions(self) -> list[dict[str, Any]]:
        names = {number: thread for thread, number in self.threads.items()}
        boards = {one["thread"]: one["board"] for one in self.stream.threads}
        found = rows(
            select(Promotion.thread_id, Promotion.at, Promotion.readers, Promotion.usual, Promotion.starts_at).order_by(
                Promotion.at, Promotion.thread_id
            )
        )
        return [
            {
                "thread": names[one.thread_id],
                "board": boards[names[one.thread_id]],
                "t": one.at,
                "readers": one.readers,
                "usual": one.usual,
                "starts_at": one.starts_at,
                "why": course.why(readers=one.readers, usual=one.usual, starts_at=one.starts_at),
            }
            for one in found
        ]


@contextmanager
def _scratch() -> Iterator[tuple[Flask, Path]]:
    """A forum of its own on the same kind of database, gone afterwards."""
    settings = current_app.extensions["forum.settings"]
    with tempfile.TemporaryDirectory(prefix="forum-replay-") as name:
        folder = Path(name)
        with _database(settings.database_url, folder) as url:
            app = current_app.extensions["forum.make"](replace(settings, instance=folder, database_url=url))
            try:
                with app.app_context():
                    db.create_all()
                yield app, folder
            finally:
                with app.app_context():
                    db.session.remove()
                    db.engine.dispose()


@contextmanager
def _database(url: str, folder: Path) -> Iterator[str]:
    if make_url(url).get_backend_name() == "sqlite":
        yield f"sqlite:///{folder}/forum.sqlite3"
        return
    name = f"forum_replay_{secrets.token_hex(6)}"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}"')
        server.dispose()
