"""Objects as stops of rounds: what was removed is none any more; of what was entered twice the one that stays is."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.core.db import db
from app.objects.models import ObjectRow, ObjectState
from app.rounds.models import RoundStop

Winner = aliased(ObjectRow)  # the object that stays where that of a stop was entered twice
IS_WINNER = Winner.object_id == ObjectRow.merged_into


def are_there() -> ColumnElement[bool]:
    """Return the condition on stops, with object and winner beside each, that they are stops still, or were visited.

    Where the object that stays is a stop of the same round itself, it is none a second time.
    """
    other = aliased(RoundStop)
    twice = select(other.stop).where(other.round_id == RoundStop.round_id, other.object_id == ObjectRow.merged_into)
    merged = and_(Winner.state != ObjectState.REMOVED, ~twice.exists())
    return or_(
        RoundStop.object_id.is_(None),
        RoundStop.visited_at.is_not(None),
        ObjectRow.state != ObjectState.REMOVED,
        merged,
    )


def count_there(round_id: UUID) -> int:
    """Count the stops of a round that are there still or were visited, but for residents."""
    there = (
        select(func.count(RoundStop.stop))
        .outerjoin(ObjectRow, ObjectRow.object_id == RoundStop.object_id)
        .outerjoin(Winner, IS_WINNER)
        .where(RoundStop.round_id == round_id, RoundStop.resident_id.is_(None), are_there())
    )
    return db.session.scalar(there) or 0
