"""Who reaches HR's desk; and over every route there is: nobody removes, hides or changes a note that is pinned up."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from forum.core.database import db, execute, rows, writing
from forum.pads import planning, publishing, rotating
from forum.pads.models import Door, Holiday, Note, NoteAnswer, NoteSeal, Sheet, Topic
from forum.pads.waiting import Waiter
from tests.conftest import NOON
from tests.pages import words

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
KNOWN = secrets.token_hex(16)
OPEN = ("/hr/pads/answers", "/hr/pads/figures", "/hr/pads/notes/", "/hr/pads/sheets/")
"""Management's part of the desk, but for typing in from paper."""
ROLES = {
    "employee": (),
    "hr": ("hr",),
    "management": ("management",),
    "operator": ("operator",),
    "all of them": ("hr", "management", "operator"),
}


@pytest.fixture
def hung(app: Flask, door: Any, zone: Any) -> None:
    """A door with a torn-off sheet and one that hangs, notes on both, one of them answered."""
    door("3-left", "One?", "Two?", rhythm="hand")
    door("4-left", "Three?")
    with app.app_context():
        with writing():
            notes = [Waiter(secrets.token_hex(16), 1, f"Old {number}.", "2026-W46", paper=False) for number in range(7)]
            publishing.pin_up(notes, at=NOON - 86400)
            rotating.flip(1, NOON - 7200, zone, topic=2)
            some = [Waiter(KNOWN, 3, "It stands.", "2026-W47", paper=False)]
            some += [Waiter(secrets.token_hex(16), 3, f"New {number}.", "2026-W47", paper=True) for number in range(4)]
            publishing.pin_up(some, at=NOON - 3600)
            db.session.add(NoteAnswer(note_id=KNOWN, text="Heard.", role="hr"))
            db.session.add(Holiday(day="2026-12-25", name=""))
        db.session.remove()


@pytest.fixture
def visitor(person: Any, browser: Any) -> Callable[[str], Any]:
    """A browser of somebody in that role, or of nobody."""

    def opened(role: str) -> Any:
        if role == "nobody":
            return browser()
        handle = role.replace(" ", "-")
        person(handle, *ROLES[role])
        return browser(handle)

    return opened


