"""Say how a clock stands, in one place for every face: milestones by what became of them, others by their result."""

from datetime import datetime

from app.cases.models import CaseClock
from workflows.case_terms import ClockResult
from workflows.words import Term, Words

PAUSED = Words("已暂停", "Paused")


class MilestoneState(Term):
    """How a milestone stands."""

    RUNNING = "running", "未完成", "Not reached yet"
    LATE = "late", "超时未完成", "Late, not reached yet"
    REACHED = "reached", "按时完成", "Reached in time"
    REACHED_LATE = "reached_late", "超时完成", "Reached late"
    MISSED = "missed", "超时，未完成即结束", "Never reached, late"
    ENDED_LATE = "ended_late", "超时结束（是否完成见案件）", "Ended late (the case says whether reached)"
    DROPPED = "dropped", "未到期即终止", "Ended before it was due"


ENDED_LATE = {
    True: MilestoneState.REACHED_LATE,
    False: MilestoneState.MISSED,
    None: MilestoneState.ENDED_LATE,  # by an older version, which wrote that into the steps alone
}


def limit_of(clock: CaseClock) -> int | float:
    """Return how long a clock may run, in minutes or days as its kind says."""
    return clock.amount + 0.5 if clock.half else clock.amount


def is_late(clock: CaseClock, now: datetime) -> bool:
    """Tell whether its end has passed while it ran, though it may have stopped without a result."""
    return clock.overdue or clock.result == ClockResult.LATE or (clock.stopped_at is None and clock.due_at < now)


def milestone_state(clock: CaseClock, reached: bool | None, now: datetime) -> MilestoneState:
    """Say how a milestone stands; `reached` is None where whoever asks has not looked into the steps of a case."""
    if clock.stopped_at is None:
        return MilestoneState.LATE if clock.due_at < (clock.paused_at or now) else MilestoneState.RUNNING
    if clock.result == ClockResult.LATE:
        return ENDED_LATE[reached]
    if clock.result == ClockResult.IN_TIME:
        return MilestoneState.REACHED
    was_late = clock.due_at < (clock.paused_at or clock.stopped_at)
    return MilestoneState.MISSED if was_late else MilestoneState.DROPPED


def state_words(clock: CaseClock, reached: bool | None) -> Words | None:
    """Say how a clock has ended, or that it stands still; None: it runs, and the time that is left says how it is."""
    if clock.stopped_at is None:
        return PAUSED if clock.paused_at else None
    if clock.milestone is not None:
        return milestone_state(clock, reached, clock.stopped_at).words
    return ClockResult.of(clock.result or ClockResult.NONE).words
