"""Personal tokens: the only way into the API, kept as a hash, ended with the password, the role or the stay, and never made unseen."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2
import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts import actions, queries, tokens
from forum.accounts.models import ApiToken
from forum.core.actor import ROLES
from forum.core.database import db, row, rows, writing
from forum.ledger import leaves
from forum.ledger.models import Entry, Opening
from forum.web.access import access, actor
from tests.api.conftest import START
from tests.architecture.test_the_house import counted
from tests.conftest import NOON, PASSWORD
from tests.pages import all_words

HERE = "/api/v1/threads/1"
NEW = "a much better sentence"
DAY = 86400


def stored(app: Flask) -> list[Any]:
    with app.app_context():
        found = list(rows(select(ApiToken.__table__).order_by(ApiToken.id)))
        db.session.remove()
    return found


def test_a_token_is_long_random_and_marked(thread: Any, token: Any) -> None:
    made = {token("mina") for _ in range(3)}
    assert len(made) == 3
    assert all(re.fullmatch(START + r"[A-Za-z0-9_-]{43}", one) for one in made)


def test_with_a_token_the_api_opens(thread: Any, program: Any) -> None:
    one = program("mina")
    for _ in range(2):
        assert one.get(HERE).status_code == 200
    assert one.get(HERE, Authorization=one.headers["Authorization"].replace("Bearer", "bearer")).status_code == 200


@pytest.mark.parametrize(
    ("sent", "challenge"),
    [
        (None, "Bearer"),
        ("", "Bearer"),
        ("Bearer", "Bearer"),
        ("Bearer ", "Bearer"),
        ("Basic bWluYTpzYXkgd2hhdCB5b3Ugd2FudA==", "Bearer"),
        ("{}", "Bearer"),
        ("Token {}", "Bearer"),
        ("Bearer x", 'Bearer error="invalid_token"'),
        ("Bearer {}x", 'Bearer error="invalid_token"'),
        ("Bearer x{}", 'Bearer error="invalid_token"'),
        ("Bearer {} {}", 'Bearer error="invalid_token"'),
        ("Bearer \xe9", 'Bearer error="invalid_token"'),
        ("Bearer " + "x" * 5000, 'Bearer error="invalid_token"'),
        ('Bearer realm="{}"', "Bearer"),
    ],
)
def test_anything_else_is_asked_for_one(app: Flask, thread: Any, token: Any, sent: str | None, challenge: str) -> None:
    headers = {"Authorization": sent.replace("{}", token("mina"))} if sent is not None else {}
    for path in (HERE, "/api/v1/threads/999", HERE + "?page=0"):
        answer = app.test_client().get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.mimetype == "application/problem+json"
        assert answer.headers["WWW-Authenticate"] == challenge
        assert answer.json["status"] == 401
        assert "mina" not in answer.text


def test_what_is_stored_opens_nothing(app: Flask, thread: Any, token: Any, program: Any) -> None:
    token("mina")
    [one] = stored(app)
    for shows in (one.token_hash.hex(), b64encode(one.token_hash).decode(), START, str(one.id), "mina", PASSWORD):
        assert program(shows=shows).get(HERE).status_code == 401


def test_a_browser_that_is_signed_in_is_nobody_here(app: Flask, thread: Any, browser: Any, program: Any) -> None:
    one = browser("mina")
    cookie = one.client.get_cookie("forum").value
    refused = one.get(HERE)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    taken = program("mina").get(HERE, Cookie=f"forum={cookie}")
    assert taken.status_code == 200
    for answer in (refused, taken, one.get("/api/nothing"), one.get("/api")):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Vary"] == "Authorization"
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert one.client.get_cookie("forum").value == cookie
    assert one.get("/").status_code == 200


def test_a_token_opens_no_page(thread: Any, program: Any) -> None:
    one = program("mina")
    for path in ("/", "/settings", f"/threads/{thread.thread}"):
        assert one.get(path).location.startswith("/login")


def change(browser: Any, command: Any, app: Flask, what: str) -> None:
    if what == "own password":
        assert browser("mina").post("/settings/password", old=PASSWORD, new=NEW).status_code == 303
    elif what == "name":
        assert browser("mina").post("/settings/name", name="Another").status_code == 303
    elif what == "signing out":
        assert browser("mina").post("/logout").status_code == 303
    elif what == "address":
        with app.app_context():
            with writing():
                actions.take_address(email="new@example.com", person_id=1)
            db.session.remove()
    elif what == "operator's password":
        command("password", "mina", "--password-stdin", typed=NEW)
    else:
        command(*what.split())


ENDS = ("own password", "operator's password", "deactivate mina", "role mina +hr", "role mina -management")
STAYS = ("name", "signing out", "address", "role mina +management", "role idris +hr", "deactivate idris", "token mina")


@pytest.mark.parametrize(("what", "ends"), [*((one, True) for one in ENDS), *((one, False) for one in STAYS)])
def test_what_ends_a_token(
    app: Flask, person: Any, board: Any, say: Any, browser: Any, command: Any, program: Any, what: str, ends: bool
) -> None:
    board()
    say(person("mina", "management"))
    person("idris")
    person("other")
    here, there = program("mina"), program("other")
    assert here.get(HERE).status_code == 200
    change(browser, command, app, what)
    assert here.get(HERE).status_code == (401 if ends else 200)
    assert there.get(HERE).status_code == 200
    assert len(stored(app)) == (1 if ends else 3 if what == "token mina" else 2)


def test_a_new_password_by_mail_ends_it(app: Flask, thread: Any, program: Any) -> None:
    one = program("mina")
    with app.app_context():
        found = queries.person(1)
        assert found is not None
        link = tokens.reset("k" * 40, 1, found.password_hash, found.email)
        actions.reset_password(token=link, password=NEW, secret="k" * 40)
        db.session.remove()
    assert one.get(HERE).status_code == 401
    assert stored(app) == []


def test_the_day_of_the_last_use_is_kept_and_no_more(app: Flask, thread: Any, program: Any, frozen: Any) -> None:
    one = program("mina")
    assert stored(app)[0].used_on is None
    seen = []
    for at in (NOON, NOON + 60, NOON + DAY - 43201, NOON + DAY):
        frozen(at)
        with counted(app) as statements:
            assert one.get(HERE).status_code == 200
        seen.append((stored(app)[0].used_on, sum(one.startswith("UPDATE") for one in statements)))
    assert seen == [("2026-11-21", 1), ("2026-11-21", 0), ("2026-11-21", 0), ("2026-11-22", 1)]
    [kept] = stored(app)
    assert (kept.person_id, kept.name, kept.created_at) == (1, "command line", NOON)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_reader_does_not_wait_for_a_writer(app: Flask, thread: Any, program: Any, tmp_path: Path) -> None:
    one = program("mina")
    writer = pysqlite3.dbapi2.connect(tmp_path / "forum.sqlite3", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert one.get(HERE).status_code == 200
    writer.execute("ROLLBACK")
    writer.close()
    assert stored(app)[0].used_on is None
    assert one.get(HERE).status_code == 200
    assert stored(app)[0].used_on == "2026-11-21"


def test_nothing_of_it_is_stored_in_clear(app: Flask, thread: Any, token: Any, program: Any, backend: str) -> None:
    made = token("mina")
    assert program(shows=made).get(HERE).status_code == 200
    secret = made.removeprefix(START)
    with app.app_context():
        for table in db.metadata.sorted_tables:
            for one in rows(select(table)):
                assert secret not in repr(tuple(one)), table.name
        db.session.remove()
    if backend == "sqlite":
        for path in Path(app.instance_path).rglob("*"):
            assert path.is_dir() or secret.encode() not in path.read_bytes(), path


def test_it_is_a_public_leaf(app: Flask, person: Any, token: Any) -> None:
    person("idris")
    mina = person("mina")
    token("mina")
    with app.app_context():
        last = row(select(Entry.number, Entry.leaf).order_by(Entry.number.desc()))
        assert last is not None
        opening = row(select(Opening.words, Opening.salt).where(Opening.leaf == last.number))
        db.session.remove()
    leaf = leaves.read(last.leaf.encode())
    assert (leaf.kind, leaf.by, leaf.object, leaf.at) == ("account.access", "cli", f"u:{mina.id}", NOON)
    assert opening is not None
    assert opening.words == "token"
    assert leaf.commitment == leaves.commitment(opening.salt, b"token")


def test_its_person_reads_of_it_until_it_is_dismissed(person: Any, command: Any, browser: Any) -> None:
    person("mina")
    person("idris")
    command("password", "mina", "--password-stdin", typed=PASSWORD)
    command("token", "mina")
    command("token", "mina")
    mina = browser("mina")
    told = all_words(mina.get("/"), "[role=alert] p")
    assert [one.partition(" for your account")[0] for one in told] == [
        "An operator set a new password",
        "An operator made a token",
    ]
    assert "with it a program can act as you" in told[1]
    assert 'role="alert"' not in browser("idris").get("/").text
    assert mina.post("/settings/notice", page="/").status_code == 303
    assert 'role="alert"' not in mina.get("/").text


def answering(who: str | None) -> Callable[[], Any]:
    def view() -> Any:
        return {"handle": actor().handle if who != "anyone" else ""}

    return access(who)(view) if who else view  # type: ignore[arg-type]


@pytest.mark.parametrize("who", ["employee", "hr", "hr or management", "management", "operator", "anyone", None])
def test_roles_are_honoured_and_what_declares_nothing_is_closed(
    app: Flask, person: Any, program: Any, who: str | None
) -> None:
    app.add_url_rule("/api/v1/room", "boards_api.room", answering(who))
    for role in ROLES:
        person(role, *([role] if role != "employee" else []))
        answer = program(role).get("/api/v1/room")
        allowed = who is not None and (who in ("anyone", "employee") or role in who.split(" or "))
        assert answer.status_code == (200 if allowed else 403)
        if allowed:
            assert answer.json == {"handle": role if who != "anyone" else ""}
        else:
            assert (answer.mimetype, answer.json["status"]) == ("application/problem+json", 403)
    assert program().get("/api/v1/room").status_code == (200 if who == "anyone" else 403 if who is None else 401)


def test_no_form_token_is_wanted_where_no_cookie_counts(app: Flask, mina: Any, program: Any) -> None:
    app.add_url_rule("/api/v1/room", "boards_api.room", answering("employee"), methods=["POST"])
    assert program("mina").open("/api/v1/room", "POST", json={}).json == {"handle": "mina"}
    assert program().open("/api/v1/room", "POST", json={}).status_code == 401
