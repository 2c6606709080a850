"""A new password: with the present one, and every other browser is signed out; an operator's is told to its owner."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.conftest import PASSWORD
from tests.mailbox import Mailbox
from tests.pages import words, wrong

NEW = "a much better sentence"


@pytest.fixture(autouse=True)
def _people(person, frozen) -> None:
    person("mina", email="mina@example.com")
    person("idris")


def test_other_browsers_are_signed_out(browser) -> None:
    here, there, somebody = browser("mina"), browser("mina"), browser("idris")
    answer = here.post("/settings/password", old=PASSWORD, new=NEW)
    assert (answer.status_code, answer.location) == (303, "/settings")
    assert "Other browsers have been signed out" in words(here.get("/settings"), "header")
    assert there.get("/").location == "/login"
    assert somebody.get("/").status_code == 200
    assert browser("mina", NEW).get("/").status_code == 200
    assert browser().post("/login", page="/login", login="mina", password=PASSWORD).status_code == 422


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("not my password", NEW, "That is not your"),
        ("", NEW, "fill this in"),
        (PASSWORD, "short", "at least 10"),
        (PASSWORD, "", "fill this in"),
        (PASSWORD, "1234567890", "first that anybody"),
        (PASSWORD, "x" * 201, "longer than 200"),
    ],
)
def test_a_refusal_changes_nothing(browser, old: str, new: str, why: str) -> None:
    here, there = browser("mina"), browser("mina")
    answer = here.post("/settings/password", old=old, new=new)
    assert answer.status_code == 422
    assert why in " ".join(wrong(answer))
    assert NEW not in answer.text
    assert there.get("/").status_code == 200
    assert browser("mina").get("/").status_code == 200


def test_an_operators_password_is_told_on_the_page_and_by_mail(browser, app: Flask, smtp: Mailbox, tick) -> None:
    before = browser("mina")
    done = app.test_cli_runner().invoke(args=["people", "password", "mina", "--password-stdin"], input=f"{NEW}\n")
    assert (done.exit_code, done.stderr) == (0, "")
    assert before.get("/").location == "/login"
    assert tick() == 1
    assert smtp.recipients == ["mina@example.com"]
    assert "An operator set a new password for @mina" in smtp.text()
    assert NEW not in smtp.text()
    mina = browser("mina", NEW)
    for _ in range(2):
        assert "An operator set a new password for your account" in words(mina.get("/"), "[role=alert]")
    assert 'role="alert"' not in browser("idris").get("/").text
    assert mina.post("/settings/notice", page="/").location == "/"
    assert 'role="alert"' not in mina.get("/").text


def test_without_an_address_the_page_tells_alone(browser, app: Flask, smtp: Mailbox, tick) -> None:
    app.test_cli_runner().invoke(args=["people", "password", "idris", "--password-stdin"], input=NEW)
    assert tick() == 0
    assert smtp.mails == []
    assert "An operator set" in browser("idris", NEW).get("/").text
