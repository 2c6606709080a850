"""What was attached to posts: a row for each use, and on disk one copy of the same bytes."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import Model

PICTURE, FILE = "picture", "file"


class File(Model):
    """A picture or a file; `post_id` is None until a post of its owner names it. `digest`: SHA-256 of the bytes as they are kept.

    A number is never given twice: what names it in an old quotation must not come to mean something else.
    """

    __tablename__ = "files"
    __table_args__ = (
        Index("ix_files_digest", "digest"),
        Index("ix_files_post_id", "post_id"),
        Index("ix_files_owner_id_created_at", "owner_id", "created_at"),
        Index(
            "ix_files_loose",
            "created_at",
            sqlite_where=text("post_id IS NULL"),
            postgresql_where=text("post_id IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    digest: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[int] = mapped_column(BigInteger)
