"""Start, stop, pause and move the clocks of a case. The limits are the catalogue's, the arithmetic `deadlines`'."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from app.cases.clocks import case_limits, recount, runs, urgency
from app.cases.clocks.answerable import Answerable, AnswerableKind
from app.cases.clocks.clock_states import limit_of
from app.cases.models import CaseClock, CaseTask
from app.cases.protocol import procedure_of, table_of
from app.cases.turn import Turn
from app.cases.whole import Whole
from app.deadlines import limits as arithmetic
from app.deadlines.limits import Limit, Times
from workflows.case_terms import ClockResult, LimitKind
from workflows.procedure import ClockRule, EngineStep


def start(
    turn: Turn,
    stage: StrEnum,
    answerable: Answerable,
    *,
    task: CaseTask | None = None,
    urging_only: bool = False,
    limit: Limit | None = None,
    at: datetime | None = None,
    owner: str | None = None,
) -> CaseClock | None:
    """Start a clock (now unless another time is given) by the limit given, else by that of the stage.

    A stage that is entered again goes on with what was left of its time. Returns None where there is no limit.
    """
    limit = limit or table_of(turn.case.workflow).limit(turn.case, stage, turn.case.urgent)
    if limit is None:
        return None
    begun = at or turn.counts_at
    rule = procedure_of(turn.case.workflow).clocks[stage]
    answerable = _centre_of(turn, rule) if answerable.kind is AnswerableKind.CENTRE else answerable
    of_stage = answerable.kind is AnswerableKind.CENTRE and not rule.of_case  # the whole case is counted as handled
    calendar = case_limits.calendar_of(task, answerable.code if of_stage else None)
    times = case_limits.times(turn, begun, limit, calendar, capped=rule.of_case)
    clock = turn.add_clock(
        CaseClock(
            case_id=turn.case.case_id,
            clock=len(turn.clocks) + 1,
            stage=stage,
            round=turn.case.round,
            task=task.task if task else None,
            answerable=str(answerable),
            owner=owner or runs.owner(turn, rule, answerable, task.task if task else None),
            kind=limit.kind,
            amount=limit.whole,
            half=limit.half,
            calendar=calendar.code,
            started_at=begun,
            counts_from=begun,
            warn_at=times.warn,
            due_at=times.due,
            warned=False,
            overdue=False,
            urging_only=urging_only,
        )
    )
    if before := runs.earlier(turn, clock):
        _go_on(turn, clock, before)
    elif begun < turn.counts_at:  # the case may have stood still since
        _move(turn, clock, recount.times(turn, clock, limit))
    return clock


def _go_on(turn: Turn, clock: CaseClock, before: Sequence[CaseClock]) -> None:
    """Leave a stage entered again what was left of its time; with nothing left its end stays, and is not told anew."""
    last = before[-1]
    if procedure_of(turn.case.workflow).clocks[clock.stage].fixed:
        _resume_fixed(turn, clock, last)
        return
    _move_grants(clock, last, clock.started_at)
    if turn.case.urgent and last.ordinary_limit is None and urgency.began_before(turn, before[0].started_at):
        urgency.keep(clock, _own(last))
    elif turn.case.urgent:
        clock.ordinary_limit = last.ordinary_limit
    else:
        urgency.give_back(clock)
    clock.warned, clock.overdue, clock.raised = last.warned, last.overdue, last.raised
    _move(turn, clock, recount.times(turn, clock, _own(clock)))


def _resume_fixed(turn: Turn, clock: CaseClock, last: CaseClock) -> None:
    """Give a clock whose times were set what was left of them when its run before had stopped."""
    stopped_at, kind = last.stopped_at or clock.started_at, LimitKind.of(last.kind)
    calendar = case_limits.calendar_named(last.calendar)
    clock.warned, clock.overdue, clock.raised = last.warned, last.overdue, last.raised
    _move(turn, clock, arithmetic.resume(_times(last), stopped_at, clock.started_at, kind, calendar))


def stop(turn: Turn, *stages: StrEnum, task: CaseTask | None = None, judged: bool = True) -> None:
    """Stop the running clocks of the stages (of a task, if one is named); without judgement, with result none."""
    for clock in turn.running(*stages):
        if task is None or clock.task == task.task:
            halt(turn, clock, judged=judged)


def halt(turn: Turn, clock: CaseClock, *, judged: bool = True, if_late: bool = False) -> None:
    """Stop one clock: with a judgement, with one only if it is late, or without any, if its rule knows that.

    One that stands still has used no time since its pause, whether a timer saw its end or not.
    """
    begun_by_now(turn, clock)
    clock.stopped_at = turn.counts_at
    late = (clock.paused_at or turn.counts_at) > clock.due_at
    judged_as = ClockResult.LATE if late else ClockResult.IN_TIME
    stays_late = if_late or procedure_of(turn.case.workflow).clocks[clock.stage].stays_late
    is_judged = judged or (stays_late and late)
    clock.result = judged_as if is_judged and not clock.urging_only else ClockResult.NONE
    clock.reached = None if clock.milestone is None else False  # whoever says that it was reached writes so after this


def begun_by_now(turn: Turn, clock: CaseClock) -> None:
    """Let a clock begin no later than the step counts: a phone may tell of it after a timer had started the clock."""
    if clock.started_at > turn.counts_at:
        clock.started_at = clock.counts_from = turn.counts_at
        _move(turn, clock, recount.times(turn, clock, _own(clock)))


def pause(turn: Turn) -> None:
    """Let the clocks that must not run while nothing can be done stand still."""
    for clock in _pausing(turn):
        begun_by_now(turn, clock)
        clock.paused_at = clock.paused_at or turn.counts_at


def resume(turn: Turn) -> None:
    """Let paused clocks run on: what was left at the pause is left now, of an extension too."""
    rules = procedure_of(turn.case.workflow).clocks
    for clock in _pausing(turn):
        if clock.paused_at is None:
            continue
        limit = _own(clock)
        paused_at, until = clock.paused_at, max(turn.counts_at, clock.paused_at)
        _move_grants(clock, clock, until)
        clock.paused_at = None
        if clock.ordinary_limit or (rules[clock.stage].of_case and case_limits.cap_of(turn)):
            # two limits run beside each other, in two kinds of time, or beside a date that no pause moves
            times = recount.times(turn, clock, limit, resumed_at=until)
        else:
            calendar = case_limits.calendar_named(clock.calendar)
            times = arithmetic.resume(_times(clock), paused_at, until, limit.kind, calendar)
        _move(turn, clock, times)


def _move_grants(clock: CaseClock, before: CaseClock, until: datetime) -> None:
    """Carry the ends that were granted through the time in which the clock, or its run before, stood still."""
    calendar, kind = case_limits.calendar_named(clock.calendar), LimitKind.of(before.kind)
    stood_from = before.paused_at or before.stopped_at
    for name in ("extended_to", "ordinary_extended_to"):
        granted = getattr(before, name)
        if granted is not None and stood_from is not None:
            setattr(clock, name, arithmetic.resume(Times(granted, granted), stood_from, until, kind, calendar).due)


def _pausing(turn: Turn) -> Iterator[CaseClock]:
    rules = procedure_of(turn.case.workflow).clocks
    return (clock for clock in turn.running() if rules[clock.stage].pauses_in)


def extend(turn: Turn, clock: CaseClock, new_due: datetime) -> None:
    """Move the clock of a task to a new end, and the case's clock by as much."""
    old_due = clock.due_at
    if new_due <= old_due:
        return
    _extend(turn, clock, new_due)
    for of_case in _of_case(turn):
        _carry(turn, of_case, old_due, new_due)


