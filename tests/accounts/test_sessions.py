"""Signed-in browsers: nothing from before the sign-in survives it, and what is ended on the server is ended."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.models import SignIn
from forum.core.database import rows
from tests.conftest import PASSWORD, Browser


@pytest.fixture(autouse=True)
def _people(person, frozen) -> None:
    person("mina")
    person("idris")


def cookie(one: Browser) -> str:
    found = one.client.get_cookie("forum")
    assert found
    return str(found.value)


@pytest.fixture
def with_cookie(app: Flask) -> Any:
    """A browser that shows a cookie it was given."""

    def made(value: str) -> Browser:
        one = Browser(app.test_client())
        one.client.set_cookie("forum", value)
        return one

    return made


def test_a_cookie_from_before_is_worth_nothing_after(browser, with_cookie) -> None:
    attacker = browser()
    token = attacker.token("/login")
    planted = cookie(attacker)
    victim = with_cookie(planted)
    answer = victim.client.post("/login", data={"csrf_token": token, "login": "mina", "password": PASSWORD})
    assert answer.status_code == 303
    assert victim.get("/").status_code == 200
    assert cookie(victim) != planted
    assert with_cookie(planted).get("/").location == "/login"
    assert attacker.get("/").location == "/login"


def test_a_form_token_from_before_is_not_taken_after(browser, board) -> None:
    board()
    one = browser()
    before = one.token("/login")
    assert one.post("/login", page="/login", login="mina", password=PASSWORD).status_code == 303
    assert one.client.post("/read", data={"csrf_token": before}).status_code == 400
    assert one.post("/read").status_code == 303


def test_signing_in_as_somebody_else_leaves_nothing_of_the_first(browser) -> None:
    one = browser("mina")
    data = {"csrf_token": one.token(), "login": "idris", "password": PASSWORD}
    assert one.client.post("/login", data=data).status_code == 303
    page = one.get("/settings").text
    assert "idris" in page
    assert "mina" not in page


def test_signing_out_ends_the_token_on_the_server(browser, with_cookie, app: Flask) -> None:
    one, other = browser("mina"), browser("mina")
    stolen = cookie(one)
    assert with_cookie(stolen).get("/").status_code == 200
    answer = one.post("/logout")
    assert (answer.status_code, answer.location) == (303, "/login")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert one.get("/").location == "/login"
    assert with_cookie(stolen).get("/").location == "/login"
    assert other.get("/").status_code == 200
    with app.app_context():
        assert len(rows(select(SignIn.id))) == 1


def test_a_link_does_not_sign_out(browser) -> None:
    one = browser("mina")
    assert one.get("/logout").status_code == 200
    assert one.client.post("/logout").status_code == 400
    assert one.get("/").status_code == 200


@pytest.mark.parametrize("change", ["", "x", "{}x", "x{}", "e30.YZ.x"])
def test_a_changed_cookie_is_no_cookie(browser, with_cookie, change: str) -> None:
    whole = cookie(browser("mina"))
    assert with_cookie(change.replace("{}", whole)).get("/").location == "/login"


def test_the_database_alone_signs_nobody_in(browser, with_cookie, app: Flask) -> None:
    one = browser("mina")
    with one.client.session_transaction() as session:
        token = session["_user_id"]
    with app.app_context():
        [kept] = rows(select(SignIn.token_hash))
    assert token.encode() not in kept.token_hash
    forged = browser()
    with forged.client.session_transaction() as session:
        session["_user_id"] = kept.token_hash.hex()
    assert forged.get("/").location == "/login"
    with forged.client.session_transaction() as session:
        session["_user_id"] = "1"
    assert forged.get("/").location == "/login"


def test_two_browsers_have_two_tokens(browser) -> None:
    tokens = set()
    for one in (browser("mina"), browser("mina")):
        with one.client.session_transaction() as session:
            tokens.add(session["_user_id"])
    assert len(tokens) == 2
