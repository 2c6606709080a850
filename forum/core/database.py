"""One database behind one session: SQLite or PostgreSQL, read freely, written in short transactions. Knows no table of its own."""

from __future__ import annotations

import threading
from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote
from weakref import WeakKeyDictionary

import pysqlite3.dbapi2
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, Executable, MetaData, Row, Select, event
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """Typed tables; names of constraints are spelled out so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

PATIENCE = 15_000
"""Milliseconds a writer waits for SQLite's lock."""
A_MOMENT = 100


class Busy(Exception):
    """Somebody else uses the database just now; to be tried again a little later."""


_begin: ContextVar[str] = ContextVar("begin", default="BEGIN")
_patience: ContextVar[int] = ContextVar("patience", default=PATIENCE)


def engine_options(url: str) -> dict[str, Any]:
    """Options for create_engine: the bundled SQLite instead of the system's, or a PostgreSQL pool that notices a restart."""
    common = {"hide_parameters": True}  # no words of anybody's in the log of an error
    if make_url(url).get_backend_name() == "sqlite":
        return common | {"module": pysqlite3.dbapi2, "connect_args": {"timeout": 15}}
    return common | {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8}


def prepare_engine(engine: Engine) -> None:
    """Gives every SQLite connection its pragmas, and every transaction its explicit beginning."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where we say so
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={PATIENCE}",
            "foreign_keys=ON",
            "secure_delete=ON",
            "cache_size=-8000",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _start(connection: Connection) -> None:
        if _patience.get() == PATIENCE:
            connection.exec_driver_sql(_begin.get())
            return
        connection.exec_driver_sql(f"PRAGMA busy_timeout={_patience.get()}").close()
        try:
            connection.exec_driver_sql(_begin.get())
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE}").close()


@contextmanager
def writing() -> Iterator[None]:
    """A writing transaction that takes SQLite's lock at once, commits at the end, rolls back on any error.

    What was read before is forgotten first: a reading transaction cannot become a writing one without the
    risk of "database is locked", and what an action decides on must be read under the lock.
    """
    db.session.rollback()
    db.session.expire_all()
    token = _begin.set("BEGIN IMMEDIATE")
    try:
        with _queued(db.engine):
            db.session.connection()
            yield
            db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _begin.reset(token)


_queues: WeakKeyDictionary[Engine, threading.RLock] = WeakKeyDictionary()


@contextmanager
def _queued(engine: Engine) -> Iterator[None]:
    """One thread of this process at a time asks for SQLite's lock: who waits there looks again ten times a second at best, and with
    twenty that wait, one may never find it free."""
    queue = _queues.get(engine) or _queues.setdefault(engine, threading.RLock())
    mine = engine.dialect.name == "sqlite" and queue.acquire(timeout=_patience.get() / 1000)
    try:
        yield
    finally:
        if mine:
            queue.release()


@contextmanager
def writing_if_free() -> Iterator[None]:
    """Like `writing`, for what a reader must not wait for: raises Busy when SQLite's lock is not free within a moment."""
    token = _patience.set(A_MOMENT)
    try:
        with writing():
            yield
    except OperationalError as error:
        if db.engine.dialect.name != "sqlite":
            raise
        raise Busy(str(error.orig)) from error
    finally:
        _patience.reset(token)


def flush_log() -> None:
    """Empties SQLite's write-ahead log into the database, so that words which were erased are in no file. PostgreSQL has its VACUUM.

    Raises Busy while somebody still reads an older state.
    """
    db.session.rollback()
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        busy, _pages, _moved = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise Busy("the log is still being read")


