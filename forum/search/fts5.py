"""SQLite's own full text (FTS5), fed with our terms: they are all it keeps, and it takes them out when told to, byte by byte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, column, table, text

from forum.core.database import db
from forum.search import documents
from forum.search.expression import Node, Or, Term
from forum.search.windows import Part, Sought, Within, windows


def match(node: Node) -> str:
    """An expression in FTS5's language. Terms hold letters, digits and colons only, so that quotes need no escaping."""
    if isinstance(node, Term):
        return f'"{node.term}" *' if node.prefix else f'"{node.term}"'
    if isinstance(node, Or):
        return "(" + " OR ".join(map(match, node.parts)) + ")"
    inside = " AND ".join(map(match, node.parts))
    return f"(({inside}) NOT ({' OR '.join(map(match, node.without))}))" if node.without else f"({inside})"


class Fts5:
    """A contentless FTS5 table beside the slot's documents. Changes are part of the transaction under way."""

    def __init__(self, slot: str) -> None:
        self.name = f"search_terms_{slot}"

    def clear(self) -> None:
        self._run(f"INSERT INTO {self.name}({self.name}) VALUES ('delete-all')")  # noqa: S608
        self._run(f"INSERT INTO {self.name}({self.name}, rank) VALUES ('secure-delete', 1)")  # noqa: S608

    def drop(self) -> None:
        self.clear()

    def change(self, out: Sequence[Any], into: Sequence[Any]) -> None:
        connection = db.session.connection()
        if out:
            connection.exec_driver_sql(
                f"INSERT INTO {self.name}({self.name}, rowid, terms) VALUES ('delete', ?, ?)",  # noqa: S608
                [(one.id, _terms(one)) for one in out],
            )
        if into:
            connection.exec_driver_sql(
                f"INSERT INTO {self.name}(rowid, terms) VALUES (?, ?)",  # noqa: S608
                [(one.id, _terms(one)) for one in into],
            )

    def settled(self) -> None:
        """All was part of the transaction."""

    def numbers(self) -> None:
        """They are those of the documents: both change in one transaction."""

    def tidy(self) -> int:
        return 0

    def restrictions(self, node: Node, sought: Sought) -> Iterator[Part]:
        asked = match(node)
        # it begins at the newest and stops by itself; only where texts are compared does it have to be looked at the clock in between
        for low, high in windows(sought) if sought.compared else [(0, sought.top)]:
            yield Part(_within, {"asked": asked, "low": low, "high": high})

    def _run(self, statement: str) -> None:
        db.session.connection().exec_driver_sql(statement)


def _within(slot: str) -> Within:
    """FTS5 leads and gives its numbers in falling order, so that nothing is read beyond what is wanted."""
    name = f"search_terms_{slot}"
    terms = table(name, column("rowid"))
    asked = text(f"{name} MATCH :asked").bindparams(bindparam("asked"))
    inside = and_(asked, terms.c.rowid > bindparam("low"), terms.c.rowid <= bindparam("high"))
    return Within(terms, terms.c.rowid, inside, ordered=True)


def _terms(one: Any) -> str:
    return " ".join(sorted(documents.terms(one)))
