"""A new mail address: asked for with the password, proved by a link, seen by nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.models import Person
from forum.core.database import rows
from tests.conftest import NOON, PASSWORD
from tests.mailbox import Mailbox
from tests.pages import wrong


@pytest.fixture(autouse=True)
def _people(person, frozen) -> None:
    person("mina")
    person("idris", email="idris@example.com")


def addresses(app: Flask) -> dict[str, Any]:
    with app.app_context():
        return {one.handle: one.email for one in rows(select(Person.handle, Person.email))}


@pytest.fixture
def ask(browser, tick) -> Any:
    def asked(email: str, password: str = PASSWORD, handle: str = "mina") -> Any:
        answer = browser(handle).post("/settings/address", email=email, password=password)
        tick()
        return answer

    return asked


def test_it_is_taken_once_the_link_is_opened_and_said_yes_to(ask, smtp: Mailbox, browser, app: Flask) -> None:
    assert ask("New@Example.com").status_code == 303
    assert smtp.recipients == ["new@example.com"]
    mina = browser("mina")
    assert mina.get(smtp.path()).status_code == 200
    assert addresses(app)["mina"] is None  # a mail program that opens links changes nothing
    assert mina.post(smtp.path()).status_code == 303
    assert addresses(app)["mina"] == "new@example.com"
    assert "new@example.com" in mina.get("/settings").text
    assert "new@example.com" not in browser("idris").get("/people/mina").text


@pytest.mark.parametrize(
    ("email", "password", "why"),
    [
        ("new@example.com", "not my password", "That is not your"),
        ("new@example.com", "", "fill this in"),
        ("nonsense", PASSWORD, "mail address"),
        ("", PASSWORD, "fill this in"),
    ],
)
def test_it_needs_the_password_and_an_address(ask, smtp: Mailbox, email: str, password: str, why: str) -> None:
    answer = ask(email, password)
    assert answer.status_code == 422
    assert any(why in said for said in wrong(answer))
    assert smtp.mails == []


def test_the_link_is_the_askers_alone_and_for_a_day(ask, smtp: Mailbox, browser, app: Flask, frozen) -> None:
    ask("new@example.com")
    idris = browser("idris")
    assert idris.get(smtp.path()).status_code == 409
    assert idris.post(smtp.path()).status_code == 409
    assert browser().get(smtp.path()).location.startswith("/login?next=/settings/address/")
    frozen(NOON + 86401)
    mina = browser("mina")
    assert mina.get(smtp.path()).status_code == 409
    assert mina.post(smtp.path()).status_code == 409
    assert addresses(app) == {"mina": None, "idris": "idris@example.com"}


def test_an_address_that_somebody_has_stays_theirs(ask, smtp: Mailbox, browser, app: Flask) -> None:
    assert ask("idris@example.com").status_code == 303
    assert browser("mina").post(smtp.path()).status_code == 409
    assert addresses(app) == {"mina": None, "idris": "idris@example.com"}


def test_where_joining_is_by_domain_the_address_stays_in_it(make_app, browser, person, app: Flask) -> None:
    inside = make_app(signup="domain", signup_domains=("example.com",), smtp_url="smtp://127.0.0.1:9")
    client = type(browser())(inside.test_client())
    client.post("/login", page="/login", login="mina", password=PASSWORD)
    refused = client.post("/settings/address", email="mina@evil-example.com", password=PASSWORD)
    assert refused.status_code == 422
    assert "Please use your company address (example.com)" in refused.text


def test_without_mail_the_settings_do_not_offer_it(browser) -> None:
    assert "/settings/address" not in browser("mina").get("/settings").text
