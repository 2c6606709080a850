"""Several writers at once leave consecutive numbers and a log that verifies, and a leaf is committed with the act it is of, or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from forum.accounts import actions as accounts
from forum.boards import actions
from forum.core.actor import Actor
from forum.core.database import db, writing
from forum.ledger import actions as ledger
from forum.ledger.leaves import Act
from tests.conftest import NOON
from tests.ledger.book import found, size, together, verified
from tests.together import at_once

WRITERS, EACH = 4, 8


@pytest.fixture
def mina(person: Any, board: Any, frozen: Any) -> Actor:
    board()
    made: Actor = person("mina")
    return made


def test_writers_of_one_thread_and_of_many(app: Flask, mina: Actor, person: Any, say: Any) -> None:
    made = say(mina)
    people = [person(f"p{number}") for number in range(WRITERS)]
    begin = size(app)

    def talk(who: Actor, number: int) -> Any:
        def work() -> None:
            mine: list[int] = []
            for turn in range(EACH):
                words = actions.written(f"Words {number} {turn}.")
                nonce = f"{number} {turn}"
                with writing():
                    if turn % 4 == 3:
                        actions.withdraw(who, post=mine[-1], at=NOON)
                    elif turn % 4 == 1:
                        said = actions.start_thread(who, board="canteen", title="T", words=words, nonce=nonce, at=NOON)
                        mine.append(said.post)
                    else:
                        said = actions.reply(who, thread=made.thread, words=words, reply_to=None, nonce=nonce, at=NOON)
                        mine.append(said.post)

        return work

    together(app, *(talk(one, number) for number, one in enumerate(people)))
    new = found(app, begin)
    assert [one.number for one in new] == list(range(begin, begin + len(new)))
    assert len(new) == WRITERS * (EACH + EACH // 4)
    assert verified(app, rendered=True) == begin + len(new)
    for one in new:  # the leaves of one act stand side by side
        if json.loads(one.leaf)["t"] == "thread.title":
            before = json.loads(new[one.number - begin - 1].leaf)
            assert (before["t"], before["b"]) == ("post.create", json.loads(one.leaf)["b"])


def test_through_the_pages_at_once(app: Flask, mina: Actor, person: Any, say: Any, browser: Any) -> None:
    made = say(mina)
    names = [f"p{number}" for number in range(WRITERS)]
    for name in names:
        person(name)
    browsers = [browser(name) for name in names]
    path = f"/threads/{made.thread}-{made.slug}"
    forms = [{"csrf_token": one.token(path), "nonce": "n" * 20, "body": "At once."} for one in browsers]
    begin = size(app)
    answers = at_once(browsers, f"/threads/{made.thread}/posts", forms)
    assert [one.status_code for one in answers] == [303] * WRITERS
    assert verified(app) == begin + WRITERS


def test_the_very_first_leaves_of_an_empty_log(app: Flask, frozen: Any) -> None:
    """Nobody has made the head's row yet."""
    assert size(app) == 0

    def grow(number: int) -> Any:
        def work() -> None:
            with writing():
                accounts.join(handle=f"p{number}", name="P", email=None, password_hash=None, at=NOON, operator_at=NOON)

        return work

    together(app, *(grow(number) for number in range(WRITERS)))
    assert verified(app) == WRITERS


def test_one_fails_while_another_writes(app: Flask, mina: Actor, say: Any) -> None:
    """Numbers that were taken back are given again: no gap."""

    def good() -> None:
        for number in range(EACH):
            with writing():
                ledger.append(Act("account.access", "cli", "u:1", content=b"left", public=True), at=NOON + number)

    def bad() -> None:
        for _ in range(EACH):
            with pytest.raises(ZeroDivisionError):
                fails()

    def fails() -> None:
        with writing():
            ledger.append(Act("account.access", "cli", "u:1", content=b"left", public=True), at=1)
            raise ZeroDivisionError

    begin = size(app)
    together(app, good, bad, good)
    new = found(app, begin)
    assert [one.number for one in new] == list(range(begin, begin + 2 * EACH))
    assert all(json.loads(one.leaf)["at"] >= NOON for one in new)
    verified(app)


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_leaf_has_the_transaction_of_its_post(app: Flask, mina: Actor, say: Any, browser: Any) -> None:
    """PostgreSQL keeps with every row which transaction wrote it."""
    made = say(mina)
    browser("mina").post(f"/posts/{made.post}/edit", page=f"/posts/{made.post}/edit", title="A title", body="New.")
    with app.app_context():
        some = db.session.execute(
            text(
                "SELECT r.number, r.xmin::text AS one, l.xmin::text AS other FROM revisions r JOIN ledger l ON l.number = r.leaf"
            )
        ).all()
        db.session.remove()
    assert [(one.number, one.one == one.other) for one in some] == [(1, True), (2, True)]
