"""A new index is built while the old one serves: interrupted, changed meanwhile, for another backend or another analyser."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.boards.models import Post
from forum.core.actor import Actor
from forum.core.database import db
from forum.search import analyser, documents, indexing, jobs
from forum.search.backends import backend
from forum.search.models import DOCUMENTS, SearchState
from tests.conftest import NOON
from tests.search.conftest import turn as turn_of

STEPS = 40
"""More than a building has."""


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "CHUNK", 6)
    monkeypatch.setattr(indexing, "SWEPT", 10)


@pytest.fixture
def other(make_app: Callable[..., Flask], app: Flask, by: str) -> Flask:
    """The same forum with the other backend asked for."""
    return make_app(search="database" if by == "whoosh" else "whoosh")


@pytest.fixture
def step(app: Flask) -> Callable[[], int]:
    """The next step of a building."""

    def once() -> int:
        with app.app_context():
            done = indexing.build(Path(app.instance_path), NOON)
            db.session.remove()
        return done

    return once


@pytest.fixture
def begin(app: Flask, by: str) -> Callable[[], None]:
    """A new index is begun, as `search reindex` does."""

    def now() -> None:
        with app.app_context():
            indexing.begin(by)  # type: ignore[arg-type]
            db.session.remove()

    return now


@pytest.fixture
def whole(app: Flask, state: Any) -> Callable[[], None]:
    """The slot that serves holds every post that stands once, in the order of time, and its index the same; the other slot nothing."""

    def check() -> None:
        found = state()
        assert (found.building, found.stage) == (None, None)
        with app.app_context():
            document = DOCUMENTS[found.serving]
            held = db.session.execute(
                select(document.id, document.post_id, document.said_at).order_by(document.id)
            ).all()
            standing = db.session.scalars(select(Post.id).where(Post.withdrawn_at.is_(None))).all()
            idle = DOCUMENTS["b" if found.serving == "a" else "a"]
            left = db.session.scalar(select(func.count(idle.id)))
            numbers = backend(found.served_by, found.serving, Path(app.instance_path)).numbers()
            db.session.remove()
        assert sorted(one.post_id for one in held) == sorted(standing)
        assert left == 0
        assert numbers is None or numbers == {one.id for one in held}

    return check


def test_an_interrupted_building_goes_on(
    mina: Actor, many: Any, find: Any, worked: Any, step: Any, begin: Any, begun_anew: Any, whole: Any, unheard: Any
) -> None:
    posts = many(mina, [f"Zebra {number}" for number in range(45)])
    unheard()
    begin()
    steps = 0
    while step() >= 0:
        begun_anew()  # the process is another one
        steps += 1
        assert find("zebra") <= set(posts)
    assert steps < STEPS
    assert find("zebra") == set(posts)
    whole()


def test_what_is_built_is_found_before_it_is_complete(
    mina: Actor, many: Any, find: Any, step: Any, begin: Any, unheard: Any
) -> None:
    posts = many(mina, [f"Zebra {number}" for number in range(25)])
    unheard()
    begin()
    while len(found := find("zebra")) == 0:
        assert step() >= 0
    assert found == set(posts[: indexing.CHUNK])


def test_a_kill_between_the_table_and_the_index_is_made_good(
    app: Flask, mina: Actor, by: str, many: Any, find: Any, step: Any, begin: Any, begun_anew: Any, whole: Any,
    unheard: Any, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The worker dies after the transaction and before Whoosh's file was written, at every second step."""

    def killed(_index: object) -> None:
        raise SystemExit

    posts = many(mina, [f"Zebra {number}" for number in range(45)])
    unheard()
    begin()
    with app.app_context():
        kind = type(backend(by, "a", Path()))  # type: ignore[arg-type]
    for turn in range(2 * STEPS):
        begun_anew()
        if turn % 2:
            if step() < 0:
                break
            continue
        with monkeypatch.context() as patch, suppress(SystemExit):
            patch.setattr(kind, "settled", killed)
            step()
    else:
        raise AssertionError("the building finds no end")
    assert find("zebra") == set(posts)
    whole()


