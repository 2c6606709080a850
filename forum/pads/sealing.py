"""What the ledger learns of the pads: sheets hung and torn off, batches of notes, and changes by the slips' holders. No person, no moment.

A batch binds each of its notes by a commitment of its own, so that one note can be taken back and be gone while the others still verify.
Changes are written down at full hours only, in the order of the random ids.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update

from forum.core import outbox
from forum.core.database import db, execute, row, rows
from forum.ledger import actions as ledger
from forum.ledger.leaves import Act, commitment, fresh_salt
from forum.pads.models import Note, NoteSeal

PADS: Final = "pads"
"""Who acts on doors, for the ledger: never a person."""
CHUNK: Final = 300


def sheet_object(sheet: int) -> str:
    """A sheet."""
    return f"s:{sheet}"


def note_object(note: str) -> str:
    """A note: the truncated hash of its slip."""
    return f"n:{note}"


def sheet_words(question: str, intro: str) -> bytes:
    """What is bound of a sheet: the question on its first line, then what stands under it."""
    return f"{question}\n{intro}".encode()


def batch_words(bound: Sequence[tuple[str, bytes]]) -> bytes:
    """What is bound of a batch: a line for each note, its id and its commitment in base64, by id."""
    return "".join(f"{note} {b64encode(one).decode()}\n" for note, one in sorted(bound)).encode()


def hung(sheet: int, door: int, question: str, intro: str, at: int) -> int:
    """A sheet is up; returns the leaf's number."""
    words = sheet_words(question, intro)
    return ledger.append(Act("pad.open", PADS, sheet_object(sheet), content=words, where=f"d:{door}"), at=at)[0]


def torn(sheet: int, at: int) -> int:
    """A sheet is torn off; returns the leaf's number."""
    return ledger.append(Act("pad.close", PADS, sheet_object(sheet)), at=at)[0]


def pinned(notes: Sequence[Any], at: int) -> None:
    """Notes (id, sheet_id, body) that have just been pinned up: one leaf a sheet, in the sheets' order."""
    if not notes:
        return
    sheets = sorted({one.sheet_id for one in notes})
    salts = {one.id: fresh_salt() for one in notes}
    bound = {one.id: commitment(salts[one.id], one.body.encode()) for one in notes}
    acts = [
        Act(
            "pad.batch",
            PADS,
            sheet_object(sheet),
            content=batch_words([(one.id, bound[one.id]) for one in notes if one.sheet_id == sheet]),
        )
        for sheet in sheets
    ]
    entries = dict(zip(sheets, ledger.append(*acts, at=at), strict=True))
    seals = [
        {"note_id": one.id, "batch_entry": entries[one.sheet_id], "bound": bound[one.id], "note_salt": salts[one.id]}
        for one in sorted(notes, key=lambda one: one.id)
    ]
    db.session.connection().execute(insert(NoteSeal), seals)


def changed(note: str) -> None:
    """The holder gave a note other words, or took it back: what opened the old ones goes at once, the leaf follows in the hour."""
    seal = row(select(NoteSeal.change_entry).where(NoteSeal.note_id == note))
    if seal is not None:
        ledger.forget([seal.change_entry])
    execute(update(NoteSeal).where(NoteSeal.note_id == note).values(note_salt=None, pending=True))


def follow(at: int) -> None:
    """Writes down the changes since the last full hour."""
    found = rows(
        select(NoteSeal.note_id, Note.body)
        .join(Note, Note.id == NoteSeal.note_id)
        .where(NoteSeal.pending)
        .order_by(NoteSeal.note_id)
        .with_for_update()
    )
    if not found:
        return
    acts = [
        Act("note.withdraw", PADS, note_object(one.note_id))
        if one.body is None
        else Act("note.edit", PADS, note_object(one.note_id), content=one.body.encode())
        for one in found
    ]
    entries = ledger.append(*acts, at=at)
    outbox.put("pads.notes", {"notes": [one.note_id for one in found]}, at=at)
    settled = update(NoteSeal.__table__).where(NoteSeal.__table__.c.note_id == bindparam("note"))  # type: ignore[arg-type]
    values = [{"note": one.note_id, "entry": entry} for one, entry in zip(found, entries, strict=True)]
    db.session.connection().execute(settled.values(pending=False, change_entry=bindparam("entry")), values)
