"""Both backends on both databases find exactly the same posts in the same order, over real English and Chinese text."""

from __future__ import annotations

import gzip
import re
import shutil
import tomllib
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from forum import create_app
from forum.accounts import actions as accounts
from forum.boards import actions, arranging, readings
from forum.boards.models import Post, Thread
from forum.config import ROOT, Settings
from forum.core.actor import Actor
from forum.core.database import db, execute, writing
from forum.search import finding, indexing, matching
from forum.search.backends import Name
from forum.search.grammar import parse
from forum.search.models import SearchState
from tests.conftest import NOON
from tests.search.conftest import TODAY, UTC

CONTENT = ROOT / "forum" / "exchange" / "demo_content"
DAY = 86400
ROWS = 260
"""Of the dump: questions and answers."""
QUERIES = """
coffee
coffees
the
is
water temperature
french press grind size
how long do coffee beans stay fresh
cold brew ratio
descale espresso machine
"cold brew"
"french press"
"the water"
"of the"
"press french"
-coffee
coffee -water
coffee -"cold brew"
espresso -machine -milk
brewing brewed brews
grinder grinders grinding
in:title grinder
in:title "cold brew"
in:title espresso -machine
café latte
CAPPUCCINO
naïve
decaf caffeine
vietnamese OR turkish
don't
doesn't work
1:16
95 degrees
3
C++
http
zzzunknown
zzzunknown coffee
coffee zzzunknown water machine
"zzzunknown coffee"
author:mina
author:"Mina O" 食堂
author:idris -的
author:nobody coffee
board:coffee
board:canteen
board:canteen coffee
board:coffee 咖啡
after:2026-11 before:2026-12
after:2015-01-29 before:2015-01-31 coffee
before:2015-02
after:2017-01-01 in:title coffee
before:last week author:mina
after:3 days ago
is:magic
is:magic coffee
is:answered
is:answered -的
has:file
has:file is:magic
食堂
红烧肉
烧
的
我们
"我们的"
食堂 -供应商
供应商 求求
三楼
师傅 学徒
in:title 食堂
in:title 的
没有人
不知道怎么办
用Python写的BBS
python
Wednesday 师傅
ＢＢＳ
bbs
ﾃｽﾄ
テスト
텍스트
snake case
__init__
""".strip().splitlines()
BEGUN = (
    "co",
    "cof",
    "coffee",
    "coffee gr",
    "espresso mach",
    "the",
    "食",
    "食堂",
    "红烧",
    "用py",
    "how to",
    "x",
    "zzz",
    "caf",
)
SIMILAR = (
    "How to brew cold coffee",
    "Grinding beans at home",
    "Best water temperature?",
    "食堂的红烧肉",
    "zzzunknown",
    "用Python写的BBS",
)


class Answers(NamedTuple):
    """What one backend on one database says to every query: posts in order, by relevance and by time; suggestions."""

    ranked: dict[str, list[int]]
    newest: dict[str, list[int]]
    begun: dict[str, list[int]]
    similar: dict[str, list[int]]
    found: dict[int, tuple[int, int]]


@pytest.fixture(scope="module")
def said(sqlite_file: Path, postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answers]:
    """The answers of all four."""
    made = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "SECONDS", 600.0)  # here nobody is in a hurry
        for database in ("sqlite", "postgresql"):
            folder = tmp_path_factory.mktemp(f"same-{database}")
            url = postgres_url
            if database == "sqlite":
                shutil.copy(sqlite_file, folder / "forum.sqlite3")
                url = f"sqlite:///{folder}/forum.sqlite3"
            app = create_app(Settings(instance=folder, database_url=url, secret_key="k" * 40))
            with app.app_context():
                if database == "postgresql":
                    tables = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
                    db.session.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
                    db.session.commit()
            fill(app, shortened(tmp_path_factory.mktemp("dump")))
            for by in ("whoosh", "database"):
                made[f"{by} on {database}"] = asked(app, by)
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
    return made


def shortened(folder: Path) -> Path:
    """The oldest rows of the dump about coffee."""
    with gzip.open(CONTENT / "stackexchange" / "coffee" / "Posts.xml.gz", "rt", encoding="utf-8") as file:
        lines = list(islice(file, ROWS + 2))
    (folder / "Posts.xml").write_text("".join([*lines, "</posts>\n"]), encoding="utf-8")
    return folder


