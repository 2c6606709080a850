"""Management's answer in a thread: one of its own posts, and the state it stands for. Refuses others' posts and forgets no step."""

from __future__ import annotations

from sqlalchemy import select

from forum.boards import acts
from forum.boards.actions import LOCK
from forum.boards.models import Answer, Post, Thread
from forum.boards.permissions import Said, can_answer, speaks_for_management
from forum.core import outbox
from forum.core.actor import Actor
from forum.core.database import db, row
from forum.core.errors import N_, Conflict, Invalid, Missing, Refused
from forum.ledger import actions as ledger

STATES = ("heard", "answered", "overturned", "declined")
"""Heard · answered · decided otherwise · no, because."""


def mark(actor: Actor, *, post: int, state: str, at: int) -> bool:
    """The post is the thread's answer from now on, inside the writing transaction under way. False: it was so already.

    Every step stays; a decision that was changed stays changed whatever comes later.
    """
    where = row(select(Post.thread_id).where(Post.id == post))
    if where is None:
        raise Missing(N_("There is no such post."))
    thread = db.session.get_one(Thread, where.thread_id, with_for_update=LOCK)
    may_answer(actor, db.session.get_one(Post, post, with_for_update=LOCK))
    if state not in STATES:
        raise Invalid("state", N_("Choose one of the four: what does this post say?"))
    if (thread.answer_post_id, thread.answer) == (post, state):
        return False
    thread.answer, thread.answer_post_id = state, post
    thread.answered_by, thread.answered_at = actor.id, at
    if state == "overturned" and thread.overturned_at is None:
        thread.overturned_at = at
    db.session.flush()
    leaf = ledger.append(acts.answered(actor.id, post, thread.id, state), at=at)[0]
    db.session.add(Answer(thread_id=thread.id, post_id=post, person_id=actor.id, state=state, at=at, leaf=leaf))
    db.session.flush()
    outbox.put("boards.thread", {"thread": thread.id}, at=at)
    outbox.put("boards.answered", {"post": post, "state": state}, at=at)
    return True


def may_answer(actor: Actor, post: Said) -> None:
    """Refuses, in words, a post that this person cannot make the answer."""
    if can_answer(actor, post):
        return
    if not speaks_for_management(actor):
        raise Refused(N_("Only management can say that this is its answer."))
    if post.author_id != actor.id:
        raise Refused(N_("Management answers in its own words: only a post of your own can be the answer."))
    raise Conflict(N_("You have withdrawn this post; its words are gone."))
