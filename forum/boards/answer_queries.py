"""What pages read of management's answer in a thread: its steps, newest first, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select

from forum.accounts.models import Person
from forum.boards.models import Answer, Post
from forum.core.database import Read, rows

STEPS = 100
"""So many steps a page shows, the newest, and the one by which a decision was changed; all of them are kept."""

_of_thread = Answer.thread_id == bindparam("thread")
_newest = select(Answer.id).where(_of_thread).order_by(Answer.id.desc()).limit(STEPS)
_changed = select(func.min(Answer.id)).where(_of_thread, Answer.state == "overturned").scalar_subquery()
_steps = Read(
    select(
        Answer.id,
        Answer.state,
        Answer.at,
        Answer.post_id,
        Post.floor,
        Post.excerpt,
        Post.lang,
        Post.withdrawn_at,
        Person.handle,
        Person.name,
    )
    .select_from(Answer)
    .join(Post, Post.id == Answer.post_id)
    .join(Person, Person.id == Answer.person_id)
    .where(_of_thread, or_(Answer.id.in_(_newest), Answer.id == _changed))
    .order_by(Answer.id.desc())
)


def steps(thread_id: int) -> Sequence[Row[Any]]:
    """The steps of a thread's answer, the present one first; empty while there is none."""
    return rows(_steps, thread=thread_id)
