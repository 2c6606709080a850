"""Polls, their choices with kept counts, and what each person chose: one row each, so that it can be changed."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import Model


class Poll(Model):
    """The one poll of a thread. `ends_at` in Unix seconds: from then on nothing changes. Without `question` the title stands for it."""

    __tablename__ = "polls"

    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), primary_key=True)
    question: Mapped[str | None] = mapped_column(Text)
    several: Mapped[bool]
    """Whether one may choose more than one."""
    ends_at: Mapped[int] = mapped_column(BigInteger)
    voters: Mapped[int] = mapped_column(default=0)


class PollChoice(Model):
    """One of the choices, numbered from 1; `votes` is kept, never counted. A poll without choices was withdrawn."""

    __tablename__ = "poll_choices"

    thread_id: Mapped[int] = mapped_column(ForeignKey("polls.thread_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(Text)
    votes: Mapped[int] = mapped_column(default=0)


class PollVote(Model):
    """What somebody chose: `choices` is the sum of 2 ** number over them. No time is kept, and no page shows it to anybody else."""

    __tablename__ = "poll_votes"

    thread_id: Mapped[int] = mapped_column(ForeignKey("polls.thread_id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    choices: Mapped[int]
