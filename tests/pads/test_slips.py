"""A slip is all its holder needs: it reads back however it is typed, a repeat makes one note, and its holder can change it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as some

from forum.core.database import db, writing
from forum.pads import actions, slips
from forum.pads.waiting import Waiting
from tests.conftest import NOON
from tests.pads.conftest import FIELD, SHOWN

NUMBERS = some.integers(min_value=0, max_value=2**128 - 1)
MIDNIGHT = NOON + 12 * 3600
"""The first hour of the next day: single notes go up too."""
LATER = MIDNIGHT + 3600


@given(NUMBERS)
def test_a_slip_reads_back_as_it_was_shown(number: int) -> None:
    text = slips.shown(number)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]", text)
    assert slips.read(text) == number


@given(NUMBERS, some.randoms())
def test_a_slip_reads_back_however_it_was_copied(number: int, random: Any) -> None:
    """Small letters, other hyphens and spaces, none of them, and letters that look like digits."""
    alike = {"1": "1IiLl", "0": "0Oo"}
    letters = [random.choice(alike.get(one, one + one.lower())) for one in slips.shown(number).replace("-", "")]
    assert slips.read("".join(one + random.choice(("", "", "-", " ", "–", "\t")) for one in letters)) == number


@given(NUMBERS, some.integers(0, 25), some.sampled_from(slips.LETTERS))
def test_one_wrong_letter_is_another_slip_or_none(number: int, place: int, letter: str) -> None:
    text = slips.shown(number).replace("-", "")
    other = text[:place] + letter + text[place + 1 :]
    assert (slips.read(other) == number) == (other == text)


@given(some.text(max_size=120))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    number = slips.read(text)
    assert number is None or 0 <= number < 2**128


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0" * 25,
        "0" * 27,
        "Z" * 26,  # 130 bits
        "U" + "0" * 25,
        "0" * 25 + "é",
        "0" * 25 + "٣",
        "0-" * 26 + "-" * 60,
    ],
)
def test_what_cannot_be_a_slip_is_none(text: str) -> None:
    assert slips.read(text) is None


def test_new_slips_differ_and_fill_all_their_bits() -> None:
    made = [slips.new() for _ in range(2000)]
    assert len(set(made)) == 2000
    for bit in range(128):
        assert 800 < sum(one >> bit & 1 for one in made) < 1200


def test_a_notes_id_is_half_the_hash_of_its_slip() -> None:
    assert slips.note_id(0) == hashlib.sha256(bytes(16)).hexdigest()[:32]
    assert slips.note_id(2**128 - 1) == hashlib.sha256(b"\xff" * 16).hexdigest()[:32]


@pytest.fixture
def client(app: Flask, door: Any) -> FlaskClient:
    """Somebody before a door."""
    door()
    return app.test_client()


@pytest.fixture
def held(client: FlaskClient) -> Callable[..., Any]:
    """What a slip's holder sees, or does with `act`."""

    def hold(slip: str, **fields: str) -> Any:
        return client.post("/pads/slip", data={"slip": slip, **fields})

    return hold


def waits(waiting: Waiting) -> list[tuple[str, str | None]]:
    with waiting.batch() as batch:
        return [(one.id, one.body) for one in batch.all()]


def given_slip(answer: Any) -> str:
    found = SHOWN.search(answer.text)
    assert found, answer.text
    return found[1]


def of(slip: str) -> str:
    number = slips.read(slip)
    assert number is not None
    return slips.note_id(number)


def test_every_form_has_a_slip_of_its_own(client: FlaskClient) -> None:
    found = [dict(FIELD.findall(client.get("/pads/3-left").text))["slip"] for _ in range(5)]
    assert len(set(found)) == 5
    assert all(slips.read(one) is not None for one in found)


def test_the_same_form_sent_again_is_the_same_note(
    client: FlaskClient, write: Any, waiting: Waiting, hour: Any, notes: Any
) -> None:
    """At once, and when it hangs already; with line ends as browsers send them."""
    answer, slip = write(client, "3-left", "Chairs.\r\nTables.")
    assert given_slip(answer) == slip
    for _ in range(2):
        again, _ = write(client, "3-left", "Chairs.\nTables.", fields={"slip": slip.lower()})
        assert again.status_code == 200
        assert given_slip(again) == slip
        assert waits(waiting) == [(of(slip), "Chairs.\nTables.")]
    hour(MIDNIGHT)
    again, _ = write(client, "3-left", "Chairs.\nTables.", fields={"slip": slip})
    assert "It hangs on the pad already." in again.text
    assert waits(waiting) == []
    assert [(one.id, one.body) for one in notes()] == [(of(slip), "Chairs.\nTables.")]


def test_other_words_with_the_same_slip_are_another_note(
    client: FlaskClient, write: Any, waiting: Waiting, hour: Any, notes: Any
) -> None:
    """Who goes back in the browser and writes on replaces nothing; the answer shows the second note's own slip."""
    _, slip = write(client, "3-left", "Chairs.")
    answer, _ = write(client, "3-left", "Tables.", fields={"slip": slip})
    second = given_slip(answer)
    assert second != slip
    assert sorted(waits(waiting)) == sorted([(of(slip), "Chairs."), (of(second), "Tables.")])
    hour(NOON)
    third = given_slip(write(client, "3-left", "Lamps.", fields={"slip": slip})[0])
    hour(LATER)
    assert len({slip, second, third}) == 3
    assert {one.id: one.body for one in notes() if one.id != of(third)} == {of(slip): "Chairs.", of(second): "Tables."}


