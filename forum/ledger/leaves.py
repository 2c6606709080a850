"""What a leaf says, and how it binds words without holding them: canonical JSON with a salted commitment. Pure.

`at` when it was written down, in Unix seconds · `b` who did it · `c` the commitment · `o` the object · `r` its revision ·
`s` when it happened, where that is another moment · `t` the kind of act · `v` 1 · `w` where it happened, for what could be moved.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

SALT: Final = 32
MOST: Final = 65_535
"""Bytes of a leaf: its length is written in 16 bits."""
CONTEXT: Final = b"forum/commit/v1\n"
TITLE: Final = b"forum/title/v1\n"
KINDS: Final = frozenset(
    (
        *("post.create", "post.edit", "post.withdraw", "attach", "thread.title", "board.create", "board.rename"),
        *("role.grant", "role.revoke", "account.access", "person.erase", "magic.reach", "answer.set"),
        *("pad.open", "pad.close", "pad.batch", "note.edit", "note.withdraw", "legal.erase", "key.rotate"),
    )
)
FORUM: Final = "forum"
"""The forum itself: the rule of Magic, the doors' rhythm."""
COMMAND: Final = "cli"
"""An operator at the machine's command line."""


class Act(NamedTuple):
    """Something done, to be written down. `content`: the words it binds. `public`: the ledger keeps and shows them itself."""

    kind: str
    by: str
    object: str
    revision: int | None = None
    content: bytes | None = None
    where: str | None = None
    public: bool = False
    since: int | None = None
    """When it happened, in Unix seconds, as people are shown; None: when it is written down."""
    salt: bytes | None = None
    """None: a fresh one, where there is content."""


def fresh_salt() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(SALT)


def title_salt(salt: bytes) -> bytes:
    """The salt of a title, from that of the words it stands over: SHA-256("forum/title/v1\\n" ‖ salt)."""
    return sha256(TITLE + salt).digest()


def commitment(salt: bytes, content: bytes) -> bytes:
    """Binds the content and hides it once the salt is gone: SHA-256("forum/commit/v1\\n" ‖ salt ‖ uint64be(length) ‖ content)."""
    return sha256(CONTEXT + salt + len(content).to_bytes(8, "big") + content).digest()


def person(number: int) -> str:
    """A person as `b` or `o`: a number for ever; the name lives in a table that can be emptied."""
    return f"u:{number}"


def written(act: Act, *, at: int, salt: bytes | None) -> bytes:
    """The leaf: canonical JSON with sorted keys, no spaces, ASCII only."""
    if act.kind not in KINDS:
        raise ValueError(f"no kind of act: {act.kind}")
    found: dict[str, Any] = {"at": at, "b": act.by, "o": act.object, "t": act.kind, "v": 1}
    if act.content is not None:
        if salt is None or len(salt) != SALT:
            raise ValueError("content needs a salt of 32 bytes")
        found["c"] = b64encode(commitment(salt, act.content)).decode()
    if act.revision is not None:
        found["r"] = act.revision
    if act.since not in (None, at):
        found["s"] = act.since
    if act.where is not None:
        found["w"] = act.where
    leaf = canonical(found)
    if len(leaf) > MOST:
        raise ValueError(f"a leaf of {len(leaf)} bytes")
    return leaf


def canonical(found: Mapping[str, Any]) -> bytes:
    """The one way in which these values are written."""
    return json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


_TYPES: Final = {"at": int, "b": str, "c": str, "o": str, "r": int, "s": int, "t": str, "v": int, "w": str}


class Leaf(NamedTuple):
    """A leaf as read. `commitment`: 32 bytes, or None."""

    at: int
    by: str
    kind: str
    object: str
    revision: int | None
    commitment: bytes | None
    where: str | None
    since: int | None = None

    @property
    def moment(self) -> int:
        """When it is said to have happened, in Unix seconds."""
        return self.at if self.since is None else self.since


def read(leaf: bytes) -> Leaf:
    """Parses a leaf. Raises ValueError when it is not one, or not written canonically."""
    if len(leaf) > MOST:
        raise ValueError(f"a leaf of {len(leaf)} bytes")
    try:
        found = json.loads(leaf)
    except RecursionError:
        raise ValueError("no leaf, but a nest") from None
    if not isinstance(found, dict) or not {"at", "b", "o", "t", "v"} <= set(found) <= set(_TYPES):
        raise ValueError("no leaf, or one with other fields")
    if any(type(value) is not _TYPES[key] for key, value in found.items()):
        raise ValueError("a leaf with wrong values")
    if canonical(found) != leaf or found.get("s") == found["at"] or found["v"] != 1 or found["t"] not in KINDS:
        raise ValueError("no leaf of version 1")
    bound = b64decode(found["c"], validate=True) if "c" in found else None
    if bound is not None and (len(bound) != 32 or b64encode(bound).decode() != found["c"]):
        raise ValueError("a leaf with another commitment")
    return Leaf(found["at"], found["b"], found["t"], found["o"], found.get("r"), bound, found.get("w"), found.get("s"))
