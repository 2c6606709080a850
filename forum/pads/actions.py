"""What is done to notes: written, agreed with, corrected and taken back by the slip's holder, answered. There is no actor here.

No act takes another's note down: correcting and taking back need the slip, and only its holder has that.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from forum.core import outbox
from forum.core.database import db, execute, row, writing
from forum.core.errors import N_, Away, Conflict, Invalid, Missing
from forum.pads import rules, sealing, slips
from forum.pads.models import Door, Note, NoteAnswer, Sheet
from forum.pads.rotation import local
from forum.pads.waiting import Unwell, Waiter, Waiting

GRACE: Final = 3600
"""Seconds in which a note may still be sent to a sheet that was torn off while it was written."""
State = Literal["waits", "hangs", "taken back", "unknown"]
ANSWERED: Final = N_(
    "It was answered, and an answer must not stand under other words. You can still take the note back."
)
TORN: Final = N_("This sheet was torn off meanwhile, and another question hangs there now. Your words are still here.")


class Found(NamedTuple):
    """What a slip's holder learns: how the note stands, its words, and where it hangs or will."""

    state: State
    note: str
    sheet: int | None = None
    body: str | None = None


def week(at: int, zone: ZoneInfo) -> str:
    """The ISO week of a moment in the company's time zone: 2026-W47."""
    year, number, _day = local(at, zone).isocalendar()
    return f"{year}-W{number:02}"


@contextmanager
def _kept() -> Iterator[None]:
    try:
        yield
    except (Unwell, OSError) as error:
        raise Away(N_("The pad cannot be written on just now. Nothing is lost: try again in a minute.")) from error


def pin(waiting: Waiting, *, door: str, sheet: int, slip: int, body: str, at: int, zone: ZoneInfo) -> tuple[int, Found]:
    """Keeps a note until its hour, durably; returns the slip it really has. The same slip with the same words is the same note.

    With other words it is another note, with a slip of its own: nobody's note is replaced by going back and writing on.
    Raises Invalid, Missing, Conflict (the sheet was torn off) and Away.
    """
    text = rules.note(body)
    check_hangs(door, sheet, at)
    while True:
        known = find(waiting, slip)
        if known.state == "taken back" or (known.sheet, known.body) == (sheet, text):
            return slip, known
        if known.state == "unknown":
            note = slips.note_id(slip)
            with _kept():
                waiting.add([Waiter(note, sheet, text, week(at, zone), paper=False)])
            known = find(waiting, slip)  # the same slip may have come twice at once, with different words
            if known.state == "unknown" or (known.sheet, known.body) == (sheet, text):
                return slip, Found("waits", note, sheet, text)
        slip = slips.new()


def check_hangs(door: str, sheet: int, at: int) -> None:
    """Whether a note may be sent to this sheet of this door now. Raises Missing, and Conflict when it was torn off."""
    of = select(Sheet.torn_at).join(Door, Door.id == Sheet.door_id)
    hung = row(of.where(Door.slug == door, Sheet.id == sheet))
    if hung is None:
        raise Missing(N_("There is no such sheet on this door."))
    if hung.torn_at is not None and at > hung.torn_at + GRACE:
        raise Conflict(TORN)


def find(waiting: Waiting, slip: int) -> Found:
    """The note that belongs to a slip. Raises Away."""
    note = slips.note_id(slip)
    db.session.rollback()  # what is pinned up now, not when this request began to read
    hung = row(select(Note.sheet_id, Note.body).where(Note.id == note))
    if hung is None:
        with _kept():
            waits = waiting.find(note)
        db.session.rollback()
        if waits is not None:
            return Found("taken back" if waits.body is None else "waits", note, waits.sheet, waits.body)
        hung = row(select(Note.sheet_id, Note.body).where(Note.id == note))  # pinned up between the two looks
    if hung is None:
        return Found("unknown", note)
    return Found("taken back" if hung.body is None else "hangs", note, hung.sheet_id, hung.body)