def filled(app: Flask, prefix: str = "") -> Iterator[tuple[str, str]]:
    """(method, address) of every route, with what is there in place of its variables."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(prefix):
            continue
        for number in ("1", "3"):
            address = rule.rule
            for place, value in (
                ("<note>", KNOWN),
                ("<door>", "3-left"),
                ("<slug>", "3-left"),
                ("<handle>", "employee"),
                ("<token>", "x.y.z"),
                ("<date>", "2026-11-20"),
                ("<tag>/<path:name>", "x/css/base.css"),
                ("<path:name>", "0/000.p/1"),
                ("<called>", "small"),
            ):
                address = address.replace(place, value)
            for name in ("number", "post_id", "thread_id", "file_id"):
                address = address.replace(f"<number:{name}>", number)
            assert "<" not in address, f"say what stands in {rule.rule}"
            for method in sorted((rule.methods or set()) - {"OPTIONS"}):
                yield method, address


def desk(app: Flask) -> list[tuple[str, str]]:
    return sorted(set(filled(app, "/hr/pads")))


def test_the_desk_is_closed_to_who_is_not_signed_in_and_keeps_their_words(app: Flask, hung: Any, visitor: Any) -> None:
    one = visitor("nobody")
    assert len(desk(app)) > 30
    for method, address in desk(app):
        answer = one.client.open(address, method=method)
        assert answer.status_code == 303, (method, address)
        assert answer.location == "/login" if method == "POST" else answer.location.startswith("/login?next=/hr/pads")
        for text in ("It stands.", "Old 1.", "One?"):
            assert text not in answer.text
        if method == "POST":
            answer = one.client.post(address, data={"body": "From the old paper.", "text": "x"})
            assert answer.status_code == 401
            assert "From the old paper." in answer.text, "to go on with after signing in"


@pytest.mark.parametrize("role", ["employee", "operator", "management"])
def test_without_the_role_the_desk_answers_403_and_does_nothing(app: Flask, hung: Any, visitor: Any, role: str) -> None:
    one = visitor(role)
    app.config["WTF_CSRF_ENABLED"] = False  # nothing but the role stands in the way
    before = stored(app, Door, Topic, Sheet, Note, NoteAnswer, Holiday)
    refused = 0
    for method, address in desk(app):
        open_to = role == "management" and address.startswith(OPEN) and not address.endswith("/paper")
        if open_to and method == "POST":
            continue  # answering, tested elsewhere
        answer = one.client.open(address, method=method, data={"topic": "1", "back": "1"} if method == "POST" else None)
        assert answer.status_code == (200 if open_to else 403), (method, address)
        refused += not open_to
        if not open_to:
            assert "It stands." not in answer.text
    assert refused >= 25
    assert stored(app, Door, Topic, Sheet, Note, NoteAnswer, Holiday) == before


def test_hr_reaches_everything_at_the_desk(app: Flask, hung: Any, visitor: Any) -> None:
    one = visitor("hr")
    for method, address in desk(app):
        if method != "POST":
            assert one.client.open(address, method=method).status_code == 200, (method, address)
    page, token = one.get("/hr/pads"), one.token("/hr/pads")
    assert "Pads" in words(page)
    for address in sorted({address for method, address in desk(app) if method == "POST"}):
        answer = one.client.post(address, data={"csrf_token": token, "order": "", "day": "2026-12-24"})
        assert answer.status_code in (303, 422), address


# --- nobody removes a note -------------------------------------------------------------------------------------------


def stored(app: Flask, *models: Any) -> list[Any]:
    with app.app_context():
        found = [[tuple(one) for one in db.session.execute(select(model.__table__)).all()] for model in models]
        db.session.remove()
    return [sorted(some, key=repr) for some in found]


def standing(app: Flask) -> tuple[list[Any], dict[int, int]]:
    """Everything of the published notes but their pluses; and how many the sheets say they have."""
    with app.app_context():
        found = rows(select(Note.id, Note.sheet_id, Note.body, Note.week, Note.paper).order_by(Note.id))
        counts = {one.id: one.notes for one in rows(select(Sheet.id, Sheet.notes).where(Sheet.id <= 3))}
        db.session.remove()
    return [tuple(one) for one in found], counts


def agreed(app: Flask) -> dict[str, int]:
    with app.app_context():
        found = {one.id: one.pluses for one in rows(select(Note.id, Note.pluses))}
        db.session.remove()
    return found


SLIP = "K7QXM-2P9RT-4W8ZB-3NDH5-CEJKS-V"
EVIL = {"delete": "1", "hide": "1", "remove": "1", "lock": "1", "take_back": "1", "state": "taken back", "drop": KNOWN}
FORMS: tuple[dict[str, str], ...] = (
    {},
    EVIL | {"_method": "DELETE", "note": KNOWN, "id": KNOWN, "notes": KNOWN, "body": "", "text": ""},
    EVIL | {"body": "Taken over.", "text": "Taken over.", "note": KNOWN, "id": KNOWN, "sheet": "1", "sheet_id": "1"},
    {"act": "take back", "slip": KNOWN, "body": "x"},
    {"act": "take back", "slip": KNOWN.upper()[:26], "note": KNOWN},
    {"act": "take back", "slip": SLIP, "note": KNOWN, "id": KNOWN},
    {"act": "correct", "slip": "0" * 26, "body": "Taken over.", "note": KNOWN},
    {"act": "correct", "slip": SLIP, "body": "", "week": "2020-W01", "pluses": "-5", "paper": "0"},
    {"order": "", "move": "1", "by": "1", "topic": "1", "back": "1", "wish": "1", "day": "2026-12-24", "name": "x"},
    {"slug": "new-door", "name": "x", "rhythm": "hand", "every": "1", "question": "Q?", "mood": "light"},
    {"slip": SLIP, "sheet": "3", "body": "A note more.", "nonce": "n", "page": "1", "act": ""},
)


@pytest.mark.parametrize("role", ["nobody", "all of them"])
def test_no_route_removes_or_changes_a_note(app: Flask, hung: Any, visitor: Any, role: str) -> None:
    """Every route with every method, forms that name whatever an attacker would, a valid token: what is pinned up stands."""
    one = visitor(role)
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions["forum.settings"] = replace(app.extensions["forum.settings"], testing=True)  # no flood is too much
    before, pluses, statuses = standing(app), agreed(app), dict[int, int]()
    addresses = sorted({address for _method, address in filled(app)} - {"/logout"})
    for address in addresses:
        for method in METHODS:
            for form in FORMS if method not in ("GET", "HEAD") else FORMS[:1]:
                answer = one.client.open(address, method=method, data=form)
                assert answer.status_code < 500, f"{method} {address} {form}: {answer.status_code}"
                statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        assert standing(app) == before, f"after {address}"
    now = agreed(app)
    assert all(now[note] >= pluses[note] for note in pluses)
    assert set(now) == set(pluses)
    assert statuses[405] > 100
    if role != "nobody":
        assert statuses[303] > 100, "the desk was at work"


def test_the_watch_would_see_a_note_go(app: Flask, hung: Any) -> None:
    before = standing(app)
    with app.app_context():
        with writing():
            execute(delete(NoteAnswer))
            execute(delete(NoteSeal))
            execute(delete(Note).where(Note.id == KNOWN))
        db.session.remove()
    assert standing(app) != before


def test_retiring_doors_and_questions_leaves_all_notes_readable(app: Flask, hung: Any, visitor: Any) -> None:
    with app.app_context():
        with writing():
            for slug in ("3-left", "4-left"):
                planning.retire_door(slug, at=NOON)
            for number in (1, 2, 3):
                planning.retire_topic(number, at=NOON)
        db.session.remove()
    anybody = app.test_client()
    assert "It stands." in words(anybody.get("/pads/3-left/sheets/2"))
    assert "Heard." in words(anybody.get("/pads/topics/2"))
    assert all(f"Old {number}." in words(anybody.get("/pads/3-left/sheets/1")) for number in range(7))
