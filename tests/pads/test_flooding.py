"""Who writes or agrees too fast is told how long to wait, at a door and from an address, and keeps the words."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.conftest import NOON
from tests.pages import form, wrong

NOTES = "/pads/3-left/notes"


@pytest.mark.parametrize(("addresses", "burst", "seconds"), [(1, 10, 20), (1000, 40, 6)])
def test_who_writes_too_fast_waits_and_keeps_the_words(
    app: Flask, door: Any, write: Any, frozen: Any, addresses: int, burst: int, seconds: int
) -> None:
    """From one address ten at once, on one door forty; then one more every so many seconds."""
    door()
    door("4-left", "Elsewhere?")

    def sent(number: int, slug: str = "3-left") -> Any:
        where = {"REMOTE_ADDR": f"10.2.{number % addresses // 250}.{number % addresses % 250}"}
        return write(app.test_client(), slug, f"Note {number}", environ_base=where)

    assert [sent(number)[0].status_code for number in range(burst)] == [200] * burst
    answer, slip = sent(burst)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(seconds))
    assert f"Wait {seconds} seconds" in wrong(answer)[0]
    assert (form(answer, NOTES)["body"], form(answer, NOTES)["slip"]) == (f"Note {burst}", slip)
    assert sent(burst, "4-left")[0].status_code == (429 if addresses == 1 else 200)
    frozen(NOON + seconds - 1)
    assert sent(burst)[0].status_code == 429
    frozen(NOON + seconds)
    assert sent(burst)[0].status_code == 200
    assert sent(burst)[0].status_code == 429


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
