"""What the worker does for the counter of readers at each turn."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from forum.hits import counting, readers

PAUSE: Final = 60
"""Seconds between two looks at threads that nobody reads."""
_looked = 0


def folder(instance: Path) -> Path:
    """Where this machine's journals lie."""
    return instance / "hits"


def tick(instance: Path, at: int) -> int:
    """Applies the journals; once a minute, when all of them are applied, runs the rule on and destroys what is over."""
    global _looked
    taken = counting.drain(folder(instance), at)
    if not taken and abs(at - _looked) >= PAUSE:
        _looked = at
        counting.look(at)
        taken = readers.forget(at)
        readers.key_of((at + PAUSE + 1) // readers.DAY)  # made before anybody needs it
    return taken
