"""The small interface behind which a backend stands, and which one serves a forum. Knows no query language of any of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from forum.core.database import db
from forum.search import fts5, postgresql, whoosh_index
from forum.search.expression import Node
from forum.search.whoosh_index import Broken
from forum.search.windows import Part, Sought

__all__ = ["Backend", "Broken", "Name", "Setting", "backend", "chosen"]

Name = Literal["whoosh", "database"]
Setting = Literal["auto", "whoosh", "database"]
BEYOND: Final = 50_000
"""Posts from which on the database's own full text is the better one."""


class Backend(Protocol):
    """Finds the numbers of documents by terms. Documents themselves are rows of search_a or search_b."""

    def clear(self) -> None:
        """Forgets everything, so that a building can begin."""

    def drop(self) -> None:
        """Forgets everything, because the slot is not used any more."""

    def change(self, out: Sequence[Any], into: Sequence[Any]) -> None:
        """Takes documents out (rows as they were put in), then puts others in (rows with their numbers). Repeating it does no harm."""

    def settled(self) -> None:
        """After the transaction in which `change` was called has ended well."""

    def numbers(self) -> set[int] | None:
        """The numbers of all documents that are in it; None when they cannot differ from the slot's. Raises Broken."""

    def tidy(self) -> int:
        """Rewrites what still holds words of documents that were taken out; returns how much was rewritten."""

    def restrictions(self, node: Node, sought: Sought) -> Iterator[Part]:
        """Parts of all that match, the newest first, each a condition for a statement over the slot's documents. Raises Broken."""


def chosen(setting: Setting) -> Name:
    """The backend that a forum's setting means on its database."""
    if setting != "auto":
        return setting
    return "whoosh" if db.engine.dialect.name == "sqlite" else "database"


def backend(name: Name, slot: str, folder: Path) -> Backend:
    """The backend of that name for one of the two slots; `folder` is the instance's."""
    if name == "whoosh":
        return whoosh_index.WhooshIndex(slot, folder / "search")
    if db.engine.dialect.name == "sqlite":
        return fts5.Fts5(slot)
    return postgresql.PostgreSQL(slot)
