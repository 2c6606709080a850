"""A door with a sheet on it, notes written through its real page, the hour that pins them up, and a clock that stands still."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from forum.core.database import db, rows, writing
from forum.pads import planning, publishing, views
from forum.pads.flood import Flood
from forum.pads.models import Door, Note, Sheet
from forum.pads.waiting import Waiting
from tests.conftest import NOON

HUNG = NOON - 30 * 86400
"""When the fixture's doors got their sheets."""
FIELD = re.compile(r'<input type="hidden" name="(slip|sheet)" value="([^"]+)">')
SHOWN = re.compile(r'<p class="code" id="slip" translate="no">([^<]+)</p>')
MARK = re.compile(rb"Zq[a-z]{14}")
"""A word that stands in one note alone, so that a thief finds the note's bytes."""


def mark(random: Random) -> str:
    """Such a word."""
    return "Zq" + "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=14))


def taken(app: Flask) -> dict[str, bytes]:
    """All that a thief carries off, by name: every file of the instance, and of the database server with its log."""
    instance = Path(app.instance_path)
    found = {str(one.relative_to(instance)): one.read_bytes() for one in instance.rglob("*") if one.is_file()}
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("CHECKPOINT"))  # tables reach their files every few minutes in any case
            folder = Path(db.session.execute(text("SHOW data_directory")).scalar_one())
            paths = {
                path: f"postgresql {name}"
                for name, path in db.session.execute(text("SELECT relname, pg_relation_filepath(oid) FROM pg_class"))
                if path
            }
            paths |= {f"pg_wal/{one.name}": "postgresql log" for one in sorted((folder / "pg_wal").glob("0*"))}
            for path, name in paths.items():
                if (folder / path).exists():
                    found[name] = found.get(name, b"") + (folder / path).read_bytes()
        db.session.remove()
    return found


def offsets(files: dict[str, bytes]) -> dict[str, dict[str, int]]:
    """Orders in which marked notes stand in files: for each file the first and the last place of each mark."""
    found: dict[str, dict[str, int]] = {}
    for name, content in files.items():
        places = [(one[0].decode(), one.start()) for one in MARK.finditer(content)]
        if places:
            found[f"{name}, last bytes"] = dict(places)
            found[f"{name}, first bytes"] = dict(reversed(places))
    return found


def hidden(app: Flask) -> dict[str, dict[str, int]]:
    """Orders that the database knows without being asked to sort: of rows, of an index, of PostgreSQL's hidden columns."""
    lite = {
        "rows": "SELECT body FROM notes",
        "index": "SELECT body FROM notes INDEXED BY ix_notes_sheet_id WHERE sheet_id > 0",
        "ids": "SELECT body FROM notes ORDER BY id",
    }
    big = {
        "ctid": "SELECT body FROM notes ORDER BY ctid",
        "xmin, cmin": "SELECT body FROM notes ORDER BY xmin::text::bigint, cmin::text::bigint, ctid",
        "ids": "SELECT body FROM notes ORDER BY id",
    }
    found: dict[str, dict[str, int]] = {}
    with app.app_context():
        for name, query in (lite if db.engine.dialect.name == "sqlite" else big).items():
            bodies = db.session.execute(text(query)).scalars()
            found[name] = {one: place for place, one in enumerate(re.findall(MARK.pattern.decode(), "\n".join(bodies)))}
        db.session.remove()
    return found


@pytest.fixture(autouse=True)
def _clock(frozen: Callable[[int], None]) -> None:
    """The clock stands at NOON."""


@pytest.fixture(autouse=True)
def _buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test wrote does not slow the next one."""
    monkeypatch.setattr(views, "flood", Flood())


@pytest.fixture
def zone(app: Flask) -> ZoneInfo:
    """The company's time zone."""
    return ZoneInfo(app.extensions["forum.settings"].timezone)


@pytest.fixture
def door(app: Flask, zone: ZoneInfo) -> Callable[..., int]:
    """Adds questions and a door thirty days ago, so that a sheet hangs there; returns the number of that sheet's row."""

    def hung(slug: str = "3-left", *topics: str, rhythm: str = "weekly", every: int = 7, name: str = "") -> int:
        with app.app_context():
            with writing():
                for question in topics or (f"What would you change at {slug}?",):
                    values = {"question": question, "intro": "", "mood": "light", "not_before": "", "not_after": ""}
                    planning.add_topic(values, at=HUNG, zone=zone)
                made = planning.add_door(
                    slug=slug, name=name or f"Door {slug}", place="3rd floor, left", rhythm=rhythm, every=every,
                    at=HUNG, zone=zone,
                )  # fmt: skip
            (found,) = rows(select(Sheet.id).where(Sheet.door_id == made.id, Sheet.torn_at.is_(None)))
            db.session.remove()
        return int(found.id)

    return hung


@pytest.fixture
def waiting(app: Flask) -> Waiting:
    """The notes that wait for their hour."""
    return Waiting(Path(app.instance_path))


@pytest.fixture
def hour(app: Flask, waiting: Waiting) -> Callable[..., int]:
    """The worker's publication at a moment; returns how many notes went up."""

    def publish(at: int, settings: Any = None) -> int:
        settings = settings or app.extensions["forum.settings"]
        with app.app_context():
            done = publishing.publish(
                waiting, at, every=settings.pads_batch_seconds, zone=ZoneInfo(settings.timezone)
            )  # fmt: skip
            db.session.remove()
        return done

    return publish


@pytest.fixture
def write() -> Callable[..., tuple[Any, str]]:
    """Writes a note as a browser does: opens the pad, sends its form; returns the answer and the slip of that form.

    `fields` replace those of the form (slip, sheet); everything else is for the requests, headers above all.
    """

    def written(
        client: FlaskClient, slug: str, body: str, *, fields: dict[str, str] | None = None, **kwargs: Any
    ) -> tuple[Any, str]:
        page = client.get(f"/pads/{slug}", **kwargs)
        assert page.status_code == 200, page.text
        form = dict(FIELD.findall(page.text)) | {"body": body} | (fields or {})
        return client.post(f"/pads/{slug}/notes", data=form, **kwargs), form["slip"]

    return written


@pytest.fixture
def notes(app: Flask) -> Callable[..., list[Any]]:
    """The notes that are pinned up, of one sheet or of all, in the order of their ids."""

    def found(sheet: int | None = None) -> list[Any]:
        of = select(Note.id, Note.sheet_id, Note.body, Note.week, Note.pluses, Note.paper).order_by(Note.id)
        with app.app_context():
            some = rows(of if sheet is None else of.where(Note.sheet_id == sheet))
            db.session.remove()
        return list(some)

    return found


@pytest.fixture
def sheets(app: Flask) -> Callable[[str], list[Any]]:
    """The sheets of a door, the first one first."""

    def of(slug: str) -> list[Any]:
        with app.app_context():
            found = rows(
                select(Sheet.id, Sheet.number, Sheet.question, Sheet.torn_at, Sheet.notes, Sheet.goes_on)
                .join(Door, Door.id == Sheet.door_id)
                .where(Door.slug == slug)
                .order_by(Sheet.number)
            )
            db.session.remove()
        return list(found)

    return of
