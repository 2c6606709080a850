"""Whoever tampers is named: four classes at a hundred random places each, by somebody who has the database and the key. Honest logs are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from forum.core.database import db
from tests.ledger.history import History, kept, looked, replaced, told_story
from tests.ledger.tampering import (
    CLASSES,
    SHOWN,
    alter_and_sign,
    delete_and_sign,
    edit_in_place,
    told,
    unbelted,
)

MANY = 100
LEAVES = 1_000


@pytest.fixture(scope="module")
def story(sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Path, Path]]:
    """A forum with about a thousand leaves, its database, and a copy of that to begin from again."""
    folder = tmp_path_factory.mktemp("story")
    with told_story(folder, sqlite_file, LEAVES) as app:
        file, base = folder / "forum.sqlite3", folder / "base.sqlite3"
        base.write_bytes(file.read_bytes())
        yield app, file, base


@pytest.mark.parametrize("tamper", CLASSES, ids=lambda one: one.__name__)
def test_every_tampering_is_named(story: tuple[Flask, Path, Path], tamper: Callable[[Random, Path], None]) -> None:
    app, file, base = story
    with app.app_context():
        replaced(app, file, base)
        pinned = kept()
        assert pinned.size > LEAVES
        assert looked(pinned, rendered=True).flaws == []
        for number in range(MANY):
            replaced(app, file, base)
            tamper(Random(number), file.parent)
            flaws = looked(pinned, rendered=True).flaws
            assert flaws, (tamper.__name__, number)
            if tamper is not edit_in_place:
                assert any("the pinned checkpoint" in one for one in flaws), flaws


def test_a_clean_rewrite_is_seen_by_who_kept_a_checkpoint_and_by_nobody_else(story: tuple[Flask, Path, Path]) -> None:
    """What docs/ledger.md says openly; and proof that the tamperings above leave nothing else to find."""
    app, file, base = story
    with app.app_context():
        for tamper in (delete_and_sign, alter_and_sign):
            replaced(app, file, base)
            pinned = kept()
            tamper(Random(5), file.parent)
            assert looked(None).flaws == []
            assert looked(pinned).flaws


@pytest.mark.parametrize("what", SHOWN)
def test_each_thing_that_is_shown_is_compared(story: tuple[Flask, Path, Path], what: str) -> None:
    app, file, base = story
    with app.app_context():
        replaced(app, file, base)
        unbelted()
        assert told(SHOWN[what], lot=7).rowcount
        db.session.commit()
        assert looked(rendered=True).flaws


def test_honest_logs_give_no_alarm(story: tuple[Flask, Path, Path]) -> None:
    """A hundred histories that go on from the same thousand leaves, each with withdrawals and erasures."""
    app, file, base = story
    with app.app_context():
        for number in range(MANY):
            replaced(app, file, base)
            pinned = kept()
            history = History(1_000_000 + number)
            history.load()
            history.acts(6)
            for kind in ("withdraw", "erase", "edit", "take", "reply"):
                history.act(kind)
            assert looked(pinned, rendered=number % 10 == 0).flaws == [], number


def test_the_seat_belt(story: tuple[Flask, Path, Path]) -> None:
    app, file, base = story
    with app.app_context():
        replaced(app, file, base)
        for statement in ("UPDATE ledger SET leaf = '' WHERE number = 3", "DELETE FROM ledger_nodes"):
            with pytest.raises(Exception, match="only appended to"):
                told(statement)
            db.session.rollback()
