"""Figures about cases for those who run the system."""

from collections.abc import Mapping

from sqlalchemy import func, select

from app.cases.models import Case, CaseClock
from app.core.db import db
from workflows.case_terms import CaseState


def cases_by_state() -> Mapping[tuple[str, ...], float]:
    """Count cases by state; states without any are 0, so that a graph does not break off."""
    counted = db.session.execute(select(Case.state, func.count()).group_by(Case.state)).all()
    figures: dict[tuple[str, ...], float] = {(str(state),): 0.0 for state in CaseState}
    return figures | {(state,): float(number) for state, number in counted}


def clocks_overdue() -> Mapping[tuple[str, ...], float]:
    """Count running clocks that have passed their end, by stage."""
    late = select(CaseClock.stage, func.count()).where(CaseClock.stopped_at.is_(None), CaseClock.overdue)
    return {(stage,): float(number) for stage, number in db.session.execute(late.group_by(CaseClock.stage))}
