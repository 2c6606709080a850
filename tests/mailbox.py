"""A real mail server on loopback, and the worker that sends to it: fixtures for the folders whose tests read mail."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from forum import wiring
from forum.core.database import db

LINK = re.compile(r"^(http\S+)\r?$", re.MULTILINE)


class Mailbox:
    """What the mail server took, and what it says to the next mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refuse = ""
        self.refused: set[str] = set()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.refused:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.refuse:
            return self.refuse
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients += envelope.rcpt_tos
        return "250 taken"

    def link(self) -> str:
        """The one link in the latest mail."""
        [found] = LINK.findall(self.text())
        return str(found)

    def path(self) -> str:
        """The latest link without scheme and host."""
        return re.sub(r"\Ahttps?://[^/]+", "", self.link())

    def text(self) -> str:
        """The plain words of the latest mail."""
        plain = self.mails[-1].get_body(preferencelist=("plain",))
        assert plain is not None
        return str(plain.get_content())


class _Server(Controller):
    """Listens on a port that the system chose."""

    def __init__(self, mailbox: Mailbox, port: int = 0) -> None:
        self._socket = socket.create_server(("127.0.0.1", port))
        super().__init__(mailbox, hostname="127.0.0.1", port=self._socket.getsockname()[1])

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._socket)


class Post:
    """A mail server that can go away and come back."""

    def __init__(self) -> None:
        self.mailbox = Mailbox()
        self._server: _Server | None = None
        self.port = 0
        self.come()

    def come(self) -> None:
        self._server = _Server(self.mailbox, self.port)
        self._server.start()
        self.port = self._server.port

    def go(self) -> None:
        if self._server is not None:
            self._server.stop()
        self._server = None


@pytest.fixture
def smtp_server() -> Iterator[Post]:
    server = Post()
    yield server
    server.go()


@pytest.fixture
def smtp(smtp_server: Post) -> Mailbox:
    """The mail that arrived."""
    return smtp_server.mailbox


@pytest.fixture
def mail_changes() -> dict[str, Any]:
    """Settings to be changed for the forum that sends mail; a test module may give its own."""
    return {}


@pytest.fixture
def app(make_app: Callable[..., Flask], request: pytest.FixtureRequest, mail_changes: dict[str, Any]) -> Flask:
    """The application; it sends mail when the test asks for `smtp`."""
    if "smtp" not in request.fixturenames:
        return make_app(**mail_changes)
    port = request.getfixturevalue("smtp_server").port
    return make_app(smtp_url=f"smtp://127.0.0.1:{port}", mail_from="forum@say.example", **mail_changes)


@pytest.fixture
def tick(app: Flask) -> Callable[[], int]:
    """One turn of the worker."""

    def turn() -> int:
        with app.app_context():
            done = wiring.tick(Path(app.instance_path), app.extensions["forum.settings"])
            db.session.remove()
        return done

    return turn
