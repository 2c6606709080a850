"""That the bench measures what it says: a coherent forum, pages with posts on them, a client that counts answers. How fast is no test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum import create_app
from forum.boards.models import Board, Post, Thread
from forum.core.database import db
from tests.bench import figures, inprocess, load, reference, search, servers, stock, weight
from tests.bench.relevance import FTS5, WHOOSH, Quality
from tests.bench.report import Goal, Line, table


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> stock.Stock:
    return stock.prepare(tmp_path_factory.mktemp("bench") / "instance", stock.LEAST + 100, own=True)


@pytest.fixture
def app(filled: stock.Stock) -> Iterator[Flask]:
    made = create_app(filled.settings)
    yield made
    inprocess.close(made)


def test_counters_are_true(app: Flask, filled: stock.Stock) -> None:
    with app.app_context():
        posts = db.session.execute(select(func.count()).select_from(Post)).scalar_one()
        on_boards = db.session.execute(select(func.sum(Board.posts))).scalar_one()
        in_threads = db.session.execute(select(func.sum(Thread.posts))).scalar_one()
    assert posts == on_boards == in_threads == filled.size == stock.LEAST + 100


def test_every_case_answers_as_it_should(app: Flask, filled: stock.Stock) -> None:
    who = stock.visitors(app, filled)
    weights = inprocess.visit(app, filled, who.reader.cookie)
    cases = inprocess.cases(app, filled, who, weights[inprocess.THREAD])
    found = inprocess.measure(cases, 1)
    assert set(found) == {case.name for case in cases}
    assert found[inprocess.HELLO].weight == found[inprocess.SESSION].weight == weights[inprocess.THREAD]
    assert all(seconds > 0 for one in found.values() for seconds in one.seconds)


def test_each_backend_searches_for_all_kinds_and_finds_what_was_just_said(tmp_path: Path) -> None:
    folder = tmp_path / "searched"
    found = search.over(folder, f"sqlite:///{folder}/forum.sqlite3", 300, (WHOOSH, FTS5), (1, 10, 1))
    for one in found.values():
        assert set(one.took) == {search.NEWEST, search.RELEVANT, search.PHRASE}
        assert all(len(took.seconds) == 10 and min(took.seconds) > 0 for took in one.took.values())
        assert one.seen > 0
    assert len(figures.search_lines(found)) == 8


def test_relevance_is_held_against_plain_bm25_and_backends_against_each_other() -> None:
    plain, good = Quality(0.5, 0.6), Quality(0.6, 0.7)
    both = dict.fromkeys(figures.LANGUAGES, good)
    lines = figures.relevance_lines({figures.BM25: dict.fromkeys(both, plain), WHOOSH: both, FTS5: both})
    assert [line.verdict for line in lines] == ["", "", *["met, stretch too"] * 5]


def test_a_first_visit_weighs_page_styles_and_scripts(app: Flask, filled: stock.Stock) -> None:
    reader = stock.signed_in(app, filled.reader)
    found = weight.first_visit(app, filled.threads[0], reader.cookie)
    assert all(0 < one.zipped < one.plain and one.sent <= one.plain for one in found.values())


def test_the_client_counts_answers_and_what_is_wrong_with_them() -> None:
    right, wrong = load.get("/", reference.session_cookie()), load.get("/nowhere")
    with (
        load.Client() as client,
        servers.running(servers.gunicorn("tests.bench.reference:session_app"), os.environ) as server,
    ):
        found = client.run(server.port, [right, wrong], 30, connections=2, most=20)
        assert len(server.workers()) == 2
        assert server.memory() > 0
    assert len(found.latencies) in (20, 21)  # the other connection may have had one under way
    assert set(found.errors) == {"status 404"}
    assert 0 < found.quantile(0.5) <= found.quantile(0.99)


@pytest.mark.parametrize(
    ("value", "verdict"), [(3, "met, stretch too"), (8, "met, stretch too"), (15, "met"), (15.1, "MISSED")]
)
def test_a_figure_is_held_against_its_target(value: float, verdict: str) -> None:
    line = Goal("≤", 15, 8, unit=" ×").line("a page", value)
    assert line == Line("a page", f"{value:.1f} ×", "≤ 15.0 (8.0)", verdict)
    assert table("Pages", [line]).splitlines()[0] == "Pages"
