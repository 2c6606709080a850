"""Changes of what a reader keeps, inside the writing transaction under way. Refuses to touch anybody else's."""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy import delete, func, select

from forum.accounts.queries import token_hash
from forum.core.actor import Actor
from forum.core.database import db, execute
from forum.core.errors import N_, Conflict, Invalid
from forum.core.upsert import insert_for, upsert
from forum.core.words import keepable, lines
from forum.desk.models import Bookmark
from forum.keep.models import FeedKey

NOTE_MAX: Final = 500
"""Characters of a note to self."""
FEEDS_MAX: Final = 100
"""Feeds that one person has an address for."""


def bookmark(actor: Actor, *, post: int, note: str, at: int) -> None:
    """The post is kept with this note; one that is kept already stays in its place with the new note."""
    clean = keepable("note", lines(note).strip())
    if len(clean) > NOTE_MAX:
        over = len(clean) - NOTE_MAX
        raise Invalid(
            "note", N_("That is %(over)s characters longer than the %(most)s that fit."), over=over, most=NOTE_MAX
        )
    statement = insert_for(Bookmark).values(person_id=actor.id, post_id=post, note=clean, created_at=at)
    execute(
        statement.on_conflict_do_update(index_elements=["person_id", "post_id"], set_={"note": statement.excluded.note})
    )


def let_go(actor: Actor, *, post: int) -> None:
    """The bookmark and its note are gone."""
    execute(delete(Bookmark).where(Bookmark.person_id == actor.id, Bookmark.post_id == post))


def open_feed(actor: Actor, *, feed: str, at: int) -> str:
    """A fresh key to a feed, told this once; the one before ends."""
    others = select(func.count()).select_from(FeedKey).where(FeedKey.person_id == actor.id, FeedKey.feed != feed)
    if db.session.execute(others).scalar_one() >= FEEDS_MAX:
        raise Conflict(N_("You have addresses for %(most)s feeds. End one of them first."), most=FEEDS_MAX)
    key = secrets.token_urlsafe(32)
    values = {"person_id": actor.id, "feed": feed, "key_hash": token_hash(key), "created_at": at}
    upsert(FeedKey, values, update=["key_hash", "created_at"])
    return key


def close_feed(actor: Actor, *, feed: str) -> None:
    """The address opens nothing any more."""
    execute(delete(FeedKey).where(FeedKey.person_id == actor.id, FeedKey.feed == feed))
