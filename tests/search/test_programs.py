"""Search as programs and operators meet it: `/api/v1/search` with a token, `flask search status` and `reindex`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from forum.boards import actions
from forum.core.actor import Actor
from forum.core.database import db, writing
from forum.search import jobs
from tests.api.conftest import Program
from tests.conftest import NOON
from tests.pads.conftest import _buckets as _buckets
from tests.pads.conftest import door as door
from tests.pads.conftest import hour as hour
from tests.pads.conftest import notes as notes
from tests.pads.conftest import waiting as waiting
from tests.pads.conftest import write as write
from tests.pads.conftest import zone as zone

ITEM = {"thread", "post", "note", "title", "snippet", "board", "author", "created_at", "url"}


@pytest.fixture
def command(app: Flask) -> Callable[..., str]:
    """`flask …`, which ends well."""

    def run(*args: str) -> str:
        done = app.test_cli_runner().invoke(args=args)
        assert done.exit_code == 0, done.output
        return str(done.stdout)

    return run


@pytest.fixture
def program(app: Flask, mina: Actor, command: Any) -> Program:
    return Program(app, command("people", "token", "mina").rstrip("\n"))


def test_a_program_finds_what_a_browser_finds(
    program: Program, mina: Actor, idris: Actor, say: Any, worked: Any
) -> None:
    first = say(mina, "The **guards** leave.", title="Gate 3", at=NOON - 7200)
    say(idris, "One guard stays.", thread=first.thread, at=NOON - 3600)
    worked()
    answer = program.get("/api/v1/search?q=guard&sort=new")
    assert answer.status_code == 200
    found = answer.json
    assert (found["page"], found["pages"], found["total"]) == (1, 1, 2)
    assert (found["total_capped"], found["complete"], found["some_words"], found["problems"]) == (
        False,
        True,
        False,
        [],
    )
    assert [set(one) for one in found["items"]] == [ITEM, ITEM]
    assert found["items"][1] == {
        "thread": first.thread,
        "post": first.post,
        "note": None,
        "title": "Gate 3",
        "snippet": "The guards leave.",
        "board": "canteen",
        "author": "mina",
        "created_at": "2026-11-21T10:00:00Z",
        "url": f"http://localhost/posts/{first.post}",
    }
    assert [one["author"] for one in program.get("/api/v1/search?q=guard&author=idris").json["items"]] == ["idris"]
    assert program.get("/api/v1/search?q=guard&board=nowhere").json["problems"] == ["There is no board “nowhere”."]


def test_a_program_learns_what_is_wrong(program: Program, app: Flask, say: Any, mina: Actor, worked: Any) -> None:
    say(mina, "The guards leave.")
    worked()
    for query, status in (("q=guard&page=2", 404), ("q=guard&page=x", 422), ("q=guard&sort=odd", 422)):
        answer = program.get(f"/api/v1/search?{query}")
        assert answer.status_code == status
        assert answer.content_type == "application/problem+json"
    assert Program(app, None).get("/api/v1/search?q=guard").status_code == 401


def test_a_program_finds_nothing_that_was_withdrawn(
    program: Program, app: Flask, say: Any, mina: Actor, worked: Any
) -> None:
    made = say(mina, "Zqwords.")
    worked()
    with app.app_context():
        with writing():
            actions.withdraw(mina, post=made.post, at=NOON)
        db.session.remove()
    found = program.get("/api/v1/search?q=zqwords").json
    assert (found["items"], found["total"]) == ([], 0)


def test_a_program_finds_notes(program: Program, door: Any, write: Any, hour: Any, app: Flask, worked: Any) -> None:
    door("3-left", "What about giraffes?")
    write(app.test_client(), "3-left", "Zebras, please.")
    write(app.test_client(), "3-left", "Okapis, please.")
    hour(NOON + 3600)
    worked(NOON + 3600)
    (one,) = program.get("/api/v1/search?q=zebra").json["items"]
    assert (one["thread"], one["post"], one["author"], one["board"]) == (None, None, None, None)
    assert (one["title"], one["snippet"]) == ("What about giraffes?", "Zebras, please.")
    assert len(one["note"]) == 32


def test_an_operator_asks_and_builds(command: Any, by: str, mina: Actor, many: Any, find: Any) -> None:
    posts = many(mina, [f"guard {number}" for number in range(3)])
    assert "Nothing is indexed yet" in command("search", "status")
    assert find("guard") == set()
    assert f"3 posts and notes can be found, by {by}." in command("search", "reindex")
    assert find("guard") == set(posts)
    told = command("search", "status")
    assert f"Serving: {by}, 3 posts and notes." in told
    assert "Advice: nothing to change." in told


def test_a_long_import_lets_others_have_their_turn(
    app: Flask, mina: Actor, many: Any, find: Any, worked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many ranges wait, one call does as many posts as one does at once; all are found in the end."""
    monkeypatch.setattr(jobs, "AT_ONCE", 10)
    worked()
    posts = many(mina, [f"guard {number}" for number in range(35)])
    done: list[int] = []
    apply = jobs.indexing.apply
    monkeypatch.setattr(jobs.indexing, "apply", lambda *a, **more: done.append(len(more["posts"])) or apply(*a, **more))
    with app.app_context():
        jobs.changed([{"first": posts[0] + step, "last": posts[0] + step + 6} for step in range(0, 35, 7)])
        db.session.remove()
    assert done == [10]
    worked()
    assert find("guard") == set(posts)
