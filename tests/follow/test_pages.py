"""Being told as people and programs meet it: the bell, the list, the buttons, the API."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import insert, text

from forum.boards.models import Thread
from forum.core.actor import Actor
from forum.core.database import db, writing
from forum.desk import actions as desk
from forum.follow import queries
from forum.follow.models import Notice
from tests.api.conftest import Program
from tests.conftest import NOON


def seen(answer: Any) -> BeautifulSoup:
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def bell(answer: Any) -> str:
    """What stands at the bell; nothing when it is silent."""
    found = seen(answer).select_one("a.bell b")
    return "" if found.has_attr("hidden") else found.get_text()


def test_who_just_wrote_sees_that_they_follow(mina: Actor, say: Any, browser: Any) -> None:
    """The worker has not come to it yet."""
    first = say(mina, "The soup is cold.", title="Soup", at=NOON)
    page = f"/threads/{first.thread}-soup"
    one, to = browser("mina"), f'form[action="/threads/{first.thread}/follow"] button'
    assert seen(one.get(page)).select_one(to).get_text() == "Stop following"
    one.post(f"/threads/{first.thread}/follow", on="0")
    assert seen(one.get(page)).select_one(to).get_text() == "Follow"


def test_the_bell_rings_until_one_looks(mina: Actor, idris: Actor, say: Any, worked: Any, browser: Any) -> None:
    first = say(mina, "The soup is cold.", title="Soup")
    worked()
    one = browser("mina")
    assert bell(one.get("/")) == ""
    say(idris, "Mine **too**.", thread=first.thread)
    worked()
    assert bell(one.get("/")) == "1"
    assert one.get("/notifications/count").json == {"new": 1}
    assert one.get(f"/notifications/count?thread={first.thread}").json == {"new": 1, "floors": 2}
    page = seen(one.get("/notifications"))
    (line,) = page.select(".notices li")
    assert "Idris replied" in line.get_text()
    assert "Mine too." in line.get_text()
    assert [link["href"] for link in line.select("h2 a")] == [f"/posts/{first.post + 1}"]
    assert line["class"] == ["new"]
    assert one.get("/notifications/count").json == {"new": 0}
    assert seen(one.get("/notifications")).select(".notices .new") == []
    assert bell(browser("idris").get("/")) == ""


def test_buttons_follow_and_end_it(mina: Actor, idris: Actor, say: Any, worked: Any, browser: Any) -> None:
    first = say(mina, "The soup is cold.", title="Soup")
    worked()
    one = browser("idris")
    for page, to in (
        (f"/threads/{first.thread}-soup", f"/threads/{first.thread}/follow"),
        ("/boards/canteen", "/boards/canteen/follow"),
        ("/people/mina", "/people/mina/follow"),
    ):
        assert seen(one.get(page)).select_one(f'form[action="{to}"] button').get_text() == "Follow"
        assert one.post(to, on="1").location.endswith(page)
        assert "You will be told of" in one.get(page).text
        assert seen(one.get(page)).select_one(f'form[action="{to}"] button').get_text() == "Stop following"
        one.post(to, on="0")
        assert "not be told of" in one.get(page).text
        assert seen(one.get(page)).select_one(f'form[action="{to}"] button').get_text() == "Follow"
    assert "Not when I write" in one.get("/notifications").text
    one.post("/notifications/writing", on="0")
    assert "Also when I write" in one.get("/notifications").text
    for wrong in ("/threads/999/follow", "/boards/none/follow", "/people/none/follow"):
        assert one.post(wrong, on="1").status_code == 404
    assert one.post("/people/idris/follow", on="1").status_code in (400, 422)
    for odd in ("before=x", "before=-1", f"before={'9' * 30}", "before=0"):
        assert one.get(f"/notifications?{odd}").status_code == 200
    for odd in ("thread=x", "thread=999999", f"thread={'9' * 30}"):
        assert one.get(f"/notifications/count?{odd}").json == {"new": 0}


def test_a_long_thread_says_how_far_it_went(mina: Actor, say: Any, browser: Any) -> None:
    first = say(mina, "The soup is cold.", title="Soup")
    (line,) = seen(browser("mina").get(f"/threads/{first.thread}-soup")).select("[data-goes-on]")
    assert (line["data-goes-on"], line["data-thread"]) == ("1", str(first.thread))
    assert line.has_attr("hidden")


def test_a_program_is_told_what_its_person_is(app: Flask, mina: Actor, idris: Actor, say: Any, worked: Any) -> None:
    token = app.test_cli_runner().invoke(args=["people", "token", "mina"]).stdout.strip()
    program = Program(app, token)
    first = say(mina, "The soup is cold.", title="Soup")
    second = say(idris, "Mine too.", thread=first.thread)
    worked()
    assert program.get("/api/v1/notifications").json == {
        "items": [
            {
                "turn": 1,
                "kind": "thread",
                "many": 1,
                "thread": first.thread,
                "post": second.post,
                "title": "Soup",
                "board": "canteen",
                "by": "idris",
                "at": "2026-11-21T12:00:00Z",
                "new": True,
                "url": f"http://localhost/posts/{second.post}",
            }
        ],
        "before": None,
        "new": 1,
    }
    assert program.get("/api/v1/notifications?before=1").json["items"] == []
    assert program.get("/api/v1/notifications?before=x").status_code == 422
    assert program.open("/api/v1/notifications/read", method="POST").status_code == 204
    assert program.get("/api/v1/notifications").json["new"] == 0


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_fifty_thousand_lines_are_walked_by_an_index(app: Flask, mina: Actor, idris: Actor, say: Any) -> None:
    """Neither the list nor the bell sorts or scans what somebody was ever told."""
    with app.app_context():
        raw = db.session.connection().connection.driver_connection
        plans = []
        for read, values in (
            (queries._notices, {"me": 1, "before": 1 << 60, "most": 31}),
            (queries._bell, {"me": 1}),
        ):
            ready = read._prepare(db.engine.dialect)
            plans.append(
                " | ".join(row[3] for row in raw.execute("EXPLAIN QUERY PLAN " + ready.sql, ready.parameters(values)))
            )
        db.session.rollback()
    for plan in plans:
        assert "notices USING INDEX ix_notices_person_id_turn (person_id=? AND turn" in plan, plan
        assert "SCAN notices" not in plan


def test_a_list_of_many_pages(app: Flask, mina: Actor, idris: Actor, say: Any, browser: Any) -> None:
    first = say(mina, "The soup is cold.", title="Soup")
    with app.app_context():
        with writing():
            threads = [
                {"id": 10 + n, "board_id": 1, "author_id": idris.id, "title": f"T{n}", "slug": f"t{n}", "created_at": NOON,
                 "active_at": NOON, "posts": 1, "last_author_id": idris.id, "hits": 0} for n in range(95)
            ]  # fmt: skip
            db.session.execute(insert(Thread), threads)
            lines = [
                {"person_id": mina.id, "kind": "thread", "subject": 10 + n, "thread_id": 10 + n, "post_id": first.post,
                 "first_post_id": first.post, "floor": 1, "by_id": idris.id, "many": 1, "at": NOON, "turn": n + 1}
                for n in range(95)
            ]  # fmt: skip
            db.session.execute(insert(Notice), lines)
        db.session.remove()
    one = browser("mina")
    assert bell(one.get("/")) == "95"
    found, address = [], "/notifications"
    while address:
        page = seen(one.get(address))
        found += [link.get_text() for link in page.select(".notices h2")]
        older = page.select_one(".older a")
        address = older["href"] if older else ""
    assert found == [f"T{n}" for n in reversed(range(95))]
    assert bell(one.get("/")) == ""
    with app.app_context():
        assert db.session.execute(text("SELECT count(*) FROM bells")).scalar_one() == 1
        db.session.remove()


def test_a_line_with_a_muted_word_is_folded(
    mina: Actor, idris: Actor, say: Any, worked: Any, browser: Any, does: Any
) -> None:
    does(desk.mute_word, mina, word="soup")
    say(idris, "@mina: cold again.", title="Soup")
    say(idris, "@mina: hot.", title="Tea")
    worked()
    page = seen(browser("mina").get("/notifications"))
    tea, soup = page.select(".notices > li")
    assert "Folded, because you muted the word “soup”" in soup.select_one("details > summary").get_text()
    assert soup.select_one("details h2").get_text() == "Soup"
    assert tea.select_one("details") is None


def test_all_that_is_followed_stands_on_one_page_and_following_ends_a_mute(
    mina: Actor, idris: Actor, say: Any, worked: Any, browser: Any, does: Any
) -> None:
    does(desk.mute_board, mina, board=1, on=True)
    does(desk.mute_person, mina, other=idris.id, on=True)
    say(mina, "Cold.", title="Soup")
    worked()
    one = browser("mina")
    for page in ("/boards/canteen", "/people/idris"):
        one.post(f"{page}/follow", on="1")
    there = seen(one.get("/settings/following"))
    assert [link.get_text() for link in there.select(".let a")] == ["Canteen", "Idris", "Soup"]
    assert "muted" not in one.get("/boards/canteen").text
    assert seen(one.get("/settings/muted")).select(".let li") == []
    for form in there.select(".let form"):
        answer = one.post(form["action"], on="0", back=form.select_one("[name=back]")["value"])
        assert answer.location.startswith("/settings/following#")
    assert seen(one.get("/settings/following")).select(".let li") == []
    assert one.post("/boards/canteen/follow", on="1", back="https://evil.example/").location == "/boards/canteen"
