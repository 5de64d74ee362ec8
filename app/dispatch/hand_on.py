"""Hand a case on to the next level of its class when the one that leads is late (逾期转下一级)."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid5

from app.cases import service as cases
from app.cases.acts import tasks
from app.cases.clocks import case_chains, clocks, escalations
from app.cases.errors import MoveNotAllowed
from app.cases.events import CaseStepped
from app.cases.models import CaseTask
from app.cases.protocol import Rule
from app.cases.schemas.parts import TaskData
from app.cases.turn import Turn
from app.core.permissions import SYSTEM
from app.dispatch.handling import without
from workflows import case as machine
from workflows.case_clocks import Stage
from workflows.case_procedure import CASE_PROCEDURE
from workflows.case_terms import CaseAction, CasePermission, ClockResult, TaskPart
from workflows.words import Words


def when_late(stepped: CaseStepped) -> None:
    """Let the hand-on follow, in the same transaction, on whatever leaves the lead no time.

    That is the step that finds its time over (of what is done again after a check, too), and one that sends it work
    when its time of the round is used up: nothing would end then, so no timer would come by any more. Where nobody
    above could sign at that moment, `jobs.sweep_late_leads` looks again.
    """
    turn = stepped.turn
    if not machine.CASE.rows(turn.case.state, CaseAction.HAND_ON):
        return
    task = next((each for each in turn.live_tasks(TaskPart.LEAD) if _is_over(turn, each)), None)
    if task is None or next_of(turn.case) is None:
        return
    data, op_id = cases.load(turn.case.workflow, CaseAction.HAND_ON, {"task": task.task}), turn.past[-1].op_id
    cases.take(turn, SYSTEM, CaseAction.HAND_ON, data, uuid5(op_id, CaseAction.HAND_ON), last=False)


def _is_over(turn: Turn, task: CaseTask) -> bool:
    """Tell whether this very step finds the time of a lead's task over, or sends it when no time is left."""
    running = clocks.of_task(turn, Stage.HANDLE, task)
    if running is None:
        return False
    if turn.action == CaseAction.OVERDUE and turn.data.get("clock") == running.clock:
        return True
    sends = CASE_PROCEDURE.clocks[Stage.HANDLE].starts or ()
    is_sent = turn.action in sends and task.sent_at == turn.counts_at
    if not is_sent and running.started_at != turn.counts_at:  # where handling begins with the signature, or without it
        return False
    before = (one for one in turn.clocks if (one.stage, one.task) == (Stage.HANDLE, task.task) and one is not running)
    return running.overdue or any(one.overdue or one.result == ClockResult.LATE for one in before)


def hand_on(turn: Turn) -> None:
    """End the lead's task, late as it is, and let the next level lead; if that assists now, it leads instead."""
    task, code = _lead(turn, turn.data["task"]), next_of(turn.case)
    if task is None or code is None:
        raise MoveNotAllowed(
            turn.case.case_id,
            Words("没有可以接办的下一级。", "There is no next level that could take it on."),
            reason="no_next_level",
        )
    _raise_rest(turn, task)
    assisting = [each for each in turn.live_tasks(TaskPart.ASSIST) if each.department == code]
    tasks.take_back(turn, [task, *assisting])
    turn.case.lead = code
    turn.data = turn.data | {"lead": code}
    tasks.send(turn, TaskPart.LEAD, code)


def _raise_rest(turn: Turn, task: CaseTask) -> None:
    """Let whoever would have heard of this level's lateness hear of it with this step: its time runs no longer."""
    late = clocks.of_task(turn, Stage.HANDLE, task)
    if late is not None:
        turn.data = turn.data | {"clock": late.clock, "roles": escalations.take_rest(late)}


def _lead(turn: Turn, number: int | None) -> CaseTask | None:
    return next((each for each in turn.live_tasks(TaskPart.LEAD) if each.task == number), None)


def next_of(case: Any) -> str | None:
    """Return the next level's department in which somebody may sign, of a case or a row with what names its levels."""
    return first_manned(tuple(case_chains.above(case)))


def first_manned(codes: tuple[str, ...]) -> str | None:
    """Return the first of some departments in which somebody may sign."""
    unmanned = without(CasePermission.SIGN, list(codes))
    return next((code for code in codes if code not in unmanned), None)


RULES: Mapping[CaseAction, Rule] = {CaseAction.HAND_ON: Rule(hand_on, schema=TaskData())}
