"""The real dumps through the command line: what comes in, and that a second run changes nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.accounts.models import Person
from forum.boards.models import Board, Post, Revision, Thread
from forum.config import ROOT
from forum.core.database import db

FOLDERS = ROOT / "forum" / "exchange" / "demo_content" / "stackexchange"


def print_of(app: Flask) -> tuple[str, dict[str, int]]:
    """A fingerprint of all that was brought in, and its counts."""
    digest = hashlib.sha256()
    with app.app_context():
        for statement in (
            select(
                Thread.id, Thread.title, Thread.posts, Thread.active_at, Thread.hits, Thread.last_author_id
            ).order_by(Thread.id),
            select(
                Post.id, Post.thread_id, Post.floor, Post.author_id, Post.created_at, Post.html, Post.reply_to
            ).order_by(Post.id),
            select(Revision.post_id, Revision.number, Revision.body).order_by(Revision.post_id, Revision.number),
            select(Person.id, Person.handle, Person.posts, Person.password_hash).order_by(Person.id),
            select(Board.threads, Board.posts, Board.active_at),
        ):
            digest.update(repr(db.session.execute(statement).all()).encode())
        counts = {
            model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Thread, Post, Person)
        }
        db.session.remove()
    return digest.hexdigest(), counts


def check_counters(app: Flask) -> None:
    """Kept counters are what counting gives; floors have no gaps and follow time."""
    with app.app_context():
        per_thread = db.session.execute(
            select(
                Thread.posts,
                func.count(Post.id),
                func.max(Post.floor),
                func.min(Post.floor),
                func.max(Post.created_at),
                Thread.active_at,
            )
            .join(Post, Post.thread_id == Thread.id)
            .group_by(Thread.id)
        ).all()
        for kept, counted, highest, lowest, latest, active in per_thread:
            assert kept == counted == highest
            assert lowest == 1
            assert latest == active
        board = db.session.execute(select(Board.threads, Board.posts)).one()
        assert board == (len(per_thread), sum(one[1] for one in per_thread))
        for kept, counted in db.session.execute(
            select(Person.posts, func.count(Post.id)).outerjoin(Post, Post.author_id == Person.id).group_by(Person.id)
        ):
            assert kept == counted
        times = db.session.execute(select(Post.thread_id, Post.created_at).order_by(Post.thread_id, Post.floor)).all()
        assert times == sorted(times)
        db.session.remove()


@pytest.mark.parametrize(
    ("name", "threads", "posts"), [("history", 786, 7421), ("beer", 663, 2235), ("coffee", 225, 552)]
)
def test_a_real_folder_comes_in_once(app: Flask, board: Any, name: str, threads: int, posts: int) -> None:
    board(name, name)
    runner = app.test_cli_runner()
    first = runner.invoke(args=["import", "stackexchange", str(FOLDERS / name), "--board", name])
    assert first.exit_code == 0, first.output
    before, counts = print_of(app)
    assert counts["threads"] == threads
    assert counts["posts"] == posts
    check_counters(app)
    again = runner.invoke(args=["import", "stackexchange", str(FOLDERS / name), "--board", name])
    assert again.exit_code == 0, again.output
    assert "0 threads, 0 posts" in again.output
    assert print_of(app) == (before, counts)


def test_broken_records_are_counted_and_named(app: Flask, board: Any, tmp_path: Path) -> None:
    board()
    (tmp_path / "Posts.xml").write_text(
        """<?xml version="1.0" encoding="utf-8"?>
<posts>
  <row Id="1" PostTypeId="1" CreationDate="2015-01-27T20:09:32.720" Title="Good" Body="&lt;p&gt;A &lt;b&gt;bold&lt;/b&gt; word.&lt;/p&gt;" OwnerUserId="4" ViewCount="12" />
  <row Id="2" PostTypeId="2" ParentId="999" CreationDate="2015-01-27T20:10:00" Body="&lt;p&gt;Whose answer?&lt;/p&gt;" />
  <row Id="3" PostTypeId="2" ParentId="1" CreationDate="yesterday" Body="&lt;p&gt;When?&lt;/p&gt;" />
  <row Id="4" PostTypeId="2" ParentId="1" CreationDate="2015-01-27T20:11:00" Body="&lt;p&gt;Fine.&lt;/p&gt;" />
  <row Id="5" PostTypeId="77" CreationDate="2015-01-27T20:11:00" Body="?" />
  <row PostTypeId="1" CreationDate="2015-01-27T20:11:00" Title="No number" Body="?" />
