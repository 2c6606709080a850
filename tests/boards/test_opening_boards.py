"""Opening a board, which anybody may; its address never changes and it never closes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from forum.boards.models import Board, BoardGroup
from tests.conftest import NOON
from tests.pages import all_words, form, words, wrong
from tests.together import at_once

NEW = "/boards/new"
BREAD = {"name": "Bread", "slug": "bread", "description": "Who bakes it", "group": "Company"}


@pytest.fixture
def boards(stored) -> Any:
    return lambda: [one.slug for one in stored(select(Board.slug).order_by(Board.id))]


def test_any_employee_may(mina, idris, browser, stored) -> None:
    answer = browser("idris").post(NEW, page=NEW, **BREAD)
    assert (answer.status_code, answer.location) == (303, "/boards/bread")
    [bread] = stored(select(Board.__table__).where(Board.slug == "bread"))
    assert (bread.name, bread.description, bread.opened_by, bread.opened_at) == (
        "Bread",
        "Who bakes it",
        idris.id,
        NOON,
    )
    assert bread.position == 2
    mina_ = browser("mina")
    page = mina_.get("/boards/bread")
    assert "Who bakes it 0 threads, opened by Idris." in words(page)
    assert mina_.post("/boards/bread/new", page="/boards/bread/new", title="Rye", body="Please.").status_code == 303
    assert "Bread" in all_words(mina_.get("/boards"), "section h3")


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        *(
            ("slug", value, "The address takes")
            for value in ("", "-a", "a-", "a b", "ä", "x" * 41, "new", "arrange", "NEW")
        ),
        *(("slug", value, "The address takes") for value in ("a/b", "a.b", "a_b", "a\x00", "\u0661", "a\nb")),
        ("slug", "canteen", "exists"),
        ("slug", " Canteen ", "exists"),
        ("name", "", "needs a name"),
        ("name", "\u200b", "needs a name"),
        ("name", "x" * 61, "1 characters longer than the 60"),
        ("name", "a\x07", "control character"),
        ("description", "x" * 301, "1 characters longer than the 300"),
        ("description", "a\x00", "NUL"),
        ("group", "Nowhere", "no group of that name"),
    ],
)
def test_what_is_refused_is_said_and_kept(mina, browser, boards, field: str, value: str, why: str) -> None:
    answer = browser("mina").post(NEW, page=NEW, **(BREAD | {field: value}))
    assert answer.status_code == 422
    [said] = wrong(answer)
    assert why in said
    kept = form(answer, NEW)
    assert kept | {"csrf_token": "", "group": ""} == BREAD | {field: value, "csrf_token": "", "group": ""}
    assert boards() == ["canteen"]


def test_an_empty_or_broken_group_is_said_at_the_group(mina, browser, boards) -> None:
    for group in ("", "x" * 61, "a\x00"):
        answer = browser("mina").post(NEW, page=NEW, **(BREAD | {"group": group}))
        assert answer.status_code == 422
        assert all_words(answer, ".field:has(#group) .field-error") == wrong(answer) != []
    assert boards() == ["canteen"]


def test_the_same_address_at_once_is_opened_once(mina, browser, boards) -> None:
    browsers = [browser("mina") for _ in range(4)]
    forms = [BREAD | {"csrf_token": one.token(NEW)} for one in browsers]
    answers = at_once(browsers, NEW, forms)
    assert sorted(answer.status_code for answer in answers) == [303, 422, 422, 422]
    assert boards() == ["canteen", "bread"]


def test_a_board_is_text(mina, browser) -> None:
    one = browser("mina")
    answer = one.post(NEW, page=NEW, **(BREAD | {"name": "<b onclick=x>", "description": "</p><script>"}))
    for path in (answer.location, "/boards", "/", NEW):
        page = one.get(path)
        assert "<b onclick" not in page.text
        assert "</p><script>" not in page.text


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (("bread", "--name", "Bread"), 0, "Board /boards/bread is open, and stays so.\n"),
        (
            ("Rolls", "--name", "Rolls", "--group", "New group", "--description", "x"),
            0,
            "Board /boards/rolls is open, and stays so.\n",
        ),
        (("canteen", "--name", "Again"), 1, "exists"),
        (("a b", "--name", "Bread"), 1, "The address takes"),
        (("bread", "--name", ""), 1, "needs a name"),
        (("bread", "--name", "Bread", "--group", " "), 1, "needs a name"),
        (("bread",), 2, "Missing option '--name'"),
        ((), 2, "Missing argument 'SLUG'"),
        (("bread", "--name", "Bread", "--close"), 2, "No such option"),
    ],
)
def test_on_the_command_line(mina, app, boards, args: tuple[str, ...], status: int, said: str) -> None:
    done = app.test_cli_runner().invoke(args=["boards", "add", *args])
    assert done.exit_code == status, done.output
    if status == 0:
        assert (done.stdout, done.stderr) == (said, "")
        assert len(boards()) == 2
    else:
        assert done.stdout == ""
        assert said in done.stderr.rstrip().splitlines()[-1]
        assert done.stderr.count("\n") == 1 or status == 2
        assert boards() == ["canteen"]


def test_no_command_closes_a_board(app) -> None:
    listed = app.test_cli_runner().invoke(args=["boards", "--help"]).stdout.partition("Commands:")[2].split()
    assert listed[0] == "add"
    assert not {"close", "delete", "remove", "hide", "lock", "move"} & set(listed)
    assert "Example:" in app.test_cli_runner().invoke(args=["boards", "add", "--help"]).stdout


def test_groups_are_made_at_the_end_by_command_alone(mina, app, stored) -> None:
    for name in ("Products", "Company", "Products"):
        slug = f"b{len(stored(select(Board.id)))}"
        app.test_cli_runner().invoke(args=["boards", "add", slug, "--name", "x", "--group", name])
    found = stored(select(BoardGroup.name, BoardGroup.position).order_by(BoardGroup.position))
    assert found == [("Company", 1), ("Products", 2)]
