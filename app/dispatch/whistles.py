"""Whistling departments to the spot (吹哨报到), and how they answer; nobody's work waits for them."""

from collections.abc import Mapping
from uuid import uuid5

from app.cases import service as cases
from app.cases.acts import tasks
from app.cases.acts.tasks import task_of
from app.cases.clocks import clocks
from app.cases.clocks.answerable import Answerable
from app.cases.events import CaseStepped
from app.cases.protocol import Rule
from app.cases.schemas.parts import TaskData
from app.cases.turn import Turn
from app.catalogue import queries as catalogue_queries
from app.core.errors import Invalid
from app.deadlines.limits import Limit
from app.dispatch.handling import takers
from workflows import case as machine
from workflows.case_clocks import Stage
from workflows.case_facts import Prepared
from workflows.case_terms import CaseAction, LimitKind, TaskPart, TaskState
from workflows.words import Words


def whistle(turn: Turn) -> None:
    """Call departments to the spot, within the county's minutes."""
    called = {task.department for task in turn.live_tasks(TaskPart.CALLED)}
    minutes = catalogue_queries.catalogue().setting("whistle_arrival_minutes")
    kind = LimitKind.URGENT_MINUTES if turn.case.urgent else LimitKind.WORK_MINUTES
    for code in takers(turn.data["called"], "called", CaseAction.ARRIVE):
        if code in called:
            raise Invalid.at(
                "data.called",
                Words("该部门已被吹哨，正在等其报到。", "This department was called already and is awaited."),
            )
        task = tasks.open_task(turn, TaskPart.CALLED, code)
        clocks.start(turn, Stage.ARRIVE, Answerable.department(code), task=task, limit=Limit(minutes, kind))


def arrive(turn: Turn) -> None:
    """Be there."""
    task = task_of(turn)
    task.state, task.signed_at = TaskState.ARRIVED, turn.counts_at
    turn.turned = True
    clocks.stop(turn, Stage.ARRIVE, task=task)


def absent_when_late(stepped: CaseStepped) -> None:
    """Let the step follow by which a called department is absent, in the transaction that finds its time over."""
    turn = stepped.turn
    late = next((each for each in turn.clocks if each.clock == turn.data.get("clock")), None)
    if turn.action != CaseAction.OVERDUE or late is None or late.stage != Stage.ARRIVE:
        return
    task = turn.task_numbered(late.task) if late.task else None
    if task is None or task.state != TaskState.SENT:  # whoever was absent before the limit was moved still is
        return
    if machine.CASE.rows(turn.case.state, CaseAction.ABSENT_WHISTLE):
        own = turn.past[-1].op_id
        cases.then(turn, CaseAction.ABSENT_WHISTLE, {"task": late.task}, uuid5(own, CaseAction.ABSENT_WHISTLE))


def absent(turn: Turn) -> None:
    """Note that a called department did not come in time; it may still come."""
    task_of(turn).state = TaskState.ABSENT


def rate(turn: Turn) -> None:
    """Say how the call was answered."""
    task = turn.task_numbered(turn.data["task"]) if turn.data.get("task") else None
    if task is None or task.part != TaskPart.CALLED:
        raise Invalid.at("data.task", Words("请选择要评价的吹哨任务。", "Choose whose coming is to be rated."))
    task.note = turn.data["rating"]


RULES: Mapping[CaseAction, Rule[Prepared]] = {
    CaseAction.WHISTLE: Rule(whistle),
    CaseAction.ARRIVE: Rule(arrive),
    CaseAction.ABSENT_WHISTLE: Rule(absent, schema=TaskData()),
    CaseAction.RATE_WHISTLE: Rule(rate),
}
