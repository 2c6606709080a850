"""INSERT … ON CONFLICT for both databases: one home for the one place where their dialects part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from forum.core.database import Model, db


def insert_for(model: type[Model]) -> postgresql.Insert | sqlite.Insert:
    """The dialect's own insert of a model's table, which knows `on_conflict_do_…`."""
    table = model.__table__
    assert isinstance(table, Table)
    dialect = db.session.get_bind().dialect.name
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def upsert(
    model: type[Model], values: Mapping[str, Any] | Sequence[Mapping[str, Any]], *, update: Sequence[str]
) -> None:
    """Inserts one or many rows; where the primary key exists, sets the named columns (none: leaves the row)."""
    statement = insert_for(model)
    table = model.__table__
    assert isinstance(table, Table)
    keys = [column.name for column in table.primary_key]
    if update:
        statement = statement.on_conflict_do_update(
            index_elements=keys, set_={name: statement.excluded[name] for name in update}
        )
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    connection = db.session.connection()
    if isinstance(values, Mapping):
        connection.execute(statement, dict(values))
    elif values:
        connection.execute(statement, [dict(one) for one in values])


def add_many(model: type[Model], columns: Sequence[str], values: Sequence[Sequence[Any]]) -> None:
    """Inserts very many rows of plain numbers by the driver itself: a dictionary for each row costs more than the row."""
    table = model.__table__
    assert isinstance(table, Table)
    connection = db.session.connection()
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    names, marks = ", ".join(table.columns[one].name for one in columns), ", ".join([mark] * len(columns))
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", [tuple(one) for one in values])  # noqa: S608
