"""Signing in: what works, and that a refusal tells nothing about who is here."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from tests.conftest import NOON, PASSWORD, Browser
from tests.pages import form, steady, wrong
from tests.together import at_once


@pytest.fixture(autouse=True)
def _people(person, frozen) -> None:
    person("mina", email="mina@example.com")


def sign_in(one: Browser, login: str = "mina", password: str = PASSWORD, **more: str) -> Any:
    return one.post("/login", page="/login", login=login, password=password, **more)


@pytest.mark.parametrize("login", ["mina", " Mina ", "mina@example.com", "MINA@Example.com"])
def test_by_handle_or_by_address(browser, login: str) -> None:
    one = browser()
    answer = sign_in(one, login)
    assert (answer.status_code, answer.location) == (303, "/")
    assert one.get("/").status_code == 200


def test_a_refusal_is_the_same_for_everybody(browser, person, app: Flask) -> None:
    person("gone")
    person("nopass")
    commands = app.test_cli_runner()
    commands.invoke(args=["people", "deactivate", "gone"])
    commands.invoke(args=["people", "add", "fresh", "--name", "Fresh"])
    tries = [
        ("mina", "wrong wrong wrong"),
        ("mina@example.com", "wrong wrong wrong"),
        ("nobody", PASSWORD),
        ("nobody@example.com", PASSWORD),
        ("gone", PASSWORD),
        ("fresh", PASSWORD),
        ("fresh", "x"),
        ("no\x00body", PASSWORD),
        ("'; drop table people --", PASSWORD),
    ]
    answers = [sign_in(browser(), *one) for one in tries]
    assert {answer.status_code for answer in answers} == {422}
    assert wrong(answers[0]) == ["That name and password do not go together."]
    assert [wrong(answer) for answer in answers] == [wrong(answers[0])] * len(tries)
    assert len({re.sub(r'value="[^"]*"', "", steady(answer.text)) for answer in answers}) == 1
    assert all("Set-Cookie" not in answer.headers for answer in answers)


@pytest.mark.parametrize(
    ("login", "password"), [("", PASSWORD), ("mina", ""), ("x" * 301, PASSWORD), ("mina", "x" * 1001)]
)
def test_what_is_missing_or_too_long_is_said(browser, login: str, password: str) -> None:
    answer = sign_in(browser(), login, password)
    assert answer.status_code == 422
    assert wrong(answer)


def test_the_page_keeps_the_handle_and_never_the_password(browser) -> None:
    answer = sign_in(browser(), "mina", "my secret sentence", next="/boards")
    kept = form(answer, "/login")
    assert (kept["login"], kept["password"], kept["next"]) == ("mina", "", "/boards")
    assert "my secret sentence" not in answer.text


@pytest.mark.parametrize(
    "target", ["/boards", "/boards/x?sort=new&page=2", "/threads/1-a%20b?page=3", "/settings#s-name"]
)
def test_it_goes_on_where_one_wanted_to_go(browser, target: str) -> None:
    assert sign_in(browser(), next=target).location == target


@pytest.mark.parametrize(
    "target",
    [
        *(
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "https:evil",
        ),
        *(
            "javascript:alert(1)",
            "data:text/html,x",
            "/\t/evil.example",
            "/ /evil",
            "\t//evil.example",
            "/a\\b",
            "evil",
        ),
        *(
            "/x\r\nSet-Cookie: a=b",
            "/x\r\nLocation: https://evil.example",
            "/x\x00y",
            "http:/\\evil",
            "//[::1",
            "/\x7f",
            "",
        ),
        "/%09/evil\nx",
    ],
)
def test_it_never_leads_out_of_the_forum(browser, target: str) -> None:
    answer = sign_in(browser(), next=target)
    assert (answer.status_code, answer.location) == (303, "/")
    signed_in = browser("mina").get("/login", query_string={"next": target})
    assert (signed_in.status_code, signed_in.location) == (303, "/")


def test_line_ends_in_an_address_stay_encoded(browser) -> None:
    answer = sign_in(browser(), next="/x%0d%0aSet-Cookie:%20a=b")
    assert answer.location == "/x%0d%0aSet-Cookie:%20a=b"
    assert all(not value.startswith("a=b") for value in answer.headers.getlist("Set-Cookie"))


def test_a_page_asked_for_signed_out_comes_after_the_sign_in(browser, board) -> None:
    board()
    one = browser()
    sent = one.get("/boards/canteen?sort=new&page=1")
    assert (sent.status_code, sent.location) == (303, "/login?next=/boards/canteen%3Fsort%3Dnew%26page%3D1")
    page = one.get(sent.location)
    answer = one.client.post("/login", data=form(page, "/login") | {"login": "mina", "password": PASSWORD})
    assert answer.location == "/boards/canteen?sort=new&page=1"
    assert one.get(answer.location).status_code == 200


def test_the_cookie_is_for_this_browser_alone(browser, make_app) -> None:
    one = browser()
    cookie = next(c for c in sign_in(one).headers.getlist("Set-Cookie") if c.startswith("forum="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie
    secure = make_app(base_url="https://say.example.com").test_client()
    cookie = secure.get("/login", base_url="https://say.example.com").headers["Set-Cookie"]
    assert cookie.startswith("__Host-forum=")
    assert "Secure" in cookie
    assert "Path=/" in cookie


def test_one_stays_signed_in_for_ninety_days(browser, frozen) -> None:
    one = browser("mina")
    frozen(NOON + 90 * 86400 - 1)
    assert one.get("/").status_code == 200
    frozen(NOON + 90 * 86400)
    assert one.get("/").location == "/login"


def test_pressing_the_button_twice_signs_in(browser) -> None:
    browsers = [browser() for _ in range(4)]
    forms = [{"csrf_token": one.token("/login"), "login": "mina", "password": PASSWORD} for one in browsers]
    answers = at_once(browsers, "/login", forms)
    assert [answer.status_code for answer in answers] == [303] * 4
