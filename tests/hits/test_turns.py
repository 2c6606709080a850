"""One kind of work that fails does not stop the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from forum import wiring
from forum.core import outbox
from forum.core.database import db, rows, writing
from forum.core.outbox import Job
from forum.hits import jobs, journal
from forum.hits.journal import View
from tests.conftest import NOON


@pytest.mark.parametrize("backend", ["sqlite"])
def test_mail_goes_out_while_readers_cannot_be_counted(app: Flask) -> None:
    writer = journal.Writer(jobs.folder(Path(app.instance_path)))
    writer.note(View(1, 5, NOON))
    with app.app_context():
        with writing():
            db.session.execute(text("DROP TABLE hit_journals"))
            outbox.put("database.flush", {}, at=NOON)
        with pytest.raises(ExceptionGroup) as failed:
            wiring.tick(Path(app.instance_path), app.extensions["forum.settings"])
        assert [type(one).__name__ for one in failed.value.exceptions] == ["OperationalError"]
        assert rows(select(Job.id)) == []
        db.session.remove()
    writer.close()
