"""Whether a restore has come to its end: what it has brought so far is not served.

A mark in the data folder tells this machine, the beat of the part `restore` in the database tells every host.
"""

from enum import StrEnum
from pathlib import Path

from flask import current_app
from sqlalchemy import Connection, insert, inspect, select

from app.core import clock, jobs
from app.core.db import db

PART = "restore"
MARK = "restore-unfinished"


class RestoreStage(StrEnum):
    """How far a restore is."""

    LOADING = "loading"  # rows and files are coming: what is there is a part
    VERIFYING = "verifying"  # all is there; it was not found sound yet


def begin() -> None:
    """Mark the data folder."""
    _note(RestoreStage.LOADING)


def enter(connection: Connection) -> None:
    """Mark the database, in the transaction that brings its rows."""
    connection.execute(insert(jobs.Heartbeat.__table__), {"name": PART, "at": clock.now()})


def loaded() -> None:
    """Note that everything is there."""
    _note(RestoreStage.VERIFYING)


def end() -> None:
    """Take the marks away: what was restored may be served."""
    jobs.rest(PART)
    give_up()


def give_up() -> None:
    """Take the mark from the folder when nothing of a restore has been left behind."""
    _mark().unlink(missing_ok=True)


def stage() -> RestoreStage | None:
    """Return how far a restore is that has not ended; None where there is none."""
    try:
        return RestoreStage(_mark().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return RestoreStage.VERIFYING if _is_marked() else None
    except ValueError:  # broken off while it was being written
        return RestoreStage.LOADING


def _is_marked() -> bool:
    """Tell whether the database is marked; an empty one is not."""
    beat = select(jobs.Heartbeat.name).where(jobs.Heartbeat.name == PART)
    try:
        connection = db.session.connection()
        there = inspect(connection).has_table(jobs.Heartbeat.__tablename__)
        return there and connection.execute(beat).first() is not None
    finally:
        db.session.rollback()


def _note(stage: RestoreStage) -> None:
    file = _mark()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(stage, encoding="utf-8")


def _mark() -> Path:
    return Path(current_app.config["DATA_DIR"]) / MARK