class Read:
    """A page's statement, compiled once and handed to the driver as text: the ORM's way to it costs more than SQLite's answer.

    Parameters are those of the statement's `bindparam`s; lists (`IN`) are not for it. Rows are named tuples.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self.statement = statement
        self._ready: dict[str, _Ready] = {}

    def all(self, values: Mapping[str, object]) -> list[Any]:
        """The rows, read in the transaction under way or else from this thread's own connection."""
        engine = db.engine
        ready = self._ready.get(engine.dialect.name) or self._prepare(engine.dialect)
        try:
            cursor = _driver(engine).execute(ready.sql, ready.parameters(values))
            found = cursor.fetchall()
        except engine.dialect.loaded_dbapi.Error:
            # told once more by SQLAlchemy, which knows what an error means for the connection
            return list(db.session.connection().execute(self.statement, values).all())
        if ready.reads is None:
            ready = self._learn(engine.dialect, ready, [column[1] for column in cursor.description])
        return [ready.made(one) for one in found] if ready.reads else list(map(ready.row._make, found))

    def _prepare(self, dialect: Dialect) -> _Ready:
        compiled = self.statement.compile(dialect=dialect)
        made = namedtuple("Row", self.statement.selected_columns.keys())  # type: ignore[misc]
        writes = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for bind, name in getattr(compiled, "bind_names", {}).items()
        }
        ready = _Ready(str(compiled), compiled.positiontup, dict(compiled.params), writes, made, None)
        self._ready[dialect.name] = ready
        return ready

    def _learn(self, dialect: Dialect, ready: _Ready, kinds: Sequence[Any]) -> _Ready:
        """Which columns must be turned into Python's values depends on what the driver sends: known with the first answer."""
        reads = [
            (number, read)
            for number, column in enumerate(self.statement.selected_columns)
            if (read := column.type.dialect_impl(dialect).result_processor(dialect, kinds[number]))
        ]
        learned = self._ready[dialect.name] = ready._replace(reads=reads)
        return learned


class _Ready(NamedTuple):
    sql: str
    order: list[str] | None
    given: dict[str, Any]
    writes: dict[str, Any]
    row: Any
    reads: list[tuple[int, Any]] | None

    def parameters(self, values: Mapping[str, object]) -> Any:
        wanted = {**self.given, **values}
        for name, write in self.writes.items():
            if write:
                wanted[name] = write(wanted[name])
        return wanted if self.order is None else [wanted[name] for name in self.order]

    def made(self, one: Sequence[Any]) -> Any:
        values = list(one)
        for number, read in self.reads or ():
            values[number] = read(values[number])
        return self.row._make(values)


_readers: WeakKeyDictionary[Engine, threading.local] = WeakKeyDictionary()


def _driver(engine: Engine) -> Any:
    """The driver's connection to read from: the session's while a transaction is under way, on SQLite else one a thread.

    A thread's own connection begins no transaction: each statement sees what is committed, and nothing must be ended.
    """
    session = db.session() if db.session.registry.has() else None
    if engine.dialect.name != "sqlite" or (session is not None and session.in_transaction()):
        return (session or db.session()).connection().connection.driver_connection
    mine = _readers.get(engine) or _readers.setdefault(engine, threading.local())
    if not hasattr(mine, "connection"):
        database = engine.url.database
        mine.connection = connection = pysqlite3.dbapi2.connect(f"file:{quote(database or '')}?mode=ro", uri=True)
        connection.isolation_level = None
        for pragma in (f"busy_timeout={PATIENCE}", "cache_size=-8000", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}").close()
    return mine.connection


def rows(statement: Executable | Read, /, **values: object) -> Sequence[Row[Any]]:
    """Plain named tuples, without the ORM: what pages read."""
    if isinstance(statement, Read):
        return statement.all(values)
    return db.session.connection().execute(statement, values).all()


def row(statement: Executable | Read, /, **values: object) -> Row[Any] | None:
    """The first row, or None."""
    if isinstance(statement, Read):
        found = statement.all(values)
        return found[0] if found else None
    return db.session.connection().execute(statement, values).first()


def execute(statement: Executable, /, **values: object) -> int:
    """Runs a change and returns how many rows it touched."""
    return db.session.connection().execute(statement, values).rowcount
