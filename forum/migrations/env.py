"""Runs migrations through the application's own engine, so that SQLite is the bundled one with its pragmas."""

from alembic import context
from flask import current_app

extension = current_app.extensions["migrate"]
metadata = extension.db.metadata


def process(_context, _revision, directives):
    """An autogeneration that finds nothing makes no file."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def ours(name, kind, _parents):
    """FTS5 keeps tables of its own beside the one that a migration makes; SQLAlchemy knows none of them."""
    return not (kind == "table" and name and name.startswith("search_terms_"))


def here(thing, name, kind, _reflected, _other):
    """PostgreSQL's index of terms; SQLite has those tables instead."""
    dialect = extension.db.engine.dialect.name
    return not (kind == "index" and name in ("ix_search_a_terms", "ix_search_b_terms") and dialect == "sqlite")


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database that is there: use `db upgrade` without --sql.")

with extension.db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        process_revision_directives=process,
        include_name=ours,
        include_object=here,
        **current_app.extensions["migrate"].configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()
