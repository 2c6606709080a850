"""Of those who wrote there is no trace: no address, agent, name, cookie, moment or slip in any file, and of erased words none either."""

from __future__ import annotations

import json
import logging
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, text

from forum import wiring
from forum.core.actor import Actor
from forum.core.database import db
from forum.pads import slips
from forum.pads.waiting import Waiting
from tests.browser import server
from tests.conftest import NOON, Browser
from tests.pads.conftest import FIELD, taken

HOUR = 3600
NAMES = ("zaphenath", "quirinius", "xanthippe", "wolframine", "yevgeniya", "blodeuwedd")
OLD, ERASED = "Qwertzuiop chairs are broken.", "Ysxdcfvgbh lamps are dark."
"""Words that are corrected, and words that are taken back."""


class Writer(NamedTuple):
    """Somebody who is signed in to the forum, and what of them must be found nowhere."""

    person: Actor
    client: FlaskClient
    address: str
    agent: str
    cookie: str

    @property
    def ask(self) -> dict[str, Any]:
        """How their requests come."""
        return {"environ_base": {"REMOTE_ADDR": self.address, "HTTP_USER_AGENT": self.agent}}


@pytest.fixture
def writers(person: Callable[..., Actor], browser: Callable[..., Browser]) -> list[Writer]:
    """Six colleagues in six signed-in browsers."""
    found = []
    for number, name in enumerate(NAMES):
        one, client = person(name), browser(name).client
        client.set_cookie("tracker", f"Cookie{name[::-1]}")
        cookie = client.get_cookie("forum")
        assert cookie
        found.append(Writer(one, client, f"203.0.113.{177 + number}", f"Agent{name[::-1]}/5.0", cookie.value))
    return found


class Traces(NamedTuple):
    """What there is to be looked for: slips, and when notes were written, corrected or taken back."""

    slips: list[str]
    moments: list[int]


@pytest.fixture
def lived(
    app: Flask, writers: list[Writer], door: Any, write: Any, hour: Any, notes: Any, frozen: Any, work: Callable[[], None]
) -> Traces:  # fmt: skip
    """All six write, agree, hold their slips, correct and take back, before and after the hour; the worker then works."""
    door()
    words = [OLD, ERASED, "Tables.", OLD.upper(), ERASED.upper(), "Stools."]
    found, moments = [], []
    for number, (one, body) in enumerate(zip(writers, words, strict=True)):
        moments.append(NOON + 613 + 397 * number)
        frozen(moments[-1])
        answer, slip = write(one.client, "3-left", body, **one.ask)
        assert answer.status_code == 200
        found.append(slip)

    def hold(number: int, **fields: str) -> None:
        frozen(moments[number] + 61)
        answer = writers[number].client.post(
            "/pads/slip", data={"slip": found[number], **fields}, **writers[number].ask
        )
        assert answer.status_code == 200

    hold(0, act="correct", body="Chairs are fine.")
    hold(1, act="take back")
    frozen(NOON + HOUR)
    assert hour(NOON + HOUR) == 5
    frozen(NOON + HOUR + 311)
    for one in notes():
        assert writers[5].client.post(f"/pads/notes/{one.id}/plus", **writers[5].ask).status_code == 303
    moments = [*moments, NOON + HOUR + 311]
    hold(3, act="correct", body="Chairs are fine here too.")
    hold(4, act="take back")
    hold(5)
    frozen(NOON + 2 * HOUR)
    work()
    return Traces(found, [*moments, *(one + 61 for one in moments)])


@pytest.fixture
def work(app: Flask) -> Callable[[], None]:
    """The worker until nothing is left, and what SQLite itself does now and then: its log goes into the file."""

    def turn() -> None:
        with app.app_context():
            while wiring.tick(Path(app.instance_path), app.extensions["forum.settings"]):
                pass
            db.session.remove()

    return turn


def said(app: Flask) -> Iterator[tuple[str, str]]:
    """Every value of every column of every table, as text."""
    with app.app_context():
        for table in inspect(db.engine).get_table_names():
            for one in db.session.execute(text(f'SELECT * FROM "{table}"')).mappings():
                for name, value in one.items():
                    yield f"{table}.{name}", value.hex() if isinstance(value, bytes) else str(value)
        db.session.remove()


