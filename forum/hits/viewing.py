"""What happens at a view: a line in this process's journal. Refuses to know anything but numbers."""

from __future__ import annotations

from pathlib import Path

from forum.hits.journal import View, Writer
from forum.hits.readers import OWN, ROBOT, Tokens


class Counter:
    """Notes views; the worker counts them later."""

    def __init__(self, folder: Path) -> None:
        self.writer = Writer(folder)
        self.tokens = Tokens()

    def viewed(self, *, thread: int, author: int, person: int, at: int, robot: bool = False) -> None:
        """A person saw a thread's page. Authors are no readers of their own, and robots are none at all."""
        reader = ROBOT if robot else OWN if person == author else self.tokens.token(person, at)
        self.writer.note(View(thread, reader, at))

    def close(self) -> None:
        """Lets go of the journal."""
        self.writer.close()
