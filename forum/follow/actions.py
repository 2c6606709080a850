"""What somebody follows, and that they have looked: inside the writing transaction under way. Refuses to touch anybody else's."""

from __future__ import annotations

from sqlalchemy import delete

from forum.core.actor import Actor
from forum.core.database import execute
from forum.core.errors import N_, Invalid
from forum.core.upsert import insert_for, upsert
from forum.desk import actions as desk
from forum.follow.models import Bell, BoardFollow, FollowChoice, PersonFollow, ThreadFollow


def follow_thread(actor: Actor, *, thread: int, on: bool) -> None:
    """From now on they are told of replies there, and it is muted no more; or not told, whatever they will write in it."""
    if on:
        desk.mute_thread(actor, thread=thread, on=False)
    upsert(ThreadFollow, {"thread_id": thread, "person_id": actor.id, "on": on}, update=["on"])


def follow_board(actor: Actor, *, board: int, on: bool) -> None:
    """From now on they are told of new threads there, and it is muted no more; or not told."""
    if on:
        desk.mute_board(actor, board=board, on=False)
        upsert(BoardFollow, {"board_id": board, "person_id": actor.id}, update=[])
    else:
        execute(delete(BoardFollow).where(BoardFollow.board_id == board, BoardFollow.person_id == actor.id))


def follow_person(actor: Actor, *, other: int, on: bool) -> None:
    """From now on they are told of what the other says; or no more. The other is not told."""
    if other == actor.id:
        raise Invalid("person", N_("You know what you say."))
    if on:
        desk.mute_person(actor, other=other, on=False)
        upsert(PersonFollow, {"followed_id": other, "person_id": actor.id}, update=[])
    else:
        execute(delete(PersonFollow).where(PersonFollow.followed_id == other, PersonFollow.person_id == actor.id))


def choose_on_writing(actor: Actor, *, on: bool) -> None:
    """Whether they follow a thread for having written in it."""
    upsert(FollowChoice, {"person_id": actor.id, "on_writing": on}, update=["on_writing"])


def looked(actor: Actor, *, turn: int) -> None:
    """They have seen what they were told up to this turn; it only ever moves forward."""
    statement = insert_for(Bell).values(person_id=actor.id, seen=turn)
    execute(
        statement.on_conflict_do_update(
            index_elements=["person_id"],
            set_={"seen": statement.excluded.seen},
            where=Bell.seen < statement.excluded.seen,
        )
    )
