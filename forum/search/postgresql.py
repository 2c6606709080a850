"""PostgreSQL's own full text (tsvector, GIN), fed with our terms: no dictionary of its own looks at any word.

A term `n:17` in every document names its window of numbers, so that the newest can be asked for by the index alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import and_, bindparam, func, update
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.types import Text

from forum.core.database import db
from forum.search import documents
from forum.search.expression import And, Node, Or, Term
from forum.search.models import DOCUMENTS
from forum.search.windows import SIZE, Part, Sought, Within, windows

NAMED: Final = 30
"""Windows that are named one by one; beyond, the database compares numbers."""


def asked(node: Node) -> str:
    """An expression in the language of tsquery. Terms hold letters, digits and colons only."""
    if isinstance(node, Term):
        return f"'{node.term}':*" if node.prefix else f"'{node.term}'"
    if isinstance(node, Or):
        return "(" + " | ".join(map(asked, node.parts)) + ")"
    return "(" + " & ".join([*map(asked, node.parts), *("!" + asked(one) for one in node.without)]) + ")"


def window(number: int) -> str:
    """The term of the window in which a document's number is."""
    return f"n:{(number - 1) // SIZE}"


class PostgreSQL:
    """The column `terms` of the slot's documents. Changes are part of the transaction under way."""

    def __init__(self, slot: str) -> None:
        self.document = DOCUMENTS[slot]

    def clear(self) -> None:
        """The rows hold all there is."""

    def drop(self) -> None:
        self.clear()

    def change(self, out: Sequence[Any], into: Sequence[Any]) -> None:
        if not into:
            return
        table = self.document.__table__
        statement = (
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("number"))
            .values(terms=func.array_to_tsvector(bindparam("found", type_=ARRAY(Text))))
        )
        values = [{"number": one.id, "found": sorted({*documents.terms(one), window(one.id)})} for one in into]
        db.session.connection().execute(statement, values)

    def settled(self) -> None:
        """All was part of the transaction."""

    def numbers(self) -> None:
        """They are those of the documents: both change in one transaction."""

    def tidy(self) -> int:
        return 0

    def restrictions(self, node: Node, sought: Sought) -> Iterator[Part]:
        for low, high in windows(sought):
            first, last = low // SIZE, (high - 1) // SIZE
            inside: Node = node
            if low > 0 and last - first < NAMED:
                inside = And((node, Or(tuple(Term(f"n:{one}") for one in range(first, last + 1)))))
            yield Part(_within, {"asked": asked(inside), "low": low, "high": high})


def _within(slot: str) -> Within:
    document = DOCUMENTS[slot]
    inside = and_(
        document.terms.op("@@")(bindparam("asked", type_=Text).cast(TSQUERY)),
        document.id > bindparam("low"),
        document.id <= bindparam("high"),
    )
    return Within(document.__table__, document.id, inside, ordered=True, chosen_first=True)
