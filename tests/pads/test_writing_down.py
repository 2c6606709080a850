"""What the ledger learns of the pads, and when: sheets at once, notes a batch, changes only at the next full hour and by their random ids."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from forum.core.clock import now
from forum.core.database import db, writing
from forum.pads import actions, planning, publishing, rotating, slips
from forum.pads.rules import FULL
from forum.pads.waiting import Waiter, Waiting
from tests.conftest import NOON
from tests.ledger.book import Line, bound, found, size, verified, writes
from tests.pads.conftest import HUNG

HOUR = 3600


def sheet(number: int) -> str:
    return f"s:{number}"


@pytest.fixture
def act(app: Flask) -> Callable[..., Any]:
    """Does something in a writing transaction."""

    def done(verb: Callable[..., Any], *args: Any, **named: Any) -> Any:
        with app.app_context():
            with writing():
                made = verb(*args, **named)
            db.session.remove()
        return made

    return done


def select(app: Flask, statement: str) -> list[Any]:
    with app.app_context():
        some = db.session.execute(text(statement)).all()
        db.session.remove()
    return list(some)


def test_a_door_gets_its_sheet(app: Flask, act: Any, zone: Any) -> None:
    topic = {"question": "What 🧻?", "intro": "One line\nbelow.", "mood": "light", "not_before": "", "not_after": ""}
    with writes(app, Line("pad.open", "pads", sheet(1), "What 🧻?\nOne line below.", where="d:1", at=HUNG)):
        act(planning.add_topic, topic | {"intro": "One line below."}, at=HUNG, zone=zone)
        act(planning.add_door, slug="left", name="L", place="", rhythm="hand", every=7, at=HUNG, zone=zone)


def test_a_flip_and_its_undoing(app: Flask, act: Any, door: Any, zone: Any) -> None:
    door("left", "One?", "Two?")
    with writes(
        app,
        Line("pad.close", "pads", sheet(1), at=NOON),
        Line("pad.open", "pads", sheet(2), "Two?\n", where="d:1", at=NOON),
    ):
        act(rotating.flip, 1, NOON, zone)
    with writes(
        app,
        Line("pad.close", "pads", sheet(2), at=NOON + 60),
        Line("pad.open", "pads", sheet(1), "One?\n", where="d:1", at=NOON + 60),
    ):
        act(rotating.undo, 1, NOON + 60, zone)
    with writes(app, Line("pad.close", "pads", sheet(1)), Line("pad.open", "pads", sheet(3), "Two?\n", where="d:1")):
        act(rotating.flip, 1, NOON + 120, zone)


def test_a_batch_is_one_leaf_a_sheet(app: Flask, door: Any, write: Any, hour: Any) -> None:
    """Its words: a line for each note, by the random id, with a commitment that binds that note alone."""
    door("left", rhythm="hand")
    door("right", rhythm="hand")
    client, begin = app.test_client(), size(app)
    for slug in ("right", "left", "right", "left", "left"):
        write(client, slug, f"A note on {slug} 便条.")
    assert size(app) == begin, "nothing is written down before the hour"
    assert hour(NOON + HOUR) == 5
    new = found(app, begin)
    seals = select(
        app,
        "SELECT n.sheet_id, s.note_id, s.bound, s.note_salt, n.body FROM note_seals s JOIN notes n ON n.id = s.note_id",
    )
    assert [json.loads(one.leaf)["t"] for one in new] == ["pad.batch", "pad.batch"]
    for one, (number, many) in zip(new, ((1, 3), (2, 2)), strict=True):
        said = json.loads(one.leaf)
        mine = sorted((seal for seal in seals if seal.sheet_id == number), key=lambda seal: seal.note_id)
        assert len(mine) == many
        assert (said["o"], said["b"], said["at"]) == (sheet(number), "pads", NOON + HOUR)
        lines = "".join(f"{seal.note_id} {base64.b64encode(bytes(seal.bound)).decode()}\n" for seal in mine)
        assert one.salt
        assert said["c"] == bound(one.salt, lines.encode())
        for seal in mine:
            assert base64.b64encode(bytes(seal.bound)).decode() == bound(bytes(seal.note_salt), seal.body.encode())
    assert verified(app) == begin + 2


def test_changes_wait_for_the_hour(app: Flask, door: Any, hour: Any, waiting: Waiting, zone: Any, frozen: Any) -> None:
    """In the order of the ids, dated by the hour; a note changed twice is one leaf, one changed and taken back is a withdrawal."""
    door("left")
    mine = sorted((slips.new() for _ in range(6)), key=slips.note_id)
    with app.app_context():
        for one in mine:
            actions.pin(waiting, door="left", sheet=1, slip=one, body="Words.", at=NOON, zone=zone)
        db.session.remove()
    assert hour(NOON + HOUR) == 6
    frozen(NOON + HOUR + 900)
    with writes(app), app.app_context():
        actions.correct(waiting, slip=mine[4], body="Other words.", at=now())
        actions.take_back(waiting, slip=mine[2], at=now())
        actions.correct(waiting, slip=mine[0], body="Others.", at=now())
        actions.correct(waiting, slip=mine[0], body="Still others 别的.", at=now())
        actions.correct(waiting, slip=mine[1], body="Soon gone.", at=now())
        actions.take_back(waiting, slip=mine[1], at=now())
        db.session.remove()
    with writes(app):
        assert hour(NOON + HOUR + 1800) == 0

    def line(kind: str, number: int, words: str | None = None) -> Line:
        return Line(kind, "pads", f"n:{slips.note_id(mine[number])}", words, at=NOON + 2 * HOUR)

    with writes(
        app,
        line("note.edit", 0, "Still others 别的."),
        line("note.withdraw", 1),
        line("note.withdraw", 2),
        line("note.edit", 4, "Other words."),
    ):
        assert hour(NOON + 2 * HOUR) == 0
    with writes(app):
        hour(NOON + 3 * HOUR)
    assert select(app, "SELECT note_id FROM note_seals WHERE pending") == []


def test_a_note_that_never_hung_leaves_nothing(app: Flask, door: Any, hour: Any, waiting: Waiting, zone: Any) -> None:
    door("left")
    mine = [slips.new() for _ in range(3)]
    with writes(app), app.app_context():
        for one in mine:
            actions.pin(waiting, door="left", sheet=1, slip=one, body="Words.", at=NOON, zone=zone)
        actions.take_back(waiting, slip=mine[0], at=NOON)
        db.session.remove()
    begin = size(app)
    assert hour(NOON + HOUR) == 2
    assert [json.loads(one.leaf)["t"] for one in found(app, begin)] == ["pad.batch"]
    kept = b"".join(one.read_bytes() for one in Path(app.instance_path).glob("pads/*") if one.is_file())
    assert slips.note_id(mine[0]).encode() not in kept
    verified(app)


def test_a_full_sheet_is_torn_off_after_its_notes(app: Flask, act: Any, door: Any) -> None:
    door("left", "What?")
    begin = size(app)
    waiters = [Waiter(f"{one:032x}", 1, f"N {one}", "2026-W47", paper=True) for one in range(FULL)]
    act(publishing.pin_up, waiters, at=NOON)
    assert [(json.loads(one.leaf)["t"], json.loads(one.leaf)["o"]) for one in found(app, begin)] == [
        ("pad.batch", "s:1"),
        ("pad.close", "s:1"),
        ("pad.open", "s:2"),
    ]
    verified(app)


def test_no_leaf_of_the_pads_names_a_person_or_a_moment_between_hours(
    app: Flask, door: Any, write: Any, hour: Any, person: Any, browser: Any
) -> None:
    door("left", rhythm="hand")
    person("mina")
    begin = size(app)
    mina = browser("mina")
    for number in range(3):
        write(mina.client, "left", f"Note {number}.")
    hour(NOON + HOUR)
    for one in found(app, begin):
        said = json.loads(one.leaf)
        assert said["b"] == "pads"
        assert said["at"] % HOUR == 0
        assert "u:" not in one.leaf
