"""Figures about what runs behind requests."""

from collections.abc import Mapping
from datetime import timedelta

from redis.exceptions import RedisError
from rq.registry import FailedJobRegistry
from sqlalchemy import func, select

from app.core import clock, doorbell, outbox
from app.core.db import db
from app.core.jobs import LATEST, SET_BACK, Heartbeat
from app.core.outbox import OutboxRow

Figures = Mapping[tuple[str, ...], float]


def outbox_owed() -> Figures:
    """Count the effects owed."""
    return {(): float(outbox.owed())}


def outbox_oldest_seconds() -> Figures:
    """Return how long the effect owed longest has waited; 0 when nothing is owed."""
    oldest = db.session.scalar(select(func.min(OutboxRow.created_at)).where(OutboxRow.done_at.is_(None)))
    waited = clock.now() - oldest if oldest else timedelta(0)
    return {(): waited.total_seconds()}


def heartbeat_seconds() -> Figures:
    """Return how long ago each part last showed that it lives."""
    beats = db.session.execute(select(Heartbeat.name, Heartbeat.at).where(Heartbeat.name.not_in((LATEST, SET_BACK))))
    return {(name,): (clock.now() - at).total_seconds() for name, at in beats}


def failed_jobs() -> Figures:
    """Count the jobs that RQ gave up; nothing where there is no Redis or it does not answer."""
    bell = doorbell.bell()
    if bell is None or not bell.alive():
        return {}
    try:
        return {(): float(FailedJobRegistry(queue=bell.queue).count)}
    except (RedisError, OSError):
        return {}
