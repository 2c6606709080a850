"""A forgotten password: a link by mail, good once, for two hours, for one person, wherever the request came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from forum.accounts.models import Person
from forum.core.database import db, execute, row, writing
from forum.core.outbox import Job
from tests.conftest import NOON, PASSWORD, Browser
from tests.mailbox import Mailbox
from tests.pages import words, wrong

NEW = "a much better sentence"
Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def _people(person, frozen) -> None:
    person("mina", email="mina@example.com")
    person("idris", email="idris@example.com")
    person("nomail")


@pytest.fixture
def ask(browser: Callable[..., Browser], tick: Callable[[], int]) -> Ask:
    """Asks for a link and lets the worker send it."""

    def asked(login: str) -> Any:
        answer = browser().post("/forgot", page="/forgot", login=login)
        tick()
        return answer

    return asked


def set_password(one: Browser, path: str, password: str = NEW) -> Any:
    signed_in = one.get("/settings").status_code == 200
    return one.post(path, page="/settings" if signed_in else "/login", password=password)


def test_the_link_sets_a_password_and_signs_every_browser_out(ask: Ask, smtp: Mailbox, browser) -> None:
    signed_in = browser("mina")
    assert ask("mina").status_code == 200
    [mail] = smtp.mails
    assert (mail["To"], mail["From"], smtp.recipients) == (
        "mina@example.com",
        "Say What You Want <forum@say.example>",
        ["mina@example.com"],
    )
    assert mail["Auto-Submitted"] == "auto-generated"
    one = browser()
    assert "mina" in words(one.get(smtp.path()))
    answer = set_password(one, smtp.path())
    assert (answer.status_code, answer.location) == (303, "/login")
    assert signed_in.get("/").location == "/login"
    assert browser("mina", NEW).get("/").status_code == 200
    again = one.post("/login", page="/login", login="mina", password=PASSWORD)
    assert again.status_code == 422


def test_the_mail_address_names_the_account_too(ask: Ask, smtp: Mailbox) -> None:
    ask(" Mina@Example.COM ")
    assert smtp.recipients == ["mina@example.com"]


def test_the_link_is_good_once(ask: Ask, smtp: Mailbox, browser) -> None:
    ask("mina")
    assert set_password(browser(), smtp.path()).status_code == 303
    assert browser().get(smtp.path()).status_code == 409
    again = set_password(browser(), smtp.path(), "yet another sentence")
    assert again.status_code == 409
    assert "no longer valid" in again.text
    assert browser("mina", NEW).get("/").status_code == 200


def test_the_first_of_two_links_ends_the_other(ask: Ask, smtp: Mailbox, browser) -> None:
    ask("mina")
    first = smtp.path()
    ask("mina")
    assert set_password(browser(), smtp.path()).status_code == 303
    assert set_password(browser(), first, "yet another sentence").status_code == 409


def test_the_link_ends_after_two_hours(ask: Ask, smtp: Mailbox, browser, frozen) -> None:
    ask("mina")
    frozen(NOON + 7200)
    assert browser().get(smtp.path()).status_code == 200
    frozen(NOON + 7201)
    assert browser().get(smtp.path()).status_code == 409
    assert set_password(browser(), smtp.path()).status_code == 409


def test_a_changed_link_is_worth_nothing(ask: Ask, smtp: Mailbox, browser) -> None:
    ask("mina")
    mine = smtp.path()
    ask("idris")
    other = smtp.path()
    payload, stamp, signature = mine.removeprefix("/reset/").split(".")
    strange = other.removeprefix("/reset/").split(".")
    broken = [
        f"{strange[0]}.{stamp}.{signature}",
        f"{payload}.{strange[1][:-1]}x.{signature}",
        f"{payload}.{stamp}.{signature[:-2]}xx",
        f"{payload}.{stamp}",
        payload,
        "x",
    ]
    for token in broken:
        assert browser().get(f"/reset/{token}").status_code == 409, token
        assert set_password(browser(), f"/reset/{token}").status_code == 409, token
    for handle in ("mina", "idris"):
        assert browser(handle).get("/").status_code == 200


def test_the_link_is_for_one_person_alone(ask: Ask, smtp: Mailbox, browser) -> None:
    ask("idris")
    assert set_password(browser("mina"), smtp.path()).status_code == 303
    assert browser("idris", NEW).get("/").status_code == 200
    assert browser("mina").get("/").status_code == 200


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host", "Forwarded", "X-Original-Host"])
def test_the_link_leads_to_the_forum_whatever_host_was_asked(
    smtp: Mailbox, app: Flask, browser, tick: Callable[[], int], name: str
) -> None:
    one = browser()
    data = {"csrf_token": one.token("/forgot"), "login": "mina"}
    headers = {"Cookie": f"forum={one.client.get_cookie('forum').value}", name: "evil.example"}
    asked = app.test_client(use_cookies=False).post("/forgot", data=data, headers=headers)
    assert "evil" not in asked.text
    assert asked.status_code == 200
    assert tick() == 1
    assert "evil" not in smtp.mails[0].as_string()
    assert smtp.link().startswith("http://localhost/reset/")


def test_nobody_learns_whether_an_account_exists(ask: Ask, smtp: Mailbox, app: Flask) -> None:
    pages = {login: ask(login) for login in ("mina", "nobody", "nomail", "nobody@example.com", "x" * 300, "a\x00b")}
    assert {answer.status_code for answer in pages.values()} == {200}
    assert len({answer.text for answer in pages.values()}) == 1
    assert smtp.recipients == ["mina@example.com"]
    with app.app_context():
        assert row(select(func.count()).select_from(Job)) == (0,)


def test_who_has_left_gets_no_link_and_an_old_one_ends(ask: Ask, smtp: Mailbox, browser, app: Flask) -> None:
    ask("mina")
    app.test_cli_runner().invoke(args=["people", "deactivate", "mina"])
    ask("mina")
    assert len(smtp.mails) == 1
    assert browser().get(smtp.path()).status_code == 409


@pytest.mark.parametrize("password", ["short", "mina" * 2, "1234567890", "aaaaaaaaaaaa", "x" * 201, ""])
def test_a_weak_password_leaves_the_link_good(ask: Ask, smtp: Mailbox, browser, password: str) -> None:
    ask("mina")
    one = browser()
    refused = set_password(one, smtp.path(), password)
    assert refused.status_code == 422
    assert wrong(refused)
    assert set_password(one, smtp.path()).status_code == 303


def test_a_mail_that_cannot_be_sent_is_sent_later(ask: Ask, smtp: Mailbox, tick, frozen) -> None:
    smtp.refuse = "451 try again later"
    assert ask("mina").status_code == 200
    assert smtp.mails == []
    smtp.refuse = ""
    frozen(NOON + 9)
    assert tick() == 0
    frozen(NOON + 10)
    assert tick() == 1
    assert smtp.recipients == ["mina@example.com"]


def test_without_mail_the_page_says_who_can_help(browser) -> None:
    answer = browser().get("/forgot")
    assert "An operator can set a new password" in words(answer)


def test_the_link_ends_when_the_address_changes(ask: Ask, smtp: Mailbox, app: Flask, browser) -> None:
    """Whoever reads the old mailbox must not get in after the account has left it."""
    ask("mina")
    with app.app_context():
        with writing():
            execute(update(Person).where(Person.handle == "mina").values(email="mina@elsewhere.example"))
        db.session.remove()
    assert browser().get(smtp.path()).status_code == 409
    assert set_password(browser(), smtp.path()).status_code == 409
    assert browser("mina").get("/").status_code == 200
