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
        turn.case.follow_ups, turn.case.follow_up_at = 0, day_of(turn.case, 1)


def note(turn: Turn) -> None:
    """Count a call-back that reached somebody when one was due, as that of the last day come; set the next day."""
    case = turn.case
    if case.follow_up_at is not None and case.follow_up_at <= turn.counts_at:
        case.follow_ups = number_at(case, turn.counts_at)
        case.follow_up_at = day_of(case, case.follow_ups + 1)


def number_at(case: Case, moment: datetime) -> int:
    """Return which follow-up is due at a moment: that of the last day come, else the next to come.

    Whoever is called after the second day has come, and not before, is not called twice at once.
    """
    number = case.follow_ups + 1
    while (later := day_of(case, number + 1)) is not None and later <= moment:
        number += 1
    return number


def day_of(case: Case, number: int) -> datetime | None:
    """Return the day of a follow-up, counted from the end of the case; None where there are not so many."""
    rules = case_limits.class_of(case)
    wanted = rules.follow_up if rules else None
    if wanted is None or number > wanted.times or case.closed_at is None:
        return None
    return case.closed_at + number * timedelta(days=int(wanted.after.amount))
