"""What programs read: shapes exactly as promised, words with the leaf and the salt that prove them, problems instead of pages."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from forum.boards import actions, answering
from forum.boards.api_queries import VERSIONS
from forum.boards.models import Thread
from forum.core.actor import Actor
from forum.core.database import db, execute, row, rows
from forum.desk.models import Place
from forum.hits.models import Promotion
from forum.ledger import leaves
from forum.ledger.models import Entry
from tests.api.conftest import Program
from tests.architecture.test_the_house import counted
from tests.conftest import NOON

POST = {"id", "thread", "floor", "author", "body", "html", "created_at", "edited_at", "withdrawn_at", "revisions"} | {
    *("reply_to", "leaf", "salt", "url")
}
READS = ("/threads/1", "/threads/1/posts", "/posts/1", "/posts/1/revisions")
BUDGET = dict(zip(READS, (3, 3, 2, 3), strict=True))
"""Statements a request, whose token it is included."""


@pytest.fixture
def edit(act: Any) -> Any:
    """The author writes a post anew."""

    def edited(actor: Actor, post: int, body: str, *, based_on: int, title: str | None = None, at: int = NOON) -> None:
        words = actions.Written(body, f"<p>{body}</p>\n", None, body)
        act(actions.edit, actor, post=post, words=words, title=title, based_on=based_on, at=at)

    return edited


@pytest.fixture
def bound(app: Flask) -> Any:
    """What a leaf of the ledger says."""

    def read(number: int) -> leaves.Leaf:
        with app.app_context():
            found = row(select(Entry.leaf).where(Entry.number == number))
            db.session.remove()
        assert found is not None
        return leaves.read(found.leaf.encode())

    return read


def fits(leaf: leaves.Leaf, one: Any) -> bool:
    """Whether a post or a version is what its leaf binds."""
    return leaf.commitment == leaves.commitment(b64decode(one["salt"]), one["body"].encode())


def test_a_thread(thread: Any, program: Any) -> None:
    assert program("mina").get("/api/v1/threads/1").json == {
        "id": 1,
        "title": "What we know",
        "board": "canteen",
        "author": "mina",
        "created_at": "2026-11-21T11:00:00Z",
        "active_at": "2026-11-21T11:00:00Z",
        "posts": 1,
        "hits": 0,
        "magic": None,
        "answer": None,
        "url": "http://localhost/threads/1-what-we-know",
    }


def test_a_thread_that_is_magic_and_answered(thread: Any, person: Any, say: Any, program: Any, act: Any) -> None:
    boss = person("boss", "management")
    said = say(boss, "We heard you.", thread=1, at=NOON - 60)
    promoted = {"at": NOON - 120, "readers": 41, "usual": 7, "starts_at": 30, "audience": 90, "matured": 50, "leaf": 0}
    act(lambda: execute(insert(Promotion).values(thread_id=1, **promoted)))
    act(lambda: execute(update(Thread).values(magic_at=NOON - 120, hits=55)))
    act(answering.mark, boss, post=said.post, state="answered", at=NOON)
    found = program("mina").get("/api/v1/threads/1").json
    assert found["magic"] == {
        "since": "2026-11-21T11:58:00Z",
        "readers": 41,
        "usual": 7,
        "starts_at": 30,
        "why": "41 recent readers; a usual thread on this board peaks at 7, and Magic starts at 30.",
    }
    assert found["answer"] == {"post": said.post, "state": "answered", "by": "boss", "at": "2026-11-21T12:00:00Z"}
    assert (found["hits"], found["posts"], found["active_at"]) == (55, 2, "2026-11-21T11:59:00Z")


def test_a_post(thread: Any, program: Any, bound: Any) -> None:
    found = program("mina").get("/api/v1/posts/1").json
    leaf, salt = found.pop("leaf"), found.pop("salt")
    assert found == {
        "id": 1,
        "thread": 1,
        "floor": 1,
        "author": "mina",
        "body": "We **all** know it.",
        "html": "<p>We <strong>all</strong> know it.</p>\n",
        "created_at": "2026-11-21T11:00:00Z",
        "edited_at": None,
        "withdrawn_at": None,
        "revisions": 1,
        "reply_to": None,
        "url": "http://localhost/posts/1",
    }
    assert fits(bound(leaf), {"salt": salt, "body": found["body"]})
    assert (bound(leaf).kind, bound(leaf).object, bound(leaf).revision) == ("post.create", "p:1", 1)


def test_posts_by_page(thread: Any, mina: Any, person: Any, say: Any, program: Any, bound: Any) -> None:
    idris = person("idris")
    for floor in range(2, 42):
        say(idris if floor % 2 else mina, f"Floor {floor}.", thread=1, at=NOON - 4000 + 60 * floor, reply_to=floor - 1)
    one = program("mina")
    for page, floors in ((1, range(1, 21)), (2, range(21, 41)), (3, range(41, 42))):
        found = one.get(f"/api/v1/threads/1/posts?page={page}").json
        items = found.pop("items")
        assert found == {"page": page, "pages": 3, "total": 41}
        assert [post["floor"] for post in items] == list(floors)
        assert all(set(post) == POST and fits(bound(post["leaf"]), post) for post in items)
        assert all(one.get(f"/api/v1/posts/{post['id']}").json == post for post in items[:2])
    assert (items[0]["author"], items[0]["body"], items[0]["reply_to"]) == ("idris", "Floor 41.", 40)
    assert one.get("/api/v1/threads/1/posts").json == one.get("/api/v1/threads/1/posts?page=1").json


def test_the_versions_of_a_post(thread: Any, mina: Any, program: Any, edit: Any, bound: Any) -> None:
    edit(mina, 1, "Some of us know it.", based_on=1, at=NOON - 60)
    edit(mina, 1, "Nobody knows it.", based_on=2, title="What nobody knows")
    one = program("mina")
    found = one.get("/api/v1/posts/1/revisions").json
    items = found.pop("items")
    assert found == {"page": 1, "pages": 1, "total": 3}
    assert all(set(version) == {"number", "body", "created_at", "leaf", "salt"} for version in items)
    assert [(version["number"], version["body"], version["created_at"]) for version in items] == [
        (1, "We **all** know it.", "2026-11-21T11:00:00Z"),
        (2, "Some of us know it.", "2026-11-21T11:59:00Z"),
        (3, "Nobody knows it.", "2026-11-21T12:00:00Z"),
    ]
    assert all(fits(bound(version["leaf"]), version) for version in items)
    assert [bound(version["leaf"]).revision for version in items] == [1, 2, 3]
    post = one.get("/api/v1/posts/1").json
    assert {name: post[name] for name in ("body", "leaf", "salt")} == {
        name: items[2][name] for name in ("body", "leaf", "salt")
    }
    assert (post["revisions"], post["edited_at"]) == (3, "2026-11-21T12:00:00Z")
    assert one.get("/api/v1/threads/1").json["title"] == "What nobody knows"


def test_very_many_versions_come_in_pages(app: Flask, thread: Any, mina: Any, program: Any, edit: Any) -> None:
    for number in range(1, VERSIONS + 2):
        edit(mina, 1, f"Version {number + 1}.", based_on=number)
    one, seen = program("mina"), []
    for page, many in ((1, VERSIONS), (2, 2)):
        found = one.get(f"/api/v1/posts/1/revisions?page={page}").json
        assert (found["page"], found["pages"], found["total"]) == (page, 2, VERSIONS + 2)
        assert len(found["items"]) == many
        seen += [version["number"] for version in found["items"]]
    assert seen == list(range(1, VERSIONS + 3))
    assert one.get("/api/v1/posts/1/revisions?page=3").status_code == 404


def test_withdrawn_words_are_gone_and_the_leaf_stays(
    thread: Any, mina: Any, say: Any, program: Any, edit: Any, act: Any, bound: Any
) -> None:
    edit(mina, 1, "Nobody knows it.", based_on=1)
    say(mina, "A second floor.", thread=1)
    one = program("mina")
    before = one.get("/api/v1/posts/1").json
    versions = one.get("/api/v1/posts/1/revisions").json["items"]
    act(actions.withdraw, mina, post=1, at=NOON + 60)
    gone = {"body": None, "html": None, "salt": None, "withdrawn_at": "2026-11-21T12:01:00Z"}
    after = one.get("/api/v1/posts/1").json
    assert after == before | gone
    assert bound(after["leaf"]).revision == 2
    assert one.get("/api/v1/posts/1/revisions").json["items"] == [
        version | {"body": None, "salt": None} for version in versions
    ]
    page = one.get("/api/v1/threads/1/posts").json["items"]
    assert page[0] == after
    assert page[1]["body"] == "A second floor."
    found = one.get("/api/v1/threads/1").json
    assert (found["title"], found["url"], found["posts"]) == (None, "http://localhost/threads/1-withdrawn", 2)


def test_every_role_reads_the_same(thread: Any, person: Any, program: Any) -> None:
    asked = [program("mina")]
    for role in ("hr", "management", "operator"):
        person(role, role)
        asked.append(program(role))
    for path in READS:
        assert len({one.get("/api/v1" + path).data for one in asked}) == 1


def test_addresses_are_whole_and_ascii_whatever_host_is_asked(make_app: Any, person: Any, board: Any, say: Any) -> None:
    board()
    say(person("mina"), title="汤 & Brot")
    app = make_app(base_url="https://say.example/forum")
    made = app.test_cli_runner().invoke(args=["people", "token", "mina"]).stdout.strip()
    one = Program(app, made)
    found = one.get("/api/v1/threads/1", Host="evil.example").json
    assert found["url"] == "https://say.example/forum/threads/1-%E6%B1%A4-brot"
    assert found["title"] == "汤 & Brot"
    assert one.get("/api/v1/posts/1").json["url"] == "https://say.example/forum/posts/1"


def test_a_program_that_reads_leaves_no_trace(app: Flask, thread: Any, say: Any, person: Any, program: Any) -> None:
    idris = person("idris")
    say(person("chen"), "Another floor.", thread=1)
    one = program("idris")
    for path in READS:
        assert one.get("/api/v1" + path).status_code == 200
    with app.app_context():
        assert rows(select(Place.__table__).where(Place.person_id == idris.id)) == []
        db.session.remove()
    assert one.get("/api/v1/threads/1").json["hits"] == 0


@pytest.mark.parametrize("path", READS)
def test_head_and_options(thread: Any, program: Any, path: str) -> None:
    one, address = program("mina"), "/api/v1" + path
    head, get = one.open(address, "HEAD"), one.get(address)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(get.data)))
    assert get.mimetype == "application/json"
    options = one.open(address, "OPTIONS")
    assert (options.status_code, set(options.allow or ())) == (200, {"GET", "HEAD", "OPTIONS"})
    for method in ("HEAD", "OPTIONS"):
        assert program().open(address, method).status_code == 401
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert one.open(address, method).status_code == 405


def test_a_fixed_small_number_of_questions(app: Flask, thread: Any, mina: Any, say: Any, program: Any) -> None:
    one = program("mina")

    def figures() -> dict[str, int]:
        found = {}
        for path in READS:
            one.get("/api/v1" + path)  # the day of use is noted once
            with counted(app) as seen:
                assert one.get("/api/v1" + path).status_code == 200
            found[path] = len(seen)
        return found

    small = figures()
    for number in range(30):
        say(mina, f"Floor {number}.", thread=1, at=NOON - 3000 + 61 * number)
    assert figures() == small
    assert all(small[path] <= most for path, most in BUDGET.items())
