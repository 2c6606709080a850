"""What can be said to a post without words, and by whom. Pure."""

from __future__ import annotations

from typing import Final, Protocol

from forum.core.actor import Actor

REACTIONS: Final = ("agree", "thanks", "laugh", "surprised", "sad")
"""In the order in which they stand; each is a column of reaction_counts."""


class Said(Protocol):
    """What a rule needs to know of a post."""

    @property
    def author_id(self) -> int: ...


def can_react(actor: Actor, post: Said) -> bool:
    """Everybody but the author: nobody applauds themselves."""
    return post.author_id != actor.id
