"""What the worker does for search: changes that boards and pads tell of, the next piece of a building, what is frequent."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from flask import current_app
from sqlalchemy import func, select

from forum.core import outbox
from forum.core.clock import now
from forum.core.database import Busy, db, row, writing
from forum.search import documents, indexing, vocabulary
from forum.search.backends import Broken, backend, chosen
from forum.search.models import DOCUMENTS, SearchState

log = logging.getLogger(__name__)

AT_ONCE: Final = 200
"""Posts that are indexed at once; what is more comes with the next turn, so that nothing waits long behind an import."""
DAY: Final = 86_400
LOOK: Final = 60
"""Seconds between two looks at what is frequent."""
_looked = 0


def changed(jobs: Sequence[Mapping[str, Any]]) -> None:
    """Posts that were said, changed or withdrawn: by number, or `first` to `last`."""
    at, some, later = now(), dict[int, None](), list[Mapping[str, Any]]()
    for job in jobs:
        room = AT_ONCE - len(some)
        if room <= 0:
            later.append(job)
        elif "posts" in job:
            some.update(dict.fromkeys(job["posts"]))
        else:
            found = documents.numbers(job["first"], job["last"], room)
            some.update(dict.fromkeys(found))
            if len(found) == room:
                later.append({"first": found[-1] + 1, "last": job["last"]})
    _apply(list(some), at)
    _again("boards.posts", later, at)


def threads(jobs: Sequence[Mapping[str, Any]]) -> None:
    """Threads whose title or state is another: all their posts."""
    at, some, later = now(), dict[int, None](), list[Mapping[str, Any]]()
    for thread, after in {(job["thread"], job.get("after", 0)): None for job in jobs}:
        room = AT_ONCE - len(some)
        found = documents.floors(thread, after, room) if room > 0 else []
        some.update(dict.fromkeys(one.id for one in found))
        if len(found) == room or room <= 0:
            later.append({"thread": thread, "after": found[-1].floor if found else after})
    _apply(list(some), at)
    _again("boards.thread", later, at)


def jotted(jobs: Sequence[Mapping[str, Any]]) -> None:
    """Notes that were pinned up, corrected or taken back."""
    notes = list(dict.fromkeys(note for job in jobs for note in job["notes"]))
    for some in _chunks(notes):
        indexing.apply(_folder(), notes=some, at=now())


def tidied(_jobs: Sequence[Mapping[str, Any]]) -> None:
    """Words that were taken out leave the index's files, too."""
    state = row(_slots)
    db.session.rollback()
    if state is None:
        return
    for slot, name in ((state.serving, state.served_by), (state.building, state.built_by)):
        if slot is None or (slot == state.building and state.stage == "clear"):
            continue
        try:
            if backend(name, slot, _folder()).tidy() > 1:
                with writing():
                    outbox.put("search.tidy", {}, at=now())
        except Broken:
            indexing.lost(slot)


def broken(jobs: Sequence[Mapping[str, Any]]) -> None:
    """A search met an index that cannot be read: built anew, and what can still be found is served meanwhile."""
    for slot in {str(job["slot"]) for job in jobs}:
        state = row(_slots)
        db.session.rollback()
        if state is None or state.serving != slot or state.building is not None:
            continue
        try:
            backend(state.served_by, slot, _folder()).numbers()
        except Broken:
            indexing.lost(slot)
        indexing.begin(chosen(current_app.extensions["forum.settings"].search))


_slots = SearchState.__table__.select()


def tick(instance: Path, at: int, setting: Any) -> int:
    """One turn: now and then whether all is as it should be, and the next piece of a building."""
    global _looked
    indexing.ensure(chosen(setting))
    if at - _looked >= LOOK or at < _looked:
        _looked = at
        resample(at)
    try:
        return max(0, indexing.build(instance, at))
    except Busy:
        return 0  # `search reindex` does the next piece


def resample(at: int) -> None:
    """Looks anew which words are frequent: daily, and when a forum has grown by a fifth."""
    found = row(select(SearchState.serving, SearchState.sampled, SearchState.sampled_at))
    if found is None or found.serving is None:
        return
    document = DOCUMENTS[found.serving]
    top = row(select(func.max(document.id).label("id")))
    many = min((top.id if top else 0) or 0, vocabulary.SAMPLE)
    if at - found.sampled_at < DAY and many <= found.sampled * 1.2 + 20:
        return
    common, sampled = vocabulary.sample(found.serving)
    with writing():
        state = indexing.locked()
        if state.serving == found.serving:
            state.common, state.sampled, state.sampled_at = common, sampled, at


def _folder() -> Path:
    return Path(current_app.instance_path)


def _apply(posts: Sequence[int], at: int) -> None:
    for some in _chunks(posts):
        indexing.apply(_folder(), posts=some, at=at)


def _chunks(all: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (all[begin : begin + AT_ONCE] for begin in range(0, len(all), AT_ONCE))


def _again(kind: str, payloads: Sequence[Mapping[str, Any]], at: int) -> None:
    if payloads:
        with writing():
            for payload in payloads:
                outbox.put(kind, payload, at=at)
