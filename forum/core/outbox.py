"""Durable jobs: written in the transaction of the thing they belong to, done later at least once by the worker. Knows no job itself."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import BigInteger, Index, Text, bindparam, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import Model, execute, row, writing

log = logging.getLogger(__name__)

LEASE = 120
"""Seconds a claimed job stays with the worker that took it before another may try."""
LONGEST_WAIT = 6 * 3600
Handler = Callable[[Mapping[str, Any]], None]


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


_next = select(Job).where(Job.due_at <= bindparam("at")).order_by(Job.due_at, Job.id).limit(1)


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


def work(handlers: Mapping[str, Handler], *, at: int, most: int = 200) -> int:
    """Does up to `most` jobs that are due; returns how many were done. A job that fails waits twice as long each time."""
    done = 0
    for _ in range(most):
        with writing():
            job = row(_next.with_for_update(skip_locked=True), at=at)
            if job is None:
                return done
            execute(update(Job).where(Job.id == job.id).values(due_at=at + LEASE, attempts=Job.attempts + 1))
        try:
            handlers[job.kind](json.loads(job.payload))
        except Exception as error:  # any fault of a handler: the job stays and is tried again
            wait = min(10 * 2**job.attempts, LONGEST_WAIT)
            log.warning("job %s (%s) failed, again in %s s: %s", job.id, job.kind, wait, type(error).__name__)
            with writing():
                why = f"{type(error).__name__}: {error}"[:500]
                execute(update(Job).where(Job.id == job.id).values(due_at=at + wait, error=why))
        else:
            with writing():
                execute(delete(Job).where(Job.id == job.id))
            done += 1
    return done
