"""The background worker: one loop that does what is due until it is told to stop. Knows no job itself."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

PAUSE = 0.25
"""Seconds between two looks when nothing was due."""


def run(tick: Callable[[], int]) -> None:
    """Calls `tick` (which returns how much it did) until SIGINT or SIGTERM; a failing tick is logged and tried again."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    pause = PAUSE
    while not stop.is_set():
        try:
            did = tick()
            pause = PAUSE
        except Exception:  # the database may be away for a while; the worker outlives it
            log.exception("the worker stumbled")
            did, pause = 0, min(pause * 2, 30)
        if not did:
            stop.wait(pause)