def forms(slip: str) -> list[bytes]:
    """A slip as it could stand in a file."""
    number = slips.read(slip)
    assert number is not None
    bare = slip.replace("-", "")
    return [
        slip.encode(),
        bare.encode(),
        bare.lower().encode(),
        number.to_bytes(16, "big"),
        b"%032x" % number,
        b"%d" % number,
    ]


def shapes(moment: int) -> list[bytes]:
    """A moment as it could stand in a file: digits, four bytes as SQLite keeps it, ISO down to the minute."""
    minute = datetime.fromtimestamp(moment, UTC)
    spelled = [minute.strftime(one).encode() for one in ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d/%b/%Y:%H:%M")]
    return [b"%d" % moment, moment.to_bytes(4, "big"), moment.to_bytes(8, "little"), *spelled]


def test_no_file_and_no_row_holds_a_trace_of_who_wrote(
    app: Flask, writers: list[Writer], lived: Traces, backend: str
) -> None:
    files = taken(app)
    assert {"pads/waiting.sqlite3", "forum.sqlite3" if backend == "sqlite" else "postgresql log"} <= files.keys()
    traces = [one for slip in lived.slips for one in forms(slip)]
    traces += [one for moment in lived.moments for one in shapes(moment)]
    for one in writers:
        traces += [part.encode() for part in (one.address, one.agent, one.cookie, f"Cookie{one.person.handle[::-1]}")]
    for name, raw in files.items():
        assert [one for one in traces if one in raw and (len(one) > 4 or not name.startswith("postgresql"))] == [], name
    for path in (Path(app.instance_path) / "pads").rglob("*"):
        assert path.stat().st_mtime % HOUR == path.parent.stat().st_mtime % HOUR == 0
    texts = [one.decode() for one in traces if one.isascii() and len(one) > 4]
    for place, value in said(app):
        assert [one for one in texts if one in value] == [], place


def test_names_stand_where_people_stand_and_nowhere_else(
    app: Flask, writers: list[Writer], lived: Traces, backend: str
) -> None:
    names = [one.person.handle for one in writers]
    for place, value in said(app):
        if place.partition(".")[0] not in ("people", "person_names"):
            assert [one for one in names if one in value.lower()] == [], place
    for path in Path(app.instance_path).rglob("*"):
        if path.is_file() and not path.name.startswith("forum.sqlite3"):
            assert [one for one in names if one.encode() in path.read_bytes().lower()] == [], path.name


def test_erased_words_are_in_no_file(app: Flask, lived: Traces, backend: str) -> None:
    """Of SQLite; PostgreSQL's own files keep them until its VACUUM, no column does."""
    words = [word for one in (OLD, ERASED) for word in (one, one.upper(), one.split()[0], one.split()[0].upper())]
    for place, value in said(app):
        assert [one for one in words if one in value] == [], place
    if backend == "sqlite":
        for name, raw in taken(app).items():
            assert [one for one in words if one.encode() in raw] == [], name


@contextmanager
def without(app: Flask, table: str) -> Iterator[None]:
    """The database while a table is away."""

    def rename(old: str, new: str) -> None:
        with app.app_context():
            db.session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
            db.session.commit()
            db.session.remove()

    rename(table, "away")
    try:
        yield
    finally:
        rename("away", table)


def test_a_fault_is_written_down_by_the_hour_and_without_its_request(
    app: Flask, writers: list[Writer], door: Any, write: Any, hour: Any, notes: Any, frozen: Any, waiting: Waiting,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """A table is away; the waiting file is a folder; its folder is a file."""
    caplog.set_level(logging.DEBUG)
    door()
    one, moment, texts = writers[0], NOON + 1234, []
    frozen(moment)
    _, slip = write(one.client, "3-left", OLD, **one.ask)
    frozen(NOON + HOUR)
    hour(NOON + HOUR)
    frozen(moment + HOUR)
    with without(app, "note_answers"):
        for method, path, form in (
            ("GET", "/pads/3-left", {}),
            ("POST", "/pads/slip", {"slip": slip}),
            ("POST", "/pads/slip", {"slip": slip, "act": "correct", "body": ERASED}),
        ):
            answer = one.client.open(path, method=method, data=form, **one.ask)
            assert answer.status_code in (500, 503)
            texts.append(answer.text)
    form = dict(FIELD.findall(one.client.get("/pads/3-left", **one.ask).text)) | {"body": OLD}
    waiting.path.unlink()
    for make, undo in ((waiting.path.mkdir, waiting.path.rmdir), (_file_for(waiting), waiting.path.parent.unlink)):
        make()
        answer = one.client.post("/pads/3-left/notes", data=form, **one.ask)
        assert answer.status_code in (500, 503)
        assert OLD in answer.text
        texts.append(answer.text)
        undo()
    answer = one.client.post("/pads/3-left/notes", data=form, **one.ask)
    assert answer.status_code == 200
    log = Path(app.instance_path) / "pads-faults.log"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert len(lines) == 5
    assert {line["hour"] for line in lines} == {"2026-11-21T13:00Z"}
    assert {line["page"] for line in lines} == {"/pads/<door>", "/pads/slip", "/pads/<door>/notes"}
    assert all(line.keys() == {"hour", "page", "error", "at"} for line in lines)
    assert log.stat().st_mtime == NOON + HOUR
    traces = [part.decode() for part in (*forms(slip), *shapes(moment), *shapes(moment + HOUR)) if part.isascii()]
    traces += [one.address, one.agent, one.cookie, one.person.handle, form["slip"], OLD, ERASED, "3-left"]
    for where in (log.read_text(), caplog.text):
        assert [word for word in traces if word in where] == []
    assert not any("Traceback" in page or one.address in page or "sqlite" in page.lower() for page in texts)


def _file_for(waiting: Waiting) -> Callable[[], None]:
    """Puts a file where the folder of the waiting file should be."""

    def make() -> None:
        waiting.path.parent.rmdir()
        waiting.path.parent.write_text("")

    return make


def _asked(url: str, path: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, str]:
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    try:
        with urllib.request.urlopen(urllib.request.Request(url + path, data, headers), timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_real_server_writes_no_line_about_the_pads(app: Flask, door: Any) -> None:
    """Whatever happens there: found, missing, refused, wrong, broken."""
    door()
    instance, agent = Path(app.instance_path), "Agentophobe/7.1"
    with server.running(instance, workers=1) as url:

        def ask(path: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, str]:
            return _asked(url, path, form, **{"User-Agent": agent, "Cookie": "forum=crumbs", **headers})

        status, page = ask("/pads/3-left")
        form = dict(FIELD.findall(page))
        assert status == 200
        assert ask("/pads/3-left/notes", form | {"body": OLD})[0] == 200
        assert ask("/pads/3-left/notes", form | {"body": " "})[0] == 422
        assert ask("/pads/slip", form)[0] == 200
        assert ask("/pads/slip", {"slip": "x"})[0] == 422
        assert ask("/pads/3-left/notes", form | {"body": OLD}, Origin="https://elsewhere.example")[0] == 403
        assert ask("/pads/nowhere")[0] == 404
        assert ask("/pads/3-left/notes")[0] == 405
        assert ask("/pads/3-left?page=2")[0] == 404
        assert ask("/pads/3-left/notes", {"body": "x" * 1_100_000})[0] == 413
        with without(app, "sheets"):
            assert ask("/pads/3-left")[0] == 503
        (instance / "pads" / "waiting.sqlite3").unlink()
        (instance / "pads").rmdir()
        (instance / "pads").write_text("")
        assert ask("/pads/3-left/notes", form | {"body": OLD})[0] == 503
    log = (instance / "server.log").read_text()
    assert "Booting worker" in log
    for word in ("pads", "3-left", agent, "crumbs", form["slip"], OLD, "Error", "GET", "POST"):
        assert word not in log
    assert not [line for line in log.splitlines() if "127.0.0.1" in line and "Listening at" not in line]
    assert {path.name for path in instance.iterdir() if path.suffix == ".log"} == {"server.log", "pads-faults.log"}
