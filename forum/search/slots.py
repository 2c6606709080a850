"""Writes documents into one of the two slots, and into its index. Inside the writing transaction under way; decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import delete, func, insert, select, update

from forum.core import outbox
from forum.core.database import db, execute, row, rows
from forum.search import documents
from forum.search.backends import Backend
from forum.search.documents import Gone, Made
from forum.search.models import DOCUMENTS, WORDS


def true(found: Sequence[Any], made: Sequence[Made | Gone], kind: Literal["posts", "notes"]) -> list[Made | Gone]:
    """What was made, but for what changed meanwhile: that comes again through the outbox."""
    ids = [one.id for one in found]
    if kind == "notes":
        fresh = {one.id: one.body for one in documents.notes(ids)}
        return [doc for one, doc in zip(found, made, strict=True) if fresh.get(one.id) == one.body]
    now = {one.id: documents.version(one) for one in documents.posts(ids)}
    stale = [one.id for one in found if now.get(one.id) != documents.version(one)]
    if stale:
        outbox.put("boards.posts", {"posts": stale}, at=0)
    gone = set(stale)
    return [doc for one, doc in zip(found, made, strict=True) if one.id not in gone]


def put(slot: str, index: Backend, made: Sequence[Made | Gone]) -> bool:
    """Writes documents into a slot; returns whether words of any went away for good."""
    document, kept = DOCUMENTS[slot], WORDS[slot]
    posts = [one.post_id for one in made if one.post_id is not None]
    notes = [one.note_id for one in made if one.note_id is not None]
    there = rows(
        select(document.id, document.post_id, document.note_id, kept.title, kept.words, kept.tags)
        .join(kept, kept.id == document.id)
        .where(document.post_id.in_(posts) | document.note_id.in_(notes))
    )
    numbers = {(one.post_id, one.note_id): one.id for one in there}
    gone = [numbers[one] for one in made if isinstance(one, Gone) and one in numbers]
    if gone:
        for table in (document, kept):
            execute(delete(table).where(table.id.in_(gone)))
    top = row(select(func.coalesce(func.max(document.id), 0).label("id")))
    following = top.id if top else 0
    fresh, changed = [], []
    for one in made:
        if isinstance(one, Gone):
            continue
        number = numbers.get((one.post_id, one.note_id))
        if number is None:
            following += 1
            fresh.append({"id": following, **one._asdict()})
        else:
            changed.append({"id": number, **one._asdict()})
    for table in (document, kept):
        names = [column.name for column in table.__table__.columns if column.name != "terms"]
        if fresh:
            db.session.connection().execute(insert(table), [{name: new[name] for name in names} for new in fresh])
        for new in changed:
            execute(update(table).where(table.id == new["id"]).values({name: new[name] for name in names}))
    into = [_Kept(one["id"], one["title"], one["words"], one["tags"]) for one in (*fresh, *changed)]
    index.change(there, into)
    return bool(gone or changed)


class _Kept(NamedTuple):
    """What of a document its index is made of."""

    id: int
    title: str
    words: str
    tags: str
