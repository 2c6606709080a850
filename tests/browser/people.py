"""People, boards and threads for the browser to find, added in process to the instance that the server runs on."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select

from forum import create_app, wiring
from forum.accounts import actions as accounts
from forum.accounts import passwords
from forum.boards import actions, addresses, arranging
from forum.boards.models import Post
from forum.config import Settings
from forum.core import outbox
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.database import db, rows, writing
from forum.ledger import signing
from forum.pads import actions as pads
from forum.pads import planning, publishing, rotating
from forum.pads.models import Sheet
from forum.pads.waiting import Waiter
from forum.polls import actions as polls
from forum.reactions import actions as reactions
from forum.search import finding
from forum.search import jobs as search

PASSWORD = "say what you want"
DAY = 86400


class Site:
    """A running forum: where it is, and a way to fill it. What is added is new each time, so that tests do not meet."""

    def __init__(self, url: str, app: Flask) -> None:
        self.url = url
        self.app = app
        self._numbers = itertools.count(1)
        self._hash = passwords.hashed(PASSWORD)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """The application's context, with nothing left open."""
        with self.app.app_context():
            try:
                yield
            finally:
                db.session.remove()

    def person(self, name: str, *roles: str) -> Actor:
        """A colleague who joined a year ago; the handle is the name with a number."""
        handle = f"{name.lower()}{next(self._numbers)}"
        with self.inside(), writing():
            made = accounts.join(
                handle=handle,
                name=name,
                email=None,
                password_hash=self._hash,
                at=now() - 365 * DAY,
                roles=frozenset(roles),
            )
            return Actor(made.id, made.handle, made.name, made.roles)

    def sign(self) -> None:
        """A checkpoint of all that was said so far, as the worker would sign it."""
        settings = self.app.extensions["forum.settings"]
        with self.inside():
            assert signing.tick(settings.instance, now(), signing.name(settings.base_url), ZoneInfo("UTC"))

    def index(self) -> None:
        """The worker's turns until all that was said can be found."""
        settings = self.app.extensions["forum.settings"]
        with self.inside():
            for _ in range(200):
                did = outbox.work(wiring.HANDLERS, at=now(), batched=wiring.TOGETHER)
                search.tick(settings.instance, now(), settings.search)
                state = finding.state()
                db.session.rollback()
                if not did and state is not None and not state.partly:
                    return
        raise AssertionError("the worker finds no end")

    def tell(self) -> None:
        """The worker's turns until everybody was told of what was said."""
        with self.inside():
            while outbox.work(wiring.HANDLERS, at=now(), batched=wiring.TOGETHER):
                pass

    def reply(self, said: actions.Said, actor: Actor, body: str) -> actions.Said:
        """One more floor of that thread, said now."""
        return self.say(actor, body, thread=said.thread, at=now())

    def board(self, name: str = "Canteen 食堂") -> str:
        """Opens a board and returns its slug."""
        slug = f"board-{next(self._numbers)}"
        with self.inside(), writing():
            arranging.open_board(
                None,
                slug=slug,
                name=f"{name} {slug[6:]}",
                description="What was on the plate, and what should have been.",
                group="Company",
                at=now() - 30 * DAY,
                make_group=True,
            )
        return slug

    def thread(self, board: str, *said: tuple[Actor, str], title: str = "The soup", ago: int = 7200) -> actions.Said:
        """A thread with these floors, the first said `ago` seconds ago; returns the last."""
        made: actions.Said | None = None
        for number, (actor, body) in enumerate(said):
            made = self.say(actor, body, board=board, title=title, thread=made and made.thread, at=now() - ago + number)
        assert made
        return made

    def say(
        self, actor: Actor, body: str, *, thread: int | None, at: int, board: str = "", title: str = ""
    ) -> actions.Said:
        """One more floor of a thread, or the first of a new one."""
        with self.inside():
            words, nonce = actions.written(body), os.urandom(12).hex()
            with writing():
                if thread is None:
                    return actions.start_thread(actor, board=board, title=title, words=words, nonce=nonce, at=at)
                return actions.reply(actor, thread=thread, words=words, reply_to=None, nonce=nonce, at=at)

    def edit(self, actor: Actor, said: actions.Said, body: str) -> None:
        """Another version of a post that had one so far."""
        with self.inside():
            words = actions.written(body)
            with writing():
                actions.edit(actor, post=said.post, words=words, title=None, based_on=1, at=now())

    def withdraw(self, actor: Actor, said: actions.Said) -> None:
        """Takes a post back."""
        with self.inside(), writing():
            actions.withdraw(actor, post=said.post, at=now())

    def poll(
        self, author: Actor, said: actions.Said, question: str, choices: list[str], voters: Sequence[Actor]
    ) -> None:
        """A poll in that thread, in which these people choose one after the other; they like its opening, too."""
        with self.inside(), writing():
            opening = rows(select(Post.id).where(Post.thread_id == said.thread, Post.floor == 1))[0]
            polls.ask(
                author,
                thread=said.thread,
                question=question,
                choices=choices,
                several=False,
                ends_at=now() + 5 * DAY,
                at=now(),
            )
            for number, one in enumerate(voters):
                polls.vote(one, thread=said.thread, chosen=[number % len(choices) + 1], at=now())
                reactions.react(one, post=opening.id, reaction="agree", on=True)

    def pad(self, slug: str = "3-left") -> dict[str, Any]:
        """A door with a sheet torn off, one that hangs, and notes of every kind; what the pages of pads need to know."""
        zone, at = ZoneInfo("UTC"), now() - 2 * DAY
        wide = "Rechtsschutzversicherungsgesellschaften " + "w" * 120
        questions = (
            "What should the lift play, on the way up and on the way down, when nobody is listening?",
            "规矩里哪条该冲走？",
            wide[:120],
        )
        words = ("Nothing.", "第一行\n第二行，还有 emoji 🧻", wide, "No bicycles. " * 30, "No shorts")
        notes = [os.urandom(16).hex() for _ in range(40)]
        with self.inside(), writing():
            for question in questions:
                values = {
                    "question": question,
                    "intro": "One line below it.",
                    "mood": "light",
                    "not_before": "",
                    "not_after": "",
                }
                planning.add_topic(values, at=at, zone=zone)
            door = planning.add_door(
                slug=slug,
                name="Third floor, left door",
                place="Main building, by the stairs",
                rhythm="weekly",
                every=7,
                at=at,
                zone=zone,
            )
            planning.add_door(
                slug=f"{slug}-2", name="Third floor, right door", place="", rhythm="days", every=3, at=at, zone=zone
            )
            planning.add_holiday("2030-12-25", "Christmas Day", zone=zone)
            first = rows(select(Sheet.id, Sheet.topic_id, Sheet.number).where(Sheet.door_id == door.id))[0]
            publishing.pin_up(
                [
                    Waiter(one, first.id, words[at % 5], "2026-W47", paper=at % 7 == 0)
                    for at, one in enumerate(notes[:33])
                ],
                at=at,
            )
            rotating.flip(door.id, now() - DAY, zone)
            hangs = rows(select(Sheet.id).where(Sheet.door_id == door.id, Sheet.torn_at.is_(None)))[0]
            publishing.pin_up(
                [Waiter(one, hangs.id, words[at % 5], "2026-W47", paper=at == 3) for at, one in enumerate(notes[33:])],
                at=now(),
            )
            pads.answer(notes[0], role="hr", text="It is on its way. " * 9)
            pads.answer(notes[33], role="management", text="说得对。")
        return {
            "door": slug,
            "torn": f"/pads/{slug}/sheets/{first.number}",
            "topic": first.topic_id,
            "sheet": first.id,
            "note": notes[0],
        }

    @staticmethod
    def where(said: actions.Said, page: int = 1) -> str:
        """The address of a thread."""
        return addresses.thread(said.thread, said.slug, page)


@contextmanager
def beside(url: str, instance: Path) -> Iterator[Site]:
    """The application in this process on the same instance as the server at `url`."""
    settings = Settings.from_environment({"FORUM_INSTANCE": str(instance), "FORUM_SIGNUP": "open"})
    app = create_app(replace(settings, base_url=url))
    yield Site(url, app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
