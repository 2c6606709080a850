"""The real dumps that come with the demo: everything arrives, a second run changes nothing, and the figures are true."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from forum.boards.models import Imported, Post, Revision, Thread
from forum.exchange.models import ImportedPerson
from tests.exchange.conftest import REAL


@pytest.mark.parametrize(
    ("name", "threads", "posts", "people"),
    [("history", 786, 7_421, 544), ("beer", 663, 2_235, 788), ("coffee", 225, 552, 115)],
)
def test_it_arrives_and_comes_only_once(app, board, run, stored, state, sound, name, threads, posts, people) -> None:
    board(name)
    first = run("import", "stackexchange", REAL / name, "--board", name)
    assert f"{threads:,} threads, {posts:,} posts, {people:,} people added; 0 posts already there." in first.stdout
    assert stored(select(func.count()).select_from(Thread))[0][0] == threads
    assert stored(select(func.count()).select_from(Post))[0][0] == posts
    sound()
    before = state()
    again = run("import", "stackexchange", REAL / name, "--board", name)
    assert f"0 threads, 0 posts, 0 people added; {posts:,} posts already there." in again.stdout
    assert state() == before


def test_what_it_says_of_history(app, board, run, stored) -> None:
    board("history")
    result = run("import", "stackexchange", REAL / "history", "--board", "history")
    assert "Skipped 32: 16 tag wikis; 16 tag wiki excerpts." in result.stdout
    assert "tag wikis: post 215, post 852" in result.stderr
    assert "and 6 more" in result.stderr
    keys = {one.key: one.post_id for one in stored(select(Imported.key, Imported.post_id))}
    first = stored(select(Post.__table__).where(Post.id == keys["post 1"]))[0]
    thread = stored(select(Thread.__table__).where(Thread.id == first.thread_id))[0]
    assert (thread.title, thread.hits) == ("Should we include sources in answers?", 246)
    assert first.created_at == 1_318_362_140  # 2011-10-11T19:42:20.713, UTC
    second = stored(select(Revision.body).where(Revision.post_id == keys["post 2"]))[0].body
    assert second.startswith("I know it's considered in bad form")
    on_third = stored(select(Post.reply_to).where(Post.id == keys["comment 1"]))[0].reply_to
    assert on_third == keys["post 3"]
    assert stored(select(func.count()).select_from(ImportedPerson))[0][0] == 544
