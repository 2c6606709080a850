"""A database of an import's own, on disk and gone with the process, for sources larger than memory. Knows no table."""

import sqlite3


def scratch() -> sqlite3.Connection:
    """An empty database in a nameless file, removed as it is opened: nothing of it stays, however the import ends.

    The interpreter's own SQLite, as the bundled one is built to keep such databases in memory. Nobody else opens it,
    so that nothing is asked of it but to sort.
    """
    base = sqlite3.connect("")
    for pragma in ("temp_store=FILE", "journal_mode=OFF", "synchronous=OFF", "cache_size=-16000"):
        base.execute(f"PRAGMA {pragma}")
    return base
