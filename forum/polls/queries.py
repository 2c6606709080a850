"""What pages read of a thread's poll: one statement for the poll, its choices with their counts, and the reader's own vote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, select

from forum.core.database import Read, rows
from forum.polls.models import Poll, PollChoice, PollVote

_poll = Read(
    select(
        Poll.question,
        Poll.several,
        Poll.ends_at,
        Poll.voters,
        PollVote.choices.label("mine"),
        PollChoice.number,
        PollChoice.words,
        PollChoice.votes,
    )
    .select_from(Poll)
    .outerjoin(PollChoice, PollChoice.thread_id == Poll.thread_id)
    .outerjoin(PollVote, and_(PollVote.thread_id == Poll.thread_id, PollVote.person_id == bindparam("person")))
    .where(Poll.thread_id == bindparam("thread"))
    .order_by(PollChoice.number)
)


def poll(thread: int, person: int) -> Sequence[Row[Any]]:
    """A row for each choice of the thread's poll; one without words for a poll that was withdrawn; none: no poll."""
    return rows(_poll, thread=thread, person=person)
