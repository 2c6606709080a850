"""Places, drafts, bookmarks and mutes of one reader. A place is a floor, never a time; no page or export shows any of it to others."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import Model


class Place(Model):
    """The highest floor a reader has had before the eyes in one thread."""

    __tablename__ = "places"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), primary_key=True)
    floor: Mapped[int]


class BoardPlace(Model):
    """The newest thread of a board when its reader marked all of it as read."""

    __tablename__ = "board_places"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), primary_key=True)
    thread_id: Mapped[int]


class Draft(Model):
    """Words not yet said. `spot` is where they would go: "thread:12", "board:3" or "post:40"; `saved_at` in Unix seconds."""

    __tablename__ = "drafts"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    spot: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[int] = mapped_column(BigInteger)


class Bookmark(Model):
    """A post that one reader keeps, with a note to self. Its number puts them in order."""

    __tablename__ = "bookmarks"
    __table_args__ = (UniqueConstraint("person_id", "post_id"), Index("ix_bookmarks_person_id_id", "person_id", "id"))

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    note: Mapped[str] = mapped_column(Text)
    created_at: Mapped[int] = mapped_column(BigInteger)


class MutedPerson(Model):
    """A colleague whose posts one reader sees folded."""

    __tablename__ = "muted_people"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    muted_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)


class MutedBoard(Model):
    """A board whose threads one reader sees folded wherever boards are mixed."""

    __tablename__ = "muted_boards"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), primary_key=True)


class MutedThread(Model):
    """A thread that one reader sees folded in lists."""

    __tablename__ = "muted_threads"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), primary_key=True)
