"""What time alone brings about: rounds are made, fall due and are missed, some at a time, each once."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, and_, or_, select

from app.catalogue import queries as catalogue
from app.core import clock
from app.core.db import db
from app.core.permissions import SYSTEM
from app.core.transaction import breathe, transaction
from app.grids.queries import serves_since
from app.rounds import round_plans, round_posts, service
from app.rounds.models import RoundRow
from workflows.round import WAITING
from workflows.round_terms import RoundAction, RoundKind, RoundState

SWEEP_SECONDS = 60.0
AT_ONCE = 200
MOST = 20_000  # of one sweep; what is left waits for the next
GRACE = timedelta(hours=24)  # a round may be finished so long after its time, and its start; our figure
_R = RoundRow


def sweep_plans() -> int:
    """Make the rounds that are not there yet, lift those whose plan is another since; return how many were made.

    Run as often as one likes, a day is made once. What waits where a post was before is lifted first: else whoever
    serves now would have it beside their own.
    """
    now, ids = clock.now(), round_posts.moved()
    for start in range(0, len(ids), AT_ONCE):
        waiting = _R.state.in_(WAITING) & _R.started_at.is_(None)
        with transaction():
            for round_id in ids[start : start + AT_ONCE]:
                _step(round_id, RoundAction.LIFT, waiting, now)
        breathe()
    count = round_plans.make_due()
    outdated = round_plans.outdated()
    if outdated is not None:
        _sweep(RoundAction.LIFT, outdated, clock.now())
    return count


def sweep_times() -> int:
    """Let rounds fall due and be missed, or leave whoever has left; return how many."""
    if not catalogue.catalogue().settings:  # a county without a catalogue has no rounds
        return 0
    now = clock.now()
    today = clock.local(now).date()
    begun = and_(_R.state == RoundState.PLANNED, _R.window_from <= now, ~round_plans.is_idle(today))
    confirmed = and_(_R.kind == RoundKind.WARNING, _R.started_at.is_not(None))  # never missed: its warning ends it
    waiting = and_(_R.state.in_([RoundState.PLANNED, RoundState.DUE]), _R.window_until <= now, ~confirmed)
    idle = and_(waiting, round_plans.is_idle(today - timedelta(days=1)))
    lies = and_(_R.window_until <= now - GRACE, _R.started_at <= now - GRACE)  # one made up for later has its time
    left_lying = and_(_R.state == RoundState.STARTED, lies, ~confirmed)
    wanted = (
        (RoundAction.LIFT, idle),
        (RoundAction.MISS, or_(waiting, left_lying)),
        (RoundAction.RELEASE, and_(_R.state == RoundState.STARTED, ~_served(now))),
        (RoundAction.FALL_DUE, begun),
    )
    return sum(_sweep(action, condition, now) for action, condition in wanted)


def _served(now: datetime) -> ColumnElement[bool]:
    """Return the condition that whoever is on a round serves it, or did so while their phone may still send it."""
    back = timedelta(minutes=catalogue.catalogue().setting("phone_time_back_minutes"))
    return serves_since(_R.doer_id, _R.grid, _R.duty, now - back)


def _sweep(action: RoundAction, wanted: ColumnElement[bool], now: datetime) -> int:
    count = 0
    while count < MOST:
        ids = db.session.scalars(select(_R.round_id).where(wanted).order_by(_R.round_id).limit(AT_ONCE)).all()
        if not ids:
            break
        with transaction():
            steps = sum(_step(round_id, action, wanted, now) for round_id in ids)
        if not steps:  # somebody was faster with all of them
            break
        count += steps
        breathe()
    return count


def _step(round_id: UUID, action: RoundAction, wanted: ColumnElement[bool], now: datetime) -> int:
    op_id = uuid5(round_id, f"{action}:{now.isoformat()}")
    return 1 if service.by_system(round_id, action, SYSTEM, op_id, wanted) else 0