def compute_anew(turn: Turn, *stages: StrEnum) -> None:
    """Give running clocks, of the named stages or all, the limit that now holds, from their start; see `recount`.

    What stays keeps its warning; what ends at a date that was given, does.
    """
    for clock in _counted(turn, *stages):
        ordinary = _ordinary(turn, clock)
        if clock.ordinary_limit is not None and not turn.case.urgent:
            urgency.give_back(clock)
        elif clock.ordinary_limit is not None or urgency.began_before(turn, clock.started_at):
            urgency.keep(clock, ordinary)
        _give(turn, clock, limit_now(turn, clock))


def count_anew(turn: Turn, *stages: StrEnum) -> None:
    """Count the ends of running clocks anew under the limits that they have: a date from above has come or gone."""
    for clock in _counted(turn, *stages):
        _give(turn, clock, _own(clock))


def mark_urgent(turn: Turn) -> None:
    """Let what runs be done within its urgent limit, from now on; what held before is kept."""
    for clock in _counted(turn):
        urgency.keep(clock, _own(clock))
        _give(turn, clock, limit_now(turn, clock))


def clear_urgent(turn: Turn) -> None:
    """Give back the end that held before the case was marked as urgent, with the pauses and extensions since."""
    for clock in _counted(turn):
        before = urgency.give_back(clock)
        _give(turn, clock, before or limit_now(turn, clock))


