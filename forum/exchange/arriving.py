"""What a source hands over: threads, posts and their versions, before anything of them is laid out. Knows no source and no table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Version(NamedTuple):
    """The words of a post from a moment on (Unix seconds); `title` only for an opening post, None when unchanged."""

    at: int
    body: str
    title: str | None = None


class ArrivingPost(NamedTuple):
    """One thing said. `key` and `author` are the source's own names; `versions` oldest first, at least one."""

    key: str
    author: str
    versions: tuple[Version, ...]
    html: bool = False
    reply_to: str | None = None
    edited_at: int | None = None
    withdrawn_at: int | None = None

    @property
    def at(self) -> int:
        """When it was said, in Unix seconds."""
        return self.versions[0].at


class Arriving(NamedTuple):
    """One conversation for the board with number `board`; the first of `posts` opens it, the others follow by time.

    `source` names where it comes from, so that nothing comes twice (None: not remembered). `joins` are keys of posts
    that an earlier import may have brought: where one is known, the conversation goes on there.
    """

    key: str
    title: str
    posts: Iterable[ArrivingPost]
    board: int
    source: str | None
    hits: int = 0
    joins: tuple[str, ...] = ()
