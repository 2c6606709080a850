"""Five thousand follow a thread while the worker is killed in the middle of telling them, and of writing to them: nobody twice, nobody not."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.database import db, execute, rows, writing
from forum.core.outbox import Job
from forum.follow.models import Letter, MailChoice, Notice, Telling, ThreadFollow
from tests.browser.server import environment, killed
from tests.mailbox import Mailbox

MANY, ADDRESSED, REPLIES, KILLS = 5_000, 40, 6, 4
TURNS = 1_200
"""Looks after which something hangs for good, a tenth of a second each."""


@pytest.fixture
def frozen() -> None:
    """The worker has a clock of its own."""


def asked(app: Flask, statement: Any) -> list[Any]:
    with app.app_context():
        found = list(rows(statement))
        db.session.remove()
    return found


def changed(app: Flask, *statements: Any) -> None:
    with app.app_context():
        with writing():
            for one in statements:
                execute(one)
        db.session.remove()


def test_killed_in_the_middle_everybody_is_told_once(
    app: Flask, settings: Any, tmp_path: Path, mina: Actor, idris: Actor, say: Any, smtp: Mailbox, smtp_server: Any
) -> None:
    now = int(time.time())
    thread = say(mina, "The soup is cold.", title="Soup", at=now).thread
    people = [{"handle": f"c{n}", "name": f"C{n}", "joined_at": now - 9000, "posts": 0} for n in range(MANY)]
    with app.app_context():
        with writing():
            db.session.execute(insert(Person), people)
            ids = [one.id for one in rows(select(Person.id).where(Person.handle.like("c%")).order_by(Person.id))]
            follows = [{"thread_id": thread, "person_id": one, "on": True} for one in ids]
            db.session.execute(insert(ThreadFollow), follows)
            for one in ids[:ADDRESSED]:
                execute(update(Person).where(Person.id == one).values(email=f"{one}@say.example"))
            wants = [{"person_id": one, "kind": "thread", "rhythm": "day"} for one in ids[:ADDRESSED]]
            db.session.execute(insert(MailChoice), wants)
        db.session.remove()
    for number in range(REPLIES):
        say(idris, f"Number {number}.", thread=thread, at=now)
    given = {
        "FORUM_DATABASE_URL": settings.database_url,
        "FORUM_SECRET_KEY": "k" * 40,
        "FORUM_SMTP_URL": f"smtp://127.0.0.1:{smtp_server.port}",
        "FORUM_MAIL_FROM": "forum@say.example",
    }
    with killed(environment(tmp_path, **given), tmp_path / "log") as after:

        def until(reached: Any) -> None:
            for _ in range(TURNS):
                if reached():
                    return
                after(0.1, kill=False)
            raise AssertionError("the worker does not come that far")

        for kill in range(1, KILLS + 1):
            until(lambda far=kill: told(app) >= far * MANY)
            after(0.01)
        until(lambda: not asked(app, select(Job.id).where(Job.kind == "boards.said").limit(1)))
        for most in (ADDRESSED // 3, ADDRESSED):
            # the morning has come, and the lease of whoever was killed is over
            changed(app, update(Letter).where(Letter.due_at.is_not(None)).values(due_at=now - 1))
            until(lambda enough=most: len(set(smtp.recipients)) >= enough)
            after(0.01, kill=most < ADDRESSED)
        until(lambda: not asked(app, select(Letter.person_id).where(Letter.due_at.is_not(None)).limit(1)))
    found = asked(app, select(Notice.person_id, Notice.many).where(Notice.kind == "thread"))
    assert Counter(one.many for one in found) == {REPLIES: MANY + 1}
    assert {one.stage for one in asked(app, select(Telling.stage))} == {4}
    named = Counter((mail["To"], mail["Message-ID"]) for mail in smtp.mails)
    assert len(named) == len({to for to, _name in named}) == ADDRESSED  # who got one twice got the same
    assert sum(named.values()) <= ADDRESSED + 1
    assert "Traceback" not in (tmp_path / "log").read_text()


def told(app: Flask) -> int:
    return int(asked(app, select(func.sum(Notice.many).label("many")).where(Notice.kind == "thread"))[0].many or 0)
