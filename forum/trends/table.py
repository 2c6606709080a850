"""The figures of the trends page as comma-separated values. Withholds what the page withholds, and no cell can become a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from forum.trends.figures import Span
from forum.web.spreadsheets import harmless

HEAD: Final = (
    "what", "day", "board", "posts", "threads", "readers", "writers", "posts_before", "readers_before", "writers_before"
)  # fmt: skip
FEW: Final = "fewer than 5"


def written(of: Span, boards: Sequence[Any]) -> str:
    """A row for each day, then one for each board; with a byte order mark, so that spreadsheets read it as UTF-8."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(HEAD)
    for now, before in zip(of.now, of.before, strict=True):
        people = (_told(now.readers), _told(now.writers))
        then = (before.posts, _told(before.readers), _told(before.writers))
        lines.writerow(("day", iso(now.day), "", now.posts, now.threads, *people, *then))
    for one in boards:
        lines.writerow(("board", "", harmless(one.name), int(one.now), "", "", "", int(one.before), "", ""))
    return "\ufeff" + out.getvalue()


def iso(day: int) -> str:
    """A day since 1970 as 2026-11-22."""
    return datetime.fromtimestamp(day * 86400, UTC).date().isoformat()


def _told(people: int | None) -> int | str:
    return FEW if people is None else people
