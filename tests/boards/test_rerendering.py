"""`flask markup rerender`: HTML is renewed, words and withdrawals stay, and an edit made meanwhile wins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from forum import markup
from forum.boards import actions, rerendering
from forum.boards.models import Post, Revision
from forum.core.database import db, writing
from tests.conftest import NOON


@pytest.fixture
def posts(mina, idris, say, browser):
    """Five posts, the third withdrawn, the fourth edited."""
    first = say(mina, "**One**, @idris.", title="Soup")
    made = [first, *(say(mina, f"*Number {number}*", thread=first.thread) for number in range(2, 6))]
    one = browser("mina")
    one.post(f"/posts/{made[2].post}/withdraw")
    one.post(f"/posts/{made[3].post}/edit", page="/settings", body="`four`")
    return [said.post for said in made]


@pytest.fixture
def html(stored):
    return lambda: [one.html for one in stored(select(Post.html).order_by(Post.id))]


def run(app: Flask, *args: str) -> str:
    done = app.test_cli_runner().invoke(args=["markup", "rerender", *args])
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("batch", [1, 2, 200])
def test_what_an_older_renderer_made_is_renewed(posts, app, html, stored, change, monkeypatch, batch: int) -> None:
    monkeypatch.setattr(rerendering, "BATCH", batch)
    right, said = html(), stored(select(Revision.__table__).order_by(Revision.post_id, Revision.number))
    old = update(Post).where(Post.withdrawn_at.is_(None)).values(html="<p>old</p>", excerpt="old", renderer=0)
    change(old)
    assert run(app) == f"4 posts rendered by renderer {markup.RENDERER}."
    assert html() == right
    assert right[2] is None
    assert stored(select(Revision.__table__).order_by(Revision.post_id, Revision.number)) == said
    assert [one.excerpt for one in stored(select(Post.excerpt).order_by(Post.id))] == [
        *("One, @idris.", "Number 2", None, "four", "Number 5"),
    ]
    assert stored(select(Post.edited_at).where(Post.edited_at.is_not(None))) == [(NOON,)]
    assert run(app) == f"0 posts rendered by renderer {markup.RENDERER}."


def test_all_means_all(posts, app, html, change) -> None:
    right = html()
    change(update(Post).where(Post.withdrawn_at.is_(None)).values(html="<p>by hand</p>"))
    assert run(app).startswith("0 posts")
    assert run(app, "--all").startswith("4 posts")
    assert html() == right


def test_an_edit_made_meanwhile_wins(posts, app, html, mina, change) -> None:
    change(update(Post).where(Post.withdrawn_at.is_(None)).values(html="<p>old</p>", renderer=0))

    def meanwhile() -> None:
        with app.app_context():
            words = actions.written("Edited **meanwhile**.")
            with writing():
                actions.edit(mina, post=posts[1], words=words, title=None, based_on=1, at=NOON)
                actions.withdraw(mina, post=posts[4], at=NOON)
            db.session.remove()

    with app.app_context():
        begun: list[object] = []

        def between_reading_and_writing(connection: object) -> None:
            begun.append(connection)
            if len(begun) == 1:
                with ThreadPoolExecutor(1) as other:
                    other.submit(meanwhile).result()

        event.listen(db.engine, "rollback", between_reading_and_writing)
        assert list(rerendering.rerender(every=False)) == [4]
        db.session.remove()
    found = html()
    assert found[1] == "<p>Edited <strong>meanwhile</strong>.</p>\n"
    assert found[4] is None
    assert "old" not in str(found)
