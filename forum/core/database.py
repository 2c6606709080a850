"""One database behind one session: SQLite or PostgreSQL, read freely, written in short transactions. Knows no table of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import pysqlite3.dbapi2
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, Executable, MetaData, Row, event
from sqlalchemy.engine import Connection, make_url
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


def engine_options(url: str) -> dict[str, Any]:
    """Options for create_engine: the bundled SQLite instead of the system's, or a PostgreSQL pool that notices a restart."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"module": pysqlite3.dbapi2, "connect_args": {"timeout": 15}}
    return {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8}


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
            "cache_size=-16000",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _start(connection: Connection) -> None:
        connection.exec_driver_sql(_begin.get())


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
        db.session.connection()
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _begin.reset(token)


@contextmanager
def writing_if_free() -> Iterator[None]:
    """Like `writing`, for what a reader must not wait for: raises Busy when SQLite's lock is not free within a moment."""
    db.session.rollback()
    if db.session.get_bind().dialect.name != "sqlite":
        with writing():
            yield
        return
    raw = db.session.connection().connection.dbapi_connection
    assert raw is not None
    db.session.rollback()
    raw.execute(f"PRAGMA busy_timeout={A_MOMENT}")
    try:
        with writing():
            yield
    except OperationalError as error:
        raise Busy(str(error.orig)) from error
    finally:
        raw.execute(f"PRAGMA busy_timeout={PATIENCE}")


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


def rows(statement: Executable, /, **values: object) -> Sequence[Row[Any]]:
    """Plain named tuples, without the ORM: what pages read."""
    return db.session.connection().execute(statement, values).all()


def row(statement: Executable, /, **values: object) -> Row[Any] | None:
    """The one row, or None."""
    return db.session.connection().execute(statement, values).first()


def execute(statement: Executable, /, **values: object) -> int:
    """Runs a change and returns how many rows it touched."""
    return db.session.connection().execute(statement, values).rowcount
