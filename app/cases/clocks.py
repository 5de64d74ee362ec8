"""Start, stop, pause and move the clocks of a case. The limits are the catalogue's, the arithmetic `deadlines`'."""

from datetime import datetime

from app.cases import limits
from app.cases.models import CaseClock, CaseTask
from app.cases.turn import Turn, Whole
from app.deadlines import limits as arithmetic
from app.deadlines.limits import Kind, Limit, Times
from workflows.case_clocks import CLOCKS
from workflows.case_terms import TaskState

IN_TIME, LATE, NONE = "in_time", "late", "none"
PAUSING = ("handle", "case")
WAITING = ("sign", "arrive")  # live only while departments may sign or arrive


def start(
    turn: Turn,
    stage: str,
    answerable: str,
    *,
    task: CaseTask | None = None,
    urging_only: bool = False,
    limit: Limit | None = None,
    at: datetime | None = None,
) -> CaseClock | None:
    """Start a clock (now unless another time is given) by the limit given, else by the class's for the stage.

    Returns None where there is no limit.
    """
    limit = limit or limits.limit_for(turn.case, stage)
    if limit is None:
        return None
    begun = at or turn.counts_at
    calendar = limits.calendar_of(task)
    times = limits.times(turn.case, stage, begun, limit, calendar)
    return turn.add_clock(
        CaseClock(
            case_id=turn.case.case_id,
            clock=len(turn.clocks) + 1,
            stage=stage,
            round=turn.case.round,
            task=task.task if task else None,
            answerable=answerable,
            kind=limit.kind,
            amount=limit.amount,
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


def stop(turn: Turn, *stages: str, task: CaseTask | None = None, judged: bool = True) -> None:
    """Stop the running clocks of the stages (of a task, if one is named); without judgement, with result none."""
    for clock in turn.running(*stages):
        if task is None or clock.task == task.task:
            halt(turn, clock, judged=judged)


def halt(turn: Turn, clock: CaseClock, *, judged: bool = True) -> None:
    """Stop one clock."""
    clock.stopped_at = turn.counts_at
    late = clock.overdue if clock.paused_at else turn.counts_at > clock.due_at
    clock.result = NONE if not judged or clock.urging_only else LATE if late else IN_TIME


def pause(turn: Turn) -> None:
    """Let the clocks that must not run while nothing can be done stand still."""
    for clock in turn.running(*PAUSING):
        clock.paused_at = clock.paused_at or turn.counts_at
    for clock in turn.running(*WAITING):
        halt(turn, clock, judged=False)


def resume(turn: Turn) -> None:
    """Let paused clocks run on: what was left at the pause is left now."""
    for clock in turn.running(*PAUSING):
        if clock.paused_at is None:
            continue
        calendar = limits.calendar_named(clock.calendar)
        until = max(turn.counts_at, clock.paused_at)
        if clock.due_at > clock.paused_at:
            times = arithmetic.resume(_times(clock), clock.paused_at, until, Kind(clock.kind), calendar)
            clock.warn_at, clock.due_at = times.warn, times.due
        clock.counts_from += until - clock.paused_at
        clock.paused_at = None


def wait_again(turn: Turn) -> None:
    """Give those who have not signed or arrived their time again, whole: a pause had taken it from them."""
    for task in turn.live_tasks():
        before = [clock for clock in turn.clocks if clock.task == task.task and clock.stage in WAITING]
        if before and task.state == TaskState.SENT:
            limit = Limit(before[-1].amount, Kind(before[-1].kind))
            start(turn, before[-1].stage, before[-1].answerable, task=task, limit=limit)


def extend(turn: Turn, task: CaseTask, new_due: datetime) -> None:
    """Move the task's handle clock to a new end, and the case's clock by as much."""
    for clock in turn.running("handle"):
        if clock.task != task.task or new_due <= clock.due_at:
            continue
        old_due = clock.due_at
        _move(clock, arithmetic.extend(_times(clock), new_due, Kind(clock.kind), limits.calendar_named(clock.calendar)))
        for whole in turn.running("case"):
            _carry(whole, old_due, new_due)


def compute_anew(turn: Turn, *stages: str) -> None:
    """Give every running clock, of the named stages or all, the limit that now holds, counted from its own start."""
    for clock in turn.running(*stages):
        known = limits.limit_for(turn.case, clock.stage) if clock.stage in CLOCKS else None
        limit = known or _same(clock, turn.case.urgent)
        calendar = limits.calendar_named(clock.calendar)
        times = limits.times(turn.case, clock.stage, clock.counts_from, limit, calendar)
        due = max(times.due, clock.extended_to) if clock.extended_to else times.due
        clock.kind, clock.amount = limit.kind, limit.amount
        clock.warn_at, clock.due_at = times.warn, due
        clock.warned, clock.overdue = clock.warned and times.warn <= turn.now, clock.overdue and due <= turn.now


def answer_to_centre(turn: Turn, *stages: str) -> None:
    """Let the clocks for which the centre answers, of the named stages or all, name the case's centre as it is now."""
    for clock in turn.running(*stages):
        if clock.answerable.startswith("centre:"):
            clock.answerable = f"centre:{turn.case.centre}"


def set_due(turn: Turn) -> None:
    """Write the nearest end of the running stages, and the case's own, on the case; the end of each ask on its task."""
    turn.case.due_at, turn.case.case_due_at = ends(turn)
    for task in turn.tasks:
        if task.ask:
            task.ask_until = _ask_ends(turn, task)


def ends(whole: Whole) -> tuple[datetime | None, datetime | None]:
    """Return the nearest end of the running stages, and the end of the case's own clock."""
    stages = [clock.due_at for clock in whole.running() if clock.stage != "case" and clock.paused_at is None]
    return min(stages, default=None), max((clock.due_at for clock in whole.running("case")), default=None)


def _ask_ends(turn: Turn, task: CaseTask) -> datetime | None:
    """Return when an ask is denied if nobody decides: with the limit, unless that had passed before or stands still."""
    running = handle_clock(turn, task)
    if running is None or running.due_at <= turn.now:
        return task.ask_until
    return None if running.paused_at else running.due_at


def handle_clock(whole: Whole, task: CaseTask) -> CaseClock | None:
    """Return the running handle clock of a task."""
    return next((clock for clock in whole.running("handle") if clock.task == task.task), None)


def _same(clock: CaseClock, urgent: bool) -> Limit:
    """Keep a limit that no class sets (an arrival), day and night when the case is urgent."""
    in_minutes = clock.kind in (Kind.URGENT_MINUTES, Kind.WORK_MINUTES)
    kind = (Kind.URGENT_MINUTES if urgent else Kind.WORK_MINUTES) if in_minutes else Kind(clock.kind)
    return Limit(clock.amount, kind)


def _times(clock: CaseClock) -> Times:
    return Times(clock.warn_at, clock.due_at)


def _move(clock: CaseClock, times: Times) -> None:
    clock.warn_at, clock.due_at, clock.extended_to = times.warn, times.due, times.due
    clock.warned = clock.overdue = False


def _carry(clock: CaseClock, old: datetime, new: datetime) -> None:
    calendar, kind = limits.calendar_named(clock.calendar), Kind(clock.kind)
    if clock.due_at <= old:
        due = arithmetic.due(clock.due_at, Limit(max(1, _whole(clock.due_at, new, kind, calendar)), kind), calendar)
        _move(clock, Times(clock.warn_at, max(due, new)))
    else:
        _move(clock, arithmetic.resume(_times(clock), old, new, kind, calendar))


def _whole(start: datetime, end: datetime, kind: Kind, calendar: object) -> int:
    return round(arithmetic.elapsed(start, end, kind, calendar))  # type: ignore[arg-type]
