"""Renews stored HTML with the present renderer, a batch a transaction. The source is read, never written."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, func, select, update

from forum import markup
from forum.accounts import queries as people
from forum.attachments import queries as files
from forum.boards.actions import render
from forum.boards.models import Post, Revision
from forum.core.database import db, execute, row, rows, writing

BATCH = 200


def waiting(every: bool) -> int:
    """How many posts stand to be rendered."""
    counted = select(func.count()).select_from(Post).where(Post.withdrawn_at.is_(None))
    found = row(counted if every else counted.where(Post.renderer != markup.RENDERER))
    return found[0] if found else 0


def rerender(every: bool) -> Iterator[int]:
    """Renders batch after batch; yields how many each held. An edit made meanwhile wins: its HTML is newer anyway."""
    after = 0
    while True:
        batch = (
            select(Post.id, Post.revisions, Revision.body)
            .join(Revision, and_(Revision.post_id == Post.id, Revision.number == Post.revisions))
            .where(Post.id > after, Post.withdrawn_at.is_(None))
            .order_by(Post.id)
            .limit(BATCH)
        )
        found = rows(batch if every else batch.where(Post.renderer != markup.RENDERER))
        if not found:
            return
        after = found[-1].id
        handles = frozenset[str]().union(*(markup.handles_in(one.body) for one in found))
        known = people.names_of(handles)
        pictures = files.sizes(frozenset[int]().union(*(markup.files_in(one.body) for one in found)), None)
        ready = [(one, render(one.body, known, pictures)) for one in found]
        db.session.rollback()
        with writing():
            for one, words in ready:
                execute(
                    update(Post)
                    .where(Post.id == one.id, Post.revisions == one.revisions, Post.withdrawn_at.is_(None))
                    .values(html=words.html, lang=words.lang, excerpt=words.excerpt, renderer=markup.RENDERER)
                )
        yield len(found)
