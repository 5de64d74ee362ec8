"""Follow up closings of classes that want it (跟踪回访): so many days after the end, so many times, by calling back.

Whoever may read the case and call back does so: a confidential class is followed up by its readers alone.
"""

from datetime import datetime, timedelta

from app.cases.clocks import case_limits
from app.cases.models import Case
from app.cases.turn import Turn
from workflows.case_terms import CaseState


def begin(turn: Turn) -> None:
    """Set the day of the first, where a case has just been closed and its class wants it; of a drill there is none."""
    if turn.case.state == CaseState.CLOSED and not turn.case.drill:
        turn.case.follow_ups, turn.case.follow_up_at = 0, _next(turn.case, 0)


def note(turn: Turn) -> None:
    """Count a call-back that reached somebody when one was due, and set the day of the next."""
    case = turn.case
    if case.follow_up_at is not None and case.follow_up_at <= turn.counts_at:
        case.follow_ups += 1
        case.follow_up_at = _next(case, case.follow_ups)


def _next(case: Case, done: int) -> datetime | None:
    rules = case_limits.class_of(case)
    wanted = rules.follow_up if rules else None
    if wanted is None or done >= wanted.times or case.closed_at is None:
        return None
    return case.closed_at + (done + 1) * timedelta(days=int(wanted.after.amount))
