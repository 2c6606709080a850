"""What is shown of Magic, handed to the ledger's verification."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from forum.boards.models import Thread
from forum.core.database import rows
from forum.hits import acts
from forum.hits.models import Promotion
from forum.ledger.leaves import FORUM
from forum.ledger.showing import Flaw, Shown


def shown() -> Iterator[Shown | Flaw]:
    """Every thread that became Magic, with the figures people are shown; there are few of them."""
    found = select(
        Promotion.thread_id,
        Promotion.at,
        Promotion.readers,
        Promotion.usual,
        Promotion.starts_at,
        Promotion.leaf,
        Thread.magic_at,
    ).join(Thread, Thread.id == Promotion.thread_id)
    for one in rows(found.order_by(Promotion.thread_id)):
        figures = acts.magic(one.thread_id, one.readers, one.usual, one.starts_at, one.at)
        name = f"Magic of thread {one.thread_id}"
        yield Shown(name, one.leaf, (figures.kind,), figures.object, figures.content, by=FORUM, since=one.at)
        if one.magic_at != one.at:
            yield Flaw(f"{name} is not shown on the thread as it happened")
    without = select(Thread.id).outerjoin(Promotion, Promotion.thread_id == Thread.id)
    for one in rows(without.where(Thread.magic_at.is_not(None), Promotion.thread_id.is_(None)).order_by(Thread.id)):
        yield Flaw(f"thread {one.id} is called Magic, and the rule never found it so")
