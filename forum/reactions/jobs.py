"""What the outbox wakes: the words of a post are gone, and so are the reactions to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from forum.boards.models import Post
from forum.core.database import row, writing
from forum.reactions import actions


def gone(payload: Mapping[str, Any]) -> None:
    """Somebody took a post back, or the law did: {post}."""
    with writing():
        found = row(select(Post.thread_id, Post.floor).where(Post.id == payload["post"]))
        if found is not None:
            actions.withdraw(thread=found.thread_id, floor=found.floor, post=payload["post"])
