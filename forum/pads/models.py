"""Doors, topics, sheets and notes. No table here names a person, and a note has no time but its week."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import Model


class Door(Model):
    """A door with a pad on its back. `slug` never changes: paper outlives plans. Times in Unix seconds."""

    __tablename__ = "doors"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    place: Mapped[str] = mapped_column(String(100))
    position: Mapped[int]
    rhythm: Mapped[str] = mapped_column(String(8))
    """weekly, days (every `every` days) or hand."""
    every: Mapped[int]
    since: Mapped[int | None] = mapped_column(BigInteger)
    """When the topic was hung or the rhythm chosen, whichever was later: the rhythm counts from here."""
    due_at: Mapped[int | None] = mapped_column(BigInteger)
    """The next change by the rhythm; None: by hand."""
    tried_at: Mapped[int | None] = mapped_column(BigInteger)
    """The last time a change was due and no topic was there."""
    round: Mapped[int] = mapped_column(default=1)
    wish_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))
    """The topic HR wants here next."""
    flipped_from: Mapped[int | None]
    """The sheet before a flip by hand, for undoing it."""
    flipped_at: Mapped[int | None] = mapped_column(BigInteger)
    flipped_since: Mapped[int | None] = mapped_column(BigInteger)
    flipped_wish: Mapped[int | None]
    retired_at: Mapped[int | None] = mapped_column(BigInteger)


class Topic(Model):
    """A question of HR's. Dates as 2026-11-23, both included."""

    __tablename__ = "topics"

    id: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(String(120))
    intro: Mapped[str] = mapped_column(String(300))
    mood: Mapped[str] = mapped_column(String(8))
    """light or serious."""
    not_before: Mapped[str | None] = mapped_column(String(10))
    not_after: Mapped[str | None] = mapped_column(String(10))
    position: Mapped[int]
    retired_at: Mapped[int | None] = mapped_column(BigInteger)


class Sheet(Model):
    """One run of a topic on a door, with the words it hung with. A full one `goes_on` on the next of the same topic."""

    __tablename__ = "sheets"
    __table_args__ = (
        Index("uq_sheets_door_id_number", "door_id", "number", unique=True),
        Index(
            "uq_sheets_hanging",
            "door_id",
            unique=True,
            sqlite_where=text("torn_at IS NULL"),
            postgresql_where=text("torn_at IS NULL"),
        ),
        Index("ix_sheets_topic_id_id", "topic_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    door_id: Mapped[int] = mapped_column(ForeignKey("doors.id"))
    number: Mapped[int]
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"))
    question: Mapped[str] = mapped_column(String(120))
    intro: Mapped[str] = mapped_column(String(300))
    round: Mapped[int]
    goes_on: Mapped[bool]
    """The sheet before was full: the same topic hangs on."""
    undone: Mapped[bool] = mapped_column(default=False)
    """Hung by a flip that was undone."""
    up_at: Mapped[int] = mapped_column(BigInteger)
    torn_at: Mapped[int | None] = mapped_column(BigInteger)
    notes: Mapped[int] = mapped_column(default=0)
    """Published notes that were not taken back."""
    opened_entry: Mapped[int] = mapped_column(BigInteger)
    """The ledger's leaf of its hanging up, and of its tearing off."""
    closed_entry: Mapped[int | None] = mapped_column(BigInteger)


class Note(Model):
    """A note without an author. These columns and no others: a test fails when one appears.

    `id`: the slip's truncated SHA-256, 32 hex digits. `body` None: taken back. `week`: ISO, 2026-W47. `paper`: typed in by HR.
    """

    __tablename__ = "notes"
    __table_args__ = (
        Index("ix_notes_sheet_id", "sheet_id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheets.id"))
    body: Mapped[str | None] = mapped_column(Text)
    week: Mapped[str] = mapped_column(String(8))
    pluses: Mapped[int]
    paper: Mapped[bool]


class NoteSeal(Model):
    """How the ledger binds a note: the batch it was pinned up with, what was bound then, and the leaf of its latest change.

    `note_salt` opens `bound` while the words are those; `pending`: changed since, and the leaf follows at the next full hour.
    """

    __tablename__ = "note_seals"
    __table_args__ = (
        Index("ix_note_seals_batch_entry", "batch_entry"),
        Index("ix_note_seals_pending", "pending", sqlite_where=text("pending"), postgresql_where=text("pending")),
        {"sqlite_with_rowid": False},
    )

    note_id: Mapped[str] = mapped_column(ForeignKey("notes.id"), primary_key=True)
    batch_entry: Mapped[int] = mapped_column(BigInteger)
    bound: Mapped[bytes] = mapped_column(LargeBinary(32))
    note_salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    change_entry: Mapped[int | None] = mapped_column(BigInteger)
    pending: Mapped[bool] = mapped_column(default=False, server_default=false())


class NoteAnswer(Model):
    """What HR or management says to a note, in public. `role`: hr or management; no person."""

    __tablename__ = "note_answers"
    __table_args__ = (Index("ix_note_answers_note_id_id", "note_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[str] = mapped_column(ForeignKey("notes.id"))
    text: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(10))


class Holiday(Model):
    """A day on which no sheet changes, as 2026-12-25."""

    __tablename__ = "pad_holidays"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))


class Hour(Model):
    """The one row of what the last full hour did: Unix seconds, and how many notes still wait at all doors."""

    __tablename__ = "pad_hours"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hour: Mapped[int] = mapped_column(BigInteger)
    waiting: Mapped[int]
    look_on: Mapped[str] = mapped_column(String(10))
    """The date from which on it is looked again whether topics run out."""
