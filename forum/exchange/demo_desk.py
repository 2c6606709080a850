"""Lays out the desk of one demo reader: what is new, what is half read, a draft, two bookmarks and a muted word. Nobody else's."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select

from forum.boards.models import Post, Thread
from forum.core.actor import Actor
from forum.core.database import rows
from forum.core.upsert import upsert
from forum.desk import actions as desk
from forum.desk.models import BoardPlace, Place
from forum.keep import actions as keep

NEW: Final = 18
"""Threads begun since the reader was last here."""
REMEMBERED: Final = 40
HALF_READ: Final = 9
UNREAD_FLOORS: Final = (1, 2, 1, 4, 3, 1, 6, 2, 5)
DRAFT: Final = """\
I walked past Gate 3 every morning for a year and said “morning” and he said “Mina, the left lift today”. \
He was right every time. I would like to know whether it says *that* in the contract. Which page
"""

NOTES: Final = ("The whole story. Read it out on Monday.", "")
MUTED: Final = "bicycle"
"""A word the reader would rather not read."""


def lay_out(reader: int, draft_in: str, at: int) -> None:
    """Places, marks and a draft in the thread titled `draft_in`, inside the writing transaction under way."""
    me = Actor(reader, "", "")
    newest = rows(select(Thread.id).where(Thread.author_id != reader).order_by(Thread.created_at.desc()).limit(NEW))
    first_new = min((one.id for one in newest), default=1)
    caught_up = rows(
        select(Thread.board_id, func.max(Thread.id).label("thread"))
        .where(Thread.id < first_new)
        .group_by(Thread.board_id)
    )
    places = [{"person_id": reader, "board_id": one.board_id, "thread_id": one.thread} for one in caught_up]
    upsert(BoardPlace, places, update=["thread_id"])
    lively = rows(
        select(Thread.id, Thread.posts)
        .where(Thread.id < first_new, Thread.posts > max(UNREAD_FLOORS))
        .order_by(Thread.active_at.desc(), Thread.id.desc())
        .limit(REMEMBERED)
    )
    read = [
        {
            "person_id": reader,
            "thread_id": one.id,
            "floor": one.posts - (UNREAD_FLOORS[number] if number < HALF_READ else 0),
        }
        for number, one in enumerate(lively)
    ]
    upsert(Place, read, update=["floor"])
    found = rows(select(Thread.id).where(Thread.title == draft_in).limit(1))
    if found:
        desk.keep_draft(me, spot=f"thread:{found[0].id}", title="", body=DRAFT, at=at - 900)
        standing = select(Post.id).where(Post.thread_id == found[0].id, Post.withdrawn_at.is_(None))
        kept = rows(standing.order_by(Post.floor).limit(len(NOTES)))
        for one, note in zip(kept, NOTES, strict=False):
            keep.bookmark(me, post=one.id, note=note, at=at - 1_800)
    desk.mute_word(me, word=MUTED)
