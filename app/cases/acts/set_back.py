"""Let what ended only because the clock was ahead run on, by a quiet step; the steps of that time stay.

A limit marked as near or over before its time, and an ask denied before its end, are what a clock that was ahead leaves
behind. Before anybody acts on such a case, and for all of them by a timer, the marks are taken away.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from app.cases import timeline
from app.cases.acts import tasks
from app.cases.errors import MoveNotAllowed
from app.cases.models import Case, CaseClock, CaseTask
from app.cases.protocol import procedure_of
from app.cases.turn import Turn
from app.cases.whole import LIVE, Whole
from app.core import clock
from workflows.procedure import EngineStep
from workflows.words import Words

ACTION = EngineStep.SET_BACK


def op_id(case: Case) -> UUID:
    """Return the id of the step that frees what the steps so far ended too early."""
    return uuid5(case.case_id, f"{ACTION}:{case.seq}")


def is_needed(whole: Whole, now: datetime) -> bool:
    """Tell whether anything ended in a time that has not come."""
    later = now + clock.DIFFER
    return any(_is_early(each, later) for each in whole.running()) or _expired(whole, later) is not None


def prepare(turn: Turn) -> None:
    """Refuse a step that has nothing to free: another was quicker."""
    if not is_needed(turn, turn.now):
        raise MoveNotAllowed(
            turn.case.case_id, Words("没有需要更正的时限。", "No limit ended too early."), reason="nothing_early"
        )


def free(turn: Turn) -> None:
    """Let the limits run on, and what was asked be asked again."""
    later = turn.now + clock.DIFFER
    for each in turn.running():
        each.overdue = each.overdue and each.due_at <= later
        each.warned = each.warned and each.warn_at <= later
    expired = _expired(turn, later)
    if expired:
        task, ask = expired
        tasks.ask_again(task, ask)


def _is_early(limit: CaseClock, later: datetime) -> bool:
    return (limit.overdue and limit.due_at > later) or (limit.warned and limit.warn_at > later)


def _expired(whole: Whole, later: datetime) -> tuple[CaseTask, dict[str, Any]] | None:
    """Return the task whose ask was denied in a time that has not come, if nobody has gone on from there since."""
    for step in _since_anybody_acted(whole):
        if step.action != EngineStep.EXPIRE_ASK or step.counts_at <= later:
            continue
        data = timeline.data_of(whole.case, step.seq)
        task = next((one for one in whole.tasks if one.task == data.get("task")), None)
        if task is not None and task.state in LIVE and task.ask is None and tasks.ASK in data:
            return task, data[tasks.ASK]
    return None


def _since_anybody_acted(whole: Whole) -> Iterator[Any]:
    quiet = procedure_of(whole.case.workflow).quiet
    for step in reversed(whole.past):
        if step.action not in quiet:
            return
        yield step
