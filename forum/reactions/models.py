"""Who reacted how to a post, and how many did: one row of kept counts for a post that has any."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import Model


class Reaction(Model):
    """Somebody reacted to a post in one of the ways in `rules.REACTIONS`. Kept to be taken back; no time, and shown to nobody else."""

    __tablename__ = "reactions"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    reaction: Mapped[str] = mapped_column(String(9), primary_key=True)


class ReactionCount(Model):
    """How many reacted to a post, by its place, so that those of a page are one stretch of one index."""

    __tablename__ = "reaction_counts"

    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), primary_key=True)
    floor: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    agree: Mapped[int] = mapped_column(default=0)
    thanks: Mapped[int] = mapped_column(default=0)
    laugh: Mapped[int] = mapped_column(default=0)
    surprised: Mapped[int] = mapped_column(default=0)
    sad: Mapped[int] = mapped_column(default=0)