@pytest.mark.parametrize("up", [False, True], ids=["waiting", "hanging"])
def test_a_slip_shows_corrects_and_takes_back_its_note(
    client: FlaskClient, write: Any, held: Any, hour: Any, waiting: Waiting, notes: Any, sheets: Any, up: bool
) -> None:
    _, slip = write(client, "3-left", "Chairs & tables.")
    _, other = write(client, "3-left", "Lamps.")
    if up:
        assert hour(NOON) == 2

    def body(of_slip: str) -> str | None:
        found = {one.id: one.body for one in notes()} if up else dict(waits(waiting))
        return found[of(of_slip)]

    page = held(slip.replace("-", " ").lower())
    assert page.status_code == 200
    assert "Chairs &amp; tables." in page.text
    assert ("It hangs on the pad" in page.text) == up
    assert ("It waits for its hour" in page.text) == (not up)
    page = held(slip, act="correct", body="Stools.")
    assert page.status_code == 200
    assert "Corrected." in page.text
    assert "Chairs" not in page.text
    assert body(slip) == "Stools."
    page = held(slip, act="correct", body="x" * 501)
    assert page.status_code == 422
    assert "x" * 501 in page.text
    assert body(slip) == "Stools."
    page = held(slip, act="take back")
    assert page.status_code == 200
    assert "Taken back." in page.text
    assert "Stools" not in page.text
    assert body(slip) is None
    assert body(other) == "Lamps."
    assert [one.notes for one in sheets("3-left")] == [1 if up else 0]
    again = held(slip, act="take back")
    assert again.status_code == 404
    assert [one.notes for one in sheets("3-left")] == [1 if up else 0]
    again = held(slip, act="correct", body="Back again.")
    assert again.status_code == 404
    assert body(slip) is None
    assert ("Taken back by the one who wrote it." in client.get("/pads/3-left").text) == up


def test_a_note_taken_back_comes_to_no_second_life(
    client: FlaskClient, write: Any, held: Any, hour: Any, waiting: Waiting, notes: Any
) -> None:
    """Whoever sends its form once more, with the same words or others, is told so."""
    _, slip = write(client, "3-left", "Chairs.")
    hour(MIDNIGHT)
    held(slip, act="take back")
    for words in ("Chairs.", "Tables."):
        answer, _ = write(client, "3-left", words, fields={"slip": slip})
        assert "You have taken this note back" in answer.text
    assert waits(waiting) == []
    assert hour(LATER) == 0
    assert [(one.id, one.body) for one in notes()] == [(of(slip), None)]


def test_the_holder_reads_the_answer(app: Flask, client: FlaskClient, write: Any, held: Any, hour: Any) -> None:
    _, slip = write(client, "3-left", "Chairs.")
    hour(MIDNIGHT)
    assert "Nobody has answered it yet." in held(slip).text
    with app.app_context():
        with writing():
            actions.answer(of(slip), role="hr", text="Ten are ordered.")
            actions.answer(of(slip), role="management", text="And paid for.")
        db.session.remove()
    page = unescape(held(slip).text)
    assert "Nobody has answered it yet." not in page
    assert page.index("<b>HR</b> <span>Ten are ordered.") < page.index("<b>Management</b> <span>And paid for.")


@pytest.mark.parametrize("act", [{}, {"act": "correct", "body": "Mine now."}, {"act": "take back"}, {"act": "else"}])
def test_a_slip_of_no_note_and_what_is_no_slip_are_told(
    client: FlaskClient, write: Any, held: Any, waiting: Waiting, act: dict[str, str]
) -> None:
    _, slip = write(client, "3-left", "Chairs.")
    stranger = slips.shown(slips.new())
    page = held(stranger, **act)
    assert page.status_code == 422
    assert "No note belongs to this slip." in page.text
    assert stranger in page.text
    for wrong in ("", slip[:-1], "<b>" + slip, "x" * 5000):
        page = held(wrong, **act)
        assert page.status_code == 422
        assert "A slip has 26 letters and digits." in page.text
        assert "<b>" + slip not in page.text
        assert len(page.text) < 10_000
    assert waits(waiting) == [(of(slip), "Chairs.")]


def test_the_slip_stands_in_no_address_and_no_page_but_the_first(
    client: FlaskClient, write: Any, hour: Any, held: Any
) -> None:
    answer, slip = write(client, "3-left", "Chairs.")
    assert answer.status_code == 200
    assert answer.location is None
    hour(MIDNIGHT)
    for path in ("/pads", "/pads/3-left", "/pads/slip", "/pads/topics/1"):
        page = client.get(path)
        assert page.status_code == 200
        assert slip not in page.text
    for one in (answer, held(slip)):
        assert not re.search(rf'(href|action|src)="[^"]*({slip}|{slip.replace("-", "")})', one.text)
        assert 'method="get"' not in one.text
