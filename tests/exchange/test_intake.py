"""The bulk path: killed halfway, several at once, very long conversations."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.boards.models import Board, Imported, Post, Thread
from forum.core.database import db, row, writing
from forum.core.errors import Conflict
from forum.exchange import intake, shelving
from forum.exchange.arriving import Arriving, ArrivingPost, Version
from forum.exchange.laying_out import Sheet, lay_out
from forum.exchange.newcomers import Newcomer, Newcomers
from forum.exchange.tally import Tally

SOURCE = "test:canteen"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small loads, laid out in this process."""
    monkeypatch.setattr(intake, "LOAD", 4)
    monkeypatch.setattr(intake, "LONGEST", 10)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0}, raising=False)


@pytest.fixture
def take(app: Flask, board: Callable[..., str]) -> Callable[..., Tally]:
    """Imports what is given."""
    slug = board()

    def taken(threads: Iterator[Arriving], on: Callable[[int], None] = lambda count: None) -> Tally:
        tally = Tally()
        with app.app_context():
            found = row(select(Board.id).where(Board.slug == slug))
            here = [one._replace(board=found.id) for one in threads]
            people = Newcomers(SOURCE, lambda key: Newcomer(key), tally)
            try:
                intake.take(here, authors=people, tally=tally, on=on)
            finally:
                db.session.remove()
        return tally

    return taken


def threads(many: int, posts: int, since: int = 0) -> Iterator[Arriving]:
    """Conversations of so many posts."""
    for thread in range(since, since + many):
        said = [
            ArrivingPost(
                f"{thread}/{post}",
                f"writer {(thread + post) % 7}",
                (Version(1_000_000 + thread * 1000 + post, f"Words {thread}/{post}"),),
                reply_to=f"{thread}/{post // 2}" if post else None,
            )
            for post in range(posts)
        ]
        yield Arriving(f"{thread}/0", f"Thread {thread}", said, 0, SOURCE)


def test_an_import_that_is_killed_goes_on_where_it_stopped(small, take, stored, sound) -> None:
    heard: list[int] = []

    def killed(count: int) -> None:
        heard.append(count)
        if len(heard) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(threads(9, 3), killed)
    sound()
    assert stored(select(func.count()).select_from(Thread))[0][0] == 6
    again = take(threads(9, 3))
    assert (again.threads, again.posts, again.already) == (3, 9, 18)
    sound()
    assert take(threads(9, 3)).posts == 0


def test_a_very_long_conversation_comes_in_pieces(small, take, stored, sound) -> None:
    tally = take(threads(3, 35))
    assert (tally.threads, tally.posts) == (3, 105)
    sound()
    answers = stored(select(Post.floor, Post.reply_to, Post.id).order_by(Post.thread_id, Post.floor))
    by_id = {one.id: one.floor for one in answers}
    assert [by_id[one.reply_to] for one in answers if one.floor > 1][:34] == [post // 2 + 1 for post in range(1, 35)]


def test_a_piece_that_is_lost_is_brought_by_the_next_run(small, take, sound, monkeypatch) -> None:
    count = 0
    shelve = shelving.shelve

    def fails(bundles, tally) -> None:
        nonlocal count
        count += 1
        if count == 2:
            raise OSError("disk full")
        shelve(bundles, tally)

    monkeypatch.setattr(shelving, "shelve", fails)
    with pytest.raises(OSError, match="disk full"):
        take(threads(1, 35))
    sound()
    monkeypatch.setattr(shelving, "shelve", shelve)
    again = take(threads(1, 35))
    assert (again.threads, again.posts, again.already) == (0, 25, 10)
    sound()


def test_numbers_follow_time_in_a_batch(take, stored) -> None:
    take(reversed(list(threads(5, 3))))
    found = stored(select(Post.id, Post.created_at).order_by(Post.id))
    assert [one.created_at for one in found] == sorted(one.created_at for one in found)
    begun = stored(select(Thread.id, Thread.created_at).order_by(Thread.id))
    assert [one.created_at for one in begun] == sorted(one.created_at for one in begun)


def test_two_imports_of_one_source_do_not_both_write(app, take, stored, sound, monkeypatch) -> None:
    take(threads(1, 1))
    looked = shelving.known
    monkeypatch.setattr(shelving, "known", lambda keys: {})  # the other import was not there yet when we looked
    with pytest.raises(Conflict, match="Another import is under way"):
        take(threads(1, 1))
    monkeypatch.setattr(shelving, "known", looked)
    assert stored(select(func.count()).select_from(Imported))[0][0] == 1
    sound()


def test_a_post_that_cannot_be_laid_out_is_named_and_the_others_come(small, take, sound, monkeypatch) -> None:
    from forum.exchange import laying_out

    render = laying_out.render

    def fails(source: str, known: dict[str, str]):
        if source == "Words 0/1":
            raise RecursionError
        return render(source, known)

    monkeypatch.setattr(laying_out, "render", fails)
    tally = take(threads(2, 3))
    assert tally.posts == 5
    assert tally.named() == ["posts that cannot be laid out (RecursionError): 0/1"]
    sound()


def test_new_rows_after_an_import_get_free_numbers(take, app, person, say, sound) -> None:
    take(threads(2, 2))
    mina = person("mina")
    said = say(mina, "Words.")
    say(mina, "More.", thread=said.thread)
    take(threads(2, 2, since=2))
    say(mina, "And more.", thread=said.thread, at=1_795_262_400)
    sound()


def test_versions_without_words_do_not_count(app) -> None:
    [laid] = lay_out([Sheet(("", "\x00", "a\ud800b"), False)], {})
    assert laid.earlier == (None, None)
    assert laid.parts[0].source == "ab"
    assert laid.mended == ("posts with characters that cannot be kept",)
    with app.app_context(), writing():
        assert shelving.known(set()) == {}
