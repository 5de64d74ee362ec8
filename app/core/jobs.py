"""What runs outside requests: the queues, the job a ring starts, and the table of periodic work."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, doorbell, outbox
from app.core.db import db, upsert
from app.core.logs import log
from app.core.transaction import transaction
from app.core.types import Code, UtcDateTime

QUEUES = (doorbell.QUEUE,)
SCHEDULER = "scheduler"  # the part whose beat tells that periodic work is done
LATEST = "latest"  # no part: the latest time this installation has ever had


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
    """Keep the latest time in mind, so that it shows when the clock is set back."""
    now = clock.now()
    first = upsert(Heartbeat).values(name=LATEST, at=now)
    with transaction(vital=True) as session:
        session.execute(
            first.on_conflict_do_update(index_elements=["name"], set_={"at": now}, where=Heartbeat.at < now)
        )


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
