"""The worker dies while a post is taken out of the index: its words leave the index's files all the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from forum.core import outbox
from forum.core.actor import Actor
from forum.core.database import db
from forum.search.backends import backend
from tests.conftest import NOON
from tests.search.conftest import turn
from tests.search.test_no_trace import HAN, HOUR, SECRET
from tests.search.test_no_trace import forum as forum
from tests.search.test_no_trace import held as held


def test_a_worker_killed_over_a_withdrawal_leaves_no_bytes(
    app: Flask, mina: Actor, by: str, forum: list[int], say: Any, find: Any, worked: Any, withdraw: Any, held: Any,
    begun_anew: Any, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The row is gone, the index's own file was not written yet."""
    post = say(mina, f"A {SECRET} and {HAN}.").post
    worked()
    assert held()
    withdraw(mina, post)
    with app.app_context():
        kind = type(backend(by, "a", Path()))  # type: ignore[arg-type]

    def killed(_index: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(kind, "settled", killed)
        with pytest.raises(SystemExit):
            turn(app, NOON)
    with app.app_context():
        db.session.remove()
    begun_anew()
    for later in (outbox.SHORT_LEASE, HOUR, 2 * HOUR):
        worked(NOON + later)
    assert held() == set()
    assert len(find("usual")) == len(forum)
