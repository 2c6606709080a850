"""A lively poll for the demo, and reactions to what is read most; given one by one, as in earnest, by colleagues drawn by lot."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Any, Final

from sqlalchemy import Row, select

from forum.accounts.models import Person
from forum.boards.models import Post, Thread
from forum.core.actor import Actor
from forum.core.database import rows, writing
from forum.polls import actions as polls
from forum.reactions import actions as reactions
from forum.reactions.rules import REACTIONS

DAY: Final = 86400
THREAD: Final = "Retiring in March. Who inherits the plotter, the plant and the password book?"
QUESTION: Final = "The plotter of 1989: keep it or toss it?"
CHOICES: Final = (
    ("Keep it, where it is", 9),
    ("Toss it", 4),
    ("Give it to the Test Tower: they have long lines and patience", 6),
    ("Which plotter?", 2),
)
"""What can be chosen, and how many of twenty-one choose it."""
VOTERS: Final = 173
READ_MOST, FLOORS, MOST = 12, 5, 14
"""Threads, the floors of each that get reactions, and how many at most."""
_LIKELY: Final = (8, 4, 5, 2, 1)
"""How often each of the reactions is given."""


def fill(now: int, *, reader: str) -> None:
    """Adds both, in one transaction; the one who tries out the demo has not voted yet. Where the thread is not, there is no poll."""
    people = rows(select(Person.id, Person.handle, Person.name).where(Person.left_at.is_(None)).order_by(Person.id))
    company = [Actor(one.id, one.handle, one.name) for one in people if one.handle != reader]
    lot = Random(1989)  # noqa: S311 (a demo, the same each time)
    with writing():
        for thread in rows(select(Thread.id, Thread.author_id).where(Thread.title == THREAD).limit(1)):
            _ask(thread, company, lot, now)
        for post in _read_most():
            _react(post, company, lot)


def _ask(thread: Row[Any], company: Sequence[Actor], lot: Random, now: int) -> None:
    words = [one for one, _ in CHOICES]
    sums = list(accumulate(weight for _, weight in CHOICES))
    author = Actor(thread.author_id, "", "")
    polls.ask(author, thread=thread.id, question=QUESTION, choices=words, several=False, ends_at=now + 5 * DAY, at=now)
    for one in lot.sample(company, min(VOTERS, len(company))):
        chosen = lot.choices(range(1, len(words) + 1), cum_weights=sums)
        polls.vote(one, thread=thread.id, chosen=chosen, at=now)


def _read_most() -> Sequence[Row[Any]]:
    """The first floors of the threads that are read most, as far as their words stand."""
    most = select(Thread.id).order_by(Thread.hits.desc(), Thread.id).limit(READ_MOST)
    standing = select(Post.id, Post.author_id).where(Post.thread_id.in_(most), Post.withdrawn_at.is_(None))
    return rows(standing.where(Post.floor <= FLOORS).order_by(Post.id))


def _react(post: Row[Any], company: Sequence[Actor], lot: Random) -> None:
    for one in lot.sample(company, min(lot.randrange(MOST), len(company))):
        if one.id != post.author_id:
            reactions.react(one, post=post.id, reaction=lot.choices(REACTIONS, _LIKELY)[0], on=True)
