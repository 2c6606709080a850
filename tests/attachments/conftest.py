"""Somebody with a picture in hand, what the forum keeps of it on disk, and the worker's turn."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from forum import wiring
from forum.attachments.models import File
from forum.core import outbox
from forum.core.actor import Actor
from forum.core.database import db
from tests.conftest import NOON


def png(wide: int = 60, high: int = 40, colour: str = "teal", **more: Any) -> bytes:
    """A small picture."""
    return saved(Image.new("RGB", (wide, high), colour), "PNG", **more)


def saved(picture: Image.Image, kind: str, **more: Any) -> bytes:
    """A picture as bytes of this format."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **more)
    return buffer.getvalue()


def form(fields: dict[str, str], *files: tuple[str, bytes]) -> dict[str, Any]:
    """What a browser sends of a form with files in the field `file`."""
    sent = MultiDict(fields)
    for name, content in files:
        sent.add("file", FileStorage(io.BytesIO(content), name))
    boundary, body = encode_multipart(sent)
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


@pytest.fixture(autouse=True)
def _noon(frozen: Callable[[int], None]) -> None:
    """The clock stands still."""


@pytest.fixture
def mina(person: Any, board: Any) -> Actor:
    """Somebody, on a forum with the board `canteen`."""
    board()
    made: Actor = person("mina", name="Mina O")
    return made


@pytest.fixture
def idris(mina: Actor, person: Any) -> Actor:
    """Somebody else."""
    made: Actor = person("idris", name="Idris")
    return made


@pytest.fixture
def bring(mina: Actor, browser: Any) -> Callable[..., Any]:
    """Sends a file as the script of the writing form does; returns the answer."""
    browsers: dict[str, Any] = {}

    def sent(content: bytes, name: str = "gate.png", by: str = "mina") -> Any:
        one = browsers.setdefault(by, None) or browsers.setdefault(by + "!", browser(by))
        return one.client.post("/files", **form({"csrf_token": one.token()}, (name, content)))

    return sent


@pytest.fixture
def kept(bring: Any) -> Callable[..., Any]:
    """The same, and it is taken: what the answer says."""

    def sent(content: bytes, name: str = "gate.png", by: str = "mina") -> Any:
        answer = bring(content, name, by)
        assert answer.status_code == 201, answer.text
        return answer.json

    return sent


@pytest.fixture
def disk(app: Flask) -> Callable[[], dict[str, bytes]]:
    """All bytes of files, by name."""
    folder = Path(app.instance_path) / "files"
    return lambda: {one.name: one.read_bytes() for one in folder.rglob("*") if one.is_file()}


@pytest.fixture
def files(app: Flask) -> Callable[[], list[Any]]:
    """All rows of files, in order."""

    def look() -> list[Any]:
        with app.app_context():
            found = list(db.session.execute(select(File.__table__).order_by(File.id)).all())
            db.session.remove()
        return found

    return look


@pytest.fixture
def worked(app: Flask) -> Callable[..., int]:
    """The worker's turns until nothing is left."""

    def turns(at: int = NOON) -> int:
        done = 0
        with app.app_context():
            while found := outbox.work(wiring.HANDLERS, at=at, batched=wiring.TOGETHER):
                done += found
            db.session.remove()
        return done

    return turns
