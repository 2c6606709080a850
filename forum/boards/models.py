"""Boards in groups, threads, posts by floor, and every revision of their words. Times are Unix seconds."""

from __future__ import annotations

from sqlalchemy import BigInteger, Double, ForeignKey, Index, Integer, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import Model


class BoardGroup(Model):
    """A heading over boards: Company, Products, Customers …"""

    __tablename__ = "board_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    position: Mapped[int]


class Board(Model):
    """A place to talk about one thing, open to everybody signed in. It never closes."""

    __tablename__ = "boards"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    group_id: Mapped[int] = mapped_column(ForeignKey("board_groups.id"))
    position: Mapped[int]
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[int] = mapped_column(BigInteger)
    threads: Mapped[int] = mapped_column(default=0)
    posts: Mapped[int] = mapped_column(default=0)
    active_at: Mapped[int] = mapped_column(BigInteger)
    leaf: Mapped[int] = mapped_column(BigInteger)
    """What the ledger says of its present name and description."""


NO_TREND = -1e9
"""Trend of a thread nobody read yet: below all that were."""


class Thread(Model):
    """A conversation. Its counters are kept, never counted; the title goes when the opening post is withdrawn."""

    __tablename__ = "threads"
    __table_args__ = (
        Index("ix_threads_board_id_active_at_id", "board_id", "active_at", "id"),
        Index("ix_threads_board_id_created_at_id", "board_id", "created_at", "id"),
        Index("ix_threads_board_id_hits_id", "board_id", "hits", "id"),
        Index("ix_threads_active_at_id", "active_at", "id"),
        Index("ix_threads_created_at_id", "created_at", "id"),
        Index("ix_threads_hits_id", "hits", "id"),
        Index("ix_threads_board_id_trend_id", "board_id", "trend", "id"),
        Index("ix_threads_trend_id", "trend", "id"),
        Index("ix_threads_magic_at_id", "magic_at", "id"),
        Index(
            "ix_threads_untitled",
            "id",
            sqlite_where=text("title IS NULL"),
            postgresql_where=text("title IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    title: Mapped[str | None] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(String(80))
    lang: Mapped[str | None] = mapped_column(String(8))
    created_at: Mapped[int] = mapped_column(BigInteger)
    active_at: Mapped[int] = mapped_column(BigInteger)
    posts: Mapped[int] = mapped_column(default=0)
    last_author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    hits: Mapped[int] = mapped_column(default=0)
    trend: Mapped[float] = mapped_column(Double, default=NO_TREND, server_default=str(NO_TREND))
    """Orders what rises now; set by the counter of readers, never by hand."""
    magic_at: Mapped[int | None] = mapped_column(BigInteger)
    """Since when the thread is Magic; set by the rule, never by hand."""
    answer: Mapped[str | None] = mapped_column(String(12))
    """State of management's answer now: heard, answered, overturned or declined."""
    answer_post_id: Mapped[int | None] = mapped_column(Integer)
    answered_by: Mapped[int | None] = mapped_column(Integer)
    answered_at: Mapped[int | None] = mapped_column(BigInteger)
    overturned_at: Mapped[int | None] = mapped_column(BigInteger)
    """When a decision was changed because of this thread; stays, whatever comes later."""


class Post(Model):
    """What somebody said on one floor of a thread. `html` is made at write by renderer `renderer`; withdrawn: no words, the floor stays."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("thread_id", "floor"),
        Index("ix_posts_author_id_created_at_id", "author_id", "created_at", "id"),
        Index("ix_posts_renderer_id", "renderer", "id"),
        Index("ix_posts_created_at_id", "created_at", "id"),
        Index(
            "ix_posts_withdrawn",
            "id",
            sqlite_where=text("withdrawn_at IS NOT NULL"),
            postgresql_where=text("withdrawn_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"))
    floor: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reply_to: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    created_at: Mapped[int] = mapped_column(BigInteger)
    edited_at: Mapped[int | None] = mapped_column(BigInteger)
    withdrawn_at: Mapped[int | None] = mapped_column(BigInteger)
    erased: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It was not the author who took the words away, but the law; the ledger says so in public."""
    gone_leaf: Mapped[int | None] = mapped_column(BigInteger)
    """The ledger's leaf of the withdrawal or erasure."""
    revisions: Mapped[int] = mapped_column(default=1)
    html: Mapped[str | None] = mapped_column(Text)
    lang: Mapped[str | None] = mapped_column(String(8))
    excerpt: Mapped[str | None] = mapped_column(Text)
    renderer: Mapped[int]


class Answer(Model):
    """A step of management's answer in a thread: one of its own posts, and the state it stands for from then on. Never changed."""

    __tablename__ = "answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), index=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    state: Mapped[str] = mapped_column(String(12))
    at: Mapped[int] = mapped_column(BigInteger)
    leaf: Mapped[int] = mapped_column(BigInteger)


class Revision(Model):
    """One version of a post's words as written; number 1 is the first. `title` only on floor 1.

    `leaf` binds the words in the ledger, `title_leaf` the title: the one of the version that brought it.
    """

    __tablename__ = "revisions"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str | None] = mapped_column(Text)
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[int] = mapped_column(BigInteger)
    leaf: Mapped[int] = mapped_column(BigInteger)
    title_leaf: Mapped[int | None] = mapped_column(BigInteger)


class Submission(Model):
    """A form that was sent: the same person, nonce and words (`nonce` is a hash of both) again means the same post."""

    __tablename__ = "submissions"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    created_at: Mapped[int] = mapped_column(BigInteger, index=True)


class Imported(Model):
    """Where an imported post came from, so that a second import adds nothing twice."""

    __tablename__ = "imported"

    source: Mapped[str] = mapped_column(String(200), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
