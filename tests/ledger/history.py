"""A forum's history by lot: posts, changes, withdrawals, erasures, answers, boards, roles, pads; each act through the real actions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select, text

from forum import create_app
from forum.accounts import actions as accounts
from forum.accounts.models import Person
from forum.boards import actions, answering, arranging
from forum.boards.models import Board, Post, Revision, Thread
from forum.config import Settings
from forum.core import database
from forum.core.actor import Actor
from forum.core.database import db, rows, writing
from forum.hits import keeping
from forum.hits.course import Promoted
from forum.ledger import queries, signing, verifying
from forum.ledger.checkpoints import Checkpoint, checked
from forum.ledger.leaves import FORUM
from forum.ledger.verifying import Report
from forum.pads import planning, publishing, rotating, sealing, slips
from forum.pads.models import Door, Note, Sheet
from forum.pads.waiting import Waiter
from forum.wiring import PROVEN
from tests.conftest import NOON

UTC = ZoneInfo("UTC")
WORDS = [
    "pump",
    "gate",
    "canteen",
    "roster",
    "plaque",
    "stairs",
    "soup",
    "Montag",
    "电梯",
    "食堂",
    "is",
    "was",
    "not",
    "who",
]


class History:
    """Acts drawn by lot on the forum of the present application context; the clock goes on by itself."""

    def __init__(self, seed: int) -> None:
        self.lot = Random(seed)
        self.at = NOON + seed
        self.people: list[Actor] = []

    def begin(self) -> None:
        """People, boards, doors and a first question."""
        with writing():
            for number, roles in enumerate(((), ("management",), ("operator",), ("hr",), ())):
                made = accounts.join(
                    handle=f"p{number}",
                    name=f"P {number}",
                    email=None,
                    password_hash=None,
                    at=self.at,
                    roles=frozenset(roles),
                    operator_at=self.at if number % 2 else None,
                )
                self.people.append(Actor(made.id, made.handle, made.name, made.roles))
            for slug in ("one", "two"):
                arranging.open_board(
                    None, slug=slug, name=slug.title(), description="", group="G", at=self.at, make_group=True
                )
            topic = {"intro": "", "mood": "light", "not_before": "", "not_after": ""}
            for number in range(6):
                planning.add_topic({"question": f"Question {number}?", **topic}, at=self.at, zone=UTC)
            for slug in ("left", "right"):
                planning.add_door(slug=slug, name=slug, place="2", rhythm="hand", every=7, at=self.at, zone=UTC)

    def load(self) -> None:
        """The people of a history that is continued."""
        self.people = [Actor(one.id, one.handle, one.name, one.roles) for one in db.session.scalars(select(Person))]

    def said(self) -> str:
        """Some words."""
        return " ".join(self.lot.choices(WORDS, k=self.lot.randint(1, 12)))

    def act(self, kind: str | None = None) -> None:
        """One act, and a moment passes."""
        usual = ("reply",) * 12 + ("thread",) * 4 + ("edit",) * 4 + ("withdraw", "answer", "note", "note", "flip")
        rare = ("rename", "role", "password", "magic", "take", "change", "erase", "undo", "hour")
        chosen = kind or self.lot.choice(usual + (rare if self.lot.random() < 0.5 else ()))
        getattr(self, f"_{chosen}")()
        self.at += self.lot.randint(1, 90)
        db.session.expire_all()

    def acts(self, many: int) -> None:
        """So many acts."""
        for _ in range(many):
            self.act()

    def _thread(self) -> None:
        with writing():
            actions.start_thread(
                self.lot.choice(self.people),
                board=self.lot.choice(("one", "two")),
                title=self.said(),
                words=actions.written(self.said()),
                nonce=str(self.lot.random()),
                at=self.at,
                paced=False,
            )

    def _reply(self) -> None:
        found = rows(select(Thread.id))
        if not found:
            return self._thread()
        words = actions.written(self.said())
        with writing():
            actions.reply(
                self.lot.choice(self.people),
                thread=self.lot.choice(found).id,
                words=words,
                reply_to=None,
                nonce=str(self.lot.random()),
                at=self.at,
                paced=False,
            )
        return None

    def _standing(self) -> Post | None:
        found = list(db.session.scalars(select(Post).where(Post.withdrawn_at.is_(None))))
        return self.lot.choice(found) if found else None

    def _author(self, post: Post) -> Actor:
        return next(one for one in self.people if one.id == post.author_id)

    def _edit(self) -> None:
        post = self._standing()
        if post is not None:
            words = actions.written(self.said())
            title = self.said() if post.floor == 1 and self.lot.random() < 0.5 else None
            with writing():
                actions.edit(
                    self._author(post), post=post.id, words=words, title=title, based_on=post.revisions, at=self.at
                )

    def _withdraw(self) -> None:
        post = self._standing()
        if post is not None:
            with writing():
                actions.withdraw(self._author(post), post=post.id, at=self.at)

    def _erase(self) -> None:
        post = self._standing()
        if post is not None:
            with writing():
                actions.erase(post=post.id, reason=f"Order {self.lot.randint(1, 99)}", at=self.at)

    def _answer(self) -> None:
        boss = next(one for one in self.people if "management" in one.roles)
        mine = list(db.session.scalars(select(Post).where(Post.withdrawn_at.is_(None), Post.author_id == boss.id)))
        if mine:
            with writing():
                answering.mark(boss, post=self.lot.choice(mine).id, state=self.lot.choice(answering.STATES), at=self.at)

    def _rename(self) -> None:
        operator = next(one for one in self.people if "operator" in one.roles)
        board = self.lot.choice(rows(select(Board.slug)))
        with writing():
            arranging.arrange(
                operator,
                slug=board.slug,
                name=self.said()[:40],
                description=self.said()[:80],
                group="G",
                position=1,
                at=self.at,
            )

    def _role(self) -> None:
        with writing():
            accounts.set_role(handle="p4", role="hr", granted=self.lot.random() < 0.5, at=self.at)

    def _password(self) -> None:
        with writing():
            accounts.set_password(handle="p0", password_hash="x", at=self.at)

    def _magic(self) -> None:
        found = rows(select(Thread.id, Thread.board_id).where(Thread.magic_at.is_(None)))
        if found:
            one = self.lot.choice(found)
            with writing():
                keeping._promote([Promoted(one.id, one.board_id, self.at, 70, 12, 60, 5, 40)])

    def _note(self) -> None:
        sheets = rows(select(Sheet.id))
        waiting = [
            Waiter(slips.note_id(slips.new()), self.lot.choice(sheets).id, self.said(), "2026-W47", paper=False)
            for _ in range(self.lot.randint(1, 4))
        ]
        with writing():
            publishing.pin_up(waiting, at=self.at)

    def _noted(self, body: str | None) -> None:
        found = list(db.session.scalars(select(Note).where(Note.body.is_not(None))))
        if found:
            note = self.lot.choice(found)
            with writing():
                db.session.get_one(Note, note.id).body = body
                db.session.flush()
                sealing.changed(note.id)

    def _take(self) -> None:
        self._noted(None)

    def _change(self) -> None:
        self._noted(self.said())

    def _hour(self) -> None:
        with writing():
            sealing.follow(self.at)

    def _flip(self) -> None:
        door = self.lot.choice(rows(select(Door.id)))
        with writing():
            rotating.flip(door.id, self.at, UTC)

    def _undo(self) -> None:
        door = rows(select(Door.id).where(Door.flipped_at > self.at - 3600))
        if door:
            with writing():
                rotating.undo(door[0].id, self.at, UTC)


def replaced(app: Flask, file: Path, by: Path) -> None:
    """The application's database is now a copy of another file."""
    db.session.remove()
    db.engine.dispose()
    database._readers.pop(db.engine, None)
    for beside in file.parent.glob(f"{file.name}-*"):
        beside.unlink()
    fresh = file.with_suffix(".fresh")
    shutil.copy(by, fresh)
    fresh.replace(file)


