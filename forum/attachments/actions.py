"""Every write to files, inside the writing transaction under way: keep one, give it to a post, let it go with its post."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update

from forum import markup
from forum.accounts.models import Person
from forum.attachments import queries, rules, store
from forum.attachments.intake import Taken
from forum.attachments.models import File
from forum.core import outbox
from forum.core.actor import Actor
from forum.core.database import db, execute
from forum.core.errors import N_, Invalid, TooFast


def keep(actor: Actor, *, taken: Taken, instance: Path, at: int, paced: bool = True) -> int:
    """Keeps what was sent and returns its number. The row comes first: whoever removes bytes waits for it, and looks again."""
    _not_too_much(actor, taken.size, at, paced=paced)
    values = taken._asdict() | {"owner_id": actor.id, "created_at": at}
    del values["new"], values["small"]
    file = db.session.connection().execute(insert(File).values(**values).returning(File.id)).scalar_one()
    if taken.small.exists():
        store.place(instance, taken.small, taken.digest, small=True)
    store.place(instance, taken.new, taken.digest)
    return int(file)


def _not_too_much(actor: Actor, size: int, at: int, *, paced: bool) -> None:
    db.session.execute(select(Person.id).where(Person.id == actor.id).with_for_update())  # one after another
    for most, seconds in rules.PACE if paced else ():
        lately = select(func.count()).where(File.owner_id == actor.id, File.created_at > at - seconds)
        if db.session.execute(lately).scalar_one() >= most:
            raise TooFast(N_("These are many files in a short time. Please wait a little."), seconds)
    since = File.created_at > at - rules.A_DAY
    brought = select(func.coalesce(func.sum(File.size), 0)).where(File.owner_id == actor.id, since)
    if db.session.execute(brought).scalar_one() + size > rules.BYTES_A_DAY:
        raise TooFast(
            N_("You have brought %(most)s MB within a day, which is the most. Please wait until tomorrow."),
            3600,
            most=rules.BYTES_A_DAY // 1_000_000,
        )


def attach(actor: Actor, *, post: int, body: str) -> None:
    """The actor's own files that the words name become this post's, unless they are another's already. Raises Invalid at `body`."""
    named = markup.files_in(body)
    if not named:
        return
    loose = (File.id.in_(named), File.owner_id == actor.id, File.post_id.is_(None))
    execute(update(File).where(*loose).values(post_id=post))
    many = db.session.execute(select(func.count()).select_from(File).where(File.post_id == post)).scalar_one()
    if many > rules.FILES_A_POST:
        raise Invalid(
            "body",
            N_(
                "A post can hold %(most)s files, those of its older versions included; with these it would be %(many)s."
            ),
            most=rules.FILES_A_POST,
            many=many,
        )


def let_go(*, post: int, at: int) -> None:
    """The words of the post are gone, and so are its files: the rows now, the bytes in a moment, by the worker."""
    _remove(File.post_id == post, at)


def forget_loose(files: Collection[int], *, at: int) -> None:
    """Files that no post came to use."""
    if files:
        _remove(and_(File.id.in_(files), File.post_id.is_(None)), at)


def _remove(which: ColumnElement[bool], at: int) -> None:
    removed = db.session.connection().execute(delete(File).where(which).returning(File.digest)).all()
    if removed:
        outbox.put("attachments.gone", {"digests": sorted({one.digest for one in removed})}, at=at)


def unused(digests: Collection[str]) -> set[str]:
    """Which of these nobody names; until this transaction ends nobody can begin to."""
    if db.engine.dialect.name == "postgresql":
        db.session.connection().exec_driver_sql("LOCK TABLE files IN SHARE MODE")
    return set(digests) - queries.named(digests)
