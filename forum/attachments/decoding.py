"""Has a picture made clean by a process of its own (picture.py), a few at a time; never decodes one itself."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from forum.attachments import picture
from forum.core.errors import N_, Invalid, TooFast

CHILDREN: Final = 2
"""Pictures that one process of the server has in hand at once."""
WAITING: Final = 1
"""And so many more wait for their turn: each of them holds a thread of the server, and pages need some, too."""
WAIT: Final = 3
"""Seconds for which one waits at most."""
PATIENCE: Final = 15
"""Seconds by the clock after which a child is given up; its work is bounded by picture.CPU, but the machine may be busy."""
BUSY: Final = N_("Many pictures are being prepared just now. Please try again in a moment.")
_room = threading.BoundedSemaphore(CHILDREN)
_queue = threading.BoundedSemaphore(CHILDREN + WAITING)


def clean(source: Path, target: Path, small: Path) -> tuple[int, int]:
    """Writes WebP to `target`, and to `small` when it is wide; returns width and height. Raises Invalid and TooFast."""
    if not _queue.acquire(blocking=False):
        raise TooFast(BUSY, 5)
    try:
        return _in_turn(source, target, small)
    finally:
        _queue.release()


def _in_turn(source: Path, target: Path, small: Path) -> tuple[int, int]:
    if not _room.acquire(timeout=WAIT):
        raise TooFast(BUSY, 5)
    try:
        done = subprocess.run(
            [sys.executable, "-I", picture.__file__, source, target, small],
            env={},  # no setting, above all no secret, is known there
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
        status, told = done.returncode, done.stdout
    except subprocess.TimeoutExpired as late:
        status, told = picture.TOO_LARGE, late.stdout or b""
    finally:
        _room.release()
        Path(f"{target}.film").unlink(missing_ok=True)
    lines = told.splitlines()
    if lines:  # whatever came later: a picture is there
        size = json.loads(lines[-1])
        return size["width"], size["height"]
    if status == picture.UNREADABLE:
        raise Invalid("file", N_("This picture cannot be read. It may be damaged, or not be what its name says."))
    raise Invalid(
        "file",
        N_("This picture is too large to be prepared. Up to 50 megapixels as JPEG, 21 as PNG, 12 as GIF, 8 as WebP."),
    )
