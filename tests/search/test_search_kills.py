"""Twenty people write and twenty search while the worker is killed every few seconds: nothing is missing at the end, no error page between.

SOAK sets how many kills there are, five seconds apart (12 make a minute; 4 a little faster here). SQLite has its Whoosh, PostgreSQL its own.
"""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from random import Random
from threading import Event, Lock
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from forum.boards import actions
from forum.boards.models import Post
from forum.core.actor import Actor
from forum.core.database import db, rows, writing
from forum.core.outbox import Job
from forum.search.models import DOCUMENTS, SearchState
from tests.browser.server import environment, killed, running

WRITERS = SEARCHERS = 20
KILLS = int(os.environ.get("SOAK", "4"))
EVERY = 5.0 if "SOAK" in os.environ else 3.0
PATIENCE = 120
"""Seconds after which something hangs for good, on however busy a machine."""
WRITE, SEARCH = 0.9, 0.6
"""Seconds between two acts of somebody, in the mean."""


@pytest.fixture
def frozen() -> None:
    """Processes have clocks of their own."""


@pytest.fixture
def by() -> str:
    return "auto"


class Wrote(NamedTuple):
    """A post that was acknowledged: the word that only it has now (None: withdrawn), and one it must have no more."""

    post: int
    word: str | None
    old: str | None


class Crowd:
    """Those who write and search until they are told to stop."""

    def __init__(self, app: Flask, url: str, cookie: str, people: list[Actor], thread: int) -> None:
        self.app, self.url, self.cookie, self.people, self.thread = app, url, cookie, people, thread
        self.stop, self.wrote, self.asked = Event(), list[Wrote](), list[int]()
        self._number, self._lock = count(1), Lock()

    def write(self, who: int) -> None:
        """Says something; each fifth is edited, each seventh withdrawn."""
        lot, me = Random(who), self.people[who]
        while not self.stop.wait(lot.random() * 2 * WRITE):
            number = next(self._number)
            with self.app.app_context():
                one = self._say(me, number)
                db.session.remove()
            with self._lock:
                self.wrote.append(one)

    def _say(self, me: Actor, number: int) -> Wrote:
        word, other = f"kept{number}x", f"other{number}x"
        first, second = (actions.written(f"Something {one} 用{one}写的") for one in (word, other))
        at = int(time.time())
        with writing():
            said: dict[str, Any] = {"words": first, "nonce": f"drill {number}", "at": at, "paced": False}
            if number % 3:
                post = actions.reply(me, thread=self.thread, reply_to=None, **said).post
            else:
                post = actions.start_thread(me, board="canteen", title=f"Drill {number}", **said).post
        if number % 7 == 0:
            with writing():
                actions.withdraw(me, post=post, at=at)
            return Wrote(post, None, word)
        if number % 5 == 0:
            with writing():
                actions.edit(me, post=post, words=second, title=None, based_on=1, at=at)
            return Wrote(post, other, word)
        return Wrote(post, word, None)

    def search(self, who: int) -> None:
        """Asks for what was said a while ago, or for what many said."""
        lot = Random(1000 + who)
        while not self.stop.wait(lot.random() * 2 * SEARCH):
            word = lot.choice(self.wrote).word if self.wrote and lot.random() < 0.7 else None
            query = word or lot.choice(("something", "写的", "author:writer3", "drill -something", '"something kept"'))
            status, _page = self.ask(query, sort=lot.choice(("relevance", "new")))
            with self._lock:
                self.asked.append(status)

    def ask(self, query: str, sort: str = "relevance") -> tuple[int, str]:
        """The page's status and its text."""
        address = f"{self.url}/search?{urlencode({'q': query, 'sort': sort})}"
        request = urllib.request.Request(address, headers={"Cookie": self.cookie})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


def test_kills_lose_nothing_that_was_said(
    app: Flask, settings: Any, tmp_path: Path, person: Any, board: Any, say: Any, browser: Any, find: Any
) -> None:
    board()
    people = [person(f"writer{number}") for number in range(WRITERS)]
    person("reader")
    thread = say(people[0], "Something to reply to.", at=int(time.time())).thread
    browsing = browser("reader").client
    cookie = "; ".join(f"{one.key}={one.value}" for one in browsing._cookies.values())
    given = {"FORUM_DATABASE_URL": settings.database_url, "FORUM_SECRET_KEY": "k" * 40, "FORUM_TESTING": "1"}
    with running(tmp_path, **given) as url, killed(environment(tmp_path, **given), tmp_path / "log") as after:
        crowd = Crowd(app, url, cookie, people, thread)
        with ThreadPoolExecutor(WRITERS + SEARCHERS) as pool:
            busy = [pool.submit(crowd.write, who) for who in range(WRITERS)]
            busy += [pool.submit(crowd.search, who) for who in range(SEARCHERS)]
            try:
                for _ in range(KILLS):
                    after(EVERY)
            finally:
                crowd.stop.set()
            for one in busy:
                one.result()
        for _ in range(2 * PATIENCE):
            if settled(app):
                break
            after(0.5, kill=False)
        else:
            raise AssertionError("the worker does not come to an end")
        shown = [crowd.ask(one.word) for one in crowd.wrote[-10:] if one.word]
    assert len(crowd.wrote) > WRITERS
    assert len(crowd.asked) > SEARCHERS
    assert set(crowd.asked) == {200}
    for status, page in shown:
        assert status == 200
        assert "<mark>" in page
    everything(app)
    now = int(time.time())
    for number, one in enumerate(crowd.wrote):
        if one.word:
            text = one.word if number % 10 else f'"用{one.word}写的"'
            assert find(text, at=now) == {one.post}, text
        if one.old:
            assert find(one.old, at=now) == set()
    said = (tmp_path / "log").read_text() + (tmp_path / "server.log").read_text()
    for trouble in ("Traceback", "damaged", "cannot be read"):
        assert trouble not in said, said[-3000:]


def settled(app: Flask) -> bool:
    """Whether all that was said was told to the index, and no other is built."""
    with app.app_context():
        waits = rows(select(Job.id).where(Job.kind.in_(("boards.posts", "boards.thread"))).limit(1))
        state = rows(select(SearchState.serving, SearchState.stage))
        db.session.remove()
    return not waits and [one.stage for one in state if one.serving] == [None]


def everything(app: Flask) -> None:
    """The index holds what stands, each post once, and nothing else."""
    with app.app_context():
        standing = [one.id for one in rows(select(Post.id).where(Post.withdrawn_at.is_(None)).order_by(Post.id))]
        held = [sorted(one.post_id for one in rows(select(document.post_id))) for document in DOCUMENTS.values()]
        db.session.remove()
    assert standing in held
    assert [] in held
