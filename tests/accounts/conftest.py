"""A real mail server on loopback, and the worker that sends to it."""

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
        """The words of the latest mail."""
        return str(self.mails[-1].get_content())


class _Server(Controller):
    """Listens on a port that the system chose."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        super().__init__(mailbox, hostname="127.0.0.1", port=self._socket.getsockname()[1])

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._socket)


@pytest.fixture
def smtp_server() -> Iterator[_Server]:
    server = _Server(Mailbox())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def smtp(smtp_server: _Server) -> Mailbox:
    """The mail that arrived."""
    mailbox = smtp_server.handler
    assert isinstance(mailbox, Mailbox)
    return mailbox


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