def _counted(turn: Turn, *stages: StrEnum) -> Iterator[CaseClock]:
    """Yield the running clocks whose end is counted, and not set by somebody."""
    rules = procedure_of(turn.case.workflow).clocks
    return (clock for clock in turn.running(*stages) if not rules[clock.stage].fixed)


def _give(turn: Turn, clock: CaseClock, limit: Limit) -> None:
    clock.calendar = recount.calendar_of(turn.case.workflow, clock).code  # by which its end is counted here
    times = recount.times(turn, clock, limit)
    if (limit.kind, limit.amount, times.due) != (clock.kind, limit_of(clock), clock.due_at):
        clock.kind, clock.amount, clock.half = limit.kind, limit.whole, limit.half
        _move(turn, clock, times)


def limit_now(turn: Turn, clock: CaseClock) -> Limit:
    """Return the limit that holds for a clock's stage as the case is now, or the clock's own."""
    return _limit(turn, clock, turn.case.urgent)


def _ordinary(turn: Turn, clock: CaseClock) -> Limit:
    """Return the limit that held if the case were not urgent."""
    return _of_stage(turn, clock, False) or urgency.ordinary(clock) or _same(clock, False)


def _limit(turn: Turn, clock: CaseClock, urgent: bool) -> Limit:
    return _of_stage(turn, clock, urgent) or _same(clock, urgent)


def _of_stage(turn: Turn, clock: CaseClock, urgent: bool) -> Limit | None:
    stage = procedure_of(turn.case.workflow).clocks[clock.stage].stage
    return table_of(turn.case.workflow).limit(turn.case, stage, urgent)


def _centre_of(turn: Turn, rule: ClockRule) -> Answerable:
    """Return which centre answers for a clock: the case's own, or whoever handed it down where closing is theirs."""
    closing = turn.case.handed_down_by if rule.by_closing_centre else None
    return Answerable.centre(closing or turn.case.centre)


def answer_to_centre(turn: Turn, *stages: StrEnum) -> None:
    """Let the clocks for which a centre answers, of the named stages or all, name the one that does now.

    The time of the case goes on, as does what somebody has set. A stage ends for the centre before, and the new one has
    its own time for it, by its own calendar. The ends are to be counted after that.
    """
    rules = procedure_of(turn.case.workflow).clocks
    for clock in turn.running(*stages):
        rule, before = rules[clock.stage], Answerable.read(clock.answerable)
        centre = _centre_of(turn, rule)
        if before.kind is not AnswerableKind.CENTRE or before == centre:
            continue
        if rule.of_case or rule.fixed:
            clock.answerable = str(centre)
        else:
            halt(turn, clock)
            start(turn, rule.stage, centre)


def answer(turn: Turn, clock: CaseClock, answerable: Answerable) -> None:
    """Let another answer for a running stage, which runs by their calendar from its start."""
    if clock.answerable != str(answerable):
        clock.answerable = str(answerable)
        centre = answerable.code if answerable.kind is AnswerableKind.CENTRE else None
        task = turn.task_numbered(clock.task) if clock.task is not None else None
        clock.calendar = case_limits.calendar_of(task, centre).code
        _give(turn, clock, _own(clock))


def set_due(turn: Turn) -> None:
    """Write the nearest end of the running stages, and the case's own, on the case; the end of each ask on its task."""
    turn.case.due_at, turn.case.case_due_at = ends(turn)
    for task in turn.tasks:
        if task.ask:
            task.ask_until = _ask_ends(turn, task)


