"""The command line: gathers each slice's commands, and the background worker's."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from forum import wiring
from forum.accounts.commands import people
from forum.boards.commands import boards, legal, markups
from forum.core import worker as background
from forum.core.console import plain
from forum.core.database import db
from forum.exchange.commands import fill_demo, importing
from forum.hits.commands import hits
from forum.ledger.commands import ledger
from forum.pads.commands import pads
from forum.search.commands import search


@click.command("worker")
@with_appcontext
@plain
def worker() -> None:
    """Runs the background worker until it is stopped.

    Example: flask --app wsgi worker
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def tick() -> int:
        with app.app_context():
            try:
                return wiring.tick(Path(app.instance_path), app.extensions["forum.settings"])
            finally:
                db.session.remove()

    background.run(tick)


def init_app(app: Flask) -> None:
    """Adds every command."""
    for command in (people, boards, markups, importing, fill_demo, hits, ledger, legal, pads, search, worker):
        app.cli.add_command(command)
