"""At the end of a day its key and its readers are gone: from the tables, the files and a backup."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2
import pytest
from flask import Flask
from sqlalchemy import LargeBinary, inspect, select, text

from forum.core.database import db, rows
from forum.hits import jobs, readers
from forum.hits.models import DayKey, Seen
from tests.conftest import NOON

DAY = 86400


@pytest.fixture
def read_today(app: Flask, thread: int, person: Any, browser: Any, work: Callable[[], int]) -> tuple[bytes, list[int]]:
    """Three people read; returns the day's key and their tokens."""
    for name in ("mina", "idris", "ola"):
        person(name)
        browser(name).get(f"/threads/{thread}-a-title")
    work()
    with app.app_context():
        key = readers.key_of(NOON // DAY)
        tokens = [one.reader for one in rows(select(Seen.reader))]
        db.session.remove()
    assert len(tokens) == 3
    return key, tokens


def test_during_the_day_they_are_there(app: Flask, read_today: Any) -> None:
    with app.app_context():
        assert readers.forget(NOON) == 0
        assert len(rows(select(Seen.reader))) == 3


def test_after_midnight_views_of_before_are_awaited_a_little(app: Flask, read_today: Any) -> None:
    midnight = (NOON // DAY + 1) * DAY
    with app.app_context():
        assert readers.forget(midnight + readers.GRACE - 1) == 0
        assert readers.forget(midnight + readers.GRACE) == 1


def test_then_nothing_is_left_of_them_anywhere(
    app: Flask, read_today: tuple[bytes, list[int]], work: Any, frozen: Any, backend: str, tmp_path: Path
) -> None:
    key, tokens = read_today
    frozen(NOON + DAY)
    jobs._looked = 0
    work()
    with app.app_context():
        assert rows(select(DayKey.key).where(DayKey.day == NOON // DAY)) == []
        assert rows(select(Seen.reader)) == []
        db.session.remove()
    written = [key, *(token.to_bytes(8, "big", signed=True) for token in tokens)]
    if backend == "sqlite":
        instance = Path(app.instance_path)
        backup = tmp_path / "backup.sqlite3"
        with pysqlite3.dbapi2.connect(instance / "forum.sqlite3") as source, pysqlite3.dbapi2.connect(backup) as copy:
            source.backup(copy)
        for path in (instance / "forum.sqlite3", instance / "forum.sqlite3-wal", backup):
            raw = path.read_bytes() if path.exists() else b""
            assert [one for one in written if one in raw] == [], path.name
    else:
        with app.app_context():
            for table in db.metadata.sorted_tables:
                for column in table.columns:
                    if isinstance(column.type, LargeBinary):
                        found = db.session.execute(select(column)).scalars().all()
                        assert key not in [bytes(one) for one in found if one is not None], (
                            f"{table.name}.{column.name}"
                        )
            db.session.remove()


def test_no_table_of_the_counter_can_hold_a_person(app: Flask) -> None:
    """Not by reference, not by name: only `came` and counts."""
    with app.app_context():
        found = inspect(db.engine)
        for table in (
            "hit_keys",
            "hit_seen",
            "hit_journals",
            "reading_days",
            "thread_days",
            "heats",
            "board_usuals",
            "magic_watch",
            "promotions",
        ):
            assert [
                key["referred_table"]
                for key in found.get_foreign_keys(table)
                if key["referred_table"] not in ("threads", "boards")
            ] == []
            names = {column["name"] for column in found.get_columns(table)}
            assert not names & {"person_id", "person", "handle", "author_id", "name" if table != "hit_journals" else ""}
        db.session.execute(text("SELECT 1"))
        db.session.remove()


def test_the_journal_holds_no_number_of_a_person(app: Flask, thread: int, person: Any, browser: Any) -> None:
    mina = person("mina")
    browser("mina").get(f"/threads/{thread}-a-title")
    raw = b"".join(path.read_bytes() for path in jobs.folder(Path(app.instance_path)).glob("*.journal"))
    assert len(raw) == 32
    reader = raw[12:20]
    assert int.from_bytes(reader, "big", signed=True) != mina.id
    assert mina.id.to_bytes(8, "big") not in raw[12:]
