"""Management's answer as a page shows it: its steps with their moments in words, and the floors they stand on. Asks no database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from forum.boards import addresses
from forum.web.dates import Dates


class Step(NamedTuple):
    """One step: what was said of which floor, by whom, when (for machines, in few words, as a day)."""

    state: str
    handle: str
    name: str
    at: str
    when: str
    day: str
    floor: int
    address: str


class Verdict(NamedTuple):
    """The answer over a thread: the present step with the beginning of its words, and how it came to it."""

    now: Step
    excerpt: str
    lang: str | None
    withdrawn: bool
    after: str
    """How long after the thread became Magic, in words; empty when it was not Magic then."""
    changed: Step | None
    """The step by which a decision was changed, for ever."""
    history: tuple[Step, ...]
    """All steps, the first one first; empty while there is but one."""


class Mark(NamedTuple):
    """What a floor's post was marked with last, and whether it is the thread's answer now."""

    state: str
    now: bool


def verdict(thread: Any, steps: Sequence[Any], words: Dates) -> Verdict | None:
    """The answer of a thread from its steps, the present one first; None when there is none."""
    if not steps:
        return None
    told = [step(thread.id, thread.slug, one, words) for one in steps]
    changed = [one for one in told if one.state == "overturned"]
    present = steps[0]
    after = present.at - thread.magic_at if thread.magic_at is not None else -1
    return Verdict(
        now=told[0],
        excerpt=present.excerpt or "",
        lang=present.lang,
        withdrawn=present.withdrawn_at is not None,
        after=words.lasting(after) if after >= 0 else "",
        changed=changed[-1] if changed else None,
        history=tuple(reversed(told)) if len(told) > 1 else (),
    )


def step(thread: int, slug: str, one: Any, words: Dates) -> Step:
    """One step as a page shows it."""
    address = addresses.floor(thread, slug, one.floor)
    moments = words.machine(one.at), words.when(one.at), words.day(one.at)
    return Step(one.state, one.handle, one.name, *moments, one.floor, address)


def marks(steps: Sequence[Any]) -> dict[int, Mark]:
    """The mark of each post that is or was the answer."""
    found: dict[int, Mark] = {}
    for number, one in enumerate(steps):
        found.setdefault(one.post_id, Mark(one.state, number == 0))
    return found


def waiting(thread: Any, now: int, words: Dates) -> str:
    """How long a Magic thread has waited for an answer, in words; empty when nothing waits."""
    if thread.magic_at is None or thread.answer is not None:
        return ""
    return words.lasting(now - thread.magic_at)
