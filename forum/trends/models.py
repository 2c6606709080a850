"""Figures by day, rebuilt from posts and threads at any time. No table here names a person."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import Model


class TrendDay(Model):
    """What was said on a board on one day (UTC, days since 1970)."""

    __tablename__ = "trend_days"

    day: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"), primary_key=True)
    posts: Mapped[int]
    threads: Mapped[int]


class TrendPeople(Model):
    """How many people said something on one day (UTC). A day with a row is rolled up."""

    __tablename__ = "trend_people"

    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    writers: Mapped[int]
