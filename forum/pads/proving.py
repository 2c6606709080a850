"""All that pads show, handed to the ledger's verification: sheets, batches of notes, notes that were changed or taken back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select

from forum.core.database import rows
from forum.ledger.leaves import commitment
from forum.ledger.showing import Flaw, Pending, Shown
from forum.pads import sealing
from forum.pads.models import Door, Note, NoteSeal, Sheet
from forum.pads.sealing import PADS

BATCH = 200
"""Sheets' notes read at a time are few; sheets are walked in such numbers."""


def shown() -> Iterator[Shown | Flaw | Pending]:
    """Sheet by sheet: that it hung, its notes, that it was torn off."""
    after = 0
    found = select(
        Sheet.id,
        Sheet.door_id,
        Sheet.number,
        Sheet.question,
        Sheet.intro,
        Sheet.torn_at,
        Sheet.opened_entry,
        Sheet.closed_entry,
        Door.slug,
    ).join(Door, Door.id == Sheet.door_id)
    while sheets := rows(found.where(Sheet.id > after).order_by(Sheet.id).limit(BATCH)):
        for sheet in sheets:
            yield from _sheet(sheet)
        after = sheets[-1].id


def _sheet(one: Row[Any]) -> Iterator[Shown | Flaw | Pending]:
    name, object = f"sheet {one.number} of door {one.slug}", sealing.sheet_object(one.id)
    words = sealing.sheet_words(one.question, one.intro)
    yield Shown(name, one.opened_entry, ("pad.open",), object, words, by=PADS, where=f"d:{one.door_id}")
    if one.torn_at is not None:
        yield Shown(f"the tearing off of {name}", one.closed_entry, ("pad.close",), object, b"", by=PADS)
    notes = rows(
        select(
            Note.id,
            Note.body,
            NoteSeal.batch_entry,
            NoteSeal.bound,
            NoteSeal.note_salt,
            NoteSeal.change_entry,
            NoteSeal.pending,
        )
        .outerjoin(NoteSeal, NoteSeal.note_id == Note.id)
        .where(Note.sheet_id == one.id)
        .order_by(NoteSeal.batch_entry, Note.id)
    )
    for batch, group in groupby(notes, key=lambda note: note.batch_entry):
        together = list(group)
        if batch is None:
            yield from (Flaw(f"note {note.id} is shown, but the ledger knows nothing of it") for note in together)
            continue
        bound = sealing.batch_words([(note.id, note.bound) for note in together])
        yield Shown(f"the notes of batch {batch} on {name}", batch, ("pad.batch",), object, bound, by=PADS)
        for note in together:
            yield from _note(note)


def _note(one: Row[Any]) -> Iterator[Shown | Flaw | Pending]:
    """A changed note whose leaf has still to follow in the hour is bound to nothing for so long."""
    if one.pending:
        if one.change_entry is not None:
            yield Pending("note.edit", sealing.note_object(one.id), one.change_entry)
        return
    name = f"note {one.id}"
    if one.change_entry is not None:
        kind = "note.withdraw" if one.body is None else "note.edit"
        words = b"" if one.body is None else one.body.encode()
        yield Shown(name, one.change_entry, (kind,), sealing.note_object(one.id), words, by=PADS)
    elif one.body is None:
        yield Flaw(f"{name} is hidden: its words are gone, and no leaf says that it was taken back")
    elif one.note_salt is None or commitment(one.note_salt, one.body.encode()) != one.bound:
        yield Flaw(f"{name} was altered: its words do not fit what was pinned up")
