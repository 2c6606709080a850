"""What the worker does for the figures by day."""

from __future__ import annotations

from typing import Final

from forum.trends import rollups

PAUSE: Final = 60
"""Seconds between two turns."""
_ticked = 0


def tick(at: int) -> None:
    """Brings the figures up to date, at most once a minute. `at`: now, in Unix seconds."""
    global _ticked
    if abs(at - _ticked) < PAUSE:
        return
    rollups.catch_up(at)
    _ticked = at
