"""Lets the demo's company read: some thousand colleagues, their views through the real counter and the real rule. Gives nothing by hand."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import accumulate, islice
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, insert, select, update

from forum.accounts.models import Person, PersonName
from forum.boards import answering
from forum.boards.models import Post, Thread
from forum.core.actor import Actor
from forum.core.database import db, execute, rows, writing
from forum.hits import counting, jobs, readers
from forum.hits.viewing import Counter

COMPANY: Final = 1_200
"""Colleagues, most of whom only read."""
QUIET_PREFIX: Final = "colleague"
DAY: Final = 86400
PILE: Final = 60_000
"""Views applied together."""
GIVEN: Final = (
    *("Ana", "Bo", "Carla", "Davit", "Elif", "Femi", "Greta", "Hoa", "Ines", "Jun", "Karim", "Lea", "Marek"),
    *("Nadia", "Oskar", "Pilar", "Quentin", "Rosa", "Sven", "Tamar", "Ugo", "Vera", "Wei", "Xenia", "Yusuf", "Zofia"),
)
FAMILY: Final = (
    *(
        "Abe",
        "Brandt",
        "Costa",
        "Duarte",
        "Eriksen",
        "Fischer",
        "Gao",
        "Haas",
        "Ibarra",
        "Jansen",
        "Kovač",
        "Lindqvist",
    ),
    *("Moreau", "Nowak", "Okoye", "Peeters", "Rossi", "Schmid", "Tanaka", "Ueda", "Vogt", "Wong", "Yılmaz", "Zhang"),
)
HOURS: Final = (1, 1, 1, 1, 1, 2, 6, 20, 60, 70, 60, 55, 75, 60, 50, 45, 45, 40, 25, 15, 12, 10, 6, 3)
"""How much is read in each hour of a working day; a day off has an eighth of it."""


class Read(NamedTuple):
    """A thread that is to be read so many times in all."""

    thread: int
    author: int
    created: int
    last: int
    readers: int


def read(targets: Sequence[tuple[str, int, int]], instance: Path, now: int, on: Callable[[int], None]) -> int:
    """Plays the views of all threads, in their order; `targets`: (title, first moment, readers). Returns how many views there were."""
    people = _company(now)
    wanted = _wanted(targets)
    views = sorted(view for number, one in enumerate(wanted) for view in _views(one, people, now, Random(number)))  # noqa: S311
    counter, folder = Counter(jobs.folder(instance)), jobs.folder(instance)
    counting.look(min((one.created for one in wanted), default=now))
    left = iter(views)
    while pile := list(islice(left, PILE)):
        for at, thread, person, author in pile:
            counter.viewed(thread=thread, author=author, person=person, at=at)
        counter.close()
        while counting.drain(folder, pile[-1][0]):
            pass
        readers.forget(pile[-1][0])
        on(len(pile))
    counting.look(now)
    readers.forget(now)
    return len(views)


def _company(now: int) -> list[int]:
    """Everybody who reads: who writes, and the many who do not and cannot sign in. Their numbers, the busiest readers first."""
    present = rows(select(Person.id).where(Person.left_at.is_(None)).order_by(Person.id))
    random = Random(1947)  # noqa: S311
    quiet = []
    for number in range(COMPANY - len(present)):
        name = f"{random.choice(GIVEN)} {random.choice(FAMILY)}"
        joined = now - random.randint(200, 4000) * DAY
        handle = f"{QUIET_PREFIX}.{number + 1}"
        quiet.append({"handle": handle, "name": name, "joined_at": joined})
    with writing():
        if quiet:
            db.session.connection().execute(insert(Person), quiet)
            added = select(Person.id, Person.name, Person.joined_at).where(Person.handle.startswith(f"{QUIET_PREFIX}."))
            names = PersonName.__table__.insert().from_select(["person_id", "name", "since"], added)  # type: ignore[attr-defined]
            db.session.connection().execute(names)
        execute(update(Person).where(Person.left_at.is_(None)).values(came=True))
    found = [one.id for one in rows(select(Person.id).where(Person.left_at.is_(None)).order_by(Person.id))]
    random.shuffle(found)
    return found


def _wanted(targets: Sequence[tuple[str, int, int]]) -> list[Read]:
    goals = {(title, at): goal for title, at, goal in targets if goal}
    kept = rows(
        select(Thread.id, Thread.title, Thread.author_id, Thread.created_at, Thread.active_at).order_by(Thread.id)
    )
    return [
        Read(one.id, one.author_id, one.created_at, one.active_at, goals[one.title, one.created_at])
        for one in kept
        if (one.title, one.created_at) in goals
    ]


def _views(one: Read, people: Sequence[int], now: int, random: Random) -> Iterator[tuple[int, int, int, int]]:
    """The views of one thread: (moment, thread, person, author). Half of them in its first day; words keep it going; some look twice."""
    weights = list(accumulate(1 / math.sqrt(rank + 4) for rank in range(len(people))))
    seen: set[tuple[int, int]] = set()
    made = tries = 0
    while made < one.readers and tries < 4 * one.readers + 20:
        tries += 1
        begin = one.created if random.random() < 0.75 else random.randint(one.created, max(one.created, one.last))
        at = _awake(begin + int(random.expovariate(1 / (0.7 * DAY))), random)
        person = random.choices(people, cum_weights=weights)[0]
        if at >= now or (at // DAY, person) in seen:
            continue
        seen.add((at // DAY, person))
        made += 1
        yield at, one.thread, person, one.author
        if random.random() < 0.3:
            yield min(at + random.randint(60, 4000), now - 1), one.thread, person, one.author


def _awake(at: int, random: Random) -> int:
    """A moment near this one at which people read: not in the night, seldom on a day off."""
    while True:
        moment = datetime.fromtimestamp(at, UTC)
        chance = HOURS[moment.hour] / 75 / (8 if moment.weekday() >= 5 else 1)
        if random.random() < chance:
            return at
        at += random.randint(600, 5400)


def answer(answers: Sequence[tuple[str, int, str]]) -> int:
    """Management marks its answers; (title, floor, state) in the order of their posts. Returns how many."""
    found = []
    for title, floor, state in answers:
        post = (
            select(Post.id, Post.created_at, Person.id.label("person"), Person.handle, Person.name)
            .join(Thread, Thread.id == Post.thread_id)
            .join(Person, Person.id == Post.author_id)
            .where(Thread.title == bindparam("title"), Post.floor == bindparam("floor"))
        )
        found += [(one, state) for one in rows(post, title=title, floor=floor)]
    with writing():
        for one, state in sorted(found, key=lambda pair: pair[0].created_at):
            speaker = Actor(one.person, one.handle, one.name, frozenset(("employee", "management")))
            answering.mark(speaker, post=one.id, state=state, at=one.created_at + 60)
    return len(found)


def unread(conversations: Sequence[Any]) -> list[tuple[str, int, int]]:
    """What is to be read: (title, first moment, readers) of conversations laid out."""
    return [(one.piece.thread.title, one.piece.posts[0].at, one.piece.thread.hits) for one in conversations]
