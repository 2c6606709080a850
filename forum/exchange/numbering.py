"""Takes row numbers before the rows are written, so that rows can name each other. Refuses to guess what another writer takes."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, text

from forum.accounts.models import Person
from forum.boards.models import Post, Thread
from forum.core.database import db, row, rows

_sequence = text("SELECT nextval(pg_get_serial_sequence(:named, 'id')) AS id FROM generate_series(1, :many)")


def reserve(model: type[Person | Post | Thread], many: int) -> list[int]:
    """`many` free numbers, ascending, inside the writing transaction under way.

    PostgreSQL's come from the table's own sequence. SQLite gives out max + 1 by itself, and its one writing
    transaction holds the lock, so nobody else can take them meanwhile.
    """
    if many == 0:
        return []
    if db.session.get_bind().dialect.name == "postgresql":
        found = rows(_sequence.bindparams(bindparam("named"), bindparam("many")), named=model.__tablename__, many=many)
        return sorted(one.id for one in found)
    last = row(select(func.coalesce(func.max(model.id), 0).label("id")))
    first = (last.id if last else 0) + 1
    return list(range(first, first + many))
