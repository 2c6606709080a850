"""Two colleagues on a board."""

from __future__ import annotations

from typing import Any

import pytest

from forum.core.actor import Actor


@pytest.fixture
def mina(person: Any, board: Any, frozen: Any) -> Actor:
    """Somebody, on a forum with the board `canteen`."""
    board()
    made: Actor = person("mina", name="Mina O")
    return made


@pytest.fixture
def idris(mina: Actor, person: Any) -> Actor:
    """Somebody else."""
    made: Actor = person("idris", name="Idris")
    return made
