"""Keys that open a feed to programs which cannot sign in. Bookmarks themselves lie on the reader's desk."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import Model


class FeedKey(Model):
    """Opens one feed as one person, and nothing else. Kept only as its SHA-256; `feed` is its address: "boards/canteen", "magic"."""

    __tablename__ = "feed_keys"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    feed: Mapped[str] = mapped_column(String(60), primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[int] = mapped_column(BigInteger)
