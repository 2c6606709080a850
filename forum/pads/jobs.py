"""What the worker does for the pads at each turn: the batch of the hour, changes that are due, and a word to HR before topics run out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from forum.config import Settings
from forum.core import outbox
from forum.core.database import Read, execute, row, writing
from forum.pads import publishing, rotating, rotation
from forum.pads.models import Hour
from forum.pads.waiting import Waiting

AHEAD: Final = 10 * 86400
"""Seconds ahead in which a door without a topic is told."""
QUIET: Final = 5
"""Days until HR is told once more."""
_tidied = False
_look = Read(select(Hour.look_on).where(Hour.id == 1))


def tick(instance: Path, at: int, settings: Settings) -> int:
    """One turn; returns how much was done. What fails does not stop the rest, and is raised at the end."""
    waiting, zone = Waiting(instance), ZoneInfo(settings.timezone)

    def publish() -> int:
        global _tidied
        if not _tidied:
            publishing.tidy(waiting)
            _tidied = True
        return publishing.publish(waiting, at, every=settings.pads_batch_seconds, zone=zone)

    def rotate() -> int:
        if not rotating.is_due(at):
            return 0
        with writing():
            return len(rotating.rotate(at, zone))

    done, failed = 0, []
    for part in (publish, rotate, lambda: _tell(at, zone)):
        try:
            done += part() or 0
        except Exception as error:  # a damaged waiting file must not keep the doors from turning
            failed.append(error)
    if failed:
        raise ExceptionGroup("the pads", failed)
    return done


def dry(at: int, zone: ZoneInfo, ahead: int = AHEAD) -> list[tuple[int, list[int]]]:
    """When which doors will find no topic, if nobody adds one: (moment, doors), the first time each."""
    found, known = [], set[int]()
    for moment, _made, waiting in rotation.forecast(rotating.plan(zone), at, at + ahead):
        fresh = [door for door in waiting if door not in known]
        if fresh:
            known.update(fresh)
            found.append((moment, fresh))
    return found


def _tell(at: int, zone: ZoneInfo) -> None:
    """Once a day, from nine in the morning on: when topics run out, a letter to HR through the outbox, and then none for some days."""
    local = rotation.local(at, zone)
    today = local.date()
    state = row(_look)
    if state is None or local.hour < rotation.HOUR or state.look_on > today.isoformat():
        return
    runs_out = dry(at, zone)
    with writing():
        rotating.alone()
        if runs_out:
            outbox.put("pads.dry", {"at": runs_out[0][0], "doors": sum(len(doors) for _, doors in runs_out)}, at=at)
        again = today + timedelta(days=QUIET if runs_out else 1)
        execute(update(Hour).where(Hour.id == 1).values(look_on=again.isoformat()))
