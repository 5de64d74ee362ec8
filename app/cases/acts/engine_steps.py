"""What the steps mean that the engine itself takes, in whatever workflow: timers, arrivals, what it writes down."""

from collections.abc import Mapping
from typing import Never

from app.cases import baseline
from app.cases.acts import calendar_recount, set_back, tasks
from app.cases.clocks import clocks, escalations
from app.cases.errors import MoveNotAllowed
from app.cases.models import CaseClock
from app.cases.protocol import Rule
from app.cases.schemas import parts
from app.cases.turn import Turn
from workflows.procedure import EngineStep
from workflows.words import Words

_MOVED = Words("该时限已变动，无需提醒。", "This limit has changed: there is nothing to warn of.")


def nothing(turn: Turn) -> None:
    """Let the step alone say it."""


def prepare_timer(turn: Turn) -> None:
    """Refuse a timer that comes too late, too early or twice: its clock was stopped, moved or stepped meanwhile."""
    clock = next((clock for clock in turn.running() if clock.clock == turn.data["clock"]), None)
    if clock is None or not clocks.owes(clock, turn.action, turn.now):
        raise MoveNotAllowed(
            turn.case.case_id,
            _MOVED,
            reason="clock_moved",
        )


def warn(turn: Turn) -> None:
    """Mark a clock as warned of."""
    named_clock(turn).warned = True


def overdue(turn: Turn) -> None:
    """Mark a clock as overdue."""
    clock = named_clock(turn)
    clock.overdue = clock.warned = True


def prepare_raise(turn: Turn) -> None:
    """Refuse to tell anybody higher of a clock that was stopped, moved or looked at meanwhile."""
    clock = next((clock for clock in turn.running() if clock.clock == turn.data["clock"]), None)
    if clock is None or not escalations.owes(clock, turn.now, urgent=turn.case.urgent):
        raise MoveNotAllowed(turn.case.case_id, _MOVED, reason="clock_moved")


def raise_late(turn: Turn) -> None:
    """Take the steps of a clock's ladder that are due, all in one: the step says which roles are told."""
    clock = named_clock(turn)
    rungs = escalations.due_rungs(clock, turn.now, urgent=turn.case.urgent)
    clock.raised = (clock.raised or 0) + len(rungs)
    turn.data = turn.data | {"level": clock.raised, "roles": [rung.who for rung in rungs]}


def expire(turn: Turn) -> None:
    """Let what nobody decided in time be asked no more; a timer's step makes nobody's sight of the case stale.

    The step says what was asked: were it the clock's fault, it would be open again.
    """
    task = tasks.task_of(turn)
    turn.data = turn.data | {tasks.ASK: tasks.asked_of(task)}
    tasks.drop_ask(task)


def named_clock(turn: Turn) -> CaseClock:
    """Return the clock which the step is about: it runs, or the step would have been refused."""
    return next(clock for clock in turn.running() if clock.clock == turn.data["clock"])


RULES: Mapping[str, Rule[Never]] = {
    EngineStep.WARN: Rule(warn, prepare_timer, schema=parts.ClockData()),
    EngineStep.OVERDUE: Rule(overdue, prepare_timer, schema=parts.ClockData()),
    EngineStep.RAISE_LATE: Rule(raise_late, prepare_raise, schema=parts.ClockData()),
    EngineStep.EXPIRE_ASK: Rule(expire, schema=parts.TaskData()),
    EngineStep.SET_BACK: Rule(set_back.free, set_back.prepare),
    EngineStep.RECOUNT: Rule(calendar_recount.move, calendar_recount.prepare, schema=parts.RecountData()),
    EngineStep.BASELINE: Rule(baseline.lay),
    EngineStep.ATTACH: Rule(nothing),
    EngineStep.LOSE_FILE: Rule(nothing),
}
