"""Measure what a request makes the database read: rows on PostgreSQL, steps of its virtual machine on SQLite.

Statements may stay as few as ever while each of them reads the whole history: only this tells.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

STRIDE = 20  # SQLite counts in such steps
READERS = ("SELECT", "WITH")


class Read:
    """How much was read: comparable between two sizes of a history, not between the databases."""

    def __init__(self) -> None:
        self.amount = 0


@contextmanager
def rows_read() -> Iterator[Read]:
    """Count what every SELECT of the block reads, on any connection; what it writes is looked at by nobody."""
    read = Read()
    watched: list[Any] = []

    def tick() -> None:
        read.amount += STRIDE

    def note(connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if not statement.lstrip().upper().startswith(READERS):
            return
        if connection.dialect.name == "sqlite":
            driver: Any = connection.connection.driver_connection
            driver.set_progress_handler(tick, STRIDE)  # rows are read when they are fetched, after this statement
            watched.append(driver)
        else:
            read.amount += _explained(connection, statement, parameters)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield read
    finally:
        event.remove(Engine, "before_cursor_execute", note)
        for driver in watched:
            driver.set_progress_handler(None, STRIDE)


def _explained(connection: Connection, statement: str, parameters: Any) -> int:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        # a table of a few hundred rows it would rather read whole, as its samples happen to be; asked is for an index
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", parameters)
        (plan,) = cursor.fetchone()
        cursor.execute("SET LOCAL enable_seqscan = on")
    return round(_rows((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]))


def _rows(node: Mapping[str, Any]) -> float:
    """Add up what the leaves of a plan read: their rows, and those they threw away, each time they were asked."""
    below: list[Mapping[str, Any]] = node.get("Plans", [])
    own = 0.0
    if node["Node Type"].endswith("Scan") and "Relation Name" in node:
        thrown = (node.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
        own = (node["Actual Rows"] + sum(thrown)) * node["Actual Loops"]
    return own + sum(map(_rows, below))
