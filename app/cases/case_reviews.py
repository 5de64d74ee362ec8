"""Find the deferrals whose day has come without a clock that says so, and those that an older version left behind."""

from functools import partial

from sqlalchemy import exists, select

from app.cases import jobs
from app.cases.models import Case, CaseClock
from app.core import clock, space
from workflows.case import CASE
from workflows.case_clocks import Stage
from workflows.case_terms import CaseAction, CaseState


def sweep_reviews() -> int:
    """Let deferrals come to their day whose clock an older version did not start; return how many. Not on a full disk.

    Every other one comes to it by its clock. An older version also left those standing which nobody looked at in time.
    """
    if space.is_short():
        return 0
    running = (CaseClock.case_id == Case.case_id, CaseClock.stage == Stage.REVIEW, CaseClock.stopped_at.is_(None))
    deferred = select(Case.case_id, Case.seq).where(Case.workflow == CASE.name, Case.state == CaseState.DEFERRED)
    deferred = deferred.where(Case.review_at <= clock.now())
    return sum(
        jobs.batch(deferred.where(left), (Case.case_id,), partial(jobs.quietly, action))
        for left, action in (
            (~exists().where(*running), CaseAction.REVIEW_DUE),
            (exists().where(*running, CaseClock.overdue), CaseAction.RESUME),
        )
    )
