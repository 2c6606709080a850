"""Withdrawing: the words of every version are gone from every table, the floor and all that others said stays."""

from __future__ import annotations

import pysqlite3.dbapi2
import pytest
from flask import Flask
from sqlalchemy import Text, cast, select

from forum.accounts.models import Person
from forum.boards.models import Board, Post, Revision, Thread
from forum.core.database import db, rows
from tests.conftest import NOON
from tests.pages import all_words, words

SECRET = "marzipan"


@pytest.fixture
def soup(mina, idris, say, browser):
    """Edited, answered, and with a draft of another version."""
    first = say(mina, f"The {SECRET} soup.", title=f"About {SECRET}")
    one = browser("mina")
    one.post(
        f"/posts/{first.post}/edit",
        page=f"/posts/{first.post}/edit",
        title=f"On {SECRET}",
        body=f"The **{SECRET}** soup, again.",
    )
    one.post("/drafts", spot=f"post:{first.post}", title="x", body=f"More {SECRET}.")
    say(idris, "I answer.", thread=first.thread, reply_to=first.post)
    return first


def found_in(app: Flask, word: str) -> set[str]:
    """Every column of every table that holds a word, whatever its type."""
    places = set()
    with app.app_context():
        for table in db.metadata.sorted_tables:
            for column in table.columns:
                text = cast(column, Text)
                if rows(select(text).where(text.ilike(f"%{word}%"))):
                    places.add(f"{table.name}.{column.name}")
    return places


def test_the_words_are_gone_from_every_table(soup, browser, app: Flask) -> None:
    assert found_in(app, SECRET) == {
        *("posts.html", "posts.excerpt", "revisions.title", "revisions.body", "threads.title", "threads.slug"),
        *("drafts.body",),
    }
    one = browser("mina")
    assert SECRET in words(one.get(f"/posts/{soup.post}/withdraw"))
    answer = one.post(f"/posts/{soup.post}/withdraw", page=f"/posts/{soup.post}/withdraw")
    assert answer.status_code == 303
    assert found_in(app, SECRET) == set()
    for path in ("/", "/boards", "/boards/canteen", answer.location, f"/posts/{soup.post}/history", "/people/mina"):
        page = one.get(path, follow_redirects=True)
        assert page.status_code == 200
        assert SECRET not in page.text, path


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_words_are_gone_from_the_file(soup, browser, app: Flask, tmp_path) -> None:
    browser("mina").post(f"/posts/{soup.post}/withdraw")
    with app.app_context():
        db.engine.dispose()
    checkpoint = pysqlite3.dbapi2.connect(tmp_path / "forum.sqlite3")
    checkpoint.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    checkpoint.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("forum.sqlite3*"))
    assert b"I answer." in kept
    assert SECRET.encode() not in kept


def test_a_tombstone_stays_on_its_floor(soup, browser, stored, frozen) -> None:
    frozen(NOON + 3600)
    answer = browser("mina").post(f"/posts/{soup.post}/withdraw")
    assert answer.location == f"/threads/{soup.thread}-withdrawn#p1"
    page = browser("idris").get(answer.location)
    assert words(page, "h1") == "Title withdrawn by its author"
    assert "tomb" in page.text
    assert "Withdrawn by its author, 13:00. The words are gone; the floor and its replies stay." in words(page, "#p1")
    assert "Mina O" in words(page, "#p1 .by")
    assert all_words(page, "#p1 .acts a") == ["Link", "Proof"]
    assert "I answer." in words(page, "#p2")
    assert all_words(page, "article.floor > a.no") == ["1", "2"]
    assert stored(select(Thread.posts)) == [(2,)]
    assert stored(select(Board.posts, Board.threads)) == [(2, 1)]
    assert stored(select(Person.posts).order_by(Person.id)) == [(1,), (1,)]
    [post] = stored(select(Post.__table__).where(Post.floor == 1))
    assert (post.html, post.excerpt, post.lang, post.withdrawn_at) == (None, None, None, NOON + 3600)
    kept = stored(select(Revision.number, Revision.title, Revision.body).where(Revision.post_id == soup.post))
    assert sorted(kept) == [(1, None, None), (2, None, None)]


def test_lists_and_history_say_so(soup, browser) -> None:
    one = browser("idris")
    browser("mina").post(f"/posts/{soup.post}/withdraw")
    assert all_words(one.get("/boards/canteen"), "ol.index h3 a") == ["Title withdrawn by its author"]
    assert "Withdrawn by its author." in words(one.get("/people/mina"))
    for version in ("", "?version=1", "?version=2"):
        page = words(one.get(f"/posts/{soup.post}/history{version}"))
        assert "Withdrawn by its author on Saturday, November 21, 2026, 12:00" in page


def test_a_reply_is_withdrawn_alone(soup, browser, idris, say) -> None:
    reply = say(idris, "A hasty word.", thread=soup.thread)
    page = browser("idris").post(f"/posts/{reply.post}/withdraw", follow_redirects=True)
    assert words(page, "h1") == f"On {SECRET}"
    assert all_words(page, ".tomb > a.no") == ["3"]
    assert "hasty" not in page.text


def test_what_is_gone_is_gone_for_its_author_too(soup, browser, app: Flask) -> None:
    one = browser("mina")
    one.post(f"/posts/{soup.post}/withdraw")
    for path in ("edit", "withdraw"):
        assert one.get(f"/posts/{soup.post}/{path}").status_code == 409
        answer = one.post(f"/posts/{soup.post}/{path}", title="Back", body=f"Back with {SECRET}.", based_on="2")
        assert answer.status_code == 409
        assert "its words are gone" in words(answer)
    assert found_in(app, SECRET) == set()
    stranger = browser("idris")
    assert stranger.post(f"/posts/{soup.post}/edit", body="x").status_code == 403


def test_an_edit_that_was_open_meanwhile_brings_nothing_back(soup, browser, app: Flask) -> None:
    one = browser("mina")
    before = one.get(f"/posts/{soup.post}/edit")
    one.post(f"/posts/{soup.post}/withdraw")
    answer = one.post(f"/posts/{soup.post}/edit", title="Open", body="Still open in the other window.")
    assert before.status_code == 200
    assert answer.status_code == 409
    assert all_words(answer, "pre.source") == ["Still open in the other window."]
    assert found_in(app, "other window") == set()


def test_what_others_quoted_stays_with_them(soup, browser, idris, say) -> None:
    say(idris, f"> {SECRET}\n\nYou said it.", thread=soup.thread)
    page = browser("mina").post(f"/posts/{soup.post}/withdraw", follow_redirects=True)
    assert SECRET in words(page, "#p3")


def test_the_thread_goes_on(soup, browser, person) -> None:
    person("wei")
    browser("mina").post(f"/posts/{soup.post}/withdraw")
    wei = browser("wei")
    address = f"/threads/{soup.thread}-withdrawn"
    answer = wei.post(f"/threads/{soup.thread}/posts", page=address, body="What was it?")
    assert answer.location == f"{address}#p3"