def ends(whole: Whole) -> tuple[datetime | None, datetime | None]:
    """Return the nearest end of the running stages, and the end of the case's own clock."""
    rules = procedure_of(whole.case.workflow).clocks
    # nobody's work waits for those who were called to the spot: who does not come makes nobody else late
    others = [
        clock.due_at
        for clock in whole.running()
        if clock.paused_at is None and not rules[clock.stage].of_case and not rules[clock.stage].beside
    ]
    return min(others, default=None), max((clock.due_at for clock in _of_case(whole)), default=None)


def _of_case(whole: Whole) -> list[CaseClock]:
    rules = procedure_of(whole.case.workflow).clocks
    return [clock for clock in whole.running() if rules[clock.stage].of_case]


def _ask_ends(turn: Turn, task: CaseTask) -> datetime | None:
    """Return when an ask is denied if nobody decides: with the limit, unless that had passed before or stands still."""
    ask = procedure_of(turn.case.workflow).asks[task.ask or ""]
    running = (ask.sooner and of_task(turn, ask.sooner, task)) or of_task(turn, ask.until, task)
    if running is None or running.due_at <= turn.now:
        return task.ask_until
    return None if running.paused_at else running.due_at


def owes(clock: CaseClock, action: str, now: datetime) -> bool:
    """Tell whether the timer's step is still to be made for a clock: its warning, or its end."""
    end, noted = (clock.warn_at, clock.warned) if action == EngineStep.WARN else (clock.due_at, clock.overdue)
    return clock.paused_at is None and not noted and end <= now


def of_task(whole: Whole, stage: StrEnum, task: CaseTask) -> CaseClock | None:
    """Return the running clock of a task for a stage."""
    return next((clock for clock in whole.running(stage) if clock.task == task.task), None)


def _same(clock: CaseClock, urgent: bool) -> Limit:
    """Keep a limit that no stage sets (an arrival, a milestone), day and night when the case is urgent."""
    if clock.milestone is not None and not urgent:
        return urgency.ordinary(clock) or _own(clock)
    in_minutes = clock.kind in (LimitKind.URGENT_MINUTES, LimitKind.WORK_MINUTES)
    kind = (LimitKind.URGENT_MINUTES if urgent else LimitKind.WORK_MINUTES) if in_minutes else LimitKind.of(clock.kind)
    return Limit(limit_of(clock), kind)


def _own(clock: CaseClock) -> Limit:
    return Limit(limit_of(clock), LimitKind.of(clock.kind))


def _times(clock: CaseClock) -> Times:
    return Times(clock.warn_at, clock.due_at)


def move(turn: Turn, clock: CaseClock, times: Times) -> None:
    """Give a running clock the times that other calendars leave it."""
    _move(turn, clock, times)


def _move(turn: Turn, clock: CaseClock, times: Times) -> None:
    """Give a clock other times; what has been said of the old ones is still true only of what lies behind it."""
    now = clock.paused_at or turn.now
    clock.warn_at, clock.due_at = times.warn, times.due
    clock.warned, clock.overdue = clock.warned and times.warn <= now, clock.overdue and times.due <= now


def _extend(turn: Turn, clock: CaseClock, new_due: datetime) -> None:
    calendar = case_limits.calendar_named(clock.calendar)
    _move(turn, clock, arithmetic.extend(_times(clock), new_due, LimitKind.of(clock.kind), calendar))
    clock.extended_to = new_due


def _carry(turn: Turn, clock: CaseClock, old: datetime, new: datetime) -> None:
    calendar, kind = case_limits.calendar_named(clock.calendar), LimitKind.of(clock.kind)
    if clock.due_at <= old:
        more = Limit(kind.stepped(arithmetic.elapsed(clock.due_at, new, kind, calendar)), kind)
        due = max(arithmetic.due(clock.due_at, more, calendar), new)
    else:
        due = arithmetic.resume(_times(clock), old, new, kind, calendar).due
    ceiling = case_limits.cap_of(turn)  # a date from above is moved by who has set it alone
    due = due if ceiling is None else min(due, max(ceiling, clock.due_at))
    if due > clock.due_at:  # no working time may lie between the old end of the work and the new one
        _extend(turn, clock, due)
