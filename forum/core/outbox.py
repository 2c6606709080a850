"""Durable jobs: written in the transaction of the thing they belong to, done later at least once by the worker. Knows no job itself."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Index, Row, Text, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import Model, db, execute, row, rows, writing

log = logging.getLogger(__name__)

LEASE = 120
"""Seconds a claimed job stays with the worker that took it before another may try."""
TOGETHER = 5
"""How often a batch may end without a word (the worker was killed) before its jobs are done one by one."""
LONGEST_WAIT = 6 * 3600
SHORT_LEASE = 5
"""The same for jobs that are handed over together: they are short and may be repeated, so nobody waits long for a killed worker."""
BATCH = 200
"""Jobs of one kind that are handed over together, where their handler takes many."""
Handler = Callable[[Mapping[str, Any]], None]
Batched = Callable[[Sequence[Mapping[str, Any]]], None]


class Job(Model):
    """Something that must happen a moment later. Times in Unix seconds."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due_at", "due_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    payload: Mapped[str] = mapped_column(Text)
    created_at: Mapped[int] = mapped_column(BigInteger)
    due_at: Mapped[int] = mapped_column(BigInteger)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)


_due = (Job.due_at <= bindparam("at"), Job.id <= bindparam("upto"))
_next = select(Job).where(*_due).order_by(Job.due_at, Job.id).limit(1)


def put(kind: str, payload: Mapping[str, Any], *, at: int, due_at: int | None = None) -> None:
    """Adds a job to the transaction that is under way."""
    execute(
        insert(Job).values(
            kind=kind,
            payload=json.dumps(payload, ensure_ascii=False),
            created_at=at,
            due_at=at if due_at is None else due_at,
            attempts=0,
        )
    )


_alike = select(Job).where(*_due, Job.kind == bindparam("kind"), Job.error.is_(None))


def work(
    handlers: Mapping[str, Handler], *, at: int, most: int = 200, batched: Mapping[str, Batched] | None = None
) -> int:
    """Does jobs that are due, until about `most` are done; returns how many. A job that fails waits twice as long each time.

    Jobs of a kind in `batched` are handed over together; one that failed before comes alone. What handlers put meanwhile waits for the
    next call, so that a long piece of work that goes on by jobs of its own lets others have their turn.
    """
    done = 0
    newest = row(select(func.coalesce(func.max(Job.id), 0).label("id")))
    db.session.rollback()
    upto = newest.id if newest else 0
    together = batched or {}
    while done < most:
        jobs = _claim(at, upto, together)
        if not jobs:
            break
        kind, payloads = jobs[0].kind, [json.loads(one.payload) for one in jobs]
        ids = [one.id for one in jobs]
        try:
            if kind in together:
                together[kind](payloads)
            else:
                handlers[kind](payloads[0])
        except Exception as error:  # any fault of a handler: the jobs stay and are tried again
            wait = min(10 * 2 ** jobs[0].attempts, LONGEST_WAIT)
            names = ", ".join(map(str, ids[:5]))
            log.warning("job %s (%s) failed, again in %s s: %s", names, kind, wait, type(error).__name__)
            with writing():
                why = f"{type(error).__name__}: {error}"[:500]
                execute(update(Job).where(Job.id.in_(ids)).values(due_at=at + wait, error=why))
        else:
            with writing():
                execute(delete(Job).where(Job.id.in_(ids)))
            done += len(ids)
    return done


def _claim(at: int, upto: int, together: Mapping[str, Batched]) -> Sequence[Row[Any]]:
    """The next job that is due, with those of its kind where they are done together; they are ours for the time of a lease."""
    with writing():
        first = row(_next.with_for_update(skip_locked=True), at=at, upto=upto)
        if first is None:
            return []
        jobs: Sequence[Row[Any]] = [first]
        many = first.kind in together and first.error is None and first.attempts < TOGETHER
        if many:
            alike = _alike.order_by(Job.due_at, Job.id).limit(BATCH).with_for_update(skip_locked=True)
            jobs = rows(alike, at=at, upto=upto, kind=first.kind)
        ids = [one.id for one in jobs]
        execute(
            update(Job)
            .where(Job.id.in_(ids))
            .values(due_at=at + (SHORT_LEASE if many else LEASE), attempts=Job.attempts + 1)
        )
    return jobs
