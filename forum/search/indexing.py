"""Keeps the index true to what is said: single changes as they come, and a whole new index built beside the one that serves.

Documents live in two slots. One serves; while the other is built, changes go to both, so that the two can change places at the end.
Whatever is done here may be killed at any moment and is done again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import delete, select

from forum.core import outbox
from forum.core.database import db, execute, row, rows, writing
from forum.core.upsert import upsert
from forum.search import analyser, documents, slots, vocabulary
from forum.search.backends import Backend, Broken, Name, backend
from forum.search.documents import Gone, Made
from forum.search.models import DOCUMENTS, WORDS, SearchState

log = logging.getLogger(__name__)

CHUNK: Final = 200
"""Documents written in one transaction."""
SWEPT: Final = 5_000
_EMPTY: Final = {
    "id": 1,
    "upto_at": 0,
    "upto_id": 0,
    "upto_note": "",
    "common": "{}",
    "sampled": 0,
    "sampled_at": 0,
}


class _Live(NamedTuple):
    """A slot that changes go to, and how far it reaches."""

    slot: str
    backend: Backend
    reaches: Callable[[Any], bool]


def locked() -> SearchState:
    """The one row of the state, ours until the transaction under way ends."""
    found = db.session.get(SearchState, 1, with_for_update=True)
    if found is None:
        upsert(SearchState, _EMPTY, update=[])
        found = db.session.get_one(SearchState, 1, with_for_update=True)
    return found


def begin(name: Name) -> None:
    """Begins a new index by that backend, in the slot that does not serve; one that was being built is thrown away."""
    with writing():
        state = locked()
        state.building = "b" if state.serving == "a" else "a"
        state.built_by, state.built_version, state.stage = name, analyser.VERSION, "clear"
        state.upto_at, state.upto_id, state.upto_note = 0, 0, ""


def ensure(name: Name) -> None:
    """Begins one when none serves that the setting and the analyser ask for, unless it is being built already."""
    wanted = (name, analyser.VERSION)
    found = row(
        select(
            SearchState.serving,
            SearchState.served_by,
            SearchState.served_version,
            SearchState.building,
            SearchState.built_by,
            SearchState.built_version,
        )
    )
    db.session.rollback()
    if found and found.building and (found.built_by, found.built_version) == wanted:
        return
    if found and found.serving and (found.served_by, found.served_version) == wanted and not found.building:
        return
    begin(name)


def lost(slot: str) -> None:
    """The index of a slot cannot be read: it serves no more, and what is built begins anew."""
    with writing():
        state = locked()
        if state.serving == slot:
            log.warning("the search index is damaged; a new one is built")
            state.serving = None
        if state.building == slot:
            state.building = None


def build(folder: Path, at: int) -> int:
    """Does the next step of a building, or of sweeping away what served before; returns how many documents it dealt with.

    -1: there is nothing to do.
    """
    state = row(select(SearchState.serving, SearchState.building, SearchState.built_by, SearchState.stage))
    db.session.rollback()
    if state is None or state.stage is None or (state.stage != "sweep" and state.building is None):
        return -1
    if state.stage == "sweep":
        return _swept(folder, "b" if state.serving == "a" else "a")
    index = backend(state.built_by, state.building, folder)
    try:
        if state.stage == "clear":
            return _cleared(index, state.building)
        if state.stage == "finish":
            return _finished(index, state.building, at)
        return _added(index, state.building, state.stage)
    except Broken as error:
        log.warning("the index that is built is damaged, it is begun anew: %s", error)
        begin(state.built_by)
        return 0


def _swept(folder: Path, idle: str) -> int:
    done = _emptied(idle)
    if done:
        return done
    with writing():
        state = locked()
        if state.stage != "sweep":
            return 0
        for name in ("database", "whoosh"):
            backend(name, idle, folder).drop()
        state.stage = None
        outbox.put("database.flush", {}, at=0)
    return 0


def _emptied(slot: str) -> int:
    """Deletes some of a slot's documents; returns how many."""
    document, kept = DOCUMENTS[slot], WORDS[slot]
    with writing():
        locked()
        some = [one.id for one in rows(select(document.id).order_by(document.id).limit(SWEPT))]
        if some:
            execute(delete(kept).where(kept.id <= some[-1]))
            execute(delete(document).where(document.id <= some[-1]))
        return len(some)


def _cleared(index: Backend, slot: str) -> int:
    done = _emptied(slot)
    if done:
        return done
    with writing():
        state = locked()
        if (state.building, state.stage) == (slot, "clear"):
            index.clear()
            state.stage = "posts"
    return 0


