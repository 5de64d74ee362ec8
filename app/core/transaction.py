"""The only place that commits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from time import monotonic, sleep
from typing import Any

from flask import has_app_context
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.core import space
from app.core.db import db, take_time
from app.core.errors import Busy, Problem

WRITE_LIMIT_SECONDS = 30.0  # a phone reads again from 60 s back: what is written later than this it could miss
_BUSY_STATES = {"40001", "40P01", "55P03", "57014"}  # serialization, deadlock, lock timeout, statement timeout


@dataclass
class PendingWrites:
    """What the running transaction has put off: rows until just before its commit, calls until after it."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    flushes: dict[str, Callable[[Session, list[dict[str, Any]]], None]] = field(default_factory=dict)
    calls: list[Callable[[], Any]] = field(default_factory=list)
    began: float = field(default_factory=monotonic)
    limit_seconds: float = 0.0


@contextmanager
def transaction(*, vital: bool = False, unbounded: bool = False) -> Iterator[Session]:
    """End the read transaction the request began with, write, commit, then do what was put off until after it.

    Raises Busy when a lock could not be had in time, or when it all took so long that a phone's cursor could pass it
    by; StorageFull when the disk has no room; nothing was written then. What is `vital` goes on while the disk is
    nearly full (see `space.py`). What is `unbounded` may take its time, as no phone reads it by a cursor: only what
    changes no case may be.
    """
    session = db.session()
    if "writing" in session.info:
        raise RuntimeError("a transaction inside a transaction")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("rows changed outside a transaction")
    session.commit()
    space.spare() if vital else space.demand()
    writing = session.info["writing"] = PendingWrites(limit_seconds=inf if unbounded else WRITE_LIMIT_SECONDS)
    try:
        connection = session.connection(execution_options={"gezhi_write": True})
        if unbounded:
            take_time(connection)
        yield session
        _finish(session, writing)
    except OperationalError as error:
        session.rollback()
        passing = passing_trouble(error)
        if passing is None:
            raise
        raise passing from error
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info["writing"]
    for call in writing.calls:
        call()


def _finish(session: Session, writing: PendingWrites) -> None:
    for topic, flush in writing.flushes.items():
        flush(session, writing.rows[topic])
    if monotonic() - writing.began >= writing.limit_seconds:
        raise Busy
    session.commit()


def breathe() -> None:
    """Let others of this process go on, between two parts of something long; nobody who is writing does so.

    SQLite has one lock for all who write, and those who then wait for it must not keep its owner from running.
    """
    if not has_app_context() or "writing" not in db.session().info:
        sleep(0)


def running() -> PendingWrites:
    """Return the running transaction; raise RuntimeError outside one."""
    writing: PendingWrites | None = db.session().info.get("writing")
    if writing is None:
        raise RuntimeError("outside a transaction")
    return writing


def put_off(table: str, row: dict[str, Any], flush: Callable[[Session, list[dict[str, Any]]], None]) -> None:
    """Keep a row to be written with its like in one statement, just before the commit."""
    writing = running()
    writing.rows.setdefault(table, []).append(row)
    writing.flushes[table] = flush


def after_commit(call: Callable[[], Any]) -> None:
    """Run a call when, and only when, the transaction has been committed; once, for calls that are equal."""
    calls = running().calls
    if call not in calls:
        calls.append(call)


def passing_trouble(error: Exception) -> Problem | None:
    """Return what a fault of the database, or of a disk, means to callers who may try again; None when it is broken."""
    if isinstance(error, OperationalError) and is_busy(error):
        return Busy()
    return space.StorageFull() if space.is_full(error) else None


def is_busy(error: OperationalError) -> bool:
    """Tell whether the database gave up waiting for a lock (and did not, say, lose its disk)."""
    state = getattr(error.orig, "sqlstate", None)
    return state in _BUSY_STATES or "database is locked" in str(error.orig)
