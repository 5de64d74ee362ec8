"""Give, take back and end the tasks of a case, with the clocks that go with them."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.cases.acts import milestones
from app.cases.clocks import case_limits, clocks
from app.cases.clocks.answerable import Answerable
from app.cases.models import CaseTask
from app.cases.protocol import procedure_of
from app.cases.turn import Turn
from app.core.errors import Invalid
from workflows.case_clocks import Stage
from workflows.case_terms import TaskPart, TaskState
from workflows.words import Words

_STAGE = {TaskPart.VERIFY: Stage.VERIFY, TaskPart.CHECK: Stage.CHECK}
ASK = "asked"  # in the step that denies an ask by time: what was asked


def send(turn: Turn, part: TaskPart, department: str) -> CaseTask:
    """Send a task to a department and start its sign clock, and its handle clock unless the class says at signing."""
    task = open_task(turn, part, department)
    _start_clocks(turn, task)
    return task


def _start_clocks(turn: Turn, task: CaseTask) -> None:
    signing = clocks.start(turn, Stage.SIGN, _department(task), task=task)
    over = signing is not None and signing.overdue  # nothing was left of it, and no timer comes by any more
    if over or not _starts_at_signing(turn):
        start_handling(turn, task)


def open_task(turn: Turn, part: StrEnum, department: str) -> CaseTask:
    """Give a department a task, without any clock."""
    return _new(turn, part, department=department)


def start_handling(turn: Turn, task: CaseTask) -> None:
    """Start the task's handle clock, at the latest from the end of the time to sign; one that runs has begun by now.

    A rework's clock only urges.
    """
    running = clocks.of_task(turn, Stage.HANDLE, task)
    if running is not None:
        clocks.begun_by_now(turn, running)
        return
    signing = next((clock.due_at for clock in turn.running(Stage.SIGN) if clock.task == task.task), turn.counts_at)
    handling = clocks.start(
        turn,
        Stage.HANDLE,
        _department(task),
        task=task,
        urging_only=task.reworks > 0,
        at=max(min(signing, turn.counts_at), min(task.sent_at, turn.counts_at)),
    )
    milestones.start(turn, task, handling)


def name_person(turn: Turn, part: StrEnum, person_id: UUID | None) -> CaseTask:
    """Name whoever shall verify or check; nobody when nobody was found."""
    return _new(turn, part, handler_id=person_id)


def name_instead(turn: Turn, part: TaskPart, person_id: UUID | None) -> None:
    """Name somebody, or nobody, in the place of whoever was to verify or check; the clock runs on for them."""
    end_person_task(turn, part, TaskState.STOPPED)
    name_person(turn, part, person_id)
    for clock in turn.running(_STAGE[part]):
        clocks.answer(turn, clock, Answerable.person(person_id) if person_id else Answerable.centre(turn.case.centre))


def sign(turn: Turn, task: CaseTask) -> None:
    """Sign for a task: its sign clock stops, its handle clock runs."""
    task.state, task.signed_at = TaskState.SIGNED, turn.counts_at
    turn.turned = True
    start_handling(turn, task)
    clocks.stop(turn, Stage.SIGN, task=task)


def finish(turn: Turn, task: CaseTask) -> None:
    """End a task as done; whatever it asked for is asked no more."""
    task.state, task.done_at = TaskState.DONE, turn.counts_at
    drop_ask(task)
    take_back(turn, _within(turn, task))
    turn.turned = True
    clocks.stop(turn, Stage.HANDLE, task=task)
    milestones.stop(turn, task)


def take_back(
    turn: Turn, wanted: Iterable[CaseTask], state: TaskState = TaskState.STOPPED, *, if_late: bool = True
) -> None:
    """End tasks without a result: returned, dropped, withdrawn or stopped; a return may judge a clock by its rule.

    Whoever was late stays so, unless the case itself ends without a result.
    """
    rules = procedure_of(turn.case.workflow).clocks
    for task in wanted:
        task.state = state
        drop_ask(task)
        turn.turned = True
        take_back(turn, _within(turn, task), if_late=if_late)
        for clock in turn.running():
            if clock.task == task.task:
                judging = state == TaskState.RETURNED and turn.action in (rules[clock.stage].stops or ())
                clocks.halt(turn, clock, judged=judging, if_late=if_late)


def _within(turn: Turn, task: CaseTask) -> list[CaseTask]:
    """Return the parts of a task that somebody within its department still owes: they end with it."""
    return [one for one in turn.live_tasks() if one.parent == task.task]


def rework(turn: Turn, task: CaseTask) -> None:
    """Send a task back to be done again."""
    task.state, task.sent_at = TaskState.SENT, turn.counts_at
    task.signed_at = task.done_at = None
    task.reworks += 1
    turn.turned = True
    _start_clocks(turn, task)


def end_person_task(turn: Turn, part: StrEnum, state: TaskState = TaskState.DONE) -> None:
    """End the running verify or check tasks."""
    for task in turn.live_tasks(part):
        task.state = state
        task.done_at = turn.counts_at if state == TaskState.DONE else None
        turn.turned = True


def stop_all(turn: Turn, *, if_late: bool = False) -> None:
    """Stop every task that somebody still owes."""
    take_back(turn, turn.live_tasks(), if_late=if_late)


def task_of(turn: Turn) -> CaseTask:
    """Return the task acted on; raise Invalid where the step leaves it open."""
    if turn.task is None:
        raise Invalid.at("data.task", Words("请说明是哪一项任务。", "Say which task is meant."))
    return turn.task


def asked_of(task: CaseTask) -> dict[str, Any]:
    """Return what a task asks for, as a step writes it down."""
    return {"ask": task.ask, "by": task.ask_by, "data": task.ask_data}


def ask_again(task: CaseTask, ask: Mapping[str, Any]) -> None:
    """Let a task ask for what a step has written down."""
    task.ask, task.ask_by, task.ask_data = ask["ask"], UUID(ask["by"]), ask["data"]


def drop_ask(task: CaseTask) -> None:
    """Forget what a task asked for."""
    task.ask = task.ask_by = task.ask_data = task.ask_until = None


def _new(turn: Turn, part: StrEnum, department: str | None = None, handler_id: UUID | None = None) -> CaseTask:
    return turn.add_task(
        CaseTask(
            case_id=turn.case.case_id,
            task=len(turn.tasks) + 1,
            round=turn.case.round,
            part=part,
            state=TaskState.SENT,
            department=department,
            handler_id=handler_id,
            sent_at=turn.counts_at,
            sent_by=turn.person.person_id,
            extensions=_extended_before(turn, part, department),
            reworks=0,
        )
    )


def _extended_before(turn: Turn, part: StrEnum, department: str | None) -> int:
    """Return how often a department was given more time for this part in this round; its clock goes on, too."""
    theirs = (one for one in turn.tasks if (one.round, one.part, one.department) == (turn.case.round, part, department))
    return max((one.extensions for one in theirs if department), default=0)


def _department(task: CaseTask) -> Answerable:
    return Answerable.department(task.department or "")


def _starts_at_signing(turn: Turn) -> bool:
    rules = case_limits.class_of(turn.case)
    return rules is not None and rules.handle_starts == Stage.SIGN