def _added(index: Backend, slot: str, stage: Literal["posts", "notes"]) -> int:
    """Adds the next documents in the order in which they were said."""
    _reconciled(index, slot)
    place = row(select(SearchState.upto_at, SearchState.upto_id, SearchState.upto_note))
    assert place is not None
    if stage == "posts":
        found = documents.posts_after(place.upto_at, place.upto_id, CHUNK)
        made = [documents.of_post(one) for one in found]
    else:
        found = documents.notes_after(place.upto_note, CHUNK)
        made = [documents.of_note(one) for one in found]
    with writing():
        state = locked()
        same = (state.upto_at, state.upto_id, state.upto_note) == tuple(place)
        if (state.building, state.stage) != (slot, stage) or not same:
            return 0  # another process was faster
        if not found:
            state.stage = "notes" if stage == "posts" else "finish"
            return 0
        slots.put(slot, index, slots.true(found, made, stage))
        if stage == "posts":
            state.upto_at, state.upto_id = found[-1].created_at, found[-1].id
        else:
            state.upto_note = found[-1].id
    index.settled()
    return len(found)


_reconciled_here: set[tuple[str, str]] = set()


def _reconciled(index: Backend, slot: str, *, again: bool = False) -> None:
    """Once in the life of a process, and after a failure: what a killed one had done to the table but not to the index."""
    key = (slot, type(index).__name__)
    if key in _reconciled_here and not again:
        return
    there = index.numbers()
    if there is not None:
        document, kept = DOCUMENTS[slot], WORDS[slot]
        wanted = {one.id for one in rows(select(document.id))}
        for begin_ in range(0, len(missing := sorted(wanted - there)), CHUNK):
            numbers = missing[begin_ : begin_ + CHUNK]
            index.change([], rows(select(kept.__table__).where(kept.id.in_(numbers))))
            index.settled()
        surplus = there - wanted
        if surplus:
            index.change([_Number(one) for one in surplus], [])
            index.settled()
        db.session.rollback()
    _reconciled_here.add(key)


class _Number(NamedTuple):
    id: int


def _finished(index: Backend, slot: str, at: int) -> int:
    """What was built serves from now on."""
    _reconciled(index, slot, again=True)
    common, sampled = vocabulary.sample(slot)
    with writing():
        state = locked()
        if (state.building, state.stage) != (slot, "finish"):
            return 0
        state.serving, state.served_by, state.served_version = slot, state.built_by, state.built_version
        state.building = None
        state.stage = "sweep"
        state.common, state.sampled, state.sampled_at = common, sampled, at
    return 0


def apply(folder: Path, *, posts: Sequence[int] = (), notes: Sequence[str] = (), at: int) -> None:
    """Brings the index up to date with these posts and notes, as they stand now."""
    if not _any_live():
        return
    _sure(folder)
    found = documents.posts(posts) if posts else []
    made = [documents.of_post(one) for one in found]
    jotted = documents.notes(notes) if notes else []
    made_notes = [documents.of_note(one) for one in jotted]
    db.session.rollback()
    touched: list[tuple[str, Backend]] = []
    gone = False
    with writing():
        state = locked()
        both = slots.true(found, made, "posts") + slots.true(jotted, made_notes, "notes")
        for live in _live(state, folder):
            reached = [one for one in both if live.reaches(one)]
            gone |= slots.put(live.slot, live.backend, reached)
            touched.append((live.slot, live.backend))
        if gone:
            outbox.put("database.flush", {}, at=at - at % 3600)
            outbox.put("search.tidy", {}, at=at - at % 3600, due_at=at - at % 3600 + 3600)
    for slot, index in touched:
        try:
            index.settled()
        except Broken as error:
            log.warning("the index of slot %s cannot be written: %s", slot, error)
            lost(slot)
        except BaseException:
            _reconciled_here.discard((slot, type(index).__name__))
            raise


def _sure(folder: Path) -> None:
    """What a killed worker had taken out of the tables leaves the indexes too: its job, done again, finds nothing of it."""
    state = db.session.get(SearchState, 1)
    for live in _live(state, folder) if state else ():
        try:
            _reconciled(live.backend, live.slot)
        except Broken:
            db.session.rollback()
            lost(live.slot)
    db.session.rollback()


def _any_live() -> bool:
    """Whether there is a slot that changes go to; what is said before one is begun, its building reads."""
    found = row(select(SearchState.serving, SearchState.building, SearchState.stage))
    db.session.rollback()
    return found is not None and bool(found.serving or (found.building and found.stage != "clear"))


def _live(state: SearchState, folder: Path) -> Iterable[_Live]:
    if state.serving and state.served_by:
        yield _Live(state.serving, backend(state.served_by, state.serving, folder), lambda _one: True)  # type: ignore[arg-type]
    if state.building and state.built_by and state.stage in ("posts", "notes", "finish"):
        upto, note, stage = (state.upto_at, state.upto_id), state.upto_note, state.stage

        def reaches(one: Made | Gone) -> bool:
            if one.note_id is not None:
                return stage == "finish" or one.note_id <= note
            if stage != "posts" or isinstance(one, Gone):
                return True
            return (one.said_at, one.post_id or 0) <= upto

        yield _Live(state.building, backend(state.built_by, state.building, folder), reaches)  # type: ignore[arg-type]