</posts>"""
    )
    done = app.test_cli_runner().invoke(args=["import", "stackexchange", str(tmp_path), "--board", "canteen"])
    assert done.exit_code == 0, done.output
    assert "Skipped" in done.output
    with app.app_context():
        floors = db.session.execute(select(Post.floor, Post.html).order_by(Post.floor)).all()
        db.session.remove()
    assert "<strong>bold</strong>" in floors[0].html
    assert any("Fine." in one.html for one in floors)
    check_counters(app)


def test_a_broken_end_keeps_what_came_before_and_a_hostile_file_is_refused(
    app: Flask, board: Any, tmp_path: Path
) -> None:
    board()
    row = (
        '<row Id="1" PostTypeId="1" CreationDate="2015-01-27T20:09:32" Title="Good" Body="&lt;p&gt;Words.&lt;/p&gt;" />'
    )
    (tmp_path / "Posts.xml").write_text(f"<posts>{row}<row Id=")
    done = app.test_cli_runner().invoke(args=["import", "stackexchange", str(tmp_path), "--board", "canteen"])
    assert "Traceback" not in done.output
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Post)) == 1
        db.session.remove()
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><posts>&b;</posts>'
    (tmp_path / "Posts.xml").write_text(bomb)
    refused = app.test_cli_runner().invoke(args=["import", "stackexchange", str(tmp_path), "--board", "canteen"])
    assert "Traceback" not in refused.output
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Post)) == 1
        db.session.remove()


MAIL = """From ada@example.com Mon Jan  5 10:00:00 2026
From: =?utf-8?q?Ad=C3=A1?= <ada@example.com>
Subject: The lift
Date: Mon, 5 Jan 2026 10:00:00 +0100
Message-ID: <1@example.com>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

It hums. 嗡嗡。
>From the third floor on.

From bo@example.com Mon Jan  5 11:00:00 2026
From: Bo <bo@example.com>
Subject: Re: The lift
Date: nonsense
Message-ID: <2@example.com>
In-Reply-To: <1@example.com>
Content-Type: text/html; charset=utf-8

<p>It <b>sings</b>.</p><script>alert(1)</script>

"""


def test_a_mailing_list_comes_in_once_and_shows_no_address(app: Flask, board: Any, tmp_path: Path) -> None:
    board()
    path = tmp_path / "list.mbox"
    path.write_text(MAIL)
    runner = app.test_cli_runner()
    done = runner.invoke(args=["import", "mbox", str(path), "--board", "canteen"])
    assert done.exit_code == 0, done.output
    with app.app_context():
        posts = db.session.execute(
            select(Post.floor, Post.html, Person.name).join(Person, Person.id == Post.author_id).order_by(Post.floor)
        ).all()
        assert db.session.scalar(select(Thread.title)) == "The lift"
        db.session.remove()
    assert [one.floor for one in posts] == [1, 2]
    assert posts[0].name == "Adá"
    assert "嗡嗡" in posts[0].html
    assert "<strong>sings</strong>" in posts[1].html
    assert "<script" not in posts[1].html
    before = print_of(app)
    assert b"@example.com" not in repr(before).encode()
    again = runner.invoke(args=["import", "mbox", str(path), "--board", "canteen"])
    assert again.exit_code == 0
    assert print_of(app) == before


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["import", "stackexchange", "nowhere", "--board", "canteen"], 1),
        (["import", "stackexchange", str(FOLDERS / "coffee"), "--board", "nowhere"], 1),
        (["import", "mbox", "nowhere", "--board", "canteen"], 1),
        (["import", "stackexchange"], 2),
        (["import", "cobol", "x"], 2),
    ],
)
def test_a_wrong_call_says_what_to_do(app: Flask, board: Any, words: list[str], status: int) -> None:
    board()
    done = app.test_cli_runner().invoke(args=words)
    assert done.exit_code == status
    assert "Traceback" not in done.output
    assert done.output.strip()


def test_the_demo_fills_an_empty_forum_and_no_other(app: Flask) -> None:
    runner = app.test_cli_runner()
    done = runner.invoke(args=["demo"])
    assert done.exit_code == 0, done.output
    assert "mina" in done.output
    with app.app_context():
        assert db.session.scalar(select(func.max(Thread.posts))) > 2000
        assert (db.session.scalar(select(func.count()).select_from(Person)) or 0) >= 50
        assert (db.session.scalar(select(func.count()).select_from(Board)) or 0) >= 12
        assert db.session.scalar(select(func.count()).select_from(Thread).where(Thread.lang == "zh")) >= 20
        for kept, counted in db.session.execute(
            select(Thread.posts, func.count(Post.id)).join(Post, Post.thread_id == Thread.id).group_by(Thread.id)
        ):
            assert kept == counted
        db.session.remove()
    again = runner.invoke(args=["demo"])
    assert again.exit_code == 1
    assert "empty" in again.output
    assert runner.invoke(args=["demo", "--if-empty"]).exit_code == 0
