"""What rises and what is Magic, for who muted some of it: folded for them, the same as ever for everybody else."""

from __future__ import annotations

from sqlalchemy import insert

from forum.core.database import db, execute, writing
from forum.hits.models import BoardUsual
from tests.conftest import NOON
from tests.pages import all_words, steady
from tests.trends.conftest import HOUR


def test_magic_and_what_rises_fold_what_is_muted(app, staff, say, magic, warm, browser) -> None:
    gates = say(staff[1], title="The elevator at Gate 3", board="gates").thread
    soup = say(staff[2], title="The cold soup").thread
    with app.app_context():
        with writing():
            for board in (1, 2):
                usual = {"readers": 9.0, "starts_at": 126, "mu": 0.0, "spread": 1.0, "count": 9, "bins": b""}
                execute(insert(BoardUsual).values(board_id=board, **usual))
        db.session.remove()
    for number, thread in enumerate((gates, soup)):
        magic(thread, NOON - number * HOUR - HOUR)
        warm(thread, 4.0 - number, 5.0)
    reader, other = browser("p4"), browser("p3")
    paths = ("/", "/magic", "/trending")
    before = [steady(other.get(path).text) for path in paths]
    reader.post("/boards/gates/mute", on="1")
    reader.post("/settings/muted/words", word="SOUP")
    for path in paths:
        told = set(all_words(reader.get(path), ".folded summary"))
        assert told == {
            "Folded, because you muted the board Gates & Buildings",
            "Folded, because you muted the word “SOUP”",
        }, path
        assert "The elevator at Gate 3" in reader.get(path).text
    assert [steady(other.get(path).text) for path in paths] == before
