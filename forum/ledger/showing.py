"""What slices show of what the log binds: handed to `verifying` by wiring, so that the ledger needs to know none of them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple


class Shown(NamedTuple):
    """Something that people see, and the leaf that binds it. `name` says in words what it is."""

    name: str
    leaf: int | None
    kinds: tuple[str, ...]
    object: str
    content: bytes | None
    """What people read; None: it was taken back; empty where the act itself is all there is."""
    by: str | None = None
    """Who must have done it; None: not checked."""
    revision: int | None = None
    """Which revision it must be; None: not checked."""
    where: str | None = None
    since: int | None = None
    """When people are told that it happened (Unix seconds); None: not checked."""
    gone: int | None = None
    """The leaf of the withdrawal or erasure; where there is one, `content` must be None."""
    gone_by: str | None = None
    gone_kind: str | None = None
    gone_since: int | None = None
    gone_object: str | None = None
    """What was withdrawn as a whole; None: the object itself."""


class Flaw(NamedTuple):
    """Something that a slice sees by itself: words out of everybody's reach, a page that does not fit its source."""

    text: str


class Pending(NamedTuple):
    """Something that was changed honestly a moment ago, and whose leaf is still to follow; `leaf` was its latest one."""

    kind: str
    object: str
    leaf: int


Source = Callable[[], Iterable[Shown | Flaw | Pending]]


class Sources(NamedTuple):
    """All that people see, by slice. `rendered`: pages compared with their sources. `roles`: (person, role) as they stand.

    `handles`: of people by number. `leaf_of`: the leaf of a post's latest version, None where there is no such post.
    """

    shown: tuple[Source, ...]
    rendered: Source
    roles: Callable[[], set[tuple[str, str]]]
    handles: Callable[[Iterable[int]], dict[int, str]]
    leaf_of: Callable[[int], int | None]
