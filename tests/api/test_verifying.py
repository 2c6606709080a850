"""What the API shows is enough to verify every word from elsewhere: an honest forum has no flaw, an altered title is named."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.serving import make_server

from forum.boards import actions
from forum.boards.api_queries import VERSIONS
from forum.core.database import db, writing
from forum.ledger import jobs, remote
from forum.ledger.checkpoints import key_of
from tests.conftest import NOON

Verify = Callable[[], list[str]]


@pytest.fixture
def sign(app: Flask) -> Callable[[], None]:
    """The worker signs what is there."""
    moments = iter(range(NOON, NOON + 86400, 3600))

    def signed() -> None:
        with app.app_context():
            jobs.tick(Path(app.instance_path), next(moments), app.extensions["forum.settings"])
            db.session.remove()

    return signed


@pytest.fixture
def verify(app: Flask, token: Any, mina: Any, sign: Any) -> Iterator[Verify]:
    """Signs the log, then reads it and its words over HTTP, as somebody elsewhere with the key and a token of Mina's."""
    shown = token("mina")
    server = make_server("127.0.0.1", 0, app, threaded=False)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()

    def verified(*, fresh: bool = True) -> list[str]:
        if fresh:
            sign()
        key = key_of(app.test_client().get("/ledger/key").text)
        report, _note = remote.verify(f"http://127.0.0.1:{server.server_port}", [key], token=shown, pinned=None)
        return list(report.flaws)

    yield verified
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture
def tamper(app: Flask) -> Callable[[str], None]:
    """Changes the database behind the forum's back."""

    def run(statement: str) -> None:
        with app.app_context():
            with writing():
                db.session.execute(text(statement))
            db.session.remove()

    return run


@pytest.fixture
def lively(mina: Any, thread: Any, say: Any, act: Any) -> Any:
    """A thread with a new title and very many versions, one whose opening was withdrawn, one with a title in other letters."""
    body = actions.Written("Other words.", "<p>Other words.</p>\n", None, "Other words.")
    act(actions.edit, mina, post=1, words=body, title="What nobody knows", based_on=1, at=NOON)
    for number in range(2, VERSIONS + 2):
        words = actions.Written(f"Version {number + 1}.", "<p>x</p>\n", None, "x")
        act(actions.edit, mina, post=1, words=words, title=None, based_on=number, at=NOON)
    gone = say(mina, "Never mind.", title="Withdrawn soon", at=NOON - 1800)
    say(mina, "A floor that stays.", thread=gone.thread, at=NOON - 1700)
    act(actions.withdraw, mina, post=gone.post, at=NOON)
    return say(mina, "Suppe.", title="汤 & Brot", at=NOON - 1600)


def test_an_honest_forum_has_no_flaw(verify: Verify, lively: Any) -> None:
    assert verify() == []


def test_an_altered_title_is_named(verify: Verify, lively: Any, tamper: Any) -> None:
    tamper("UPDATE threads SET title = 'What everybody likes' WHERE id = 1")
    assert [one.partition(":")[0] for one in verify()] == ["the title of thread 1 was altered"]
    tamper("UPDATE threads SET title = 'What nobody knows' WHERE id = 1")
    tamper("UPDATE threads SET title = NULL WHERE id = 3")
    assert [one.partition(":")[0] for one in verify(fresh=False)] == ["the title of thread 3 is hidden"]
    tamper("UPDATE threads SET title = 'Withdrawn soon' WHERE id = 2")
    assert "the title of thread 2 is shown, although it was taken back" in verify(fresh=False)


def test_a_title_that_was_changed_meanwhile_is_no_flaw(verify: Verify, mina: Any, thread: Any, act: Any) -> None:
    assert verify() == []
    words = actions.Written("Other words.", "<p>Other words.</p>\n", None, "Other words.")
    act(actions.edit, mina, post=1, words=words, title="What nobody knows", based_on=1, at=NOON)
    assert verify(fresh=False) == []
    assert verify() == []


def test_an_opening_post_on_another_floor_does_not_save_a_title(verify: Verify, lively: Any, tamper: Any) -> None:
    tamper("UPDATE posts SET floor = 2 WHERE id = 1")
    tamper("UPDATE threads SET title = 'What everybody likes', posts = 2 WHERE id = 1")
    assert any("thread 1 shows no first floor" in one for one in verify())
