"""Counts what an import did, and names the first few records it could not take or had to mend. Refuses to judge them."""

from __future__ import annotations

from collections import Counter

NAMED = 10
"""Examples named for each reason."""


class Tally:
    """Figures of one import, and reasons with examples."""

    def __init__(self) -> None:
        self.threads = 0
        self.posts = 0
        self.people = 0
        self.already = 0
        self.skipped: Counter[str] = Counter()
        self.mended: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = {}

    def skip(self, reason: str, name: str) -> None:
        """A record that was not taken."""
        self._count(self.skipped, reason, name)

    def mend(self, reason: str, name: str) -> None:
        """A record that was taken after a repair."""
        self._count(self.mended, reason, name)

    def _count(self, counter: Counter[str], reason: str, name: str) -> None:
        counter[reason] += 1
        named = self.examples.setdefault(reason, [])
        if len(named) < NAMED:
            named.append(name)

    def lines(self) -> list[str]:
        """The summary: what came, and what did not, by reason."""
        came = ", ".join(
            (_many(self.threads, "thread"), _many(self.posts, "post"), _many(self.people, "person", "people"))
        )
        made = [f"{came} added; {_many(self.already, 'post')} already there."]
        for word, counter in (("Skipped", self.skipped), ("Mended", self.mended)):
            if counter:
                reasons = "; ".join(f"{count:,} {reason}" for reason, count in counter.most_common())
                made.append(f"{word} {counter.total():,}: {reasons}.")
        return made

    def named(self) -> list[str]:
        """A line for each reason: its examples."""
        made = []
        for reason, names in self.examples.items():
            total = self.skipped[reason] + self.mended[reason]
            more = f" and {total - len(names):,} more" if total > len(names) else ""
            made.append(f"{reason}: {', '.join(names)}{more}")
        return made


def _many(count: int, one: str, several: str = "") -> str:
    return f"{count:,} {one if count == 1 else several or one + 's'}"
