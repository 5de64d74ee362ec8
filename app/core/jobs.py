"""What runs outside requests: the queues, the job a ring starts, and the table of periodic work."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock, doorbell, outbox, revisions
from app.core.db import db, upsert
from app.core.logs import log
from app.core.transaction import transaction
from app.core.types import Code, UtcDateTime

QUEUES = (doorbell.QUEUE,)
SCHEDULER = "scheduler"  # the part whose beat tells that periodic work is done
LATEST = "latest"  # no part: the latest time this installation has ever had
SET_BACK = "set back"  # no part: the latest time there was when the clock was last set back
TIME = "time"  # the revision that counts how often that happened


@dataclass(frozen=True)
class Periodic:
    """Work done again and again by the scheduler. It must not matter when two schedulers do it at once."""

    name: str
    every_seconds: float
    run: Callable[[], object]


_table: dict[str, Periodic] = {}


def periodic(name: str, every_seconds: float, run: Callable[[], object]) -> None:
    """Enter a row in the table of periodic work."""
    _table[name] = Periodic(name, every_seconds, run)


def table() -> tuple[Periodic, ...]:
    """Return all periodic work."""
    return tuple(_table.values())


class Heartbeat(db.Model):
    """When a part of the system last showed that it lives."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(Code(60), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def beat(name: str) -> None:
    """Show that a part lives."""
    with transaction(vital=True) as session:
        session.merge(Heartbeat(name=name, at=clock.now()))


def ran_ahead() -> timedelta:
    """Return by how much the clock was ahead of what it says now, as long as that time has not come."""
    latest = db.session.get(Heartbeat, LATEST, populate_existing=True)
    return max(latest.at - clock.now(), timedelta()) if latest else timedelta()


def keep_latest() -> None:
    """Keep the latest time in mind, and count once whenever the clock has been set back from it."""
    now = clock.now()
    with transaction(vital=True) as session:
        _keep(session, LATEST, now, Heartbeat.at < now)
        latest = session.scalars(select(Heartbeat.at).where(Heartbeat.name == LATEST)).one()
        if latest > now + clock.DIFFER and _keep(session, SET_BACK, latest, Heartbeat.at != latest):
            revisions.raise_(TIME)


def times_set_back() -> int:
    """Return how often the clock was set back: what was given before is older than it looks."""
    return revisions.numbers(db.session()).get(TIME, 0)


def _keep(session: Session, name: str, at: datetime, unless: ColumnElement[bool]) -> bool:
    first = upsert(Heartbeat).values(name=name, at=at)
    statement = first.on_conflict_do_update(index_elements=["name"], set_={"at": at}, where=unless)
    return session.scalar(statement.returning(Heartbeat.name)) is not None


def rest(name: str) -> None:
    """Take a part's beat away: it has been stopped, and whoever must not work beside it may begin at once."""
    with transaction(vital=True) as session:
        session.execute(delete(Heartbeat).where(Heartbeat.name == name))


def drain_outbox() -> int:
    """Do what is owed; the job that a ring starts."""
    bell = doorbell.bell()
    if bell:
        bell.answer()
    return outbox.drain()


JOBS: Mapping[str, Callable[[], object]] = {doorbell.JOB: drain_outbox}  # what a worker does, by its name in Redis


def run_once(job: Periodic) -> bool:
    """Run one periodic job; a failure is logged and tried again next time."""
    try:
        job.run()
    except Exception as error:  # one job's failure must not stop the others
        log.error("periodic.failed", job=job.name, exc_info=error)
        db.session.rollback()
        return False
    finally:
        db.session.remove()
    return True


def schedule(app: Flask, stop: threading.Event) -> None:
    """Run the table until told to stop. Nothing is remembered: after a restart everything is simply due."""
    due = {job.name: 0.0 for job in table()}
    while not stop.is_set():
        for job in table():
            if time.monotonic() >= due[job.name]:
                with app.app_context():
                    run_once(job)
                due[job.name] = time.monotonic() + job.every_seconds
        stop.wait(max(0.05, min(due.values()) - time.monotonic()) if due else 1.0)
