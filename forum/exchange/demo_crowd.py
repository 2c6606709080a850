"""Fills the demo forum with any number of posts in bounded memory, for measuring; the words are real, who says them is drawn by lot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from random import Random
from typing import Final

from forum.exchange.arriving import Arriving, ArrivingPost, Version
from forum.exchange.demo_moments import DAY
from forum.exchange.laying_out import LaidOut
from forum.exchange.shelving import Bundle, Leaf

POOL: Final = 400
"""Different texts."""
BATCH: Final = 2_000
"""Posts in one transaction, but for the long thread."""
DAYS: Final = 700
LONGEST: Final = 400
LONG_SHARE, LONG_MOST = 20, 5_000
"""One thread holds a twentieth of all posts, at most this many."""
_SHAPE: Final = 1.2
_AGAIN: Final = ("", "Again: ", "Still: ", "Once more: ", "A year later: ", "For the new ones: ")


class Crowd:
    """Draws threads; the same figures give the same forum."""

    def __init__(
        self, boards: Sequence[int], people: Sequence[int], titles: Sequence[str], pool: Sequence[LaidOut], now: int
    ):
        self.boards = boards
        self.people = people
        self.titles = titles
        self.pool = pool[:POOL]
        self.now = now
        self.lot = Random(1931)  # noqa: S311  (no secret: the same forum every time)
        # a few people say much, most say little
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(len(people))))

    def batches(self, posts: int) -> Iterator[list[Bundle]]:
        """Bundles of about a batch each, `posts` posts in all, threads in the order they are begun."""
        sizes = list(self._sizes(posts))
        begun = sorted(self.now - DAYS * DAY + int(self.lot.random() * (DAYS - 20) * DAY) for _ in sizes)
        batch: list[Bundle] = []
        count = 0
        for number, (size, at) in enumerate(zip(sizes, begun, strict=True)):
            batch.append(self._thread(number, size, at))
            count += size
            if count >= BATCH:
                yield batch
                batch, count = [], 0
        if batch:
            yield batch

    def _sizes(self, posts: int) -> Iterator[int]:
        """Floors of each thread: most are short, few are long, one is very long and stands in the middle."""
        long = min(posts // LONG_SHARE, LONG_MOST)
        left, said = posts - long, 0
        while left > 0:
            size = min(int(self.lot.paretovariate(_SHAPE) * 3), LONGEST, left)
            if long and said >= posts // 2:
                yield long
                long = 0
            yield size
            left -= size
            said += size
        if long:
            yield long

    def _thread(self, number: int, size: int, at: int) -> Bundle:
        lot = self.lot
        title = f"{lot.choice(_AGAIN)}{self.titles[number % len(self.titles)]}"
        times = sorted(at + int(lot.expovariate(1 / (5 * DAY))) for _ in range(size - 1))
        authors = lot.choices(self.people, cum_weights=self.weights, k=size)
        leaves = []
        for floor, (moment, author) in enumerate(zip([at, *times], authors, strict=True), 1):
            said = min(moment, self.now - DAY)
            answered = str(lot.randrange(1, floor)) if floor > 2 and lot.random() < 0.25 else None
            post = ArrivingPost(str(floor), "", (Version(said, ""),), reply_to=answered)
            leaves.append(Leaf(post, lot.choice(self.pool), author))
        thread = Arriving(str(number), title, (), lot.choice(self.boards), None, int(lot.paretovariate(_SHAPE) * 12))
        return Bundle(thread, leaves)
