"""A database that is busy: another process writes, for longer than anybody waits for a lock."""

import sqlite3
from contextlib import closing
from pathlib import Path
from time import monotonic

from tests.support.until import until


def writing_for(file: Path, seconds: float) -> None:
    """Hold SQLite's write lock for so long."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=seconds * 10)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        end = monotonic() + seconds
        until(lambda: monotonic() > end, "the other has written")
        connection.execute("ROLLBACK")
