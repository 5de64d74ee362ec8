"""Count a clock's limit anew: from its own start, through every pause, to the end that was granted."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from app.cases.clocks import case_limits, hand_down_dates
from app.cases.models import CaseClock
from app.cases.protocol import procedure_of
from app.cases.turn import Turn
from app.deadlines import limits as arithmetic
from app.deadlines.calendar import WorkingCalendar
from app.deadlines.limits import Limit, Times
from workflows.case_terms import LimitKind

Pause = tuple[datetime, datetime]


def times(turn: Turn, clock: CaseClock, limit: Limit) -> Times:
    """Return when a running clock warns and ends under a limit: the clock's own, or the one that holds now.

    A pause counts in the limit's own kind of time, so it cannot be kept as a moved start: an hour of a Friday evening
    is a weekend where nights and holidays run.
    """
    rule = procedure_of(turn.case.workflow).clocks[clock.stage]
    if rule.fixed:
        return Times(clock.warn_at, clock.due_at)
    calendar, start = case_limits.calendar_named(clock.calendar), clock.started_at
    pauses = list(_pauses(turn)) if rule.pauses_in else []
    counted = _through(pauses, case_limits.ordinary(start, limit, calendar), limit.kind, calendar, since=start)
    for end, since in _from_above(turn, start) if rule.of_case else ():
        cap = case_limits.cap(end, start)
        if cap is not None:
            counted = case_limits.sooner(counted, _through(pauses, cap, limit.kind, calendar, since=max(start, since)))
    if clock.extended_to is not None and clock.extended_to > counted.due:
        return arithmetic.extend(counted, clock.extended_to, limit.kind, calendar)
    return counted


def _through(
    pauses: Iterable[Pause], running: Times, kind: LimitKind, calendar: WorkingCalendar, *, since: datetime
) -> Times:
    for paused_at, until in pauses:
        if paused_at >= since:
            running = arithmetic.resume(running, paused_at, until, kind, calendar)
    return running


def _pauses(turn: Turn) -> Iterator[Pause]:
    """Find in the steps when the case stood still; a pause that has not ended has moved nothing yet."""
    procedure, paused_at = procedure_of(turn.case.workflow), None
    for step in turn.past:
        if step.action in procedure.pausing_steps:
            paused_at = paused_at or step.counts_at  # put off again, it has stood still since the first time
        elif paused_at is not None and step.action in procedure.resuming_steps:
            yield paused_at, max(step.counts_at, paused_at)
            paused_at = None


def _from_above(turn: Turn, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Return the dates set from above, and since when each holds: pauses before do not move it."""
    if turn.case.external_due_at is not None:
        yield turn.case.external_due_at, start
    if turn.case.handed_down_due_at is not None:
        word = hand_down_dates.in_force(turn)
        yield turn.case.handed_down_due_at, word.at if word else start
