"""Figures about cases for those who run the system."""

from collections.abc import Mapping

from sqlalchemy import func, select

from app.cases.models import Case, CaseClock
from app.cases.protocol import all_tables
from app.cases.visibility import IN_EARNEST
from app.core.db import db


def cases_by_state() -> Mapping[tuple[str, ...], float]:
    """Count cases by workflow and state; states without any are 0, so that a graph does not break off."""
    by = (Case.workflow, Case.state)
    counted = db.session.execute(select(*by, func.count()).where(IN_EARNEST).group_by(*by))
    machines = [table.procedure.workflow for table in all_tables()]
    figures: dict[tuple[str, ...], float] = {
        (machine.name, str(state)): 0.0 for machine in machines for state in machine.states
    }
    return figures | {(workflow, state): float(number) for workflow, state, number in counted}


def clocks_overdue() -> Mapping[tuple[str, ...], float]:
    """Count running clocks that have passed their end, by workflow and stage."""
    by = (Case.workflow, CaseClock.stage)
    late = select(*by, func.count()).join(Case, Case.case_id == CaseClock.case_id).group_by(*by)
    rows = db.session.execute(late.where(CaseClock.stopped_at.is_(None), CaseClock.overdue, IN_EARNEST))
    return {(workflow, stage): float(number) for workflow, stage, number in rows}
