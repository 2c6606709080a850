"""No table and no import can join a note to a person: the columns are these and no others, and no path leads there."""

from __future__ import annotations

import ast
import configparser
from collections import defaultdict
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite3
import pytest
from flask import Flask
from sqlalchemy import CheckConstraint, inspect

from forum.config import ROOT
from forum.core.database import db
from forum.pads.waiting import Waiting

NOTES = ["id", "sheet_id", "body", "week", "pluses", "paper"]
ANSWERS = ["id", "note_id", "text", "role"]
SEALS = ["note_id", "batch_entry", "bound", "note_salt", "change_entry", "pending"]
WAITING = ["id", "sheet", "body", "week", "paper", "seen"]
PADS = {"doors", "topics", "sheets", "notes", "note_answers", "note_seals", "pad_holidays", "pad_hours"}
ALIKE = {"id", "name", "position", "body", "day", "number", "since", "slug", "due_at", "question", "rhythm"}
"""Names that columns of pads and others share because they are the same words; none holds a value that is a key elsewhere."""
MODULES = sorted((ROOT / "forum" / "pads").glob("*.py"))


def test_a_note_has_these_columns_and_no_others(app: Flask) -> None:
    """In the models, and in the database that migrations made."""
    with app.app_context():
        found = inspect(db.engine)
        for table, columns in (("notes", NOTES), ("note_answers", ANSWERS), ("note_seals", SEALS)):
            assert [one.name for one in db.metadata.tables[table].columns] == columns
            assert sorted(one["name"] for one in found.get_columns(table)) == sorted(columns)
        db.session.remove()


def test_a_waiting_note_has_these_columns_and_no_others(app: Flask, door: Any, write: Any, waiting: Waiting) -> None:
    door()
    write(app.test_client(), "3-left", "Chairs.")
    with sqlite3.connect(waiting.path) as file:
        assert [one[1] for one in file.execute("PRAGMA table_info(waiting)")] == WAITING
        assert [one[0] for one in file.execute("SELECT name FROM sqlite_master")] == ["waiting"]


def neighbours() -> dict[str, set[str]]:
    """Tables that a foreign key or a column of the same name joins, in both directions."""
    near: dict[str, set[str]] = defaultdict(set)
    columns: dict[str, set[str]] = defaultdict(set)
    for name, table in db.metadata.tables.items():
        if name in SEARCHED:
            continue
        for column in table.columns:
            columns[column.name].add(name)
            for key in column.foreign_keys:
                near[name].add(key.column.table.name)
                near[key.column.table.name].add(name)
    for name, tables in columns.items():
        for one in tables if name not in ALIKE else ():
            near[one] |= tables - {one}
    return near


SEARCHED = ("search_a", "search_b")
"""Rows of posts and rows of notes; the database refuses a row that is of both."""


def test_a_row_of_the_search_is_of_a_note_or_of_a_post() -> None:
    for name in SEARCHED:
        checks = [str(one.sqltext) for one in db.metadata.tables[name].constraints if isinstance(one, CheckConstraint)]
        assert checks == ["note_id IS NULL OR (post_id IS NULL AND thread_id IS NULL AND board_id IS NULL)"]


def reached(begin: str, near: dict[str, set[str]]) -> set[str]:
    found, ahead = {begin}, [begin]
    while ahead:
        fresh = near[ahead.pop()] - found
        found |= fresh
        ahead += fresh
    return found


@pytest.mark.parametrize("table", sorted(PADS))
def test_no_path_leads_from_the_pads_to_people(table: str) -> None:
    """Whatever joins one could write: from each table of the pads only tables of the pads are reached."""
    near = neighbours()
    assert reached(table, near) <= PADS
    assert not reached("people", near) & PADS


def test_notes_share_nothing_with_other_tables_but_their_words() -> None:
    """Of the names above, a note has two: `id`, which is a hash where all others count, and `body`."""
    others = {
        column.name: column.type.python_type
        for name, table in db.metadata.tables.items()
        if name not in PADS and name not in SEARCHED
        for column in table.columns
    }
    for table, shared in (("notes", {"id", "body"}), ("note_answers", {"id"})):
        assert {column.name for column in db.metadata.tables[table].columns} & set(others) == shared
    assert db.metadata.tables["notes"].columns["id"].type.python_type is str
    assert others["id"] is int


def test_the_walk_would_find_a_path() -> None:
    near = neighbours()
    assert "posts" in reached("people", near)
    assert reached("notes", near) >= {"notes", "sheets", "doors", "topics", "note_answers"}


def test_no_column_of_the_pads_names_a_person_or_a_moment_of_a_note(app: Flask) -> None:
    moments = {
        f"{table}.{column.name}"
        for table in PADS
        for column in db.metadata.tables[table].columns
        if column.name.endswith("_at") or column.name in ("since", "hour", "day", "flipped_since")
    }
    assert {one.partition(".")[0] for one in moments} == {"doors", "topics", "sheets", "pad_hours", "pad_holidays"}
    words = ("person", "people", "author", "handle", "account", "user", "address", "agent", "actor", "token", "cookie")
    for table in PADS:
        for column in db.metadata.tables[table].columns:
            assert not [word for word in words if word in column.name], f"{table}.{column.name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_no_module_of_the_pads_imports_accounts(path: Path) -> None:
    """Nor what knows who is signed in: `flask_login`, or Flask's session."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [f"{node.module}.{one.name}" for one in node.names]
        else:
            continue
        for name in names:
            assert not name.startswith(("forum.accounts", "flask_login", "forum.hits", "forum.boards")), name
            assert name != "flask.session"


@pytest.mark.parametrize(
    "name", ["actions", "flood", "models", "publishing", "queries", "rules", "shown", "slips", "views", "waiting"]
)
def test_what_handles_notes_knows_no_actor(name: str) -> None:
    tree = ast.parse((ROOT / "forum" / "pads" / f"{name}.py").read_text(encoding="utf-8"))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    used |= {one.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for one in node.names}
    assert not used & {"actor", "acting", "Actor", "current_user", "session"}


def test_the_build_has_a_contract_that_pads_know_no_person() -> None:
    house = configparser.ConfigParser()
    house.read(ROOT / "setup.cfg")
    (contract,) = (one for one in house.values() if one.get("name") == "pads know no person")
    assert contract["type"] == "forbidden"
    assert "forum.pads" in contract["source_modules"].split()
    assert "forum.accounts" in contract["forbidden_modules"].split()
    assert "flask_login" in contract["forbidden_modules"].split()
