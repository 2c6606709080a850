"""Who may do what to a poll. Pure. Everybody signed in may vote; nobody may change another's poll."""

from __future__ import annotations

from typing import Protocol

from forum.core.actor import Actor


class Begun(Protocol):
    """What a rule needs to know of a thread."""

    @property
    def author_id(self) -> int: ...


def can_ask(actor: Actor, thread: Begun) -> bool:
    """Whoever began the thread, and nobody else: makes its poll, changes or drops it while nobody voted, ends it early."""
    return thread.author_id == actor.id
