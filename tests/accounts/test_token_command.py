"""`flask people token`: the token alone on standard output, once, and everybody who should know of it is told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from tests.mailbox import Mailbox

TOKEN = r"swyw_[A-Za-z0-9_-]{43}\n"


@pytest.fixture
def run(app: Flask, frozen: Any) -> Any:
    def command(*args: str) -> Any:
        return app.test_cli_runner().invoke(args=["people", "token", *args])

    return command


def test_it_prints_the_token_alone_and_says_who_knows_of_it(run: Any, person: Any) -> None:
    person("lin")
    done = run("lin", "--name", "ledger verify")
    assert done.exit_code == 0
    assert re.fullmatch(TOKEN, done.stdout)
    assert done.stderr == "Everybody can read at /ledger that this token was made; lin is told.\n"
    assert run("lin").stdout != done.stdout


@pytest.mark.parametrize(
    ("args", "status", "why"),
    [
        (("nobody",), 1, "nobody with the handle nobody"),
        (("gone",), 1, "gone has left"),
        (("lin", "--name", " "), 1, "a name that can be seen"),
        (("lin", "--name", "x" * 61), 1, "longer than 60"),
        ((), 2, "Missing argument"),
        (("lin", "--days", "9"), 2, "No such option"),
    ],
)
def test_it_refuses_in_one_line(
    run: Any, app: Flask, person: Any, browser: Any, args: tuple[str, ...], status: int, why: str
) -> None:
    person("lin")
    person("gone")
    assert app.test_cli_runner().invoke(args=["people", "deactivate", "gone"]).exit_code == 0
    done = run(*args)
    assert (done.exit_code, done.stdout) == (status, "")
    assert why in done.stderr.rstrip("\n").splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert 'role="alert"' not in browser("lin").get("/").text


def test_its_person_is_told_by_mail(run: Any, person: Any, smtp: Mailbox, tick: Any) -> None:
    person("lin", email="lin@example.com")
    person("mina")
    made = run("lin").stdout.strip()
    run("mina")
    tick()
    assert smtp.recipients == ["lin@example.com"]
    assert "An operator made a token for @lin: with it a program can act as you." in smtp.text()
    assert "a new password of your own ends it" in smtp.text()
    assert "An operator set a new password" not in smtp.text()
    assert smtp.path() == "/forgot"
    assert made not in smtp.mails[-1].as_string()
