"""Finds @handles in what people write and links those that exist; refuses to know who exists, it is told."""

import re
from collections.abc import Mapping
from typing import Final

from markdown_it.rules_inline import StateInline

from forum.markup.language import is_eastern

MAX_CANDIDATES: Final = 50
MAX_LINKS: Final = 200  # in one post; those after stay words

_RUN: Final = re.compile(r"@([a-z0-9._-]{2,})", re.IGNORECASE | re.ASCII)
_AFTER_MENTION: Final = re.compile(r"@[a-z0-9._-]{2,32}/\Z", re.IGNORECASE | re.ASCII)
_LONGEST: Final = 32


def _joined(char: str) -> bool:
    """Whether a letter beside a handle makes it part of a longer word or an e-mail address."""
    return char.isalnum() and not is_eastern(char)


def _begins(source: str, at: int) -> bool:
    before = source[at - 1 : at]
    if before and before in "/+-_%=" and at > 1 and _joined(source[at - 2]):
        return before == "/" and _AFTER_MENTION.search(source, max(0, at - _LONGEST - 2), at) is not None
    return not before or not (_joined(before) or before == "@")


def _candidates(source: str, at: int, end: int) -> list[str]:
    """Handles that the `@` at `at` may mean, longest first, as typed; a full stop at the end is the sentence's."""
    run = _RUN.match(source, at, end)
    if run is None or not _begins(source, at):
        return []
    after = source[run.end() : run.end() + 1] if run.end() < end else ""
    if after and (_joined(after) or after == "@"):
        return []
    whole = run.group(1)
    if len(whole.rstrip("-_.")) > _LONGEST:
        return []
    handle = whole[: _LONGEST + 1].rstrip(
        "."
    )  # never more than a handle's length is looked at: a run may be 40,000 long
    found = [handle]
    while handle.endswith(("-", "_", ".")):
        handle = handle[:-1]
        if not handle.endswith("."):
            found.append(handle)
    return [handle for handle in found if 2 <= len(handle) <= _LONGEST]


def handles_in(source: str) -> frozenset[str]:
    """Lower-case handles that `source` may mention, at most 50, in code or not: ask which exist, then render."""
    found: set[str] = set()
    for run in _RUN.finditer(source):
        for handle in _candidates(source, run.start(), len(source)):
            found.add(handle.lower())
            if len(found) == MAX_CANDIDATES:
                return frozenset(found)
    return frozenset(found)


def mention(state: StateInline, silent: bool) -> bool:
    """Inline rule: `@handle` of somebody who exists becomes a token of its own, outside code and links."""
    people: Mapping[str, str] = state.env["people"]
    if state.src[state.pos] != "@" or state.linkLevel or not people or state.env["mention_links"] >= MAX_LINKS:
        return False
    for typed in _candidates(state.src, state.pos, state.posMax):
        if typed.lower() in people:
            if not silent:
                state.env["mention_links"] += 1
                token = state.push("mention", "a", 0)
                token.content = f"@{typed}"
                token.meta = {"handle": typed.lower()}
            state.pos += 1 + len(typed)
            return True
    return False