def fill(app: Flask, dump: Path) -> None:
    """The borrowed threads about coffee, the demo's Chinese ones, and some that are hard to find."""
    with app.app_context():
        with writing():
            for slug in ("coffee", "canteen"):
                arranging.open_board(
                    None,
                    slug=slug,
                    name=slug.title(),
                    description="",
                    group="All",
                    at=NOON - 5000 * DAY,
                    make_group=True,
                )
            people = [
                accounts.join(
                    handle=handle, name=name, email=None, password_hash="x", at=NOON - 4000 * DAY, roles=frozenset()
                )
                for handle, name in (("mina", "Mina O"), ("idris", "Idris"))
            ]
        actors = [Actor(one.id, one.handle, one.name, one.roles) for one in people]
        db.session.remove()
    done = app.test_cli_runner().invoke(args=["import", "stackexchange", str(dump), "--board", "coffee"])
    assert done.exit_code == 0, done.output
    threads = [
        (one["title"], [post["body"] for post in one["post"]])
        for path in sorted((CONTENT / "threads").glob("zh-*.toml"))
        for one in tomllib.loads(path.read_text(encoding="utf-8"))["thread"]
    ]
    threads += [
        ("用Python写的BBS", ["ＢＢＳ和ﾃｽﾄ", "テスト 텍스트 snake_case __init__.py C++", "A [file](/files/1/a.pdf)"]),
        ("Naïve cafés", ["Don’t. It doesn't work at 95 °C, 1:16.", "NAIVE CAFE"]),
    ]
    with app.app_context():
        written = [(title, [actions.written(body) for body in bodies]) for title, bodies in threads]
        with writing():
            for number, (title, bodies) in enumerate(written):
                thread = 0
                for floor, words in enumerate(bodies):
                    who, at, nonce = actors[floor % 2], NOON - (60 - number) * DAY // 2 + floor, f"{number} {floor}"
                    if floor:
                        actions.reply(who, thread=thread, words=words, reply_to=None, nonce=nonce, at=at, paced=False)
                    else:
                        thread = actions.start_thread(
                            who, board="canteen", title=title, words=words, nonce=nonce, at=at, paced=False
                        ).thread
            for number in range(1, 100, 7):
                readings.became_magic(number, NOON)
            execute(update(Thread).where(Thread.id % 11 == 0).values(answer="answered"))
            execute(update(Thread).where(Thread.id % 5 == 0).values(hits=Thread.id))
        db.session.remove()


def asked(app: Flask, by: Name) -> Answers:
    """Builds an index by that backend and asks it everything."""
    folder = Path(app.instance_path)
    with app.app_context():
        indexing.begin(by)
        while indexing.build(folder, NOON) >= 0:
            pass
        assert db.session.execute(select(SearchState.served_by)).scalar_one() == by
        db.session.remove()
        every = {
            one.id: (one.thread_id, one.floor)
            for one in db.session.execute(select(Post.id, Post.thread_id, Post.floor))
        }
        ranked, newest = ({query: posts(query, folder, new) for query in QUERIES} for new in (False, True))
        begun = {one: listed(finding.begun(one, folder=folder, at=NOON, most=5)) for one in BEGUN}
        similar = {one: listed(finding.similar(one, folder=folder, at=NOON, most=5)) for one in SIMILAR}
        db.session.remove()
    return Answers(ranked, newest, begun, similar, every)


def posts(query: str, folder: Path, newest: bool) -> list[int]:
    found = finding.search(parse(query, TODAY), folder=folder, zone=UTC, at=NOON, newest=newest)
    assert not found.hurried
    return listed(found.groups)


def listed(groups: list[finding.Group]) -> list[int]:
    return [hit.post or 0 for group in groups for hit in group.hits]


def test_all_four_hold_the_same_text(said: dict[str, Answers]) -> None:
    assert len(said) == 4
    first = said["whoosh on sqlite"].found
    assert len(first) > 400
    assert all(one.found == first for one in said.values())


@pytest.mark.parametrize("query", QUERIES)
def test_all_four_find_the_same_posts_in_the_same_order(said: dict[str, Answers], query: str) -> None:
    first = said["whoosh on sqlite"]
    for name, one in said.items():
        assert set(one.ranked[query]) == set(first.ranked[query]), name
        assert set(one.newest[query]) == set(first.newest[query]), name
        assert one.ranked[query] == first.ranked[query], name
        assert one.newest[query] == first.newest[query], name


def test_the_queries_ask_for_something() -> None:
    assert len(QUERIES) >= 60
    assert len(set(QUERIES)) == len(QUERIES)
    assert sum(bool(re.search("[\u3040-\u9fff\uac00-\ud7af]", one)) for one in QUERIES) >= 20


def test_nearly_every_query_finds_something(said: dict[str, Answers]) -> None:
    nothing = {query for query, found in said["whoosh on sqlite"].ranked.items() if not found}
    assert nothing <= {"-coffee", "zzzunknown", '"zzzunknown coffee"', "author:nobody coffee", '"press french"', "board:coffee 咖啡", "after:3 days ago", "has:file is:magic", "board:canteen coffee", "after:2017-01-01 in:title coffee"}  # fmt: skip


def test_a_phrase_and_what_is_left_out_are_true_of_every_post(said: dict[str, Answers]) -> None:
    found = said["database on postgresql"].ranked
    assert set(found["coffee -water"]) < set(found["coffee"])
    assert set(found['"cold brew"']) <= set(found["cold brew ratio"]) | set(found['"cold brew"'])
    assert set(found["红烧肉"]) <= set(found["烧"])
    assert found["ＢＢＳ"] == found["bbs"]
    assert found["ﾃｽﾄ"] == found["テスト"]
    assert found["coffee"] == found["coffees"]


def test_all_four_suggest_the_same(said: dict[str, Answers]) -> None:
    first = said["whoosh on sqlite"]
    for name, one in said.items():
        assert one.begun == first.begun, name
        assert one.similar == first.similar, name
    assert first.begun["coffee"]
    assert first.begun["食堂"]
    assert first.similar["Grinding beans at home"]
