"""Fills an instance with people, boards and N posts; the measured pages are alike at every size. Refuses to measure anything."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import flask
import flask_migrate
from flask import Flask
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.engine import Connection

from forum import create_app, markup
from forum.accounts import actions as accounts
from forum.accounts import passwords, session
from forum.accounts.models import Person
from forum.boards import actions, acts, addresses, arranging
from forum.boards.acts import Spot
from forum.boards.models import Board, Post, Revision, Thread
from forum.boards.rules import PAGE, thread_slug
from forum.config import ROOT, Settings
from forum.core.clock import now
from forum.core.database import db, writing
from forum.core.upsert import insert_for
from forum.desk.models import MutedPerson, Place
from forum.ledger import actions as ledger
from forum.ledger.leaves import Act
from forum.pads import planning, publishing
from forum.pads.models import Sheet
from forum.pads.waiting import Waiter
from tests.bench import corpus

PASSWORD = "say what you want"
PEOPLE, WRITERS, BOARDS, GROUPS, BODIES = 300, 64, 50, 5, 400
LONG = 105 * PAGE
MEASURED, MEASURED_POSTS, VISITED = 200, 24, 20
PAD, UTC = "bench", ZoneInfo("UTC")
LEAST = LONG + (MEASURED + 1) * MEASURED_POSTS
"""The pages that are measured need so many posts; the rest is what lies around them."""
DAY = 86_400
BATCH = 5_000


class Visitor(NamedTuple):
    """A signed-in browser: its `Cookie` header, and a token for its forms."""

    cookie: str
    csrf: str


class Visitors(NamedTuple):
    """Who is signed in: the stock's reader and wanderer, and colleagues who write."""

    reader: Visitor
    wanderer: Visitor
    writers: Sequence[Visitor]


@dataclass(frozen=True)
class Stock:
    """A filled instance, and where the measured pages are.

    `threads` are those many read, `rare` so many pages that no process remembers them all; `reader` and `wanderer` keep places
    and have been there.
    """

    settings: Settings
    size: int
    source: str
    reader: int
    people: Sequence[int]
    threads: Sequence[str]
    wanderer: int
    rare: Sequence[str]
    board: str
    long: str
    replies: int


def prepare(folder: Path, size: int, *, own: bool = False) -> Stock:
    """Makes an instance of `size` posts in `folder`: by `flask demo` when there is such a command and not `own`, else from the corpus."""
    folder.mkdir(parents=True)
    settings = Settings(instance=folder, database_url=f"sqlite:///{folder}/forum.sqlite3", secret_key="k" * 40)
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
    demo = not own and "demo" in app.cli.commands
    if demo:
        command = ["-m", "flask", "--app", "wsgi", "demo", "--posts", str(size - LEAST)]
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=environment(settings), capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"flask demo failed (--own does without it): {done.stderr[-500:]}")
    with app.app_context():
        with writing():
            filling = Filling(db.session.connection(), Random(1), now())
            filling.people_and_boards(demo)
            if not demo:
                filling.around(size - LEAST)
            stock = filling.measured(settings, "flask demo" if demo else "the corpus")
            filling.finish()
            _hang_pad()
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
    return stock


def _hang_pad() -> None:
    """The door whose pad is measured, with as many notes as a week brings."""
    at = now()
    values = {"question": "What would you measure?", "intro": "", "mood": "light", "not_before": "", "not_after": ""}
    planning.add_topic(values, at=at, zone=UTC)
    door = planning.add_door(slug=PAD, name="The bench", place="", rhythm="hand", every=7, at=at, zone=UTC)
    sheet = db.session.scalars(select(Sheet.id).where(Sheet.door_id == door.id, Sheet.torn_at.is_(None))).one()
    notes = [
        Waiter(f"{number:032x}", sheet, f"{number}. {'As it is. ' * 8}", "2026-W47", paper=False)
        for number in range(23)
    ]
    publishing.pin_up(notes, at=at)


