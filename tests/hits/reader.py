"""`python -m tests.hits.reader PLAN DONE`: reads threads as planned through the forum's own counter, until somebody kills it.

PLAN holds a view a line (thread person moment); DONE grows by a byte for each view that was noted. It goes on where DONE ends: a
view that was noted just before a kill is noted again, as a reload would be.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from forum import create_app
from forum.hits.viewing import Counter


def main(plan: str, done: str) -> None:
    """Reads on."""
    app = create_app()
    counter: Counter = app.extensions["forum.hits"]
    views = [tuple(map(int, line.split())) for line in Path(plan).read_text().splitlines()]
    note = os.open(done, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with app.app_context():
        for thread, person, at in views[os.fstat(note).st_size :]:
            counter.viewed(thread=thread, author=0, person=person, at=at)
            os.write(note, b".")


if __name__ == "__main__":
    main(*sys.argv[1:])
