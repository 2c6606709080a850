"""An index that is gone, damaged or out of room heals by the worker's own turns, and nobody who searches meets anything but Broken."""

from __future__ import annotations

import gc
import logging
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from forum.core import outbox
from forum.core.actor import Actor
from forum.core.database import db, writing
from forum.search import finding, indexing
from forum.search.backends import Broken
from tests.conftest import NOON
from tests.search.conftest import turn

TRIES = (0, 60)
"""Seconds after which the worker has tried again what failed, and looked whether all is as it should be."""
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
"""Whoosh leaves files to Python when it stumbles over what is in them."""


@pytest.fixture
def by() -> str:
    """The database's own full text is as sound as the database."""
    return "whoosh"


@pytest.fixture(autouse=True)
def swept() -> Iterator[None]:
    """Such files are closed here and not in the middle of another test."""
    yield
    gc.collect()


@pytest.fixture
def folder(app: Flask) -> Path:
    return Path(app.instance_path) / "search"


@pytest.fixture
def posts(mina: Actor, many: Any, worked: Any) -> set[int]:
    """A forum with an index of several segments."""
    made: list[int] = []
    for turn_ in range(3):
        made += many(mina, [f"Zebra {number} {turn_}" for number in range(8)], at=NOON - 9000 + 100 * turn_)
        worked()
    return set(made)


@pytest.fixture
def looked(app: Flask, find: Any) -> Callable[[str], set[int] | None]:
    """Somebody searches; where the index cannot be read they are told so, and the worker, as the page does."""

    def once(text: str) -> set[int] | None:
        try:
            found: set[int] = find(text)
        except Broken:
            with app.app_context():
                state = finding.state()
                if state is not None:
                    with writing():
                        outbox.put("search.broken", {"slot": state.slot}, at=NOON)
                db.session.remove()
            return None
        return found

    return once


@pytest.fixture
def healed(app: Flask, looked: Any, worked: Any, begun_anew: Any) -> Callable[..., None]:
    """The worker turns until all is found again; what nobody can notice (`unseen`) is mended by `search reindex`."""

    def check(posts: set[int], *, unseen: bool = False) -> None:
        looked("zebra")
        for later in TRIES:
            worked(NOON + later)
        if unseen and looked("zebra") != posts:
            begun_anew()
            with app.app_context():
                indexing.begin("whoosh")
                db.session.remove()
            worked(NOON + TRIES[-1])
        assert looked("zebra") == posts

    return check


def test_a_deleted_folder_is_made_again(
    posts: set[int], folder: Path, looked: Any, healed: Any, begun_anew: Any
) -> None:
    for whole in (False, True):
        shutil.rmtree(folder if whole else next(folder.iterdir()))
        begun_anew()
        assert looked("zebra") is None
        healed(posts)


def test_a_deleted_folder_is_met_by_the_next_post(
    mina: Actor, posts: set[int], folder: Path, many: Any, find: Any, worked: Any
) -> None:
    """Nobody needs to search for it."""
    shutil.rmtree(folder)
    posts.update(many(mina, ["One more zebra"], at=NOON))
    for later in TRIES:
        worked(NOON + later)
    assert find("zebra") == posts


def test_each_file_may_be_missing(posts: set[int], folder: Path, looked: Any, healed: Any, begun_anew: Any) -> None:
    for number in range(len(files(folder))):
        victim = files(folder)[number % len(files(folder))]
        victim.unlink()
        begun_anew()
        assert looked("zebra") in (None, posts), victim.name
        healed(posts)


def files(folder: Path) -> list[Path]:
    """All files of the index but the lock."""
    return sorted(
        one for one in folder.rglob("*") if one.is_file() and one.suffix != ".lock" and "LOCK" not in one.name
    )


def test_damage_while_an_index_is_built_begins_it_anew(
    app: Flask, posts: set[int], folder: Path, find: Any, worked: Any, begun_anew: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "CHUNK", 5)
    with app.app_context():
        indexing.begin("whoosh")
        for _ in range(4):
            indexing.build(folder.parent, NOON)
        state = finding.state()
        db.session.remove()
    assert state is not None
    building = folder / ("b" if state.slot == "a" else "a")
    for one in files(building):
        one.write_bytes(one.read_bytes()[:7])
    begun_anew()
    assert find("zebra") == posts
    worked()
    assert find("zebra") == posts


def test_a_folder_that_cannot_be_made_is_waited_for(
    app: Flask, mina: Actor, folder: Path, many: Any, find: Any, worked: Any
) -> None:
    """A file stands in the way; the forum goes on, and once it is away, so does search."""
    folder.write_text("in the way")
    posts = set(many(mina, ["Zebra"]))
    for _ in range(5):
        tried(app)
        assert find("zebra") == set()
    folder.unlink()
    worked()
    assert find("zebra") == posts


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """No file that this process writes grows beyond `room` bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def tried(app: Flask) -> None:
    """A turn of the worker, which outlives whatever it meets; see forum.core.worker."""
    try:
        turn(app, NOON)
    except Exception:
        logging.getLogger(__name__).info("the worker stumbled", exc_info=True)
        with app.app_context():
            db.session.remove()


@pytest.mark.parametrize("room", [0, 50, 600, 4096])
def test_a_full_disk_heals_once_there_is_room(
    room: int, app: Flask, mina: Actor, posts: set[int], many: Any, withdraw: Any, looked: Any, healed: Any
) -> None:
    """On SQLite the database finds no room either, on PostgreSQL only the index does not."""
    posts.update(
        many(
            mina,
            [f"Zebra more {number} " + " ".join(f"w{number}x{one}" for one in range(60)) for number in range(40)],
            at=NOON,
        )
    )
    gone = min(posts)
    withdraw(mina, gone)
    posts.remove(gone)
    with full_disk(room):
        for _ in range(3):
            tried(app)
            with suppress(OperationalError):  # to tell the worker needs room, too
                found = looked("zebra")
                assert found is None or found <= posts
    healed(posts)


@pytest.mark.parametrize("room", [0, 600])
def test_a_disk_that_fills_up_while_an_index_is_built(
    room: int, app: Flask, posts: set[int], looked: Any, worked: Any, find: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "CHUNK", 5)
    with app.app_context():
        indexing.begin("whoosh")
        indexing.build(Path(app.instance_path), NOON)
        db.session.remove()
    with full_disk(room):
        for _ in range(6):
            tried(app)
            assert find("zebra") == posts
    worked()
    assert find("zebra") == posts
