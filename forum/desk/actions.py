"""Changes on a reader's own desk, inside the writing transaction under way. Refuses to touch anybody else's."""

from __future__ import annotations

from sqlalchemy import delete, func, select

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.database import db, execute
from forum.core.errors import N_, Invalid
from forum.core.upsert import insert_for, upsert
from forum.desk import shielding
from forum.desk.models import BoardPlace, Draft, MutedBoard, MutedPerson, MutedThread, Place

DRAFT_MAX = 100_000
DRAFT_TITLE_MAX = 1_000
DRAFTS_MAX = 200


def reached(person_id: int, thread_id: int, floor: int) -> None:
    """The reader has had `floor` before the eyes; a place only ever moves forward."""
    statement = insert_for(Place).values(person_id=person_id, thread_id=thread_id, floor=floor)
    moved = statement.on_conflict_do_update(
        index_elements=["person_id", "thread_id"],
        set_={"floor": statement.excluded.floor},
        where=Place.floor < statement.excluded.floor,
    )
    execute(moved)


def caught_up(actor: Actor, *, boards: dict[int, int]) -> None:
    """All of these boards are read: board number to its newest thread's number."""
    upsert(
        BoardPlace,
        [{"person_id": actor.id, "board_id": board, "thread_id": newest} for board, newest in boards.items()],
        update=["thread_id"],
    )


def forget_places(actor: Actor) -> None:
    """Every place of this reader is erased."""
    execute(delete(Place).where(Place.person_id == actor.id))
    execute(delete(BoardPlace).where(BoardPlace.person_id == actor.id))


def keep_draft(actor: Actor, *, spot: str, title: str, body: str, at: int) -> None:
    """Keeps what is being written; empty words drop the draft."""
    if len(body) > DRAFT_MAX or len(title) > DRAFT_TITLE_MAX:
        raise Invalid("body", N_("That is too long even for a draft."))
    if not body.strip() and not title.strip():
        drop_draft(actor, spot=spot)
        return
    others = select(func.count()).select_from(Draft).where(Draft.person_id == actor.id, Draft.spot != spot)
    if db.session.execute(others).scalar_one() >= DRAFTS_MAX:
        raise Invalid("body", N_("You have %(most)s drafts. Say or throw away some of them first."), most=DRAFTS_MAX)
    clean = {"title": storable(title), "body": storable(body)}
    upsert(Draft, {"person_id": actor.id, "spot": spot, "saved_at": at, **clean}, update=["title", "body", "saved_at"])


def storable(text: str) -> str:
    """Text without what no database keeps (NUL, lone surrogates), for drafts only: a post with them is refused in words."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def drop_draft(actor: Actor, *, spot: str) -> None:
    """The words were said, or thrown away."""
    execute(delete(Draft).where(Draft.person_id == actor.id, Draft.spot == spot))


def mute_person(actor: Actor, *, other: int, on: bool) -> None:
    """From now on this reader sees the other's posts folded, or open again."""
    if other == actor.id:
        raise Invalid("person", N_("You cannot mute yourself; silence is enough."))
    if on:
        upsert(MutedPerson, {"person_id": actor.id, "muted_id": other}, update=[])
    else:
        execute(delete(MutedPerson).where(MutedPerson.person_id == actor.id, MutedPerson.muted_id == other))


def mute_thread(actor: Actor, *, thread: int, on: bool) -> None:
    """From now on this reader sees the thread folded in lists, or open again."""
    if on:
        upsert(MutedThread, {"person_id": actor.id, "thread_id": thread}, update=[])
    else:
        execute(delete(MutedThread).where(MutedThread.person_id == actor.id, MutedThread.thread_id == thread))


def mute_board(actor: Actor, *, board: int, on: bool) -> None:
    """From now on this reader sees the board's threads folded where boards are mixed, or open again."""
    if on:
        upsert(MutedBoard, {"person_id": actor.id, "board_id": board}, update=[])
    else:
        execute(delete(MutedBoard).where(MutedBoard.person_id == actor.id, MutedBoard.board_id == board))


def mute_word(actor: Actor, *, word: str) -> None:
    """From now on this reader sees folded what holds the word or phrase."""
    person = db.session.get_one(Person, actor.id, with_for_update=True)
    person.muted_words = "\n".join(shielding.with_word(shielding.listed(person.muted_words), word))


def unmute_word(actor: Actor, *, word: str) -> None:
    """What holds the word stands open again."""
    person = db.session.get_one(Person, actor.id, with_for_update=True)
    left = [one for one in shielding.listed(person.muted_words) if one != word]
    person.muted_words = "\n".join(left) or None
