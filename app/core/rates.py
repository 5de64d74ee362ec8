"""Bound how often somebody may ask for something: counts are rows, so that all processes count together.

A row for each person and thing, which counts within a minute of the clock and begins anew in another: so nothing grows,
and a clock that was ahead holds nobody up.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, case
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import db, upsert
from app.core.errors import TooMany
from app.core.transaction import transaction
from app.core.types import Code, UtcDateTime


class RateCount(db.Model):
    """How often a person has asked for something within a minute."""

    __tablename__ = "rate_counts"

    person_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    what: Mapped[str] = mapped_column(Code(40), primary_key=True)
    minute: Mapped[datetime] = mapped_column(UtcDateTime)
    times: Mapped[int]


def count(person_id: UUID, what: str, most: int) -> None:
    """Count one request, in a transaction of its own; raise TooMany beyond so many a minute."""
    now = clock.now()
    row = {"person_id": person_id, "what": what, "minute": now.replace(second=0, microsecond=0), "times": 1}
    counted = upsert(RateCount).values(row)
    same = RateCount.minute == counted.excluded.minute
    counted = counted.on_conflict_do_update(
        index_elements=("person_id", "what"),
        set_={"minute": counted.excluded.minute, "times": case((same, RateCount.times + 1), else_=1)},
    )
    with transaction(vital=True):
        times = db.session.scalar(counted.returning(RateCount.times))
    if times is not None and times > most:
        raise TooMany(retry_after_seconds=60 - now.second)