def environment(settings: Settings) -> dict[str, str]:
    """What makes `wsgi:app` the measured forum, in a process of its own."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("FORUM_")}
    return ours | {"FORUM_INSTANCE": str(settings.instance), "FORUM_SECRET_KEY": settings.secret_key}


def signed_in(app: Flask, person: int) -> Visitor:
    """A browser signed in as that person, by the forum's own means but for the password."""
    with app.test_request_context("/"):
        with writing():
            token = accounts.open_session(person, now())
        session.begin(token)
        csrf = generate_csrf()
        response = app.response_class()
        app.session_interface.save_session(app, flask.session, response)
        return Visitor(response.headers["Set-Cookie"].partition(";")[0], csrf)


def visitors(app: Flask, filled: Stock) -> Visitors:
    """Signs everybody in who is needed."""
    reader, wanderer, *writers = (
        signed_in(app, person) for person in (filled.reader, filled.wanderer, *filled.people[:WRITERS])
    )
    return Visitors(reader, wanderer, writers)


class Filling:
    """Rows on their way into one database, inside the writing transaction under way."""

    def __init__(self, connection: Connection, random: Random, at: int) -> None:
        self.connection = connection
        self.random = random
        self.at = at
        self.people: list[int] = []
        self.boards: list[int] = []
        self.bodies = [actions.render(corpus.body(random), {}) for _ in range(BODIES)]
        self.waiting: dict[type[Any], list[dict[str, Any]]] = {Thread: [], Post: [], Revision: []}
        self.acts: list[Act] = []
        self.said: Counter[int] = Counter()
        self.counted: dict[int, tuple[int, int, int]] = {}
        self.thread_id = connection.execute(select(func.max(Thread.id))).scalar() or 0
        self.post_id = connection.execute(select(func.max(Post.id))).scalar() or 0

    def people_and_boards(self, demo: bool) -> None:
        """Colleagues with one password; fifty boards, or with the demo's own just one more."""
        password_hash = passwords.hashed(PASSWORD)
        for number in range(PEOPLE):
            roles = frozenset({"management"} if number % 25 == 24 else ())
            handle, joined = f"colleague-{number}", self.at - 3 * 365 * DAY
            made = accounts.join(
                handle=handle, name=handle.title(), email=None, password_hash=password_hash, at=joined, roles=roles
            )
            self.people.append(made.id)
        for number in range(1 if demo else BOARDS):
            group = "Company" if demo else f"Group {number % GROUPS}"
            board = arranging.open_board(
                None,
                slug=f"bench-{number}",
                name=corpus.words(self.random, 2).title(),
                description=corpus.title(self.random),
                group=group,
                at=self.at - 1000 * DAY,
                make_group=True,
            )
            self.boards.append(board.id)

    def around(self, posts: int) -> None:
        """Threads of all lengths from three years ago until five days ago: five posts in the median, at most 600."""
        begin, end = self.at - 3 * 365 * DAY, self.at - 5 * DAY
        most = posts
        while posts > 0:
            size = min(posts, max(1, min(600, int(self.random.lognormvariate(1.6, 1.1)))))
            at = end - (end - begin) * posts // most
            self.thread(self.random.choice(self.boards), at, size, step=max(1, min(1800, (end - at) // size)))
            posts -= size

    def measured(self, settings: Settings, source: str) -> Stock:
        """The liveliest threads, alike at every size: many of two pages, one very long, one to reply to."""
        self.random = Random(2)
        since = self.at - 3 * DAY
        reader, wanderer, muted = self.people[0], self.people[1], self.people[-1]
        found = []
        for number in range(MEASURED):
            board = self.boards[0] if number % 4 == 0 else self.random.choice(self.boards[1:] or self.boards)
            found.append(self.thread(board, since + number * 900, MEASURED_POSTS, step=60))
        long = self.thread(self.boards[-1], since - DAY, LONG, step=60)
        replies = self.thread(self.boards[-1], since - 600, MEASURED_POSTS, step=1)
        self.flush()
        visited = found[:: MEASURED // VISITED]
        self._read(reader, [*visited, *found[1::4]], MEASURED_POSTS)
        self._read(wanderer, found, MEASURED_POSTS)
        self._read(wanderer, [long], LONG)
        self.connection.execute(insert(MutedPerson).values(person_id=reader, muted_id=muted))
        slug = self.connection.execute(select(Board.slug).where(Board.id == self.boards[0])).scalar_one()
        return Stock(
            settings=settings,
            size=self.connection.execute(select(func.count()).select_from(Post)).scalar_one(),
            source=source,
            reader=reader,
            people=self.people[2:-1],
            threads=[addresses.thread(*one) for one in visited],
            wanderer=wanderer,
            rare=[addresses.thread(*one) for one in found]
            + [addresses.thread(*long, page) for page in range(1, LONG // PAGE)],
            board=addresses.board(slug),
            long=addresses.thread(*long, addresses.page_of(LONG)),
            replies=replies[0],
        )

    def _read(self, person: int, threads: Sequence[tuple[int, str]], floor: int) -> None:
        values = [{"person_id": person, "thread_id": one, "floor": floor} for one, _ in threads]
        self.connection.execute(insert_for(Place).on_conflict_do_nothing(), values)

    def thread(self, board: int, at: int, size: int, *, step: int) -> tuple[int, str]:
        """A thread of `size` posts from `at` on, one each `step` seconds; returns its number and slug."""
        self.thread_id += 1
        title = corpus.title(self.random)
        authors = self.random.choices(self.people, k=size)
        last = at + (size - 1) * step
        row = {
            "id": self.thread_id,
            "board_id": board,
            "author_id": authors[0],
            "title": title,
            "slug": thread_slug(title),
            "lang": None,
            "created_at": at,
            "active_at": last,
            "posts": size,
            "last_author_id": authors[-1],
            "hits": int(self.random.lognormvariate(3, 1.5)),
        }
        self.waiting[Thread].append(row)
        first = self.post_id + 1
        for floor, author in enumerate(authors, 1):
            self._post(Spot(author, 0, self.thread_id, floor, board), first, at + (floor - 1) * step, title)
        threads, posts, active = self.counted.get(board, (0, 0, 0))
        self.counted[board] = (threads + 1, posts + size, max(active, last))
        self.said.update(authors)
        if len(self.waiting[Post]) >= BATCH:
            self.flush()
        return self.thread_id, str(row["slug"])

    def _post(self, spot: Spot, first: int, at: int, title: str) -> None:
        self.post_id += 1
        spot, author, floor = spot._replace(post=self.post_id), spot.author, spot.floor
        chance = self.random.random()
        words = self.bodies[int(chance * BODIES)]
        revisions = 2 if chance < 0.05 else 1
        self.waiting[Post].append(
            {
                "id": self.post_id,
                "thread_id": self.thread_id,
                "floor": floor,
                "author_id": author,
                "reply_to": self.random.randint(first, self.post_id - 1) if floor > 1 and chance > 0.7 else None,
                "created_at": at,
                "edited_at": at + 60 if revisions > 1 else None,
                "revisions": revisions,
                "html": words.html,
                "lang": words.lang,
                "excerpt": words.excerpt,
                "renderer": markup.RENDERER,
            }
        )
        for number in range(1, revisions + 1):
            kept = title if floor == 1 else None
            one = {"post_id": self.post_id, "number": number, "title": kept, "body": words.source, "created_at": at}
            one["leaf"] = len(self.acts)
            one["title_leaf"] = len(self.acts) + 1 if floor == 1 else None
            self.acts += acts.said(spot, number, words.source, kept, at)
            self.waiting[Revision].append(one)

    def flush(self) -> None:
        """Sends what waits to the database, and its leaves to the ledger."""
        numbers = ledger.append(*self.acts, at=self.at)
        for one in self.waiting[Revision]:
            one["leaf"] = numbers[one["leaf"]]
            one["title_leaf"] = None if one["title_leaf"] is None else numbers[one["title_leaf"]]
        self.acts.clear()
        for model, rows in self.waiting.items():
            if rows:
                self.connection.execute(insert(model), rows)
                rows.clear()

    def finish(self) -> None:
        """Keeps the counters true."""
        self.flush()
        for board, (threads, posts, active) in self.counted.items():
            more = {"threads": Board.threads + threads, "posts": Board.posts + posts}
            self.connection.execute(update(Board).where(Board.id == board).values(active_at=active, **more))
        for person, posts in self.said.items():
            self.connection.execute(update(Person).where(Person.id == person).values(posts=Person.posts + posts))
