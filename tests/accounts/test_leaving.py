"""Leaving, and the roles: what ends at once, and what stays for good."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.conftest import PASSWORD
from tests.pages import form, words


@pytest.fixture
def command(app: Flask) -> Any:
    def run(*args: str) -> None:
        done = app.test_cli_runner().invoke(args=["people", *args])
        assert done.exit_code == 0, done.output

    return run


def test_access_ends_at_once_and_the_words_stay(person, board, say, browser, command, frozen) -> None:
    board()
    mina, _ = person("mina", name="Mina O"), person("idris")
    said = say(mina, "We **all** know it.", title="What we know")
    here = browser("mina")
    page = here.get(f"/posts/{said.post}/edit").text
    command("deactivate", "mina")
    assert here.get("/").location == "/login"
    sent = here.client.post(f"/posts/{said.post}/edit", data={"title": "Other", "body": "Other words."})
    assert sent.status_code == 401
    assert form(sent, "/login")["body"] == "Other words."
    assert browser().post("/login", page="/login", login="mina", password=PASSWORD).status_code == 422
    idris = browser("idris")
    thread = idris.get(f"/threads/{said.thread}-{said.slug}")
    assert "What we know" in thread.text
    assert "<strong>all</strong>" in thread.text
    assert "Mina O" in words(thread, "article.floor")
    profile = words(idris.get("/people/mina"))
    assert "left on November 21, 2026; the words stay" in profile
    assert "What we know" in profile
    assert "What we know" in page


def test_a_role_counts_from_the_next_page_on(person, browser, command) -> None:
    person("mina")
    mina = browser("mina")
    assert mina.get("/boards/arrange").status_code == 403
    command("role", "mina", "+operator")
    assert mina.get("/boards/arrange").status_code == 200
    command("role", "mina", "-operator")
    assert mina.get("/boards/arrange").status_code == 403


@pytest.mark.parametrize(("role", "shown"), [("hr", "HR"), ("management", "Management"), ("operator", "Operator")])
def test_everybody_sees_who_holds_a_role(person, browser, role: str, shown: str) -> None:
    person("mina", role)
    person("idris")
    idris = browser("idris")
    assert f"mina · {shown} · here since" in words(idris.get("/people/mina"))
    assert shown not in words(idris.get("/people/idris"))


def test_management_is_marked_on_its_posts(person, board, say, browser) -> None:
    board()
    boss, mina = person("boss", "management"), person("mina")
    said = say(boss, "We heard you.")
    say(mina, "Did you?", thread=said.thread)
    page = browser("mina").get(f"/threads/{said.thread}-{said.slug}")
    assert words(page, "#p1 .role") == "Management"
    assert "Management" not in words(page, "#p2")
