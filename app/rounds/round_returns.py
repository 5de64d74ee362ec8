"""Rounds that were lifted before anybody had begun them, and that their plan asks for again: they are put back.

A frequency that was a mistake, or a post that moved away, is back. What a person has cancelled stays cancelled.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import and_, exists, select

from app.core import clock
from app.core.db import db
from app.core.permissions import SYSTEM
from app.rounds import service
from app.rounds.models import RoundRow, RoundStep
from workflows.round_terms import RoundAction, RoundState

_R = RoundRow
_LAST_STEP = (RoundStep.round_id == _R.round_id, RoundStep.seq == _R.seq)
LIFTED = and_(
    _R.state == RoundState.CANCELLED,
    _R.origin_id.is_(None),
    _R.started_at.is_(None),
    exists().where(*_LAST_STEP, RoundStep.action == RoundAction.LIFT).correlate(_R),
)


def put_back(ends: Mapping[UUID, datetime]) -> int:
    """Plan anew, inside a transaction, those of some rounds that were lifted, until when each is to be done now.

    They keep their stops, and the version by which they were planned. Returns how many.
    """
    lifted = select(_R.round_id).where(_R.round_id.in_(ends), LIFTED).order_by(_R.round_id)
    key, count = f"{RoundAction.PLAN}:{clock.now().isoformat()}", 0
    for one in db.session.scalars(lifted).all():
        result = service.by_system(one, RoundAction.PLAN, SYSTEM, uuid5(one, key), LIFTED)
        if result is not None:
            row, until = result.row, ends[one]
            row.desk_at, row.window_until = row.desk_at + (until - row.window_until), until
            count += 1
    return count
