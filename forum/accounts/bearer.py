"""Programs that show a personal token: each request asks the database once whose it is, and notes the day, never the time."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from forum.accounts import actions, queries
from forum.accounts.models import roles_of
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.database import Busy, writing_if_free


def acting(token: str) -> Actor | None:
    """Who made this token, for web's guard; None when it is wrong, ended, or its person has left."""
    found = queries.bearer(token)
    if found is None:
        return None
    today = datetime.fromtimestamp(now(), UTC).date().isoformat()
    if found.used_on != today:
        with suppress(Busy), writing_if_free():  # a reader does not wait for it; the next request of today tries again
            actions.note_use(found.token_id, day=today)
    return Actor(found.id, found.handle, found.name, roles_of(found.hr, found.management, found.operator))
