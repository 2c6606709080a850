"""One way to write: all or nothing, on what stands there now, one writer at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pysqlite3.dbapi2
import pytest
from flask import Flask
from sqlalchemy import func, select, update

from forum.boards.models import BoardGroup
from forum.core.database import db, execute, row, writing
from forum.core.upsert import upsert
from forum.desk.models import MutedPerson
from forum.desk.queries import has_muted


@pytest.fixture(autouse=True)
def _inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.remove()


def groups() -> int:
    found = row(select(func.count()).select_from(BoardGroup))
    db.session.rollback()
    assert found
    return int(found[0])


def add(name: str) -> None:
    db.session.add(BoardGroup(name=name, position=1))
    db.session.flush()


def test_what_is_written_stays() -> None:
    with writing():
        add("Company")
    db.session.remove()
    assert groups() == 1


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
def test_any_error_undoes_all_of_it(kind: type[BaseException]) -> None:
    def fail() -> None:
        with writing():
            add("Company")
            raise kind

    with pytest.raises(kind):
        fail()
    assert groups() == 0
    with writing():
        add("After")
    assert groups() == 1


def test_what_was_read_before_is_read_again(app: Flask) -> None:
    with writing():
        add("Old")
    mine = db.session.execute(select(BoardGroup)).scalar_one()
    with ThreadPoolExecutor(1) as other:
        other.submit(rename, app, "New").result()
    with writing():
        again = db.session.execute(select(BoardGroup).with_for_update()).scalar_one()
        assert (again is mine, again.name) == (True, "New")


def rename(app: Flask, name: str) -> None:
    with app.app_context(), writing():
        execute(update(BoardGroup).values(name=name))


@pytest.mark.parametrize("backend", ["sqlite"])
def test_sqlite_locks_at_the_beginning_not_at_the_first_write(tmp_path: Path) -> None:
    other = pysqlite3.dbapi2.connect(tmp_path / "forum.sqlite3", timeout=0, isolation_level=None)
    with writing(), pytest.raises(pysqlite3.dbapi2.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.execute("ROLLBACK")
    assert groups() == 0  # a reader takes no lock
    other.execute("BEGIN IMMEDIATE")
    other.close()


@pytest.mark.parametrize("backend", ["sqlite"])
def test_sqlite_is_set_up_to_lose_nothing() -> None:
    def pragma(name: str) -> object:
        return db.session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one()

    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2
    assert pragma("foreign_keys") == 1
    assert pragma("secure_delete") == 1


def test_counting_at_the_same_time_counts_everybody(app: Flask) -> None:
    with writing():
        add("Counted")
    together = threading.Barrier(8)

    def count(_number: int) -> None:
        with app.app_context():
            together.wait()
            for _ in range(5):
                with writing():
                    one = db.session.execute(select(BoardGroup).with_for_update()).scalar_one()
                    one.position += 1
            db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    found = row(select(BoardGroup.position))
    assert found is not None
    assert found.position == 41


def test_an_upsert_inserts_leaves_or_changes(person) -> None:
    mina, idris, wei = (person(handle) for handle in ("mina", "idris", "wei"))
    pair = {"person_id": mina.id, "muted_id": idris.id}
    for values in (pair, pair, [pair, {"person_id": mina.id, "muted_id": wei.id}], []):
        with writing():
            upsert(MutedPerson, values, update=[])
    assert has_muted(mina.id, idris.id)
    assert has_muted(mina.id, wei.id)
    assert not has_muted(idris.id, mina.id)
    with writing():
        upsert(BoardGroup, {"id": 7, "name": "Old", "position": 1}, update=["name"])
        upsert(BoardGroup, {"id": 7, "name": "New", "position": 9}, update=["name"])
    found = row(select(BoardGroup.name, BoardGroup.position))
    assert found == ("New", 1)
