"""Lift what nobody has begun of warnings that have ended: some rounds at a time, each batch a transaction of its own.

Broken off it goes on with the next sweep; done twice it lifts nothing twice.
"""

from collections.abc import Sequence
from uuid import UUID, uuid5

from sqlalchemy import and_, select

from app.core import clock
from app.core.db import db
from app.core.logs import log
from app.core.permissions import SYSTEM
from app.core.transaction import breathe, transaction
from app.rounds import service as rounds
from app.rounds.models import RoundRow
from app.warnings.models import WarningRow
from workflows.round import WAITING
from workflows.round_terms import RoundAction, RoundState

SWEEP_SECONDS = 20.0
ROUNDS_AT_ONCE = 200
MOST = 5_000  # rounds of one call: what is left is done by the next sweep
_R, _W = RoundRow, WarningRow
# what was begun and broken off has its time still (`jobs.sweep_receipts`)
_UNBEGUN = and_(_R.state.in_([*WAITING, RoundState.MISSED]), _R.started_at.is_(None))


def sweep() -> int:
    """Lift what is left of all warnings that have ended; return how many rounds."""
    owed = select(_W.warning_id).where(_W.ended_at.is_not(None), _W.lifted_at.is_(None)).order_by(_W.ended_at)
    count = 0
    for warning_id in db.session.scalars(owed).all():
        try:
            count += lift(warning_id)
        except Exception as error:  # whatever one warning does, the others must go on; it is tried again next time
            log.error("warning.lift_failed", warning_id=str(warning_id), exc_info=error)
            db.session.rollback()
    return count


def lift(warning_id: UUID) -> int:
    """Lift what nobody has begun of a warning that has ended, up to `MOST` and a few; return how many rounds."""
    count, key = 0, f"{RoundAction.LIFT}:{clock.now().isoformat()}"  # it may have been lifted, begun and left before
    while some := _open_rounds(warning_id):
        if count >= MOST:
            return count
        with transaction():
            steps = [rounds.by_system(one, RoundAction.LIFT, SYSTEM, uuid5(one, key), _UNBEGUN) for one in some]
        lifted = sum(step is not None for step in steps)
        if not lifted:  # somebody was faster with all of them
            return count
        count += lifted
        breathe()
    with transaction():
        row = db.session.get_one(_W, warning_id, with_for_update=True, populate_existing=True)
        row.lifted_at = row.lifted_at or clock.now()
    return count


def _open_rounds(warning_id: UUID) -> Sequence[UUID]:
    open_ = select(_R.round_id).where(_R.origin_id == warning_id, _UNBEGUN)
    return db.session.scalars(open_.order_by(_R.round_id).limit(ROUNDS_AT_ONCE)).all()
