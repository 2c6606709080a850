"""After a withdrawal no file of the index holds the words, whichever backend it is: what a thief would find, byte by byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from forum.core import outbox
from forum.core.actor import Actor
from forum.core.database import db, flush_log
from forum.search import indexing
from forum.search.models import WORDS
from tests.conftest import NOON
from tests.pads.conftest import taken

HOUR = 3600
SECRET = "zqwkxvbpgr"
"""Nothing else begins like it: full texts write a word's beginning once, where words beside it share it."""
HAN = "\u9f98\u9750\u9f49"
"""Three characters nobody uses."""


@pytest.fixture
def held(app: Flask) -> Any:
    """Which files and tables of the forum hold the secret, the ledger and all."""

    def look() -> set[str]:
        found = set()
        with app.app_context():
            flush_log()
            for slot, kept in WORDS.items():
                for one in db.session.execute(select(kept.__table__)).all():
                    if SECRET[3:] in repr(one) or HAN[1:] in repr(one):
                        found.add(f"search_{slot}")
            db.session.rollback()
            if db.engine.dialect.name == "postgresql":
                # dead rows go when PostgreSQL tidies up, which it does by itself; its samples of what stands there stay
                db.session.remove()
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    for table in (
                        "search_a",
                        "search_b",
                        "search_words_a",
                        "search_words_b",
                        "threads",
                        "posts",
                        "revisions",
                        "outbox",
                    ):
                        connection.execute(text(f"VACUUM FULL {table}"))
                    connection.execute(text("ANALYZE"))
            db.session.remove()
        needles = (SECRET[3:].encode(), HAN[1:].encode())
        for name, content in taken(app).items():
            if any(one in content for one in needles) and "log" not in name:
                found.add(Path(name).name.split(".")[-1] if name.startswith("search/") else name)
        return found

    return look


@pytest.fixture
def forum(mina: Actor, many: Any, worked: Any) -> list[int]:
    """A forum of some posts that are found, in several segments of an index."""
    made = []
    for part in range(2):
        made += many(mina, [f"Post {number} of {part}, as usual." for number in range(30)], at=NOON - 9000 + 100 * part)
        worked()
    return made


def test_a_withdrawn_post_leaves_no_bytes(
    mina: Actor, by: str, forum: list[int], say: Any, find: Any, worked: Any, withdraw: Any, held: Any
) -> None:
    first = say(mina, f"A {SECRET} and {HAN}.", title=f"My {SECRET} {HAN}")
    say(mina, "A reply under that title.", thread=first.thread)
    worked()
    before = held()
    assert before
    assert len(find(SECRET)) == 1
    if by == "whoosh":
        assert {"trm", "search_a"} <= before
    withdraw(mina, first.post)
    worked()
    worked(NOON + HOUR)
    worked(NOON + 2 * HOUR)
    assert held() == set()
    assert find(SECRET) == find(HAN) == set()
    assert len(find("usual")) == len(forum)
    assert find(f"post 7 {SECRET}") <= set(forum)


def test_an_edit_and_a_new_title_leave_no_bytes_of_the_old_index(
    mina: Actor, by: str, forum: list[int], say: Any, find: Any, worked: Any, edit: Any, held: Any, state: Any
) -> None:
    """Revisions stay readable; the index holds what stands now alone."""
    first = say(mina, f"A {SECRET} and {HAN}.", title=f"My {SECRET}")
    say(mina, "A reply under that title.", thread=first.thread)
    worked()
    assert held()
    edit(mina, first.post, "Other words.", title="Another")
    for hour in range(3):
        worked(NOON + hour * HOUR)
    assert {one for one in held() if one.startswith("search") or one in ("trm", "pst")} == set()
    assert find(SECRET) == set()


def test_what_is_withdrawn_while_an_index_is_built_is_in_neither(
    app: Flask,
    make_app: Any,
    mina: Actor,
    by: str,
    forum: list[int],
    say: Any,
    find: Any,
    worked: Any,
    withdraw: Any,
    held: Any,
) -> None:
    post = say(mina, f"A {SECRET} and {HAN}.").post
    worked()
    with app.app_context():
        indexing.begin("database" if by == "whoosh" else "whoosh")
        for _ in range(3):
            indexing.build(Path(app.instance_path), NOON)
        db.session.remove()
    withdraw(mina, post)
    other = make_app(search="database" if by == "whoosh" else "whoosh")
    for hour in range(3):
        worked(NOON + hour * HOUR, by=other)
    assert held() == set()
    assert len(find("usual", by=other)) == len(forum)


def test_no_job_tells_of_words(app: Flask, mina: Actor, say: Any, worked: Any, withdraw: Any, stored: Any) -> None:
    post = say(mina, f"A {SECRET}").post
    worked()
    withdraw(mina, post)
    assert SECRET not in repr(stored(select(outbox.Job.payload, outbox.Job.error)))
    worked()
    left = stored(select(outbox.Job.kind, outbox.Job.due_at))
    assert {one.kind for one in left} == {"search.tidy"}
    assert [one.due_at for one in left] == [NOON + HOUR]
