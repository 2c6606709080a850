"""A forum of the time before the ledger: the migration gives every old thing its leaves, verification is clean, and the way back works."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from forum import create_app, markup
from forum.boards import actions
from forum.boards.rules import thread_slug
from forum.config import Settings
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.database import db, writing
from forum.ledger import queries, signing
from tests.ledger.book import Line, found, same, verified
from tests.ledger.history import looked

OLD = 1_600_000_000
"""Sunday 13 September 2020."""


@pytest.fixture
def old(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An empty forum as it was at revision 0005, in a database of its own."""
    url = f"sqlite:///{tmp_path}/forum.sqlite3"
    if backend == "postgresql":
        server, name = request.getfixturevalue("postgres_url"), f"old_{abs(hash(tmp_path))}"
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        engine.dispose()
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
    app = create_app(Settings(instance=tmp_path, database_url=url, secret_key="k" * 40, base_url="http://localhost"))
    with app.app_context():
        flask_migrate.upgrade(revision="0005")
        db.session.remove()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def put(table: str, **values: Any) -> None:
    """A row, in plain SQL: today's models have columns that the old tables have not."""
    names = ", ".join(values)
    db.session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(':' + one for one in values)})"), values)


def person(id: int, handle: str, *roles: str) -> None:
    flags = {role: role in roles for role in ("hr", "management", "operator")}
    known = {"name": handle.title(), "joined_at": OLD, "posts": 0, "keeps_place": True, "came": False}
    put("people", id=id, handle=handle, **known, **flags)


def board(id: int, slug: str, by: int | None, threads: int, posts: int) -> None:
    times = {"opened_by": by, "opened_at": OLD, "active_at": OLD}
    words = {"slug": slug, "name": f"Board {slug} 食堂", "description": "On the plate."}
    put("boards", id=id, group_id=1, position=id, threads=threads, posts=posts, **words, **times)


def thread(id: int, title: str | None, posts: int, author: int = 1, **more: Any) -> None:
    known = {
        "board_id": 1,
        "author_id": author,
        "last_author_id": author,
        "created_at": OLD,
        "active_at": OLD,
        "hits": 0,
    }
    put("threads", id=id, title=title, slug=thread_slug(title) if title else "withdrawn", posts=posts, **known, **more)


def post(
    id: int, thread: int, floor: int, author: int, *versions: tuple[str | None, str | None], gone: bool = False
) -> None:
    """A post with its versions, each a title and a body."""
    body = versions[-1][1]
    made = None if body is None else actions.render(body, {})
    shown = {
        "html": made and made.html,
        "lang": made and made.lang,
        "excerpt": made and made.excerpt,
        "renderer": markup.RENDERER,
        "withdrawn_at": OLD + 99 if gone else None,
        "edited_at": OLD + 9 if len(versions) > 1 else None,
    }
    known = {"thread_id": thread, "floor": floor, "author_id": author, "created_at": OLD + id}
    put("posts", id=id, revisions=len(versions), **known, **shown)
    for number, (title, words) in enumerate(versions, start=1):
        put("revisions", post_id=id, number=number, title=title, body=words, created_at=OLD + id)


def settle() -> None:
    """Threads are dated as their posts are."""
    moments = "SELECT {} FROM posts WHERE thread_id = threads.id"
    first, last = moments.format("min(created_at)"), moments.format("max(created_at)")
    db.session.execute(text(f"UPDATE threads SET created_at = ({first}), active_at = ({last})"))


def sheet(id: int, number: int, *, torn: bool, notes: int, undone: bool = False) -> None:
    known = {"door_id": 1, "topic_id": 1, "question": f"Question {number} 🧻?", "intro": "Below.", "round": 1}
    state = {"goes_on": False, "undone": undone, "up_at": OLD, "torn_at": OLD + 5 if torn else None}
    put("sheets", id=id, number=number, notes=notes, **known, **state)


