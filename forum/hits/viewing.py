"""What happens at a view: a line in this process's journal. Refuses to know anything but numbers."""

from __future__ import annotations

from pathlib import Path

from forum.hits.journal import View, Writer
from forum.hits.readers import Tokens


class Counter:
    """Notes views; the worker counts them later."""

    def __init__(self, folder: Path) -> None:
        self.writer = Writer(folder)
        self.tokens = Tokens()

    def viewed(self, *, thread: int, author: int, person: int, at: int) -> None:
        """A person saw a thread's page. Authors are no readers of their own."""
        if person != author:
            self.writer.note(View(thread, self.tokens.token(person, at), at))

    def close(self) -> None:
        """Lets go of the journal."""
        self.writer.close()
