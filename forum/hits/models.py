"""Counts of readers, and what the rule of Magic remembers. No table here names a person; what tells readers apart lasts a day."""

from __future__ import annotations

from sqlalchemy import BigInteger, Double, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import Model


class DayKey(Model):
    """The key under which readers are told apart for one day (UTC, days since 1970). Destroyed when the day is over."""

    __tablename__ = "hit_keys"

    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary)


class Seen(Model):
    """A reader's token of the day read this thread. Destroyed when the day is over."""

    __tablename__ = "hit_seen"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 (as SQLAlchemy wants it)

    day: Mapped[int] = mapped_column(primary_key=True)
    reader: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    thread_id: Mapped[int] = mapped_column(primary_key=True)


class Journal(Model):
    """How far a journal was applied, in bytes: committed together with the counts."""

    __tablename__ = "hit_journals"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    applied: Mapped[int] = mapped_column(BigInteger)


class ReadingDay(Model):
    """Counted reads of one day (UTC) and how many people read at all; `readers` is final when the day is over."""

    __tablename__ = "reading_days"

    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reads: Mapped[int] = mapped_column(default=0)
    readers: Mapped[int] = mapped_column(default=0)


class ThreadDay(Model):
    """Counted reads of a thread on one day (UTC)."""

    __tablename__ = "thread_days"
    __table_args__ = (Index("ix_thread_days_day", "day"),)

    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True)
    reads: Mapped[int]


class Heat(Model):
    """How warm a thread is: `score` (None: never read) and greatest heat `peak` as in scoring.py, τ of its birth, whether it matured.

    `curve` holds the course of its heat: (hours since its creation, recent readers) as JSON, a point for each hour with reads.
    `again`, `own` and `robots` are views that counted nothing: of somebody who had read it that day, of the author, of programs.
    """

    __tablename__ = "heats"
    __table_args__ = (Index("ix_heats_matured_born_thread_id", "matured", "born", "thread_id"),)

    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), primary_key=True, autoincrement=False)
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"))
    score: Mapped[float | None] = mapped_column(Double)
    peak: Mapped[float] = mapped_column(Double)
    born: Mapped[float] = mapped_column(Double)
    matured: Mapped[bool]
    curve: Mapped[str] = mapped_column(Text)
    again: Mapped[int] = mapped_column(default=0)
    own: Mapped[int] = mapped_column(default=0)
    robots: Mapped[int] = mapped_column(default=0)


class BoardUsual(Model):
    """What was usual on a board: its histogram (480 doubles, little-endian), and what follows: a usual peak, and where Magic starts."""

    __tablename__ = "board_usuals"

    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), primary_key=True, autoincrement=False)
    bins: Mapped[bytes] = mapped_column(LargeBinary)
    count: Mapped[int]
    mu: Mapped[float] = mapped_column(Double)
    spread: Mapped[float] = mapped_column(Double)
    readers: Mapped[float] = mapped_column(Double)
    starts_at: Mapped[int]


class Watch(Model):
    """The one row of what the rule knows forum-wide: the activity clock, the residuals' histogram, the threads it has met."""

    __tablename__ = "magic_watch"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(BigInteger)
    tau: Mapped[float] = mapped_column(Double)
    reads: Mapped[int]
    counters: Mapped[bytes] = mapped_column(LargeBinary)
    bins: Mapped[bytes] = mapped_column(LargeBinary)
    matured: Mapped[int]
    last_thread: Mapped[int]
    audience: Mapped[int]


class Promotion(Model):
    """A thread became Magic: when, with how many recent readers, what a usual thread's peak was and where Magic started. Once a thread."""

    __tablename__ = "promotions"
    __table_args__ = (Index("ix_promotions_at_thread_id", "at", "thread_id"),)

    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(BigInteger)
    readers: Mapped[int]
    usual: Mapped[int]
    starts_at: Mapped[int]
    audience: Mapped[int]
    """Active people at that time."""
    matured: Mapped[int]
    """Threads the rule knew then."""
    leaf: Mapped[int] = mapped_column(BigInteger)