def fill() -> None:
    """A little of everything that the forum held before the ledger."""
    person(1, "mina")
    person(2, "boss", "management", "hr")
    person(3, "olga", "operator")
    put("board_groups", id=1, name="Company", position=1)
    board(1, "canteen", None, 3, 6)
    board(2, "lifts", 1, 0, 0)
    thread(1, "New title", 3, answer="heard", answer_post_id=2, answered_by=2, answered_at=OLD)
    thread(2, None, 2)
    thread(3, "Magic", 1, author=3, magic_at=OLD + 50)
    post(1, 1, 1, 1, ("Title", "One."), ("Title", "Two 二."), ("New title", "Two 二."))
    post(2, 1, 2, 2, (None, "We heard."))
    post(3, 1, 3, 1, (None, None), (None, None), gone=True)
    post(4, 2, 1, 1, (None, None), (None, None), gone=True)
    post(5, 2, 2, 2, (None, "\n> Quoted\n\nStays <b>.\n"))
    post(6, 3, 1, 3, ("Magic", "x" * 40_000))
    put("answers", id=1, thread_id=1, post_id=2, person_id=2, state="declined", at=OLD)
    put("answers", id=2, thread_id=1, post_id=2, person_id=2, state="heard", at=OLD)
    put("promotions", thread_id=3, at=OLD + 50, readers=40, usual=6, starts_at=30, audience=90, matured=50)
    put("topics", id=1, question="Q?", intro="", mood="light", position=1)
    put("doors", id=1, slug="left", name="L", place="", position=1, rhythm="hand", every=7, round=1)
    sheet(1, 1, torn=True, notes=1)
    sheet(2, 2, torn=True, notes=0, undone=True)
    sheet(3, 3, torn=False, notes=1)
    for id, on, body in ((f"{7:032x}", 1, "A note 便条."), (f"{9:032x}", 1, None), (f"{8:032x}", 3, "Another.")):
        put("notes", id=id, sheet_id=on, body=body, week="2020-W37", pluses=2, paper=False)
    settle()
    if db.engine.dialect.name == "postgresql":
        for table in ("people", "boards", "threads", "posts", "answers", "sheets"):
            db.session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 100)"))
    db.session.commit()


@pytest.fixture
def new(old: Flask) -> Flask:
    """That forum, brought up to date."""
    with old.app_context():
        fill()
        db.session.remove()
        flask_migrate.upgrade()
        db.session.remove()
    return old


def test_every_old_thing_has_its_leaves(new: Flask) -> None:
    lines = found(new)
    assert [one.number for one in lines] == list(range(len(lines)))
    said = [json.loads(one.leaf) for one in lines]
    assert Counter(one["t"] for one in said) == {
        "board.create": 2,
        "post.create": 6,
        "post.edit": 4,
        "thread.title": 4,
        "post.withdraw": 2,
        "magic.reach": 1,
        "answer.set": 2,
        "pad.open": 3,
        "pad.close": 2,
        "pad.batch": 2,
        "note.withdraw": 1,
        "role.grant": 3,
    }
    wanted = [
        Line("board.create", "cli", "b:1", "canteen\nBoard canteen 食堂\nOn the plate."),
        Line("board.create", "u:1", "b:2", "lifts\nBoard lifts 食堂\nOn the plate."),
        Line("post.create", "u:1", "p:1", "One.", 1, "t:1/1", since=OLD + 1),
        Line("thread.title", "u:1", "t:1", "Title", 1, "b:1"),
        Line("post.edit", "u:1", "p:1", "Two 二.", 2, "t:1/1", since=OLD + 1),
        Line("post.edit", "u:1", "p:1", "Two 二.", 3, "t:1/1", since=OLD + 1),
        Line("thread.title", "u:1", "t:1", "New title", 3, "b:1"),
        Line("post.create", "u:2", "p:2", "We heard.", 1, "t:1/2", since=OLD + 2),
    ]
    for one, line in zip(lines, wanted, strict=False):
        same(one, line)
    by_kind = {(one["t"], one["o"]): leaf for one, leaf in zip(said, lines, strict=True)}
    figures = '{"readers":40,"starts_at":30,"usual":6}'
    same(by_kind["magic.reach", "t:3"], Line("magic.reach", "forum", "t:3", figures, since=OLD + 50))
    same(by_kind["answer.set", "p:2"], Line("answer.set", "u:2", "p:2", "heard", where="t:1", since=OLD))
    same(by_kind["pad.open", "s:3"], Line("pad.open", "pads", "s:3", "Question 3 🧻?\nBelow.", where="d:1"))
    same(by_kind["pad.close", "s:2"], Line("pad.close", "pads", "s:2"))
    same(by_kind["note.withdraw", f"n:{9:032x}"], Line("note.withdraw", "pads", f"n:{9:032x}"))
    roles = [(one["o"], leaf.words) for one, leaf in zip(said, lines, strict=True) if one["t"] == "role.grant"]
    assert roles == [("u:2", "hr"), ("u:2", "management"), ("u:3", "operator")]
    assert len({one["at"] for one in said}) == 1
    assert said[0]["at"] > OLD


