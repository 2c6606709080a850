"""Arranging boards: operators rename and reorder, and that is all; nobody else does even that."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from forum.boards.models import Board, BoardGroup, Post, Revision, Thread
from tests.pages import all_words, form, words, wrong

ARRANGE = "/boards/arrange"
TO = "/boards/canteen/arrange"
CHANGED = {"name": "Kitchen", "description": "What is cooked", "group": "Hobbies", "position": "7"}


@pytest.fixture
def operator(mina, person, browser):
    person("op", "operator")
    return browser("op")


def test_an_operator_renames_and_moves_and_the_rest_stays(operator, mina, say, stored) -> None:
    say(mina, title="Soup")
    before = [stored(select(table)) for table in (Thread.__table__, Post.__table__, Revision.__table__)]
    assert form(operator.get(ARRANGE), TO)["name"] == "Canteen"
    answer = operator.post(TO, page=ARRANGE, **CHANGED, slug="other", opened_by="1", posts="0")
    assert (answer.status_code, answer.location.partition("#")[0]) == (303, ARRANGE)
    found = stored(
        select(Board.slug, Board.name, Board.description, Board.position, Board.posts, BoardGroup.name).join(BoardGroup)
    )
    assert found == [("canteen", "Kitchen", "What is cooked", 1, 1, "Hobbies")]
    assert [stored(select(table)) for table in (Thread.__table__, Post.__table__, Revision.__table__)] == before
    assert all_words(operator.get("/boards"), "section h3") == ["Kitchen"]
    assert words(operator.get("/boards/canteen"), "h1") == "Kitchen"


def test_the_order_is_the_operators(operator, board, browser) -> None:
    board("bread", "Bread")
    board("soup", "Soup")
    for slug, position in (("canteen", "3"), ("bread", "1"), ("soup", "2")):
        operator.post(
            f"/boards/{slug}/arrange", page=ARRANGE, name=slug, description="", group="Company", position=position
        )
    assert all_words(browser("mina").get("/boards"), "section h3") == ["bread", "soup", "canteen"]


@pytest.mark.parametrize("roles", [(), ("hr",), ("management",), ("hr", "management")])
def test_nobody_else_does(mina, person, browser, stored, roles: tuple[str, ...]) -> None:
    person("wei", *roles)
    wei = browser("wei")
    assert wei.get(ARRANGE).status_code == 403
    assert wei.post(TO, **CHANGED).status_code == 403
    assert "/boards/arrange" not in wei.get("/boards").text
    assert stored(select(Board.name, Board.position)) == [("Canteen", 1)]


def test_not_even_who_opened_it(mina, browser, stored) -> None:
    one = browser("mina")
    one.post("/boards/new", page="/boards/new", name="Bread", slug="bread", description="", group="Company")
    assert one.post("/boards/bread/arrange", **CHANGED).status_code == 403
    assert browser().post(TO, page="/login", **CHANGED).location == "/login"
    assert stored(select(Board.name).order_by(Board.id)) == [("Canteen",), ("Bread",)]


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        *(("position", value, "A whole number") for value in ("", "x", "-1", "1.5", "²", "10000", "1e3")),
        ("name", "", "needs a name"),
        ("name", "x" * 61, "longer than the 60"),
        ("description", "x" * 301, "longer than the 300"),
        ("description", "a\x00", "NUL"),
        ("group", "", "needs a name"),
        ("group", "x" * 61, "longer than the 60"),
    ],
)
def test_what_is_refused_is_said_at_its_field_and_kept(
    operator, board, stored, field: str, value: str, why: str
) -> None:
    board("bread", "Bread")
    answer = operator.post(TO, page=ARRANGE, **(CHANGED | {field: value}))
    assert answer.status_code == 422
    [said] = wrong(answer)
    assert why in said
    assert all_words(answer, f"#b-canteen .field:has([name={field}]) .field-error") == [said]
    kept = form(answer, TO)
    assert kept | {"csrf_token": ""} == CHANGED | {field: value, "csrf_token": ""}
    assert form(answer, "/boards/bread/arrange")["name"] == "Bread"
    assert stored(select(Board.name).order_by(Board.id)) == [("Canteen",), ("Bread",)]


def test_a_board_that_is_not_there(operator) -> None:
    for slug in ("nothing", "%00", "new"):
        assert operator.post(f"/boards/{slug}/arrange", page=ARRANGE, **CHANGED).status_code == 404
