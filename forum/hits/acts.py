"""How the ledger learns that a thread became Magic. Pure."""

from __future__ import annotations

from forum.ledger.leaves import FORUM, Act, canonical


def magic(thread: int, readers: int, usual: int, starts_at: int, since: int) -> Act:
    """The rule found an unusual number of readers, with which figures, and when (Unix seconds)."""
    return Act("magic.reach", FORUM, f"t:{thread}", content=magic_words(readers, usual, starts_at), since=since)


def magic_words(readers: int, usual: int, starts_at: int) -> bytes:
    """What is bound of it: the figures that people are shown, as canonical JSON."""
    return canonical({"readers": readers, "starts_at": starts_at, "usual": usual})
