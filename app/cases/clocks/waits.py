"""Let departments be waited for only where they may sign or arrive: elsewhere their time does not run."""

from app.cases.clocks import clocks
from app.cases.clocks.answerable import Answerable
from app.cases.turn import Turn
from workflows.case_terms import TaskState
from workflows.procedure import ClockRule, Procedure


def follow(procedure: Procedure, turn: Turn, before: str, after: str) -> None:
    """Stop waiting where the case leaves the states in which they can come, and wait again where it comes back."""
    for rule in procedure.clocks.values():
        if rule.waits and before in rule.lives_in and after not in rule.lives_in:
            _stop(turn, rule)
        elif rule.waits and after in rule.lives_in and before not in rule.lives_in:
            _again(turn, rule)


def _stop(turn: Turn, rule: ClockRule) -> None:
    """Let nobody be judged who still had time; who had none left is late, though no timer has said so yet."""
    for clock in turn.running(rule.stage):
        late = turn.counts_at > clock.due_at
        clocks.halt(turn, clock, judged=late)
        task = turn.task_numbered(clock.task) if clock.task else None
        if late and rule.late_as and task is not None and task.state == TaskState.SENT:
            task.state = rule.late_as


def _again(turn: Turn, rule: ClockRule) -> None:
    """Give those who have not come what is left of their time."""
    waited_for = {clock.task for clock in turn.running(rule.stage)}  # tasks that this very step has sent
    for task in turn.live_tasks():
        before = [clock for clock in turn.clocks if clock.task == task.task and clock.stage == rule.stage]
        if before and task.state == TaskState.SENT and task.task not in waited_for:
            limit = clocks.limit_now(turn, before[-1])
            clocks.start(turn, rule.stage, Answerable.read(before[-1].answerable), task=task, limit=limit)
