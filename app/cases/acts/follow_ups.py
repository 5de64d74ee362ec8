"""Follow up closings of classes that want it (跟踪回访): so long after the end, so many times, by calling back.

Whoever may read the case and call back does so: a confidential class is followed up by its readers alone.
"""

from datetime import datetime

from app.cases.clocks import case_limits
from app.cases.models import Case
from app.cases.turn import Turn
from app.deadlines import limits
from workflows.case_terms import CaseState


def begin(turn: Turn) -> None:
    """Set the day of the first, where a case has just been closed and its class wants it."""
    if turn.case.state == CaseState.CLOSED:
        turn.case.follow_ups, turn.case.follow_up_at = 0, _next(turn.case, turn.counts_at)


def note(turn: Turn) -> None:
    """Count a call-back that reached somebody when one was due, and set the day of the next."""
    case = turn.case
    if case.follow_up_at is not None and case.follow_up_at <= turn.counts_at:
        case.follow_ups += 1
        case.follow_up_at = _next(case, turn.counts_at)


def _next(case: Case, since: datetime) -> datetime | None:
    rules = case_limits.class_of(case)
    wanted = rules.follow_up if rules else None
    if wanted is None or case.follow_ups >= wanted.times:
        return None
    after = limits.Limit(wanted.after.amount, wanted.after.kind)
    return limits.due(since, after, case_limits.calendar_of(None, case.centre))
