"""Count a clock's limit anew: from the start of its stage, through every pause, to the end that was granted."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from app.cases.clocks import case_limits, runs, urgency
from app.cases.clocks.answerable import Answerable, AnswerableKind
from app.cases.clocks.runs import Interval
from app.cases.models import CaseClock
from app.cases.protocol import procedure_of
from app.cases.turn import Turn
from app.deadlines import limits as arithmetic
from app.deadlines.calendar import WorkingCalendar
from app.deadlines.limits import Limit, Times
from app.deadlines.queries import calendars
from workflows.case_terms import LimitKind


def times(turn: Turn, clock: CaseClock, limit: Limit, *, resumed_at: datetime | None = None) -> Times:
    """Return when a running clock warns and ends under a limit: the clock's own, or the one that holds now.

    It begins with the first run of its stage, and stands between the runs. A pause counts in the limit's own kind of
    time, so it cannot be kept as a moved start: an hour of a Friday evening is a weekend where nights and holidays run.
    The pause that ends with the step in the making is known by its end.
    """
    rule = procedure_of(turn.case.workflow).clocks[clock.stage]
    calendar = calendar_of(turn.case.workflow, clock)
    if rule.fixed:
        end = arithmetic.due(clock.warn_at, limit, calendar) if rule.after_warning else clock.due_at
        return Times(clock.warn_at, end)
    line = [*runs.earlier(turn, clock), clock]
    start = line[0].started_at
    pauses = list(_pauses(turn, resumed_at)) if rule.pauses_in else []
    stood = runs.united([*pauses, *runs.gaps(line)], start)
    counted = _beside_ordinary(turn, clock, limit, calendar, stood, start)
    counted = _extended(counted, clock.extended_to, limit.kind, calendar)
    # no pause moves a date from above, and nothing that was granted before it was given: its giver alone does
    return case_limits.within_dates(turn, counted, start) if rule.of_case else counted


def calendar_of(workflow: str, clock: Any) -> WorkingCalendar:
    """Return by which calendar a clock counts: a centre's stage by that of the centre now, else as it has begun.

    `clock` is a row with `stage`, `answerable` and `calendar`. The whole case is counted as its handling is.
    """
    answerable = Answerable.read(clock.answerable)
    if answerable.kind is AnswerableKind.CENTRE and not procedure_of(workflow).clocks[clock.stage].of_case:
        return calendars().of_centre(answerable.code)
    return case_limits.calendar_named(clock.calendar)


def _beside_ordinary(
    turn: Turn, clock: CaseClock, limit: Limit, calendar: WorkingCalendar, stood: list[Interval], start: datetime
) -> Times:
    """Return warning and end of a limit; of one that became urgent on the way, the sooner of both."""
    ordinary = urgency.ordinary(clock)
    since = urgency.counts_from(turn, clock, stood, start) if ordinary else start
    counted = _through(stood, case_limits.ordinary(since, limit, calendar), limit.kind, calendar, since=since)
    if ordinary is None:
        return counted
    before = _through(stood, case_limits.ordinary(start, ordinary, calendar), ordinary.kind, calendar, since=start)
    before = _extended(before, clock.ordinary_extended_to, ordinary.kind, calendar)
    return counted if counted.due < before.due else before


def _extended(counted: Times, until: datetime | None, kind: LimitKind, calendar: WorkingCalendar) -> Times:
    return counted if until is None or until <= counted.due else arithmetic.extend(counted, until, kind, calendar)


def _through(
    pauses: Iterable[Interval], running: Times, kind: LimitKind, calendar: WorkingCalendar, *, since: datetime
) -> Times:
    for paused_at, until in pauses:
        if paused_at >= since:
            running = arithmetic.resume(running, paused_at, until, kind, calendar)
    return running


def _pauses(turn: Turn, resumed_at: datetime | None) -> Iterator[Interval]:
    """Find in the steps when the case stood still; a pause that has not ended has moved nothing yet."""
    procedure, paused_at = procedure_of(turn.case.workflow), None
    for step in turn.past:
        if step.action in procedure.pausing_steps:
            paused_at = paused_at or step.counts_at  # put off again, it has stood still since the first time
        elif paused_at is not None and step.action in procedure.resuming_steps:
            yield paused_at, max(step.counts_at, paused_at)
            paused_at = None
    if paused_at is not None and resumed_at is not None:
        yield paused_at, max(resumed_at, paused_at)
