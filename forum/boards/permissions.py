"""Who may do what to boards and posts. Pure. There is no rule here that lets anybody touch another's words."""

from __future__ import annotations

from typing import Protocol

from forum.core.actor import Actor


class Said(Protocol):
    """What a rule needs to know of a post."""

    @property
    def author_id(self) -> int: ...

    @property
    def withdrawn_at(self) -> int | None: ...


def can_edit(actor: Actor, post: Said) -> bool:
    """The author alone, while the words stand."""
    return post.author_id == actor.id and post.withdrawn_at is None


def can_withdraw(actor: Actor, post: Said) -> bool:
    """The author alone, while the words stand."""
    return can_edit(actor, post)


def speaks_for_management(actor: Actor) -> bool:
    """Whether what this person says can be management's answer."""
    return "management" in actor.roles


def can_answer(actor: Actor, post: Said) -> bool:
    """Management alone, and only with words of its own that stand."""
    return speaks_for_management(actor) and can_edit(actor, post)


def can_arrange_boards(actor: Actor) -> bool:
    """Operators rename and reorder boards; that is all they can do to them."""
    return "operator" in actor.roles
