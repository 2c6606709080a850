"""What every test may use: the real application on SQLite and on PostgreSQL, people, signed-in browsers, a clock that stands still."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from forum import create_app
from forum.accounts import actions as accounts
from forum.accounts import passwords
from forum.boards import actions, arranging
from forum.config import Settings
from forum.core import clock
from forum.core.actor import Actor
from forum.core.database import db, writing
from tests.postgres import database

PASSWORD = "say what you want"
NOON = 1_795_262_400
"""Saturday 21 November 2026, 12:00 UTC."""
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
NONCE = re.compile(r'name="nonce" value="([^"]+)"')


@pytest.fixture(scope="session")
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty forum brought up to date once, to be copied."""
    folder = tmp_path_factory.mktemp("sqlite")
    made = create_app(Settings(instance=folder, database_url=f"sqlite:///{folder}/forum.sqlite3", secret_key="k" * 40))
    with made.app_context():
        flask_migrate.upgrade()
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
    return folder / "forum.sqlite3"


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of the tests' own with an empty forum, brought up to date once."""
    with database(tmp_path_factory.mktemp("pg")) as url:
        made = create_app(Settings(instance=tmp_path_factory.mktemp("pgi"), database_url=url, secret_key="k" * 40))
        with made.app_context():
            flask_migrate.upgrade()
            db.session.remove()
            db.engine.dispose()
        yield url


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path, backend: str) -> Settings:
    if backend == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_file"), tmp_path / "forum.sqlite3")
        url = f"sqlite:///{tmp_path}/forum.sqlite3"
    else:
        url = request.getfixturevalue("postgres_url")
    return Settings(
        instance=tmp_path, database_url=url, secret_key="k" * 40, base_url="http://localhost", signup="open"
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Every test that uses the database runs on both."""
    return str(request.param)


@pytest.fixture
def make_app(settings: Settings, backend: str) -> Iterator[Callable[..., Flask]]:
    """Makes the application with some settings changed; the database is empty at the beginning."""
    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        app = create_app(replace(settings, **changes))
        made.append(app)
        return app

    if backend == "postgresql":
        app = make()
        with app.app_context():
            tables = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
            db.session.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
            db.session.commit()
    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the forum's clock; it then stands still. Begins at NOON."""

    def at(seconds: int) -> None:
        monkeypatch.setattr(clock, "_seconds", lambda: seconds)

    at(NOON)
    return at


@pytest.fixture
def person(app: Flask, password_hash: str) -> Callable[..., Actor]:
    """Adds a colleague who joined a year ago and returns the actor."""

    def add(
        handle: str, *roles: str, name: str | None = None, email: str | None = None, joined: int = NOON - 365 * 86400
    ) -> Actor:
        with app.app_context():
            with writing():
                made = accounts.join(
                    handle=handle,
                    name=name or handle.title(),
                    email=email,
                    password_hash=password_hash,
                    at=joined,
                    roles=frozenset(roles),
                )
            actor = Actor(made.id, made.handle, made.name, made.roles)
            db.session.remove()
        return actor

    return add


class Browser:
    """A signed-in (or not) client that sends forms as a browser does: with the page's own token and nonce."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.client.get(path, **kwargs)

    def token(self, path: str = "/settings") -> str:
        found = TOKEN.search(self.client.get(path).text)
        assert found, f"{path} has no form"
        return found[1]

    def post(self, path: str, page: str | None = None, follow_redirects: bool = False, **fields: Any) -> Any:
        """Sends a form as it stands on `page` (default: any page with a token)."""
        text = self.client.get(page or "/settings").text
        found = TOKEN.search(text)
        nonce = NONCE.search(text)
        data = {"csrf_token": found[1] if found else ""}
        if nonce:
            data["nonce"] = nonce[1]
        data |= fields
        return self.client.post(path, data=data, follow_redirects=follow_redirects)


@pytest.fixture
def browser(app: Flask) -> Callable[..., Browser]:
    """A browser, signed in as the given handle or not at all."""

    def opened(handle: str | None = None, password: str = PASSWORD) -> Browser:
        one = Browser(app.test_client())
        if handle:
            answer = one.post("/login", page="/login", login=handle, password=password)
            assert answer.status_code == 303, answer.text
        return one

    return opened


@pytest.fixture
def board(app: Flask) -> Callable[..., str]:
    """Opens a board and returns its slug."""

    def opened(slug: str = "canteen", name: str = "Canteen", group: str = "Company") -> str:
        with app.app_context():
            with writing():
                arranging.open_board(
                    None, slug=slug, name=name, description="", group=group, at=NOON - 864000, make_group=True
                )
            db.session.remove()
        return slug

    return opened


@pytest.fixture
def say(app: Flask) -> Callable[..., actions.Said]:
    """Says something: a new thread on a board, or the next floor of a thread."""

    def said(
        actor: Actor,
        body: str = "Words.",
        *,
        board: str = "canteen",
        title: str = "A title",
        thread: int | None = None,
        at: int = NOON - 3600,
        reply_to: int | None = None,
    ) -> actions.Said:
        with app.app_context():
            words = actions.written(body)
            nonce = os.urandom(12).hex()
            with writing():
                if thread is None:
                    made = actions.start_thread(actor, board=board, title=title, words=words, nonce=nonce, at=at)
                else:
                    made = actions.reply(actor, thread=thread, words=words, reply_to=reply_to, nonce=nonce, at=at)
            db.session.remove()
        return made

    return said
