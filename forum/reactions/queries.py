"""What pages read of reactions: those of all posts of a page, with the reader's own, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, select

from forum.boards.models import Post, Thread
from forum.core.database import Read, row, rows
from forum.reactions.models import Reaction, ReactionCount

_counts = Read(
    select(
        ReactionCount.floor,
        ReactionCount.agree,
        ReactionCount.thanks,
        ReactionCount.laugh,
        ReactionCount.surprised,
        ReactionCount.sad,
        Reaction.reaction.label("mine"),
    )
    .outerjoin(Reaction, and_(Reaction.post_id == ReactionCount.post_id, Reaction.person_id == bindparam("person")))
    .where(
        ReactionCount.thread_id == bindparam("thread"),
        ReactionCount.floor >= bindparam("first"),
        ReactionCount.floor <= bindparam("last"),
    )
    .order_by(ReactionCount.floor)
)
_post = Read(
    select(Post.id, Post.thread_id, Post.floor, Post.author_id, Post.withdrawn_at, Thread.slug)
    .join(Thread, Thread.id == Post.thread_id)
    .where(Post.id == bindparam("post"))
)


def counts(thread: int, first: int, last: int, person: int) -> Sequence[Row[Any]]:
    """(floor, five counts, mine) of the floors from first to last that have any; a row more for each further one of the reader's own."""
    return rows(_counts, thread=thread, first=first, last=last, person=person)


def post(post_id: int) -> Row[Any] | None:
    """Where a post stands, and whose it is."""
    return row(_post, post=post_id)
