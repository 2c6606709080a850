"""Who writes or agrees too fast is told how long to wait, at a door and from an address, and keeps the words."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.conftest import NOON
from tests.pages import form, wrong

NOTES = "/pads/3-left/notes"


@pytest.fixture
def send(app: Flask, door: Any, write: Any) -> Any:
    """Sends a note from one of very many addresses to one of two doors."""
    door()
    door("4-left", "Elsewhere?")

    def sent(number: int, slug: str = "3-left", address: str = "10.2.0.1", **fields: str) -> Any:
        client, where = app.test_client(), {"REMOTE_ADDR": address}
        return write(client, slug, f"Note {number}", environ_base=where, fields=fields or None)

    return sent


def test_one_address_waits_its_exact_seconds_and_keeps_the_words(send: Any, frozen: Any) -> None:
    """Ten at once, wherever; then one more every twenty seconds."""
    assert [send(number)[0].status_code for number in range(10)] == [200] * 10
    answer, slip = send(10)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "20")
    assert "Wait 20 seconds" in wrong(answer)[0]
    assert (form(answer, NOTES)["body"], form(answer, NOTES)["slip"]) == ("Note 10", slip)
    assert send(10, "4-left")[0].status_code == 429
    for seconds, status in ((19, 429), (20, 200), (20, 429)):
        frozen(NOON + seconds)
        assert send(10)[0].status_code == status


def test_a_full_door_says_nothing_of_when_others_wrote(send: Any, frozen: Any) -> None:
    """Its wait is the same whatever the truth is; other doors are free, and so is this one after that time."""
    for number in range(240):
        assert send(number, address=f"10.2.{number}.1")[0].status_code == 200
    for seconds in (0, 1, 2):
        frozen(NOON + seconds)
        answer, _ = send(240, address="10.3.0.1")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert send(240, "4-left", "10.3.0.1")[0].status_code == 200
    frozen(NOON + 60)
    assert send(240, address="10.3.0.1")[0].status_code == 200


def test_only_notes_that_are_accepted_fill_a_door(send: Any) -> None:
    for number in range(300):
        assert send(number, address=f"10.4.{number % 250}.{number // 250}", sheet="999999")[0].status_code == 404
    assert send(300, address="10.5.0.1")[0].status_code == 200


def test_a_host_has_one_address_of_the_many_it_could_take(send: Any) -> None:
    sent = [send(number, address=f"2001:db8::{number:x}")[0].status_code for number in range(12)]
    assert sent == [200] * 10 + [429] * 2
    assert send(12, address="2001:db8:0:1::1")[0].status_code == 200


def test_who_agrees_too_fast_waits(app: Flask, door: Any, write: Any, hour: Any, frozen: Any, notes: Any) -> None:
    sheet = door(rhythm="hand")
    for body in ("One.", "Two."):
        write(app.test_client(), "3-left", body)
    frozen(NOON + 3600)
    hour(NOON + 3600)
    one, two = notes(sheet)
    assert [app.test_client().post(f"/pads/notes/{one.id}/plus").status_code for _ in range(11)] == [303] * 10 + [429]
    answer = app.test_client().post(f"/pads/notes/{two.id}/plus")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "20")
    assert [each.pluses for each in notes(sheet)] == [10, 0]
