"""What the outbox wakes: the words of a post are gone. A poll goes with the opening of its thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from forum.boards.models import Post
from forum.core.clock import now
from forum.core.database import row, writing
from forum.polls import actions


def gone(payload: Mapping[str, Any]) -> None:
    """Somebody took a post back, or the law did: {post}."""
    opening = select(Post.thread_id).where(Post.id == payload["post"], Post.floor == 1)
    with writing():
        found = row(opening)
        if found is not None:
            actions.withdraw(thread=found.thread_id, at=now())
