"""How the words of a post name a file: its address, and the Markdown for it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from forum.attachments import rules
from forum.attachments.models import PICTURE

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>&!~@:])")


class Named(NamedTuple):
    """What is told of a file."""

    id: int
    kind: str
    name: str
    type: str
    size: int
    width: int | None
    height: int | None


def path(file: Any) -> str:
    """Where a file is found, as one reads it; `file` has id and name."""
    return f"/files/{file.id}/{file.name}"


def address(file: Any) -> str:
    """The same as a link writes it."""
    return f"/files/{file.id}/{quote(file.name, safe='')}"


def markdown(file: Any) -> str:
    """A picture with room for what is on it; a file with its name and size."""
    if file.kind == PICTURE:
        return f"![]({address(file)})"
    label = _SPECIAL.sub(r"\\\1", file.name)
    return f"[{label} ({rules.told(file.size)})]({address(file)})"


def added(body: str, files: Sequence[Any]) -> str:
    """The words with these files at their end, each in a paragraph of its own."""
    return joined([body.rstrip(), *map(markdown, files)]) if files else body


def joined(parts: Iterable[str]) -> str:
    """Paragraphs, the empty ones left out."""
    return "\n\n".join(part for part in parts if part)
