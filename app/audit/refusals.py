"""Enter refusals in the audit in a bounded way: one row for each person, route and hour, and how often beside it.

The row is entered with the first refusal of the hour and never changes, so that it is sealed like any other. How often
it happened grows while the hour lasts and is counted in a table of its own (`refusals`), which is not sealed: that
somebody was refused cannot be taken back unseen, how often is a figure.

Each process writes its first refusals of an hour one by one, then only when its own count has grown by a tenth, so that
ten thousand of them cost some ninety writes; what has not been written yet is lost when the process ends.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from flask import current_app

from app.audit import service as audit
from app.audit.models import Refusal
from app.audit.tags import Tag
from app.core import clock
from app.core.db import db, upsert
from app.core.transaction import transaction

ONE_BY_ONE = 20  # our figures
GROWTH = 10
REMEMBERED = 10_000  # keys of the running hour in one process; beyond that it begins anew
Key = tuple[UUID, datetime, str]


@dataclass
class _Counts:
    """What one process has counted in the running hour: how many, and how many of them are written."""

    hour: datetime | None = None
    seen: dict[Key, tuple[int, int]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of an hour."""
    return moment.replace(minute=0, second=0, microsecond=0)


def note(person_id: UUID, route: str, permission: str, times: int = 1) -> None:
    """Count refusals of a person at a route; raise Busy when they cannot be written now."""
    key = (person_id, hour_of(clock.now()), route)
    owed = _owed(key, times)
    if not owed:
        return
    with transaction(vital=True):
        row = {"person_id": person_id, "hour": key[1], "route": route, "times": owed}
        counted = upsert(Refusal).values(row)
        counted = counted.on_conflict_do_update(
            index_elements=("person_id", "hour", "route"), set_={"times": Refusal.times + counted.excluded.times}
        )
        if db.session.scalar(counted.returning(Refusal.times)) == owed:
            hour = key[1].isoformat()
            audit.record(Tag.ACCESS_REFUSED, person_id=person_id, route=route, permission=permission, hour=hour)


def _owed(key: Key, times: int) -> int:
    """Count in this process; return how many are to be written now."""
    counts: _Counts = current_app.extensions.setdefault("gezhi_refusals", _Counts())
    with counts.lock:
        if counts.hour != key[1] or len(counts.seen) >= REMEMBERED:
            counts.hour, counts.seen = key[1], {}
        refusals, written = counts.seen.get(key, (0, 0))
        refusals += times
        due = refusals <= ONE_BY_ONE or refusals - written >= refusals // GROWTH
        counts.seen[key] = (refusals, refusals if due else written)
        return refusals - written if due else 0
