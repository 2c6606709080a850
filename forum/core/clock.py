"""The one clock: whole Unix seconds, UTC. Nothing else asks the system for the time."""

import time

_seconds = time.time


def now() -> int:
    """The present moment in Unix seconds."""
    return int(_seconds())
