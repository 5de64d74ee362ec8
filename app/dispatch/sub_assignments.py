"""Parts of a task that a department lets a section, a team, a contractor or one of its people do (内部派办).

A part has a limit of its own inside the task's, is warned of and judged apart, and ends with the task. Nobody waits for
it, and the department answers for the whole as before.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil

from app.cases.acts import tasks
from app.cases.acts.facts import handler_fault
from app.cases.clocks import clocks
from app.cases.clocks.answerable import Answerable
from app.cases.models import CaseTask
from app.cases.protocol import Rule
from app.cases.turn import Turn
from app.core.errors import Invalid
from app.deadlines.limits import Limit
from app.dispatch.handling import UNFIT, contractor_code
from app.identity import queries as identity
from workflows.case_clocks import Stage
from workflows.case_facts import HandlerFault, Prepared
from workflows.case_terms import CaseAction, CasePermission, LimitKind, TaskPart, TaskState
from workflows.words import Words

_LONGEST = timedelta(days=366)
PARTS_MOST = 200  # of one case, those that were done or taken back included: each stays in it for ever
_TOO_MANY = Words("该案件的内部派办已满 {} 件。", "This case has {} parts within departments: no more.").format(
    PARTS_MOST
)
_NOBODY = Words("请写明股室、经办人或作业单位。", "Say which section, handler or contractor does it.")
_NOT_WITHIN = Words(
    "内部时限应在现在之后，且不晚于本部门的处置时限。", "This limit lies after now, and no later than that of the task."
)
_NOT_YOURS = Words("请选择本单位未办结的内部派办。", "Choose a part that is open within your department.")


def assign(turn: Turn) -> None:
    """Let somebody within the department do a part of the task by a day."""
    task, data = tasks.task_of(turn), turn.data
    if not any(data.get(name) for name in ("unit", "handler", "contractor")):
        raise Invalid.at("data.unit", _NOBODY)
    if sum(one.parent is not None for one in turn.tasks) >= PARTS_MOST:
        raise Invalid.at("data.unit", _TOO_MANY)
    due_at = _within(turn, task, data["due_at"])
    contractor = contractor_code(data["contractor"]) if data.get("contractor") else None
    part = CaseTask(
        case_id=turn.case.case_id, task=len(turn.tasks) + 1, round=turn.case.round, part=TaskPart.SUB,
        state=TaskState.SIGNED, department=task.department, contractor=contractor, handler_id=data.get("handler"),
        sent_at=turn.counts_at, signed_at=turn.counts_at, sent_by=task.sent_by, extensions=0, reworks=0,
        parent=task.task, unit=data.get("unit"),
    )  # fmt: skip
    _check_handler(turn, part)
    turn.data = data | {"sub": part.task} | ({"contractor": contractor} if contractor else {})
    turn.add_task(part)
    _start(turn, part, due_at)


def _within(turn: Turn, task: CaseTask, due_at: datetime) -> datetime:
    """Return the end that is given for a part; raise Invalid where it lies outside the time that the task still has."""
    running = clocks.of_task(turn, Stage.HANDLE, task)
    latest = running.due_at if running and running.due_at > turn.now else turn.now + _LONGEST
    if not turn.now < due_at <= latest:
        raise Invalid.at("data.due_at", _NOT_WITHIN)
    return due_at


def _check_handler(turn: Turn, part: CaseTask) -> None:
    """Raise Invalid for a handler whom the rules would refuse at the end."""
    if part.handler_id is None:
        return
    people = identity.present([part.handler_id])
    fault = handler_fault(turn, people[0], part) if people else HandlerFault.NO_FINISH
    if fault is not None:
        raise Invalid.at("data.handler", UNFIT[fault])


def _start(turn: Turn, part: CaseTask, due_at: datetime) -> None:
    who = Answerable.person(part.handler_id) if part.handler_id else Answerable.department(part.department or "")
    minutes = max(1, ceil((due_at - turn.counts_at) / timedelta(minutes=1)))
    running = clocks.start(turn, Stage.SUB, who, task=part, limit=Limit(minutes, LimitKind.URGENT_MINUTES))
    if running is not None:
        running.due_at, running.warn_at = due_at, min(running.warn_at, due_at)


def finish(turn: Turn) -> None:
    """End a part with its result."""
    task = _named(turn, CasePermission.FINISH)
    task.state, task.done_at = TaskState.DONE, turn.counts_at
    turn.task, turn.turned = task, True
    clocks.stop(turn, Stage.SUB, task=task)


def drop(turn: Turn) -> None:
    """Take a part back: who was late with it stays so."""
    tasks.take_back(turn, [_named(turn, CasePermission.ASSIGN)])


def _named(turn: Turn, permission: CasePermission) -> CaseTask:
    mine = turn.person.departments(permission)
    own = (one for one in turn.live_tasks(TaskPart.SUB) if mine & {one.department, one.contractor})
    part = next((one for one in own if one.task == turn.data["sub"]), None)
    if part is None:
        raise Invalid.at("data.sub", _NOT_YOURS)
    return part


RULES: Mapping[CaseAction, Rule[Prepared]] = {
    CaseAction.SUB_ASSIGN: Rule(assign),
    CaseAction.SUB_FINISH: Rule(finish),
    CaseAction.SUB_DROP: Rule(drop),
}
