"""What search keeps: every document as it is indexed, twice at most (one served, one being built), and how far the building is.

What a document is stands in rows of its own, of which a search reads thousands, narrow on SQLite; its words stand apart.

FTS5's tables `search_terms_a` and `search_terms_b` stand beside them on SQLite; migrations make them, SQLAlchemy does not know them.
"""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import Model

Slot = Literal["a", "b"]


class Document:
    """A post or a note as it is found. `id` grows with time as far as it came in that order; a rebuilding puts all in order."""

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    post_id: Mapped[int | None] = mapped_column(Integer)
    note_id: Mapped[str | None] = mapped_column(String(32))
    thread_id: Mapped[int | None] = mapped_column(Integer)
    board_id: Mapped[int | None] = mapped_column(Integer)
    said_at: Mapped[int] = mapped_column(BigInteger)
    """When it was said, in Unix seconds; of a note, when its week began."""
    length: Mapped[int]
    """Of its words; see analyser.length."""
    opening: Mapped[bool]
    """It begins what stands under its title: an opening post, or a note."""
    titled: Mapped[bool]
    """It is found by a title, too."""
    terms: Mapped[str | None] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))
    """All that it is found by, for PostgreSQL's index, which visits the row for each match: what it is stands beside it."""


class Words:
    """The words of the document of that number: `title`, `words` analysed; `tags`: what else it is found by, apart by spaces."""

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    tags: Mapped[str] = mapped_column(Text)


APART: Final = "note_id IS NULL OR (post_id IS NULL AND thread_id IS NULL AND board_id IS NULL)"
"""A note's row names nothing that leads to a person."""


def _indexes(slot: Slot) -> tuple[Index | CheckConstraint, ...]:
    table = f"search_{slot}"
    return (
        CheckConstraint(APART, name="apart"),
        Index(f"uq_{table}_post_id", "post_id", unique=True),
        Index(f"uq_{table}_note_id", "note_id", unique=True),
        Index(f"ix_{table}_terms", "terms", postgresql_using="gin", postgresql_with={"fastupdate": "off"}).ddl_if(
            dialect="postgresql"
        ),
    )


class DocumentA(Document, Model):
    """The first of the two."""

    __tablename__ = "search_a"
    __table_args__ = _indexes("a")


class DocumentB(Document, Model):
    """The second."""

    __tablename__ = "search_b"
    __table_args__ = _indexes("b")


class WordsA(Words, Model):
    """Those of the first."""

    __tablename__ = "search_words_a"


class WordsB(Words, Model):
    """Those of the second."""

    __tablename__ = "search_words_b"


DOCUMENTS: Final[dict[str, type[DocumentA] | type[DocumentB]]] = {"a": DocumentA, "b": DocumentB}
WORDS: Final[dict[str, type[WordsA] | type[WordsB]]] = {"a": WordsA, "b": WordsB}


class SearchState(Model):
    """The one row that says what is served and what is built. `…_by`: the backend; moments in Unix seconds."""

    __tablename__ = "search_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    serving: Mapped[str | None] = mapped_column(String(1))
    served_by: Mapped[str | None] = mapped_column(String(10))
    served_version: Mapped[int | None]
    """Of the analyser that made what is served."""
    building: Mapped[str | None] = mapped_column(String(1))
    built_by: Mapped[str | None] = mapped_column(String(10))
    built_version: Mapped[int | None]
    stage: Mapped[str | None] = mapped_column(String(8))
    """Of the building: clear, posts, notes, finish."""
    upto_at: Mapped[int] = mapped_column(BigInteger, default=0)
    """Posts are built in the order of (created_at, id), up to here."""
    upto_id: Mapped[int] = mapped_column(Integer, default=0)
    upto_note: Mapped[str] = mapped_column(String(32), default="")
    common: Mapped[str] = mapped_column(Text, default="{}")
    """How many of the sampled documents hold which term, as JSON; only frequent ones."""
    sampled: Mapped[int] = mapped_column(default=0)
    """How many documents were sampled, and when."""
    sampled_at: Mapped[int] = mapped_column(BigInteger, default=0)
