"""Guessing is slowed, for each account and for each address, on the forum's clock; whoever waits gets in."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from forum.accounts.models import Attempt
from forum.core.database import execute, rows, writing
from tests.conftest import NOON, PASSWORD, Browser
from tests.pages import wrong


@pytest.fixture(autouse=True)
def _people(person, frozen) -> None:
    person("mina", email="mina@example.com")
    person("idris")


def attempt(one: Browser, login: str = "mina", password: str = "wrong", address: str = "10.0.0.1") -> Any:
    data = {"csrf_token": one.token("/login"), "login": login, "password": password}
    return one.client.post("/login", data=data, environ_overrides={"REMOTE_ADDR": address})


def guess(one: Browser, times: int, **how: str) -> list[int]:
    return [attempt(one, **how).status_code for _ in range(times)]


def test_an_account_is_slowed_after_five_tries(browser, frozen) -> None:
    one = browser()
    assert guess(one, 5) == [422] * 5
    waits = []
    at = NOON
    for _ in range(11):
        slow = attempt(one)
        assert slow.status_code == 429
        waits.append(int(slow.headers["Retry-After"]))
        assert str(waits[-1]) in wrong(slow)[0]
        frozen(at + waits[-1] - 1)
        assert attempt(one).headers["Retry-After"] == "1"
        at += waits[-1]
        frozen(at)
        assert attempt(one).status_code == 422
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_the_right_password_waits_too_and_then_works(browser, frozen) -> None:
    one = browser()
    guess(one, 5)
    assert attempt(one, password=PASSWORD).status_code == 429
    frozen(NOON + 1)
    assert attempt(one, password=PASSWORD).status_code == 303
    assert guess(browser(), 5) == [422] * 5  # the sign-in has wiped the slate


def test_a_handle_nobody_has_is_slowed_just_so(browser) -> None:
    one = browser()
    known = [(attempt(one).status_code, attempt(one).headers.get("Retry-After")) for _ in range(4)]
    unknown = [
        (attempt(one, "nobody").status_code, attempt(one, "nobody").headers.get("Retry-After")) for _ in range(4)
    ]
    assert known == unknown
    assert known[-1] == (429, "1")


def test_other_accounts_and_addresses_are_not(browser) -> None:
    guess(browser(), 6)
    assert attempt(browser(), "idris", PASSWORD).status_code == 303
    assert attempt(browser(), "mina", PASSWORD, "10.0.0.2").status_code == 429  # a guesser with many addresses


def test_capitals_and_spaces_do_not_make_another_account(browser) -> None:
    one = browser()
    assert [attempt(one, login).status_code for login in ("mina", "MINA", " mina", "Mina ", "mINA", "minA")][-1] == 429


def test_an_address_is_slowed_after_thirty_tries(browser, frozen) -> None:
    one = browser()
    assert [attempt(one, f"who{number}").status_code for number in range(30)] == [422] * 30
    slow = attempt(one, "mina", PASSWORD)
    assert (slow.status_code, slow.headers["Retry-After"]) == (429, "1")
    assert attempt(one, "mina", PASSWORD, "10.0.0.2").status_code == 303
    frozen(NOON + 1)
    assert attempt(browser(), "idris", PASSWORD).status_code == 303


def test_a_forwarded_address_is_believed_only_from_a_proxy(browser, make_app, app: Flask) -> None:
    claimed = {"X-Forwarded-For": "10.9.9.9"}
    one = browser()
    data = {"csrf_token": one.token("/login"), "password": "wrong"}
    one.client.post("/login", data=data | {"login": "nobody"}, headers=claimed)
    with app.app_context(), writing():
        execute(update(Attempt).values(failures=30))
    assert attempt(one, "mina", PASSWORD, "10.9.9.9").status_code == 303
    behind = Browser(make_app(proxy_hops=1).test_client())
    data["csrf_token"] = behind.token("/login")
    here = {"REMOTE_ADDR": "127.0.0.1"}
    slow = behind.client.post("/login", data=data | {"login": "idris"}, environ_overrides=here)
    other = behind.client.post("/login", data=data | {"login": "idris"}, headers=claimed, environ_overrides=here)
    assert (slow.status_code, other.status_code) == (429, 422)


def test_after_an_hour_all_is_forgotten(browser, frozen, app: Flask) -> None:
    guess(browser(), 6)
    frozen(NOON + 3601)
    assert attempt(browser(), "idris").status_code == 422
    with app.app_context():
        kept = rows(select(Attempt.key, Attempt.failures))
    assert [one.failures for one in kept] == [1, 1]
    assert guess(browser(), 4) == [422] * 4


def test_no_name_and_no_address_is_kept(browser, app: Flask) -> None:
    attempt(browser(), "mina", address="10.1.2.3")
    with app.app_context():
        kept = rows(select(Attempt.__table__))
    assert len(kept) == 2
    assert all(len(one.key) == 32 for one in kept)
    assert not any(word in repr(kept) for word in ("mina", "10.1.2.3"))
