"""What is imported, and the demo, is in the ledger from its first moment, and all of it verifies."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.boards.models import Post, Revision, Thread
from forum.exchange import demo_past
from tests.conftest import NOON
from tests.exchange.conftest import answer, comment, question
from tests.exchange.test_mbox import archive, mail
from tests.ledger.book import found, verified

__all__ = ["archive"]


def kinds(app: Flask) -> Counter[str]:
    """How many leaves of each kind there are."""
    return Counter(json.loads(one.leaf)["t"] for one in found(app))


def test_a_mailing_list(app: Flask, board: Any, run: Any, archive: Any, stored: Any) -> None:
    board()
    path = archive(
        mail(1, "one"),
        mail(2, "two", "In-Reply-To: <1@example.com>", "Re: The lift"),
        mail(3, "three", subject="Other"),
    )
    run("import", "mbox", path, "--board", "canteen")
    assert kinds(app) == {"board.create": 1, "post.create": 3, "thread.title": 2}
    assert verified(app, rendered=True) == 6
    run("import", "mbox", path, "--board", "canteen")
    assert verified(app, rendered=True) == 6


def test_a_dump_with_versions(app: Flask, board: Any, run: Any, dump: Any, stored: Any) -> None:
    board()
    folder = dump(
        Posts=[question(1), answer(2, 1), question(3, "Another", "<p>汤 &lt;/script&gt; &lt;!--</p>"), answer(4, 3)],
        Comments=[comment(1, 2)],
    )
    run("import", "stackexchange", folder, "--board", "canteen")
    posts, threads = len(stored(select(Post.id))), len(stored(select(Thread.id)))
    assert (posts, threads) == (5, 2)
    edits = len(stored(select(Revision.post_id))) - posts
    assert kinds(app) == Counter({"board.create": 1, "post.create": posts, "thread.title": threads, "post.edit": edits})
    verified(app, rendered=True)


def test_leaves_are_dated_by_when_they_were_written(
    app: Flask, board: Any, run: Any, archive: Any, frozen: Any
) -> None:
    """An old mail is as old as it says, its leaf is of today: nobody can write history afterwards."""
    board()
    run("import", "mbox", archive(mail(1, "one")), "--board", "canteen")
    assert {json.loads(one.leaf)["at"] for one in found(app)[1:]} == {NOON}


def test_the_demo(app: Flask, run: Any, frozen: Any, monkeypatch: pytest.MonkeyPatch, stored: Any) -> None:
    sites = tuple(site._replace(threads=6) for site in demo_past.SITES)
    monkeypatch.setattr(demo_past, "SITES", sites)
    monkeypatch.setattr(demo_past, "RUNNING", 30)
    run("demo")
    counted = kinds(app)
    assert counted["post.create"] == len(stored(select(Post.id)))
    assert counted["thread.title"] >= len(stored(select(Thread.id)))
    assert min(counted[one] for one in ("post.edit", "post.withdraw", "answer.set", "magic.reach", "pad.batch")) > 0
    verified(app, rendered=True)