def test_it_verifies_and_life_goes_on(new: Flask, tmp_path: Path) -> None:
    many = verified(new, rendered=True)
    run = new.test_cli_runner()
    assert run.invoke(args=["ledger", "verify", "--rendered"]).exit_code == 0
    with new.app_context():
        mina = Actor(1, "mina", "Mina", frozenset({"employee"}))
        words = actions.written("Said after the upgrade.")
        with writing():
            actions.reply(mina, thread=1, words=words, reply_to=None, nonce="n", at=now())
        with writing():
            actions.edit(mina, post=1, words=words, title="Third", based_on=3, at=now())
        with writing():
            actions.withdraw(mina, post=1, at=now())
        signing.tick(tmp_path, now(), "localhost/ledger", ZoneInfo("UTC"))
        assert queries.checkpoint()
        db.session.remove()
    assert verified(new, rendered=True) == many + 1 + 2 + 1 + 1
    assert run.invoke(args=["ledger", "receipt", "2"]).output.startswith("c2sp.org/tlog-proof@v1\n")


def test_withdrawn_words_have_no_salt(new: Flask) -> None:
    for one in found(new):
        said = json.loads(one.leaf)
        if said["o"] in ("p:3", "p:4", "t:2"):
            assert one.salt is None
            assert ("c" in said) is (said["t"] != "post.withdraw")
    with new.app_context():
        seals = db.session.execute(
            text("SELECT note_id, note_salt, change_entry FROM note_seals ORDER BY note_id")
        ).all()
        db.session.remove()
    assert [(one.note_salt is None, one.change_entry is None) for one in seals] == [
        (False, True),
        (False, True),
        (True, False),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE revisions SET body = 'Other.' WHERE post_id = 2",
        "UPDATE threads SET title = 'Other' WHERE id = 3",
        "UPDATE boards SET description = 'Other' WHERE id = 2",
        "UPDATE notes SET body = 'Other' WHERE sheet_id = 3",
        "UPDATE promotions SET usual = 7",
        "UPDATE people SET operator = false WHERE id = 3",
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_is_old_is_bound_from_now_on(new: Flask, change: str) -> None:
    with new.app_context():
        db.session.execute(text(change))
        db.session.commit()
        assert looked().flaws
        db.session.remove()


def test_an_empty_forum(old: Flask) -> None:
    with old.app_context():
        flask_migrate.upgrade()
        db.session.remove()
    assert verified(old) == 0
    run = old.test_cli_runner()
    assert run.invoke(args=["boards", "add", "canteen", "--name", "Canteen"]).exit_code == 0
    assert verified(old) == 1


def everything(app: Flask) -> dict[str, list[Any]]:
    """All rows of the tables of the time before."""
    names = ("boards", "threads", "posts", "revisions", "answers", "promotions", "sheets", "notes", "people")
    with app.app_context():
        made = {
            one: sorted(map(repr, db.session.execute(text(f"SELECT * FROM {one}")).mappings().all())) for one in names
        }
        db.session.remove()
    return made


def test_back_and_forth(old: Flask) -> None:
    with old.app_context():
        fill()
        db.session.remove()
    before = everything(old)
    for _ in range(2):
        with old.app_context():
            flask_migrate.upgrade()
            db.session.remove()
        many = verified(old, rendered=True)
        assert many == 32
        with old.app_context():
            flask_migrate.downgrade(revision="0005")
            db.session.remove()
        assert everything(old) == before
    with old.app_context():
        flask_migrate.upgrade()
        flask_migrate.check()
        db.session.remove()


def test_more_than_a_batch(old: Flask) -> None:
    """Posts and versions over the edge of the migration's thousand, and a tile that is full."""
    with old.app_context():
        person(1, "mina")
        put("board_groups", id=1, name="Company", position=1)
        board(1, "canteen", None, 1, 1203)
        thread(1, "Long", 1203)
        post(1, 1, 1, 1, ("Long", "0"))
        for number in range(2, 1204):
            post(number, 1, number, 1, *((None, f"{number} {version}") for version in range(1 + number % 3)))
        settle()
        db.session.commit()
        flask_migrate.upgrade()
        db.session.remove()
    versions = 1 + sum(1 + number % 3 for number in range(2, 1204))
    assert verified(old) == 1 + versions + 1
