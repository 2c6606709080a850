"""`flask search …`: build the index anew while the old one serves, and say how it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import func, select

from forum.boards.models import Board
from forum.core.clock import now
from forum.core.console import plain
from forum.core.database import Busy, db, row
from forum.core.outbox import Job
from forum.search import analyser, indexing
from forum.search.backends import BEYOND, chosen
from forum.search.models import DOCUMENTS, SearchState

search = AppGroup("search", help="The search index.")


@search.command("reindex")
@plain
def reindex() -> None:
    """Builds the index anew, in the order in which things were said; the old one serves meanwhile. Interrupted, it goes on where it was.

    Example: flask --app wsgi search reindex
    """
    name = chosen(current_app.extensions["forum.settings"].search)
    state = _state()
    resumed = (
        state is not None
        and state.building is not None
        and (state.built_by, state.built_version) == (name, analyser.VERSION)
    )
    if not resumed:
        indexing.begin(name)
    total = _posts()
    with click.progressbar(length=total, label="Indexing, from where it was" if resumed else "Indexing") as bar:
        while (state := _state()) is not None and state.building is not None:
            done = _step()
            bar.update(done if state.stage in ("posts", "notes") else 0)
    while _step() >= 0:  # what served before is swept away
        continue
    state = _state()
    click.echo(f"{_documents(state.serving) if state else 0} posts and notes can be found, by {name}.")


def _step() -> int:
    try:
        return indexing.build(Path(current_app.instance_path), now())
    except Busy:  # the worker does a piece of it just now
        return 0


@search.command("status")
@plain
def status() -> None:
    """Says what serves, what is being built, what waits to be indexed, and which backend suits this forum.

    Example: flask --app wsgi search status
    """
    setting = current_app.extensions["forum.settings"].search
    wanted, state, posts = chosen(setting), _state(), _posts()
    click.echo(f"Setting: {setting}, which means {wanted} here.")
    if state is None or (state.serving is None and state.building is None):
        click.echo("Nothing is indexed yet: the worker begins by itself, or `search reindex` does.")
    else:
        if state.serving is not None:
            click.echo(f"Serving: {state.served_by}, {_documents(state.serving)} posts and notes.")
        if state.building is not None:
            click.echo(
                f"Building: {state.built_by}, {_documents(state.building)} of about {posts}, stage {state.stage}."
            )
    kinds = ("boards.posts", "boards.thread", "pads.notes")
    waiting = row(
        select(func.count().label("many"), func.min(Job.created_at).label("since")).where(Job.kind.in_(kinds))
    )
    if waiting and waiting.many:
        click.echo(
            f"Waiting: {waiting.many} changes, the oldest for {max(0, now() - waiting.since)} seconds. Does the worker run?"
        )
    else:
        click.echo("Waiting: nothing.")
    if wanted == "whoosh" and posts > BEYOND:
        click.echo(f"Advice: with {posts} posts FORUM_SEARCH=database is quicker (from about {BEYOND} posts on).")
    else:
        click.echo("Advice: nothing to change.")


def _state() -> Any:
    found = row(SearchState.__table__.select())
    db.session.rollback()
    return found


def _documents(slot: str | None) -> int:
    if slot is None:
        return 0
    found = row(select(func.count().label("many")).select_from(DOCUMENTS[slot]))
    db.session.rollback()
    return int(found.many) if found else 0


def _posts() -> int:
    found = row(select(func.coalesce(func.sum(Board.posts), 0).label("many")))
    db.session.rollback()
    return int(found.many) if found else 0
