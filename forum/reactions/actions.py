"""Reacts to a post, or takes it back: inside the writing transaction under way. Tells nobody, moves no thread, counts no reader."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from forum.boards.models import Post
from forum.core.actor import Actor
from forum.core.database import execute, row
from forum.core.errors import N_, Conflict, Invalid, Missing, Refused
from forum.core.upsert import insert_for, upsert
from forum.reactions.models import Reaction, ReactionCount
from forum.reactions.rules import REACTIONS, can_react


def react(actor: Actor, *, post: int, reaction: str, on: bool) -> None:
    """From now on the person reacts to the post in this way, or no more; doing so twice changes nothing."""
    if reaction not in REACTIONS:
        raise Invalid("reaction", N_("Choose one of the reactions under the post."))
    where = select(Post.thread_id, Post.floor, Post.author_id, Post.withdrawn_at).where(Post.id == post)
    found = row(where.with_for_update(read=True))  # its withdrawal waits, and takes this with it
    if found is None:
        raise Missing(N_("There is no such post."))
    if not can_react(actor, found):
        raise Refused(N_("This is your own post; reactions come from others."))
    if found.withdrawn_at is not None:
        raise Conflict(N_("The words of this post are gone."))
    values = {"post_id": post, "person_id": actor.id, "reaction": reaction}
    if on:
        added = insert_for(Reaction).values(**values).on_conflict_do_nothing().returning(Reaction.post_id)
        changed = 1 if row(added) else 0
        place = {"thread_id": found.thread_id, "floor": found.floor, "post_id": post}
        upsert(ReactionCount, place | dict.fromkeys(REACTIONS, 0), update=[])
    else:
        mine = Reaction.post_id == post, Reaction.person_id == actor.id, Reaction.reaction == reaction
        changed = -execute(delete(Reaction).where(*mine))
    if changed:
        here = ReactionCount.thread_id == found.thread_id, ReactionCount.floor == found.floor
        count = getattr(ReactionCount, reaction)
        execute(update(ReactionCount).where(*here).values({reaction: count + changed}))


def withdraw(*, thread: int, floor: int, post: int) -> None:
    """The words of the post are gone, and with them what people thought of them."""
    execute(delete(Reaction).where(Reaction.post_id == post))
    execute(delete(ReactionCount).where(ReactionCount.thread_id == thread, ReactionCount.floor == floor))
