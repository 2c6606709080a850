"""Joining: open, closed, and what is refused; the form keeps what was typed, but no password."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.models import Person, PersonName
from forum.core.database import rows
from tests.conftest import NOON, Browser
from tests.pages import form, words, wrong

MAIL = {"smtp_url": "smtp://127.0.0.1:9"}
WHO = {"handle": "mina", "name": "Mina", "email": "", "password": "a long sentence"}


@pytest.fixture
def mail_changes() -> dict[str, Any]:
    return MAIL


def join(one: Browser, **changes: str) -> Any:
    return one.post("/signup", page="/signup", **(WHO | changes))


def people(app: Flask) -> list[Any]:
    with app.app_context():
        return list(rows(select(Person.__table__).order_by(Person.id)))


def test_who_joins_is_signed_in_and_can_speak(browser, board, app: Flask, frozen) -> None:
    board()
    one = browser()
    answer = join(one, name="  Mina   O. ", email="Mina@Example.com")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Welcome, Mina O." in words(one.get("/"), "header")
    assert one.post("/boards/canteen/new", page="/boards/canteen/new", title="Hello", body="All.").status_code == 303
    [mina] = people(app)
    assert (mina.handle, mina.name, mina.email, mina.joined_at) == ("mina", "Mina O.", "mina@example.com", NOON)
    assert (mina.hr, mina.management, mina.operator) == (False, False, False)
    assert "a long sentence" not in str(mina)
    assert mina.password_hash.startswith("$argon2id$")
    with app.app_context():
        assert rows(select(PersonName.name, PersonName.since)) == [("Mina O.", NOON)]


def test_no_role_can_be_had_by_asking(browser, app: Flask) -> None:
    join(browser(), operator="1", hr="true", management="y", roles="operator", role="operator")
    [mina] = people(app)
    assert (mina.hr, mina.management, mina.operator) == (False, False, False)


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("handle", "", "fill this in"),
        ("handle", "m", "2 to 32"),
        ("handle", "Mina O", "Only a–z"),
        ("handle", "taken", "is taken"),
        ("name", "", "fill this in"),
        ("name", "\u200b", "can be seen"),
        ("name", "x" * 61, "longer than 60"),
        ("email", "nonsense", "mail address"),
        ("email", "taken@example.com", "already has an account"),
        ("password", "short", "at least 10"),
        ("password", "x" * 201, "longer than 200"),
        ("password", "1234567890", "first that anybody would try"),
    ],
)
def test_what_is_refused_is_said_next_to_its_field(
    browser, person, app: Flask, field: str, value: str, why: str
) -> None:
    person("taken", email="taken@example.com")
    answer = join(browser(), **{field: value})
    assert answer.status_code == 422
    [said] = wrong(answer)
    assert why in said
    assert f'id="{field}-error"' in answer.text
    kept = form_of(answer)
    assert kept | {"csrf_token": ""} == WHO | {field: value, "password": "", "csrf_token": ""}
    assert len(people(app)) == 1


def form_of(answer: Any) -> dict[str, str]:
    answer_text = answer.text.replace('<form class="form" method="post">', '<form class="form" action="here">')
    return form(type("Page", (), {"text": answer_text}), "here")


def test_the_same_handle_at_the_same_time_is_had_once(browser, app: Flask) -> None:
    browsers = [browser() for _ in range(4)]
    ready = [(one, WHO | {"csrf_token": one.token("/signup")}) for one in browsers]
    together = threading.Barrier(len(ready))

    def go(one: Browser, data: dict[str, str]) -> int:
        together.wait()
        return int(one.client.post("/signup", data=data).status_code)

    with ThreadPoolExecutor(len(ready)) as pool:
        statuses = sorted(pool.map(lambda pair: go(*pair), ready))
    assert statuses == [303, 422, 422, 422]
    assert len(people(app)) == 1


def test_who_is_signed_in_has_joined_already(browser, person) -> None:
    person("mina")
    assert browser("mina").get("/signup").location == "/"


def test_without_mail_no_address_is_asked_for_and_none_is_taken(make_app, frozen) -> None:
    app = make_app(smtp_url="")
    one = Browser(app.test_client())
    assert 'name="email"' not in one.get("/signup").text
    assert join(one, email="mina@example.com").status_code == 303
    assert [found.email for found in people(app)] == [None]


def test_closed_means_closed(make_app, frozen) -> None:
    app = make_app(signup="closed")
    one = Browser(app.test_client())
    assert "by invitation" in words(one.get("/signup"))
    data = WHO | {"csrf_token": one.token("/login")}
    assert one.client.post("/signup", data=data).status_code == 200
    assert one.client.post("/signup/x", data=data).status_code == 409
    assert people(app) == []
