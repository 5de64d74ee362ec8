"""Find the deferrals whose day has come without a clock that says so."""

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

    Every other one comes to it by its clock.
    """
    if space.is_short():
        return 0
    timed = exists().where(
        CaseClock.case_id == Case.case_id, CaseClock.stage == Stage.REVIEW, CaseClock.stopped_at.is_(None)
    )
    left = select(Case.case_id, Case.seq).where(Case.workflow == CASE.name, Case.state == CaseState.DEFERRED, ~timed)
    return jobs.batch(
        left.where(Case.review_at <= clock.now()), (Case.case_id,), partial(jobs.quietly, CaseAction.REVIEW_DUE)
    )
