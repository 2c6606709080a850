"""Programs with a personal token, made as an operator makes one; and a thread with everything in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from forum.core.database import db, writing
from tests.conftest import NOON

START = "swyw_"


class Program:
    """A client that keeps no cookie and shows a token, or none."""

    def __init__(self, app: Flask, token: str | None) -> None:
        self.client = app.test_client(use_cookies=False)
        self.headers = {"Authorization": f"Bearer {token}"} if token is not None else {}

    def get(self, path: str, **headers: str) -> Any:
        return self.open(path, headers=headers)

    def open(self, path: str, method: str = "GET", headers: dict[str, str] | None = None, **more: Any) -> Any:
        return self.client.open(path, method=method, headers={**self.headers, **(headers or {})}, **more)


@pytest.fixture(autouse=True)
def _noon(frozen: Callable[[int], None]) -> None:
    """The clock stands still."""


@pytest.fixture
def command(app: Flask) -> Callable[..., Any]:
    """`flask people …`."""

    def run(*args: str, typed: str | None = None) -> Any:
        done = app.test_cli_runner().invoke(args=["people", *args], input=typed)
        assert done.exit_code == 0, done.output
        return done

    return run


@pytest.fixture
def token(command: Callable[..., Any]) -> Callable[[str], str]:
    """A fresh token of somebody."""

    def made(handle: str) -> str:
        return str(command("token", handle).stdout.rstrip("\n"))

    return made


@pytest.fixture
def program(app: Flask, token: Callable[[str], str]) -> Callable[..., Program]:
    """A program with a token of somebody's, with the given one, or with none at all."""

    def started(handle: str | None = None, *, shows: str | None = None) -> Program:
        return Program(app, token(handle) if handle else shows)

    return started


@pytest.fixture
def act(app: Flask) -> Any:
    """Does something in a writing transaction."""

    def done(what: Any, *args: Any, **values: Any) -> None:
        with app.app_context():
            with writing():
                what(*args, **values)
            db.session.remove()

    return done


@pytest.fixture
def mina(person: Any) -> Any:
    return person("mina", name="Mina O")


@pytest.fixture
def thread(mina: Any, board: Any, say: Any) -> Any:
    """Mina's thread on the canteen's board, an hour old."""
    board()
    return say(mina, "We **all** know it.", title="What we know", at=NOON - 3600)
