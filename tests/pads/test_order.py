"""No order that stands in any file is the order in which notes were written: a thousand batches of five, rank by rank."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from itertools import chain, combinations
from random import Random
from statistics import mean
from typing import Any

import pytest
from flask import Flask

from forum.pads import slips
from forum.pads.waiting import Waiting
from tests.conftest import NOON
from tests.pads.conftest import MARK, hidden, mark, offsets, taken

DOORS, HOURS, BATCH = 100, 10, 5
FEWER = 3
"""Hours on PostgreSQL, where a note takes twice as long; all of them with SOAK set."""
MOST = 0.05
"""With no order at all, the mean over so many batches is normal around 0 with a deviation of 0.013."""


def tau(written: Sequence[str], place: Mapping[str, Any]) -> float:
    """Kendall's rank correlation of what was written, in that order, and its places."""
    pairs = [(place[one] < place[other]) - (place[one] > place[other]) for one, other in combinations(written, 2)]
    return sum(pairs) / len(pairs)


def of_all(batches: Sequence[Sequence[str]], place: Mapping[str, Any]) -> float:
    """The mean over those batches that stand there whole."""
    whole = [one for one in batches if all(word in place for word in one)]
    return mean(tau(one, place) for one in whole) if whole else 0.0


def test_the_measure_finds_an_order_that_is_there() -> None:
    batches = [[f"{number}-{place}" for place in range(BATCH)] for number in range(50)]
    order = {one: place for place, one in enumerate(chain(*batches))}
    assert of_all(batches, order) == 1
    assert of_all(batches, {one: -place for one, place in order.items()}) == -1


def test_the_ids_of_slips_that_are_made_one_after_the_other_have_no_order() -> None:
    """20,000 batches of the real source; what follows uses slips of a fixed seed, so that it never fails by chance."""
    made = [[slips.note_id(slips.new()) for _ in range(BATCH)] for _ in range(20_000)]
    assert abs(mean(tau(one, {word: word for word in one}) for one in made)) <= 0.02


@pytest.fixture
def hours(backend: str) -> int:
    return HOURS if backend == "sqlite" or "SOAK" in os.environ else FEWER


@pytest.fixture
def written(
    make_app: Any, door: Any, hour: Any, waiting: Waiting, hours: int
) -> tuple[list[list[str]], dict[str, bytes]]:
    """A thousand batches (on PostgreSQL three hundred), each the marks of five notes in the order of writing, all of them pinned up.

    And the waiting file as it was just before the last hour.
    """
    random, batches, before = Random(1947), [], {}
    client = make_app(testing=True).test_client()
    found = [(f"{number}-left", door(f"{number}-left", rhythm="hand")) for number in range(DOORS)]
    for number in range(hours):
        piles: list[list[str]] = [[] for _ in found]
        for turn in random.sample([*range(DOORS)] * BATCH, DOORS * BATCH):
            slug, sheet = found[turn]
            piles[turn].append(mark(random))
            body = f"{piles[turn][-1]} {'and so on ' * random.randint(0, 20)}"
            form = {"slip": slips.shown(random.getrandbits(128)), "sheet": sheet, "body": body}
            assert client.post(f"/pads/{slug}/notes", data=form).status_code == 200
        batches += piles
        before = {"waiting": waiting.path.read_bytes()}
        assert hour(NOON + 3600 * number) == DOORS * BATCH
    return batches, before


def pages(app: Flask) -> dict[str, int]:
    """The order in which notes stand on the pads."""
    client, found = app.test_client(), []
    for number in range(DOORS):
        for page in (1, 2):
            found += re.findall(MARK.pattern.decode(), client.get(f"/pads/{number}-left?page={page}").text)
    return {one: place for place, one in enumerate(found)}


def test_no_file_tells_the_order_of_writing(
    app: Flask,
    written: tuple[list[list[str]], dict[str, bytes]],
    backend: str,
    hours: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (batches, before), files = written, taken(app)
    orders = {**offsets(files), **hidden(app), "the pads": pages(app)}
    found = {name: of_all(batches, place) for name, place in orders.items()}
    with capsys.disabled():
        print(f"\n{backend}: mean tau of {len(batches)} batches: ", end="")
        print(", ".join(f"{name} {one:+.3f} ({len(orders[name])})" for name, one in sorted(found.items())), end="")
        early = {name: round(of_all(batches[-DOORS:], place), 3) for name, place in offsets(before).items()}
        print(f"; before the hour, not published: {early}", end="")
    assert {name: one for name, one in found.items() if abs(one) > MOST} == {}
    expected = (
        {"forum.sqlite3-wal, first bytes", "rows", "index"}
        if backend == "sqlite"
        else {"postgresql notes, first bytes", "ctid"}
    )
    assert expected | {"ids", "the pads"} <= found.keys()
    for name in expected | {"ids", "the pads"}:
        assert len(orders[name]) == DOORS * hours * BATCH, name
    assert not MARK.search(files["pads/waiting.sqlite3"])
    assert not [name for name in files if name.endswith("-journal")]
