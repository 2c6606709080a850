"""Each act writes exactly the leaves that ledger.md lists, through real pages and commands, and what changes nothing writes none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from forum.boards import actions
from forum.core.actor import Actor
from forum.core.database import db, writing
from tests.conftest import NOON, PASSWORD, Browser
from tests.ledger.book import Line, found, writes

LONG = '第一行 <b>&\r\nSecond line, with 🧻 and a \\ and "quotes".'
KEPT = LONG.replace("\r\n", "\n")


@pytest.fixture
def mina(person: Any, board: Any, frozen: Any) -> Actor:
    """Somebody, on a forum with the board `canteen`."""
    board()
    made: Actor = person("mina")
    return made


@pytest.fixture
def run(app: Flask, frozen: Any) -> Callable[..., Any]:
    """The command line, as an operator types it."""

    def invoke(*args: str, typed: str = "", code: int = 0) -> Any:
        done = app.test_cli_runner().invoke(args=list(args), input=typed)
        assert done.exit_code == code, done.output
        return done

    return invoke


def by(actor: Actor) -> str:
    return f"u:{actor.id}"


def start(one: Browser, title: str = "The soup 汤", body: str = LONG) -> int:
    """Opens a thread through the page; returns its number."""
    answer = one.post("/boards/canteen/new", page="/boards/canteen/new", title=title, body=body)
    assert answer.status_code == 303, answer.text
    return int(answer.location.split("/threads/")[1].split("-")[0])


def test_a_thread_is_its_post_and_its_title(app: Flask, mina: Actor, browser: Any) -> None:
    one = browser("mina")
    with writes(
        app,
        Line("post.create", by(mina), "p:1", KEPT, 1, "t:1/1", at=NOON),
        Line("thread.title", by(mina), "t:1", "The soup 汤", 1, "b:1", at=NOON),
    ):
        start(one)


def test_the_salt_of_a_title_follows_from_its_words(app: Flask, mina: Actor, say: Any) -> None:
    """So that whoever reads a post through the API can open its title too."""
    say(mina)
    words, title = found(app)[-2:]
    assert words.salt is not None
    assert title.salt == hashlib.sha256(b"forum/title/v1\n" + words.salt).digest()


def test_no_two_leaves_share_a_salt(app: Flask, mina: Actor, say: Any) -> None:
    for _ in range(5):
        say(mina, "The same words.")
    salts = [one.salt for one in found(app) if one.salt]
    assert len(set(salts)) == len(salts) >= 10


def test_a_reply_is_one_leaf_and_sent_twice_still_one(app: Flask, mina: Actor, say: Any, browser: Any) -> None:
    made = say(mina)
    one = browser("mina")
    page = f"/threads/{made.thread}-{made.slug}"
    with writes(app, Line("post.create", by(mina), "p:2", "I answer.", 1, f"t:{made.thread}/2")):
        form = {"csrf_token": one.token(page), "nonce": "a" * 24, "body": "I answer."}
        for _ in range(2):
            assert one.client.post(f"/threads/{made.thread}/posts", data=form).status_code == 303


def test_edits(app: Flask, mina: Actor, say: Any, browser: Any) -> None:
    made = say(mina, "One.", title="First")
    one, path = browser("mina"), f"/posts/{made.post}/edit"

    def edit(title: str, body: str) -> None:
        form = {"title": title, "body": body, "based_on": one.get(path).text.split('name="based_on"')[1].split('"')[1]}
        assert one.post(path, page=path, **form).status_code == 303

    where, home = f"t:{made.thread}/1", "b:1"
    with writes(app, Line("post.edit", by(mina), "p:1", "Two.", 2, where)):
        edit("First", "Two.")
    with writes(
        app,
        Line("post.edit", by(mina), "p:1", "Three.", 3, where),
        Line("thread.title", by(mina), f"t:{made.thread}", "Second", 3, home),
    ):
        edit("Second", "Three.")
    with writes(
        app,
        Line("post.edit", by(mina), "p:1", "Three.", 4, where),
        Line("thread.title", by(mina), f"t:{made.thread}", "Third", 4, home),
    ):
        edit("Third", "Three.")
    with writes(app):
        edit("Third", "Three.")


def test_a_withdrawal_and_an_erasure_take_every_salt(app: Flask, mina: Actor, say: Any, browser: Any, run: Any) -> None:
    first, second = say(mina, "Alpha."), say(mina, "Beta.")
    with writes(app, Line("post.withdraw", by(mina), f"p:{first.post}", at=NOON)):
        assert browser("mina").post(f"/posts/{first.post}/withdraw").status_code == 303
    reason = "Regional court of Lübeck, 4 O 221/26"
    with writes(app, Line("legal.erase", "cli", f"p:{second.post}", reason, public=True, at=NOON)):
        run("legal", "erase", str(second.post), "--reason", reason, typed=f"{second.post}\n")
    for one in found(app):
        if any(f'"o":"{object}"' in one.leaf for object in ("p:1", "p:2", "t:1", "t:2")):
            assert (one.salt is None) == ("legal.erase" not in one.leaf), one.leaf


def test_an_answer_and_its_next_state(app: Flask, mina: Actor, person: Any, say: Any, browser: Any) -> None:
    boss = person("boss", "management")
    made = say(mina)
    answer = say(boss, "We heard.", thread=made.thread)
    one = browser("boss")
    page = f"/threads/{made.thread}-{made.slug}"
    path, where = f"/posts/{answer.post}/answer", f"t:{made.thread}"
    with writes(app, Line("answer.set", by(boss), f"p:{answer.post}", "heard", where=where)):
        assert one.post(path, page=page, state="heard").status_code == 303
    with writes(app, Line("answer.set", by(boss), f"p:{answer.post}", "declined", where=where)):
        one.post(path, page=page, state="declined")
    with writes(app):
        one.post(path, page=page, state="declined")


def test_boards(app: Flask, mina: Actor, person: Any, browser: Any, run: Any) -> None:
    boss = person("olga", "operator")
    with writes(app, Line("board.create", by(mina), "b:2", "lifts\nLifts\nUp.")):
        form = {"slug": "lifts", "name": "Lifts", "description": "Up.", "group": "Company"}
        assert browser("mina").post("/boards/new", page="/boards/new", **form).status_code == 303
    with writes(app, Line("board.create", "cli", "b:3", "gates\nGates\n")):
        run("boards", "add", "gates", "--name", "Gates")
    olga = browser("olga")
    form = {"name": "Lifts", "description": "Up.", "group": "Hobbies", "position": "1"}

    def arrange(**changed: str) -> None:
        path = "/boards/lifts/arrange"
        assert olga.post(path, page="/boards/arrange", **form | changed).status_code == 303

    with writes(app):
        arrange()
    with writes(app, Line("board.rename", by(boss), "b:2", "lifts\nElevators\nUp.", public=True)):
        arrange(name="Elevators")
    with writes(app, Line("board.rename", by(boss), "b:2", "lifts\nElevators\nDown.", public=True)):
        arrange(name="Elevators", description="Down.")


def test_roles(app: Flask, mina: Actor, run: Any) -> None:
    for change, kind in (("+hr", "role.grant"), ("+hr", None), ("-hr", "role.revoke"), ("-hr", None)):
        expected = [Line(kind, "cli", by(mina), "hr", public=True, at=NOON)] if kind else []
        with writes(app, *expected):
            run("people", "role", "mina", change)


def test_what_operators_do_to_accounts(app: Flask, mina: Actor, run: Any) -> None:
    def line(words: str, number: int = mina.id) -> Line:
        return Line("account.access", "cli", f"u:{number}", words, public=True, at=NOON)

    with writes(app, line("account", 2)):
        run("people", "add", "lin", "--name", "Lin")
    with writes(
        app,
        line("account password address", 3),
        Line("role.grant", "cli", "u:3", "hr", public=True),
        Line("role.grant", "cli", "u:3", "management", public=True),
    ):
        options = ("--name", "Wei", "--email", "wei@example.com", "--role", "management", "--role", "hr")
        run("people", "add", "wei", *options, "--role", "employee", "--password-stdin", typed=f"{PASSWORD}\n")
    with writes(app, line("password")):
        run("people", "password", "mina", "--password-stdin", typed=f"{PASSWORD} now\n")
    with writes(app, line("token")):
        run("people", "token", "mina")
    with writes(app, line("left")):
        run("people", "deactivate", "mina")
    for command in (("deactivate", "mina"), ("token", "mina"), ("add", "lin", "--name", "L"), ("role", "no", "+hr")):
        with writes(app):
            run("people", *command, code=1)


def test_what_people_do_to_their_own_accounts_is_theirs(app: Flask, mina: Actor, browser: Any) -> None:
    with writes(app):
        fresh = browser()
        form = {"handle": "lin", "name": "Lin", "email": "", "password": PASSWORD}
        assert fresh.post("/signup", page="/signup", **form).status_code == 303
        one = browser("mina")
        assert one.post("/settings/name", name="Mina M").status_code == 303
        new = {"old": PASSWORD, "new": f"{PASSWORD} now"}
        assert one.post("/settings/password", **new).status_code == 303
        browser("mina", password=f"{PASSWORD} now").post("/logout")


class Boom(Exception):
    """The transaction fails after all was written."""


def cut_off(act: Callable[[], object]) -> None:
    with writing():
        act()
        raise Boom


def test_what_is_rolled_back_leaves_no_leaf(app: Flask, mina: Actor, say: Any) -> None:
    made = say(mina)
    words = None
    with app.app_context():
        words = actions.written("Never said.")
        db.session.remove()
    acts: list[Callable[[], object]] = [
        lambda: actions.start_thread(mina, board="canteen", title="T", words=words, nonce="a", at=NOON),
        lambda: actions.reply(mina, thread=made.thread, words=words, reply_to=None, nonce="b", at=NOON),
        lambda: actions.edit(mina, post=made.post, words=words, title="Other", based_on=1, at=NOON),
        lambda: actions.withdraw(mina, post=made.post, at=NOON),
        lambda: actions.erase(post=made.post, reason="None", at=NOON),
    ]
    for act in acts:
        with writes(app), app.app_context():
            with pytest.raises(Boom):
                cut_off(act)
            db.session.remove()


def test_what_is_refused_leaves_no_leaf(app: Flask, mina: Actor, say: Any, person: Any, browser: Any) -> None:
    made = say(mina)
    person("idris")
    idris = browser("idris")
    page = f"/threads/{made.thread}-{made.slug}"
    with writes(app):
        assert idris.post(f"/posts/{made.post}/edit", page=page, body="No.", based_on="1").status_code == 403
        assert idris.post(f"/posts/{made.post}/withdraw", page=page).status_code == 403
        assert idris.post(f"/threads/{made.thread}/posts", page=page, body=" ").status_code in (200, 400, 422)
