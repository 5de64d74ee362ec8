"""Let departments be waited for only where they may sign or arrive: elsewhere their time does not run."""

from collections.abc import Mapping

from app.cases.clocks import clocks
from app.cases.clocks.answerable import Answerable
from app.cases.turn import Turn
from workflows.case_clocks import ARRIVING, CLOCKS, Stage
from workflows.case_terms import TaskState

# the clocks that wait for a department, each with the states in which it can come
WAITING: Mapping[Stage, frozenset[str]] = {Stage.SIGN: CLOCKS[Stage.SIGN].lives_in, Stage.ARRIVE: ARRIVING}


def follow(turn: Turn, before: str, after: str) -> None:
    """Stop waiting where the case leaves those states, and wait again where it comes back to them."""
    for stage, states in WAITING.items():
        if before in states and after not in states:
            _stop(turn, stage)
        elif after in states and before not in states:
            _again(turn, stage)


def _stop(turn: Turn, stage: Stage) -> None:
    """Let nobody be judged who still had time; who had none left is late, though no timer has said so yet."""
    for clock in turn.running(stage):
        late = turn.counts_at > clock.due_at
        clocks.halt(turn, clock, judged=late)
        task = turn.task_numbered(clock.task) if clock.task else None
        if late and stage is Stage.ARRIVE and task is not None and task.state == TaskState.SENT:
            task.state = TaskState.ABSENT


def _again(turn: Turn, stage: Stage) -> None:
    """Give those who have not come their time again, whole."""
    waited_for = {clock.task for clock in turn.running(stage)}  # tasks that this very step has sent
    for task in turn.live_tasks():
        before = [clock for clock in turn.clocks if clock.task == task.task and clock.stage == stage]
        if before and task.state == TaskState.SENT and task.task not in waited_for:
            limit = clocks.limit_now(turn, before[-1])
            clocks.start(turn, stage, Answerable.read(before[-1].answerable), task=task, limit=limit)
