"""Who follows what, and what was told to whom: one row for each person, kind and subject, however often something happens there."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import Model


class ThreadFollow(Model):
    """Somebody follows a thread; not `on`: somebody does not want to, even after writing in it."""

    __tablename__ = "thread_follows"
    __table_args__ = (Index("ix_thread_follows_person_id", "person_id"),)

    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    on: Mapped[bool]


class BoardFollow(Model):
    """Somebody wants to know of new threads on a board."""

    __tablename__ = "board_follows"
    __table_args__ = (Index("ix_board_follows_person_id", "person_id"),)

    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)


class PersonFollow(Model):
    """Somebody wants to know what a colleague says."""

    __tablename__ = "person_follows"
    __table_args__ = (Index("ix_person_follows_person_id", "person_id"),)

    followed_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)


class FollowChoice(Model):
    """What somebody chose: whether a thread is followed for having written in it. Who chose nothing has no row: it is."""

    __tablename__ = "follow_choices"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    on_writing: Mapped[bool]


class Notice(Model):
    """What a person was told of one subject: `many` times since they last looked, from `first_post_id` to `post_id`.

    `kind`: see telling.KINDS; `subject`: the thread's number, of `board` the board's, of `person` the colleague's. `turn` grows with
    every telling and puts them in order; `by_id` wrote the latest post.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "subject"),
        Index("ix_notices_person_id_turn", "person_id", "turn"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(8))
    subject: Mapped[int]
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    first_post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    floor: Mapped[int]
    """Of the latest post: whoever has read that far knows it already."""
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    many: Mapped[int]
    at: Mapped[int] = mapped_column(BigInteger)
    turn: Mapped[int] = mapped_column(BigInteger)


class Bell(Model):
    """Up to which turn somebody has looked at what they were told: the same on every device, and no time."""

    __tablename__ = "bells"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    seen: Mapped[int] = mapped_column(BigInteger)


class Turn(Model):
    """The one row that gives every telling its number; held until the telling is written, so that none comes to stand before one seen."""

    __tablename__ = "notice_turns"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    turn: Mapped[int] = mapped_column(BigInteger)


class Telling(Model):
    """How far something that happened was told: the stage, and the last person of it. Kept for a day after its end: jobs may come twice."""

    __tablename__ = "tellings"
    __table_args__ = (Index("ix_tellings_begun_at", "begun_at"),)

    event: Mapped[str] = mapped_column(String(40), primary_key=True)
    stage: Mapped[int]
    after: Mapped[int]
    begun_at: Mapped[int] = mapped_column(BigInteger)


class MailChoice(Model):
    """How somebody wants to have a kind of notice by mail, or the weekly brief; see rhythm. Who chose nothing has no row."""

    __tablename__ = "mail_choices"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    rhythm: Mapped[str] = mapped_column(String(5))


class Letter(Model):
    """The next letter of a rhythm to somebody: what it tells is looked up when it goes out.

    `due_at`: when, in Unix seconds; None while there is nothing to tell. `upto`: the turn of the latest notice that a letter told.
    `under_way`: the turn that the letter now being sent goes to, so that it is the same letter whenever it is tried again.
    """

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_due_at", "due_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    rhythm: Mapped[str] = mapped_column(String(5), primary_key=True)
    due_at: Mapped[int | None] = mapped_column(BigInteger)
    upto: Mapped[int] = mapped_column(BigInteger)
    under_way: Mapped[int | None] = mapped_column(BigInteger)
    attempts: Mapped[int]
