"""Whatever a bad day made of a file of the index: who searches is told or finds less, and the worker heals it."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from forum.core.actor import Actor
from tests.conftest import NOON
from tests.search.test_healing import by as by
from tests.search.test_healing import files
from tests.search.test_healing import folder as folder
from tests.search.test_healing import healed as healed
from tests.search.test_healing import looked as looked
from tests.search.test_healing import posts as posts
from tests.search.test_healing import pytestmark as pytestmark
from tests.search.test_healing import swept as swept


@pytest.mark.parametrize("kind", ["empty", "cut", "noise", "zeros", "flipped"])
def test_each_file_may_be_damaged(
    kind: str, posts: set[int], folder: Path, looked: Any, healed: Any, begun_anew: Any, mina: Actor, many: Any
) -> None:
    lot = Random(kind)
    for number in range(len(files(folder))):
        victim = files(folder)[number % len(files(folder))]
        victim.write_bytes(damaged(victim.read_bytes(), kind, lot))
        begun_anew()
        for text in ("zebra", "zebra 3", "author:mina", "-zebra is:magic"):
            found = looked(text)
            assert found is None or found <= posts, (victim.name, text)
        if number % 2:  # the worker meets it first
            posts.update(many(mina, [f"Zebra {number} {kind}"], at=NOON + number))
        healed(posts, unseen=True)


def damaged(content: bytes, kind: str, lot: Random) -> bytes:
    """What is left of a file after a bad day."""
    if kind == "empty":
        return b""
    if kind == "cut":
        return content[: lot.randrange(len(content))]
    if kind == "noise":
        return lot.randbytes(len(content))
    if kind == "zeros":
        return bytes(len(content))
    at = lot.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 255]) + content[at + 1 :]
