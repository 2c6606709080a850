"""Clears away: bytes that no file names any more, uploads that were never finished or never used. Looks again before anything goes."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from forum import markup
from forum.attachments import actions, queries, rules, store
from forum.attachments.models import File
from forum.core.database import db, rows, writing
from forum.desk.models import Draft

UNFINISHED = 3600
"""Seconds after which an upload under way is none."""
SOME = 500


def gone(payload: Mapping[str, Any]) -> None:
    """Files were removed: {digests}. Their bytes go unless another file has the same."""
    clear(Path(current_app.instance_path), payload["digests"])


def clear(instance: Path, digests: Collection[str]) -> int:
    """Removes the bytes that no file names; returns how many."""
    with writing():
        unused = actions.unused(digests)
        for digest in unused:
            store.remove(instance, digest)
    return len(unused)


def sweep(instance: Path, at: int) -> int:
    """Files that nobody used for a day (unless a draft names them), uploads that broke off, bytes without a file; returns how many."""
    done = store.forget_unfinished(instance, time.time() - UNFINISHED)
    after: int | None = 0
    while after is not None:
        with writing():
            forgotten, after = _forgotten(at, after)
            actions.forget_loose(forgotten, at=at)
        done += len(forgotten)
    for some in store.digests(instance):
        stray = some - queries.named(some)
        db.session.rollback()
        done += clear(instance, stray) if stray else 0
    return done


def _forgotten(at: int, after: int) -> tuple[list[int], int | None]:
    """Some of the files without a post that are older than a day and in no draft of their owner's, and after which one to go on."""
    loose = select(File.id, File.owner_id).where(
        File.post_id.is_(None), File.created_at <= at - rules.A_DAY, File.id > after
    )
    found = rows(loose.order_by(File.id).limit(SOME))
    owners = {one.owner_id for one in found}
    drafts = rows(
        select(Draft.person_id, Draft.body).where(Draft.person_id.in_(owners), Draft.body.contains("/files/"))
    )
    kept = {(one.person_id, number) for one in drafts for number in markup.files_in(one.body)}
    forgotten = [one.id for one in found if (one.owner_id, one.id) not in kept]
    return forgotten, found[-1].id if len(found) == SOME else None
