"""Joining by company address: whoever reads mail at the domain may come in, and nobody with one that only looks like it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.models import Person
from forum.core.database import rows
from tests.conftest import NOON, Browser
from tests.mailbox import Mailbox
from tests.pages import steady, words, wrong

WHO = {"handle": "mina", "name": "Mina", "password": "a long sentence"}


@pytest.fixture
def mail_changes() -> dict[str, Any]:
    return {"signup": "domain", "signup_domains": ("example.com", "example.org")}


@pytest.fixture
def ask(browser, tick: Callable[[], int], frozen) -> Callable[[str], Any]:
    def asked(email: str) -> Any:
        answer = browser().post("/signup", page="/signup", email=email)
        tick()
        return answer

    return asked


def join(one: Browser, path: str, **changes: str) -> Any:
    return one.post(path, page="/login", **(WHO | changes))


def addresses(app: Flask) -> list[tuple[str, str | None]]:
    with app.app_context():
        return [(one.handle, one.email) for one in rows(select(Person.handle, Person.email).order_by(Person.id))]


def test_the_link_lets_its_reader_join(ask, smtp: Mailbox, browser, app: Flask) -> None:
    assert "Look into your mail" in words(ask(" Mina@Example.com "))
    assert smtp.recipients == ["mina@example.com"]
    one = browser()
    assert "For mina@example.com" in words(one.get(smtp.path()))
    answer = join(one, smtp.path(), email="somebody@else.example")
    assert (answer.status_code, answer.location) == (303, "/")
    assert one.get("/").status_code == 200
    assert addresses(app) == [("mina", "mina@example.com")]


@pytest.mark.parametrize(
    "email",
    [
        *("mina@evil-example.com", "mina@example.com.evil.com", "mina@sub.example.com", "mina@example.co", "mina@com"),
        *("mina@examp1e.com", "mina@evil.com,example.com", "mina@evil.com@example.com", "mina@example.com@evil.com"),
        *("mina@ехample.com", "mina@evil.com\n@example.com", "evil.com>@example.com", '"@evil.com"@example.com'),
        *("example.com", "@example.com", "mina@", "mina@example.com.", "mina@example.com\x00.evil.com"),
    ],
)
def test_an_address_that_only_looks_like_one_gets_nothing(ask, smtp: Mailbox, email: str) -> None:
    answer = ask(email)
    assert answer.status_code == 422
    assert wrong(answer)
    assert smtp.mails == []


def test_the_page_says_which_domains_are_meant(browser, smtp: Mailbox) -> None:
    assert "example.com, example.org" in words(browser().get("/signup"))


def test_without_a_link_nobody_joins(browser, app: Flask, smtp: Mailbox) -> None:
    assert browser().post("/signup", page="/signup", **WHO, email="mina@example.com").status_code == 200
    assert addresses(app) == []


def test_the_link_is_good_for_a_day(ask, smtp: Mailbox, browser, frozen) -> None:
    ask("mina@example.com")
    frozen(NOON + 86400)
    assert browser().get(smtp.path()).status_code == 200
    frozen(NOON + 86401)
    assert browser().get(smtp.path()).status_code == 409
    assert join(browser(), smtp.path()).status_code == 409


def test_one_address_is_one_account(ask, smtp: Mailbox, browser, app: Flask) -> None:
    ask("mina@example.com")
    assert join(browser(), smtp.path()).status_code == 303
    again = join(browser(), smtp.path(), handle="mina2")
    assert again.status_code == 422
    assert "already has an account" in again.text
    assert addresses(app) == [("mina", "mina@example.com")]


def test_an_address_with_an_account_gets_a_reset_link_and_the_page_does_not_tell(ask, smtp: Mailbox, person) -> None:
    person("mina", email="mina@example.com")
    known, unknown = ask("mina@example.com"), ask("anna@example.com")
    assert steady(known.text).replace("mina@", "anna@") == steady(unknown.text)
    assert [mail["To"] for mail in smtp.mails] == ["mina@example.com", "anna@example.com"]
    assert "/reset/" in str(smtp.mails[0].get_content())
    assert "/signup/" in smtp.text()


def test_a_link_for_one_thing_does_not_do_another(ask, smtp: Mailbox, browser, person, tick) -> None:
    person("idris", email="idris@example.com")
    ask("idris@example.com")
    reset = smtp.path().removeprefix("/reset/")
    ask("mina@example.com")
    invitation = smtp.path().removeprefix("/signup/")
    idris = browser("idris")
    password = "say what you want"
    idris.post("/settings/address", email="new@example.com", password=password)
    tick()
    proof = smtp.path().removeprefix("/settings/address/")
    assert len({reset, invitation, proof}) == 3
    for path in (f"/reset/{invitation}", f"/reset/{proof}", f"/signup/{reset}", f"/signup/{proof}"):
        assert browser().get(path).status_code == 409, path
        assert join(browser(), path).status_code == 409, path
    for token in (reset, invitation):
        assert idris.get(f"/settings/address/{token}").status_code == 409
        assert idris.post(f"/settings/address/{token}").status_code == 409


def test_where_joining_is_open_an_invitation_is_not_needed_and_not_taken(make_app, ask, smtp: Mailbox) -> None:
    ask("mina@example.com")
    app = make_app(signup="open")
    assert app.test_client().get(smtp.path()).status_code == 409