def correct(waiting: Waiting, *, slip: int, body: str, at: int) -> None:
    """Other words for the holder's note; the old ones are gone at once. Raises Invalid, Missing, Away."""
    _change(waiting, slips.note_id(slip), rules.note(body), at)


def take_back(waiting: Waiting, *, slip: int, at: int) -> None:
    """Takes the holder's note back; its words are gone at once. Raises Missing, Away."""
    _change(waiting, slips.note_id(slip), None, at)


def _change(waiting: Waiting, note: str, body: str | None, at: int) -> None:
    if _change_hanging(note, body, at):
        with _kept():
            waiting.change(note, None)  # a copy that a killed worker left there
        return
    with _kept():
        changed = waiting.change(note, body)
    if not changed and not _change_hanging(note, body, at):
        raise Missing(N_("No note belongs to this slip any more."))


def _change_hanging(note: str, body: str | None, at: int) -> bool:
    with writing():
        found = row(select(Note.sheet_id).where(Note.id == note, Note.body.is_not(None)).with_for_update())
        if found is None:
            return False
        if body is not None and row(select(NoteAnswer.id).where(NoteAnswer.note_id == note).limit(1)) is not None:
            raise Invalid("body", ANSWERED)
        agreed = {} if body is None else {"pluses": 0}  # nobody has agreed with other words
        execute(update(Note).where(Note.id == note).values(body=body, **agreed))
        sealing.changed(note)
        if body is None:
            execute(update(Sheet).where(Sheet.id == found.sheet_id).values(notes=Sheet.notes - 1))
        outbox.put("database.flush", {}, at=at - at % 3600)  # by the hour, like all that is written down here
    return True


def agree(note: str) -> int:
    """One more plus for a note; returns the sheet it hangs on. Inside a writing transaction. Raises Missing."""
    found = row(select(Note.sheet_id).where(Note.id == note, Note.body.is_not(None)))
    if found is None:
        raise Missing(N_("This note was taken back."))
    execute(update(Note).where(Note.id == note).values(pluses=Note.pluses + 1))
    return int(found.sheet_id)


def answer(note: str, *, role: str, text: str) -> None:
    """Says something to a note in public, for HR or for management; which person, is not kept. Raises Invalid, Missing.

    Inside a writing transaction.
    """
    clean = rules.answer(text)
    if row(select(Note.id).where(Note.id == note)) is None:
        raise Missing(N_("There is no such note."))
    same = select(NoteAnswer.id).where(NoteAnswer.note_id == note, NoteAnswer.role == role, NoteAnswer.text == clean)
    if row(same) is None:
        execute(insert(NoteAnswer).values(note_id=note, role=role, text=clean))


def type_in(waiting: Waiting, *, sheet: int, text: str, nonce: str, at: int, zone: ZoneInfo) -> int:
    """Notes from paper, one a paragraph, to go up at the next full hour; returns how many. Nobody has their slips.

    `nonce`: of the form, so that sending it twice types nothing in twice. Raises Invalid, Missing, Away.
    """
    notes = rules.paper_notes(text)
    if row(select(Sheet.id).where(Sheet.id == sheet)) is None:
        raise Missing(N_("There is no such sheet on this door."))
    seen: Counter[str] = Counter()
    typed = []
    for one in notes:
        seen[one] += 1
        typed.append(Waiter(_paper_id(sheet, nonce, one, seen[one]), sheet, one, week(at, zone), paper=True))
    with _kept():
        waiting.add(typed)
    return len(notes)


def _paper_id(sheet: int, nonce: str, text: str, time: int) -> str:
    """An id that no slip has: what is hashed here is longer than a slip's 16 bytes, whatever the form sends."""
    return hashlib.sha256(f"typed in from paper\n{sheet}\n{nonce}\n{time}\n{text}".encode()).hexdigest()[:32]