def looked(pinned: Checkpoint | None = None, *, rendered: bool = False) -> Report:
    """What `ledger verify` finds."""
    return verifying.verify(PROVEN, keys=queries.keys(), pinned=pinned, rendered=rendered)


def kept() -> Checkpoint:
    """The latest signed checkpoint, as somebody may keep it."""
    signed = queries.checkpoint()
    assert signed is not None
    found = checked(signed.note, queries.keys())
    assert found is not None
    return found


def latest(post: int) -> Revision:
    """A post's latest version."""
    found = db.session.get_one(Post, post)
    return db.session.get_one(Revision, (post, found.revisions))


@contextmanager
def told_story(folder: Path, empty: Path, many: int) -> Iterator[Flask]:
    """A forum in a folder with at least so many leaves, signed; inside its context. All of it is in the one file."""
    file = folder / "forum.sqlite3"
    file.write_bytes(empty.read_bytes())
    app = create_app(Settings(instance=folder, database_url=f"sqlite:///{file}", secret_key="k" * 40))
    with app.app_context():
        history = History(1)
        history.begin()
        while queries.size() < many:
            history.acts(20)
        history.act("hour")
        key = signing.make(folder, "forum.example/ledger")
        signing.begin(key, history.at, by=FORUM)
        signing.sign(key, history.at, "2026-11-21")
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        yield app
        db.session.remove()
        db.engine.dispose()
