"""Fills a database of either kind with posts to search in: boards, people, threads and posts as rows, and nothing that search does not read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import flask_migrate
from flask import Flask
from sqlalchemy import func, insert, select, text

from forum import create_app, markup
from forum.accounts.models import Person
from forum.boards import actions
from forum.boards.models import Board, BoardGroup, Post, Thread
from forum.config import Settings
from forum.core.clock import now
from forum.core.database import db, writing
from forum.search import analyser
from tests.bench import corpus
from tests.bench.stock import BATCH, BOARDS, DAY, PEOPLE

POOL = 3_000
"""Different texts: with so many, a rare word of the corpus is as rare among the posts as it is among the words."""
YEARS = 3


@contextmanager
def forum(folder: Path, database_url: str, size: int) -> Iterator[Flask]:
    """A forum of `size` posts over that database; one that was filled before is taken as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(Settings(instance=folder, database_url=database_url, secret_key="k" * 40))
    with app.app_context():
        flask_migrate.upgrade()
        if not db.session.execute(select(func.count()).select_from(Post)).scalar():
            _fill(size)
        db.session.rollback()
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def bulk() -> Iterator[None]:
    """Building at ease: the pool's texts are analysed once each, and PostgreSQL's index is made at the end."""
    slow = (analyser.analysed, analyser.terms, markup.plain)
    analyser.analysed, analyser.terms, markup.plain = (lru_cache(20_000)(one) for one in slow)
    indexes = [
        one for table in ("search_a", "search_b") for one in db.metadata.tables[table].indexes if "terms" in one.columns
    ]
    later = indexes if db.engine.dialect.name == "postgresql" else []
    try:
        for one in later:
            one.drop(db.engine, checkfirst=True)
        yield
        for one in later:
            one.create(db.engine)
        if later:
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
    finally:
        analyser.analysed, analyser.terms, markup.plain = slow


def _fill(size: int) -> None:
    random, at = Random(3), now()
    texts = [actions.render(corpus.body(random), {}) for _ in range(min(POOL, size // 4))]
    with writing():
        _put(BoardGroup, [{"id": 1, "name": "Company", "position": 1}])
        _put(Person, [_person(number, at) for number in range(1, PEOPLE + 1)])
        _put(Board, [_board(number, at) for number in range(1, BOARDS + 1)])
    threads: list[dict[str, Any]] = []
    posts: list[dict[str, Any]] = []
    for thread in _threads(random, size, at):
        threads.append(thread)
        step = max(1, (at - thread["created_at"]) // (50 * thread["posts"]))
        posts += [
            _post(random.choice(texts), thread, floor, thread["created_at"] + floor * step, random)
            for floor in range(1, thread["posts"] + 1)
        ]
        if len(posts) >= BATCH:
            _flush(threads, posts)
    _flush(threads, posts)
    if db.engine.dialect.name == "postgresql":
        _run("SELECT setval('posts_id_seq', (SELECT max(id) FROM posts))")
    db.session.rollback()


def _flush(threads: list[dict[str, Any]], posts: list[dict[str, Any]]) -> None:
    if not posts:
        return
    with writing():
        first = (db.session.execute(select(func.max(Post.id))).scalar() or 0) + 1
        _put(Thread, threads)
        _put(Post, [{"id": number, **one} for number, one in enumerate(posts, first)])
    threads.clear()
    posts.clear()


def _put(model: type[Any], rows: list[dict[str, Any]]) -> None:
    db.session.connection().execute(insert(model), rows)


def _run(statement: str) -> None:
    with writing():
        db.session.execute(text(statement))


def _threads(random: Random, size: int, at: int) -> Iterator[dict[str, Any]]:
    """From three years ago until an hour ago: five posts in the median, at most 600."""
    left, number = size, 0
    while left > 0:
        number += 1
        posts = min(left, max(1, min(600, int(random.lognormvariate(1.6, 1.1)))))
        begun = at - 3600 - (YEARS * 365 * DAY) * left // size
        left -= posts
        author = random.randint(1, PEOPLE)
        yield {
            "id": number,
            "board_id": random.randint(1, BOARDS),
            "author_id": author,
            "title": corpus.title(random),
            "slug": f"thread-{number}",
            "created_at": begun,
            "active_at": begun,
            "posts": posts,
            "last_author_id": author,
            "hits": int(random.lognormvariate(3, 1.5)),
        }


def _post(words: Any, thread: dict[str, Any], floor: int, at: int, random: Random) -> dict[str, Any]:
    return {
        "thread_id": thread["id"],
        "floor": floor,
        "author_id": random.randint(1, PEOPLE),
        "created_at": at,
        "html": words.html,
        "excerpt": "",
        "renderer": markup.RENDERER,
    }


def _person(number: int, at: int) -> dict[str, Any]:
    return {
        "id": number,
        "handle": f"colleague-{number}",
        "name": f"Colleague {number}",
        "joined_at": at - YEARS * 365 * DAY,
    }


def _board(number: int, at: int) -> dict[str, Any]:
    named = {"slug": f"bench-{number}", "name": f"Bench {number}", "description": ""}
    return {"id": number, "group_id": 1, "position": number, "opened_at": at, "active_at": at, "leaf": 0, **named}
