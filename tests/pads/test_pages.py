"""The pads as everybody meets them: wall, pad, archive, sheet, topic; notes as typed or handed back; pluses."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core.database import db, writing
from forum.pads import planning, publishing, rotating, rules
from forum.pads.waiting import Waiter
from tests.conftest import NOON
from tests.pages import all_words, form, links, soup, words, wrong

HOUR, DAY, WEEK = 3600, 86400, 7 * 86400
NOTES = "/pads/3-left/notes"


@pytest.fixture
def anybody(app: Flask) -> FlaskClient:
    """A phone without a cookie."""
    return app.test_client(use_cookies=False)


@pytest.fixture
def do(app: Flask) -> Callable[..., Any]:
    """Does something in a writing transaction."""

    def done(act: Callable[..., Any], *args: Any, **values: Any) -> Any:
        with app.app_context():
            with writing():
                made = act(*args, **values)
            db.session.remove()
        return made

    return done


@pytest.fixture
def pile(do: Any) -> Callable[..., None]:
    """Pins so many notes to a sheet; they are named after their ids."""

    def pinned(sheet: int, count: int, at: int = NOON - HOUR) -> None:
        ids = [secrets.token_hex(16) for _ in range(count)]
        do(publishing.pin_up, [Waiter(one, sheet, f"Note {one[:8]}", "2026-W47", paper=False) for one in ids], at=at)

    return pinned


def bodies(answer: Any) -> list[str]:
    return [one.get_text() for one in soup(answer).select(".notes > li > p:first-child")]


# --- reading ---------------------------------------------------------------------------------------------------------


def test_the_wall_shows_all_doors_in_walking_order_and_retired_ones_below(
    anybody: FlaskClient, door: Any, do: Any, pile: Any
) -> None:
    assert "No pad hangs anywhere yet" in words(anybody.get("/pads"))
    sheet = door("3-left", "First?", rhythm="hand")
    for slug in ("4-left", "2-left", "9-gone"):
        door(slug, f"Of {slug}?", rhythm="hand")
    do(planning.walk, ["2-left", "3-left"])
    do(planning.retire_door, "9-gone", at=NOON)
    pile(sheet, 3)
    page = anybody.get("/pads")
    assert links(page, "a.leaf") == ["/pads/2-left", "/pads/3-left", "/pads/4-left"]
    assert all_words(page, ".leaf .count") == ["still empty", "3 notes", "still empty"]
    assert all_words(page, ".leaf .q")[1] == "First?"
    assert links(page, ".below h3 a") == ["/pads/9-gone"]


def test_a_pad_shows_its_notes_a_page_at_a_time_those_most_agreed_with_first(
    anybody: FlaskClient, door: Any, pile: Any, notes: Any
) -> None:
    sheet = door(rhythm="hand")
    pile(sheet, 45)
    found = notes(sheet)
    for one in (found[40], found[40], found[44]):
        assert anybody.post(f"/pads/notes/{one.id}/plus").status_code == 303
    order = [found[40], found[44], *found[:40], *found[41:44]]
    first, second = anybody.get("/pads/3-left"), anybody.get("/pads/3-left?page=2")
    assert bodies(first) + bodies(second) == [one.body for one in order]
    assert len(bodies(first)) == rules.PAGE
    assert links(first, "a[rel=next]") == ["/pads/3-left?page=2"]
    assert links(second, "a[rel=prev]") == ["/pads/3-left"]
    assert all_words(first, ".notes .plus")[:3] == ["+ 2", "+ 1", "+"]
    assert "45 notes, nobody’s names" in words(first)
    for page in ("3", "0", "x", "-1", "1e9"):
        assert anybody.get(f"/pads/3-left?page={page}").status_code == 404


def test_a_full_sheet_is_torn_off_and_the_same_question_hangs_on_fresh_paper(
    anybody: FlaskClient, door: Any, pile: Any, sheets: Any
) -> None:
    sheet = door(rhythm="hand")
    question = words(anybody.get("/pads/3-left"), "h1")
    pile(sheet, rules.FULL - 1)
    assert len(sheets("3-left")) == 1
    pile(sheet, 4)
    assert [(one.notes, one.goes_on, one.torn_at is None) for one in sheets("3-left")] == [
        (63, False, False),
        (0, True, True),
    ]
    page = anybody.get("/pads/3-left")
    assert words(page, "h1") == question
    assert bodies(page) == []
    assert all_words(page, ".below .index .quiet")[0].endswith(", full")
    assert sum(len(bodies(anybody.get(f"/pads/3-left/sheets/1?page={number}"))) for number in (1, 2, 3)) == 63


def test_the_archive_shows_every_torn_off_sheet_and_leads_to_it(
    anybody: FlaskClient, door: Any, do: Any, frozen: Any, zone: Any, pile: Any
) -> None:
    sheet = door("3-left", "One?", "Two?", rhythm="hand")
    assert "None yet. The first one still hangs." in words(anybody.get("/pads/3-left/sheets"))
    pile(sheet, 2)
    for number in range(23):
        do(rotating.flip, 1, NOON - (24 - number) * DAY, zone)
    first, second = anybody.get("/pads/3-left/sheets"), anybody.get("/pads/3-left/sheets?page=2")
    assert "23 sheets, the latest first" in words(first)
    found = links(first, ".index a") + links(second, ".index a")
    assert found == [f"/pads/3-left/sheets/{number}" for number in range(23, 0, -1)]
    assert anybody.get("/pads/3-left/sheets?page=3").status_code == 404
    assert links(anybody.get("/pads/3-left"), ".below .index a") == found[:3]
    old = anybody.get("/pads/3-left/sheets/1")
    assert (words(old, "h1"), len(bodies(old))) == ("One?", 2)
    assert "2 notes, torn off and kept" in words(old)
    assert soup(old).select_one("textarea") is None
    assert "Nobody wrote anything on this one" in words(anybody.get("/pads/3-left/sheets/2"))
    hanging = anybody.get("/pads/3-left/sheets/24")
    assert (hanging.status_code, hanging.location) == (303, "/pads/3-left")


def test_a_topic_gathers_what_all_doors_say(anybody: FlaskClient, door: Any, do: Any, zone: Any, pile: Any) -> None:
    left = door("3-left", "Common?", rhythm="hand")
    door("4-left", "Other?", rhythm="hand")
    door("5-left", "Third?", rhythm="hand")
    do(rotating.flip, 3, NOON - DAY, zone, topic=1)
    pile(left, 31)
    pile(4, 4)
    do(rotating.flip, 1, NOON - HOUR, zone, topic=2)
    page = anybody.get("/pads/topics/1")
    assert words(page, "h1") == "Common?"
    assert "35 notes from all doors together" in words(page)
    assert sorted(bodies(page) + bodies(anybody.get("/pads/topics/1?page=2"))) == sorted(
        bodies(anybody.get("/pads/3-left/sheets/1"))
        + bodies(anybody.get("/pads/3-left/sheets/1?page=2"))
        + bodies(anybody.get("/pads/5-left"))
    )
    assert links(page, ".below .index a") == ["/pads/5-left", "/pads/3-left/sheets/1"]
    assert anybody.get("/pads/topics/1?page=3").status_code == 404
    assert "Nothing yet" in words(anybody.get("/pads/topics/2"))


def test_a_door_without_a_question_and_an_empty_sheet_say_so(
    anybody: FlaskClient, door: Any, do: Any, zone: Any
) -> None:
    door(rhythm="hand")
    do(planning.add_door, slug="blank", name="Blank", place="", rhythm="weekly", every=7, at=NOON, zone=zone)
    page = anybody.get("/pads/blank")
    assert words(page, "h1") == "A blank sheet"
    assert soup(page).select_one("form") is None
    assert anybody.post("/pads/blank/notes", data={"body": "x", "slip": "0" * 26, "sheet": "1"}).status_code == 404
    assert "The sheet is still empty" in words(anybody.get("/pads/3-left"))
    assert "Somebody has to begin" in words(anybody.get("/pads/3-left"))


def test_what_is_not_there_is_404_in_the_pads_own_look(anybody: FlaskClient, door: Any) -> None:
    door(rhythm="hand")
    missing = [
        "/pads/none",
        "/pads/none/sheets",
        "/pads/3-left/sheets/9",
        "/pads/3-left/sheets/0",
        "/pads/none/sheets/1",
    ]
    missing += ["/pads/3-left/sheets/x", "/pads/topics/99", "/pads/topics/0", "/pads/none/print", "/pads/3-left/x"]
    missing += ["/pads/3-left/sheets/99999999999", "/pads/", "/pads/3-left/", "/pads/%00", "/pads/..%2f", "/pads/新"]
    for path in missing:
        answer = anybody.get(path)
        assert answer.status_code == 404, path
        assert "Set-Cookie" not in answer.headers
    for path in (
        "/pads/none/notes",
        f"/pads/notes/{'0' * 32}/plus",
        "/pads/notes/x/plus",
        f"/pads/notes/{'A' * 32}/plus",
    ):
        assert anybody.post(path, data={"body": "x"}).status_code == 404


# --- agreeing --------------------------------------------------------------------------------------------------------


def test_a_plus_comes_back_to_the_note_on_the_same_page_of_the_same_sheet(
    anybody: FlaskClient, door: Any, pile: Any, notes: Any, do: Any, zone: Any
) -> None:
    sheet = door("3-left", "One?", "Two?", rhythm="hand")
    pile(sheet, 45)
    last = notes(sheet)[-1]
    page = anybody.get("/pads/3-left?page=2")
    action = f"/pads/notes/{last.id}/plus"
    assert form(page, action) == {"page": "2"}
    answer = anybody.post(action, data=form(page, action))
    assert (answer.status_code, answer.location) == (303, f"/pads/3-left?page=2#n-{last.id[:8]}")
    assert soup(page).select_one(f"#n-{last.id[:8]}")
    assert form(anybody.get("/pads/3-left"), action) == {}, "now it stands on the first page"
    assert anybody.post(action).location == f"/pads/3-left#n-{last.id[:8]}"
    for bad in ("0", "-1", "x", "99999", "1&x=2", "//evil", ""):
        assert anybody.post(action, data={"page": bad}).location == f"/pads/3-left#n-{last.id[:8]}"
    assert next(one for one in notes(sheet) if one.id == last.id).pluses == 9
    do(rotating.flip, 1, NOON, zone)
    assert anybody.post(action, data={"page": "2"}).location == f"/pads/3-left/sheets/1?page=2#n-{last.id[:8]}"


# --- writing ---------------------------------------------------------------------------------------------------------


def test_a_note_is_kept_as_it_was_typed(anybody: FlaskClient, door: Any, write: Any, waiting: Any) -> None:
    sheet = door()
    for typed, kept in (
        ("One\r\ntwo\rthree\n\nfour", "One\ntwo\nthree\n\nfour"),
        ("\r\n\n  indented\n", "  indented"),
        ("<b>bold</b> & <script>alert(1)</script>", None),
        ("有话直说 😀👩‍👩‍👧‍👦", None),
        ("tab\there", None),
    ):
        answer, _slip = write(anybody, "3-left", typed)
        assert answer.status_code == 200, words(answer)
        assert [bodies(answer)[0], "Your slip" in words(answer)] == [kept or typed, True]
        assert "<script>alert" not in answer.text
    with waiting.batch() as batch:
        found = {one.body for one in batch.all() if one.sheet == sheet}
    assert len(found) == 5
    assert "One\ntwo\nthree\n\nfour" in found


@pytest.mark.parametrize("body", ["x" * 500, "x\r\n" * 249 + "xx", "😀" * 500, "有" * 500, "\n" * 90 + "x" * 500])
def test_five_hundred_characters_fit_and_one_more_does_not(
    anybody: FlaskClient, door: Any, write: Any, body: str
) -> None:
    door()
    assert write(anybody, "3-left", body)[0].status_code == 200
    answer, _slip = write(anybody, "3-left", body + "x")
    assert answer.status_code == 422
    assert "1 characters more than the 500" in wrong(answer)[0]
    assert form(answer, NOTES)["body"].split() == (body + "x").split()


def test_whatever_is_wrong_the_words_stay_in_the_form(
    anybody: FlaskClient, door: Any, write: Any, waiting: Any, do: Any, zone: Any
) -> None:
    sheet = door("3-left", "One?", "Two?", rhythm="hand")
    other = door("4-left", "Three?", rhythm="hand")
    torn = door("5-left", "Four?", rhythm="hand")
    do(rotating.flip, 3, NOON - HOUR - 1, zone)
    text = 'First "line",\n\n<second> & third.'
    for slug, fields, body, status in (
        ("3-left", {}, " \n ", 422),
        ("3-left", {}, "", 422),
        ("3-left", {}, "x" * 501, 422),
        ("3-left", {}, f"{text} \x07", 422),
        ("3-left", {"slip": ""}, text, 409),
        ("3-left", {"slip": "I am no slip"}, text, 409),
        ("3-left", {"slip": "Z" * 26}, text, 409),
        ("3-left", {"sheet": ""}, text, 409),
        ("3-left", {"sheet": "²"}, text, 409),
        ("3-left", {"sheet": "9" * 40}, text, 409),
        ("3-left", {"sheet": "999"}, text, 404),
        ("3-left", {"sheet": str(other)}, text, 404),
        ("5-left", {"sheet": str(torn)}, text, 409),
    ):
        answer, _slip = write(anybody, slug, body, fields=fields)
        assert answer.status_code == status, (fields, body)
        assert len(wrong(answer)) == 1
        again = form(answer, f"/pads/{slug}/notes")
        assert again["body"] == body, (fields, body)
        assert soup(answer).select_one("textarea[aria-invalid=true]")
        if body == text:
            sent = anybody.post(f"/pads/{slug}/notes", data=again, environ_base={"REMOTE_ADDR": f"10.1.{status}.{len(fields)}"})  # fmt: skip
            assert sent.status_code == 200, "pressing the button once more is enough"
    with waiting.batch() as batch:
        assert len(batch.all()) == 9
        assert {one.body for one in batch.all()} == {text}
        assert torn not in {one.sheet for one in batch.all()}
        assert sheet in {one.sheet for one in batch.all()}


def test_a_pad_that_cannot_be_written_on_keeps_the_words_and_the_slip(
    anybody: FlaskClient, door: Any, write: Any, waiting: Any
) -> None:
    door()
    waiting.path.parent.mkdir(exist_ok=True)
    waiting.path.write_bytes(b"This is no database. " * 400)
    answer, slip = write(anybody, "3-left", "Words.")
    assert answer.status_code == 503
    assert form(answer, NOTES)["body"] == "Words."
    assert form(answer, NOTES)["slip"] == slip, "so that pressing twice makes one note"
    waiting.path.unlink()
    assert anybody.post(NOTES, data=form(answer, NOTES)).status_code == 200


def test_a_sheet_torn_off_while_somebody_wrote_takes_the_note_for_an_hour(
    anybody: FlaskClient, door: Any, frozen: Any, do: Any, zone: Any, waiting: Any, hour: Any, notes: Any
) -> None:
    sheet = door("3-left", "Old?", "New?", rhythm="hand")
    sent = form(anybody.get("/pads/3-left"), NOTES)
    do(rotating.flip, 1, NOON, zone)
    frozen(NOON + HOUR)
    assert anybody.post(NOTES, data=sent | {"body": "In time."}).status_code == 200
    with waiting.batch() as batch:
        assert [one.sheet for one in batch.all()] == [sheet]
    frozen(NOON + HOUR + 1)
    late = anybody.post(
        NOTES, data=form(anybody.get("/pads/3-left"), NOTES) | {"sheet": sent["sheet"], "body": "Late."}
    )
    assert (late.status_code, words(late, "h1"), form(late, NOTES)["body"]) == (409, "New?", "Late.")
    assert "This sheet was torn off meanwhile" in wrong(late)[0]
    frozen(NOON + 12 * HOUR)
    assert hour(NOON + 12 * HOUR) == 1, "a single one goes with the next day's first hour"
    assert bodies(anybody.get("/pads/3-left/sheets/1")) == ["In time."]


def test_a_door_retired_while_somebody_wrote_hands_the_words_back(anybody: FlaskClient, door: Any, do: Any) -> None:
    door(rhythm="hand")
    sent = form(anybody.get("/pads/3-left"), NOTES) | {"body": "My words."}
    do(planning.retire_door, "3-left", at=NOON)
    answer = anybody.post(NOTES, data=sent)
    assert answer.status_code == 404
    assert "My words." in answer.text
    assert "No pad hangs here any more" in words(anybody.get("/pads/3-left"))