def test_what_happens_while_an_index_is_built_is_right_in_it(
    app: Flask, mina: Actor, many: Any, edit: Any, withdraw: Any, find: Any, worked: Any, step: Any, begin: Any,
    begun_anew: Any, whole: Any,
) -> None:  # fmt: skip
    """Before each step something is said, something changed and something taken back, built already or not, told to the worker or not yet."""
    posts = many(mina, [f"Zebra {number}" for number in range(42)])
    worked()
    begin()
    expected = dict.fromkeys(posts, "zebra")
    for turn in range(STEPS):
        (fresh,) = many(mina, [f"Okapi {turn}"], at=NOON - 10_000 * (turn % 2) - turn)
        expected[fresh] = "okapi"
        if turn < len(posts) // 3:
            early, middle, late = posts[turn], posts[14 + turn], posts[-1 - turn]
            edit(mina, early, f"Tapir {turn}")
            edit(mina, middle, f"Tapir {turn}")
            withdraw(mina, late)
            expected |= {early: "tapir", middle: "tapir"}
            del expected[late]
        if turn % 2:
            turn_of(app, NOON)
        if turn % 4 == 1:
            begun_anew()  # the process is another one
        done = step()
        assert find("zebra") <= set(posts)
        if done < 0:
            break
    worked()
    for word in ("zebra", "okapi", "tapir"):
        assert find(word) == {post for post, holds in expected.items() if holds == word}
    whole()


def test_another_backend_is_built_while_the_old_one_serves(
    app: Flask, other: Flask, by: str, mina: Actor, many: Any, say: Any, find: Any, worked: Any, state: Any,
    begun_anew: Any, whole: Any,
) -> None:  # fmt: skip
    posts = set(many(mina, [f"Zebra {number}" for number in range(25)]))
    worked()
    before = state()
    assert before.served_by == by
    begun_anew()
    seen = set()
    for _ in range(STEPS):
        with other.app_context():
            jobs.tick(Path(other.instance_path), NOON, other.extensions["forum.settings"].search)
            db.session.remove()
        assert find("zebra") == find("zebra", by=other) == posts
        now = state()
        seen.add((now.serving, now.served_by))
        if len(seen) == 2:
            break
    worked(by=other)
    assert len(seen) == 2
    assert state().served_by != by
    assert find("zebra", by=other) == posts
    assert (Path(app.instance_path) / "search" / before.serving).exists() is False
    posts.update(many(mina, ["One more zebra"], at=NOON))
    worked(by=other)
    assert find("zebra") == posts
    whole()
    begun_anew()
    worked()
    assert state().served_by == by
    assert find("zebra") == posts
    whole()


def test_another_analyser_makes_a_new_index_while_the_old_one_serves(
    app: Flask, by: str, mina: Actor, many: Any, find: Any, worked: Any, state: Any, begun_anew: Any, step: Any,
    whole: Any, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    posts = set(many(mina, [f"Zebra {number}" for number in range(30)]))
    worked()
    slot = state().serving
    monkeypatch.setattr(analyser, "VERSION", analyser.VERSION + 1)
    begun_anew()
    with app.app_context():
        jobs.tick(Path(app.instance_path), NOON, by)
        db.session.remove()
    assert (state().serving, state().stage is not None) == (slot, True)
    assert find("zebra") == posts
    worked()
    assert (state().serving, state().served_version) == ("b" if slot == "a" else "a", analyser.VERSION)
    assert find("zebra") == posts
    whole()


def test_a_reindex_that_is_asked_for_twice_begins_anew(
    mina: Actor, many: Any, find: Any, worked: Any, step: Any, begin: Any, whole: Any
) -> None:
    posts = set(many(mina, [f"Zebra {number}" for number in range(25)]))
    worked()
    for steps in (2, 3, 5):
        begin()
        for _ in range(steps):
            step()
        assert find("zebra") == posts
    worked()
    assert find("zebra") == posts
    whole()


def test_two_workers_build_one_index(
    app: Flask, mina: Actor, many: Any, find: Any, worked: Any, begin: Any, step: Any, begun_anew: Any, whole: Any, unheard: Any,
) -> None:  # fmt: skip
    """The other one does its step between this one's reading and writing."""
    posts = set(many(mina, [f"Zebra {number}" for number in range(45)]))
    unheard()
    begin()
    inside = False
    real = documents.posts_after

    def meanwhile(at: int, number: int, most: int) -> Any:
        nonlocal inside
        found = real(at, number, most)
        if not inside:
            inside = True
            db.session.rollback()
            indexing.build(Path(app.instance_path), NOON)
            inside = False
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "posts_after", meanwhile)
        for _ in range(STEPS):
            if step() < 0:
                break
    worked()
    assert find("zebra") == posts
    whole()


def test_how_frequent_words_are_is_looked_at_again_when_a_forum_has_grown(
    mina: Actor, many: Any, worked: Any, begun_anew: Any, stored: Any
) -> None:
    many(mina, [f"Zebra {number}" for number in range(10)])
    worked()
    first = stored(select(SearchState.sampled, SearchState.common))
    assert (first[0].sampled, '"zebra":10' in first[0].common) == (10, True)
    many(mina, [f"Okapi {number}" for number in range(40)], at=NOON)
    worked()
    worked(NOON + jobs.LOOK)
    second = stored(select(SearchState.sampled, SearchState.common))
    assert (second[0].sampled, '"okapi":40' in second[0].common) == (50, True)
