"""What time alone brings about at departments: levels that take over when there is somebody who can."""

from functools import cache
from typing import Any

from sqlalchemy import Row, exists, or_, select
from sqlalchemy.orm import aliased

from app.cases import jobs as timers
from app.cases.clocks import case_chains
from app.cases.models import Case, CaseClock, CaseTask
from app.cases.whole import LIVE
from app.core import space
from app.dispatch import hand_on
from workflows.case import CASE
from workflows.case_clocks import Stage
from workflows.case_terms import CaseAction, ClockResult, TaskPart

_TAKEN_FROM = tuple(state for move in CASE.moves_of(CaseAction.HAND_ON) for state in move.sources)


def sweep_late_leads() -> int:
    """Hand on what no step could when its time was over; return how many. On a full disk it waits.

    Nobody at the level above could sign then, and somebody can now; or the case has come to a class with levels since.
    """
    if space.is_short():
        return 0
    columns = (
        Case.case_id,
        Case.class_code,
        Case.catalogue_version,
        Case.grid,
        Case.lead,
        CaseTask.task,
        CaseClock.clock,
    )
    of_task = (CaseTask.case_id == CaseClock.case_id) & (CaseTask.task == CaseClock.task)
    leads = select(*columns).join(Case, Case.case_id == CaseClock.case_id).join(CaseTask, of_task)
    running = (CaseClock.stage == Stage.HANDLE, CaseClock.stopped_at.is_(None), CaseClock.paused_at.is_(None))
    before = aliased(CaseClock)
    was_late = exists().where(
        before.case_id == CaseClock.case_id, before.task == CaseClock.task, before.stage == Stage.HANDLE,
        before.clock != CaseClock.clock, or_(before.overdue, before.result == ClockResult.LATE),
    )  # fmt: skip
    late = leads.where(
        *running, CaseTask.part == TaskPart.LEAD, CaseTask.state.in_(LIVE), Case.workflow == CASE.name,
        Case.state.in_(_TAKEN_FROM), or_(CaseClock.overdue, was_late),
    )  # fmt: skip
    first_manned = cache(hand_on.first_manned)  # many late leads have the same levels above them: asked once a sweep

    def step(row: Row[Any]) -> bool:
        return first_manned(tuple(case_chains.above(row))) is not None and _hand_on(row)

    return timers.batch(late, (CaseClock.case_id, CaseClock.clock), step)


def _hand_on(row: Row[Any]) -> bool:
    return timers.take_once(row.case_id, CaseAction.HAND_ON, {"task": row.task}, f"{CaseAction.HAND_ON}:{row.task}")
