"""That the bench measures what it says: a coherent forum, pages with posts on them, a client that counts answers. How fast is no test."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum import create_app
from forum.boards.models import Board, Post, Thread
from forum.core.database import db
from tests.bench import inprocess, load, reference, servers, stock, weight
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
    assert len(found.latencies) == 20
    assert set(found.errors) == {"status 404"}
    assert 0 < found.quantile(0.5) <= found.quantile(0.99)


@pytest.mark.parametrize(
    ("value", "verdict"), [(3, "met, stretch too"), (8, "met, stretch too"), (15, "met"), (15.1, "MISSED")]
)
def test_a_figure_is_held_against_its_target(value: float, verdict: str) -> None:
    line = Goal("≤", 15, 8, unit=" ×").line("a page", value)
    assert line == Line("a page", f"{value:.1f} ×", "≤ 15.0 (8.0)", verdict)
    assert table("Pages", [line]).splitlines()[0] == "Pages"
