"""That a thread became Magic is written down with its figures, once, in the counter's own transaction."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from forum.accounts.models import Person
from forum.core.database import db, execute, rows, writing
from forum.hits import jobs
from forum.hits.models import Promotion
from forum.hits.viewing import Counter
from tests.conftest import NOON
from tests.ledger.book import Line, found, same, size, verified

DAY = 86400


def test_magic_through_the_real_counter(app: Flask, thread: int, person: Any, say: Any, work: Any, frozen: Any) -> None:
    """Forty threads with two readers each tell what is usual; then seventy people read one."""
    people = [person(f"reader{number}").id for number in range(70)]
    with app.app_context():
        with writing():
            execute(update(Person).values(came=True))
        db.session.remove()
    usual = [say(person(f"writer{one}"), "Words.", at=NOON).thread for one in range(40)]
    counter = Counter(jobs.folder(Path(app.instance_path)))

    def read(number: int, by: list[int], at: int) -> None:
        frozen(at)
        with app.app_context():
            for one in by:
                counter.viewed(thread=number, author=0, person=one, at=at)
            db.session.remove()

    for number, one in enumerate(usual):
        read(one, people[number : number + 2], NOON + 60 * number)
    work()
    for hour in range(1, 24 * 6):  # the activity clock runs on while people read a little every hour
        read(usual[hour % 40], people[hour % 60 : hour % 60 + 1], NOON + 3600 * hour)
    work()
    begin = size(app)
    hot = say(person("hot"), "Look at this.", at=NOON + 6 * DAY).thread
    written = size(app)
    assert written == begin + 2
    read(hot, people, NOON + 6 * DAY + 600)
    work()
    with app.app_context():
        (promoted,) = rows(select(Promotion.__table__))
        db.session.remove()
    assert promoted.thread_id == hot
    figures = {"readers": promoted.readers, "starts_at": promoted.starts_at, "usual": promoted.usual}
    words = json.dumps(figures, sort_keys=True, separators=(",", ":"))
    (leaf,) = found(app, written)
    same(leaf, Line("magic.reach", "forum", f"t:{hot}", words))
    assert leaf.number == promoted.leaf
    read(hot, people[:5], NOON + 7 * DAY)
    work()
    assert verified(app) == written + 1
