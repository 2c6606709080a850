"""The log, the openings of its commitments, its checkpoints and keys. Only the openings can be emptied."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import Model

_PUBLIC = text("kind IS NOT NULL")


class Entry(Model):
    """A leaf of the log, numbered from 0 without gaps. The database refuses to change or delete one."""

    __tablename__ = "ledger"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    leaf: Mapped[str] = mapped_column(Text)


class Node(Model):
    """The hash of a complete subtree of height 8·level, level 1 and more; what stands in tiles above the lowest."""

    __tablename__ = "ledger_nodes"

    level: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Head(Model):
    """The one row that whoever appends must hold: how many leaves there are, and the tree's right edge."""

    __tablename__ = "ledger_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)
    edge: Mapped[bytes] = mapped_column(LargeBinary)


class Opening(Model):
    """The salt of a leaf's commitment, until the words are withdrawn.

    `kind` and `words` only where the content is a public line that no other table holds.
    """

    __tablename__ = "ledger_openings"
    __table_args__ = (
        Index("ix_ledger_openings_public", "leaf", sqlite_where=_PUBLIC, postgresql_where=_PUBLIC),
        Index("ix_ledger_openings_kind_leaf", "kind", "leaf", sqlite_where=_PUBLIC, postgresql_where=_PUBLIC),
    )

    leaf: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    kind: Mapped[str | None] = mapped_column(String(16))
    words: Mapped[str | None] = mapped_column(Text)


class Signed(Model):
    """A signed checkpoint: the latest (`day` empty), and the first of each day (2026-11-23), which hangs on the wall."""

    __tablename__ = "ledger_checkpoints"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(Text)


class SigningKey(Model):
    """A key that signs or signed checkpoints, as a note's verifier key; the leaf that began it."""

    __tablename__ = "ledger_keys"

    leaf: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(Text)
