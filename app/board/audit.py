"""Find the closings that the county's rules draw for a second look, and what supervisors have said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select

from app.board import rules
from app.board.queries import today
from app.board.rules import AuditRule, AuditRules, Closing
from app.board.words import AuditFinding
from app.cases import timeline
from app.cases.models import Case, CaseStep, CaseTask
from app.cases.views import LIST_COLUMNS
from app.cases.visibility import counted_for
from app.catalogue import queries as catalogue_queries
from app.core import clock
from app.core.db import db
from app.core.permissions import Person
from workflows.case_terms import CaseAction, TaskPart, TaskState

Key = tuple[datetime, UUID]  # of a closing among others


@dataclass(frozen=True)
class SecondLook:
    """What a supervisor found at a second look."""

    solved: bool
    by: str
    at: datetime


@dataclass(frozen=True)
class AuditCase:
    """A closing that was drawn: the case, why, and what was found since."""

    case: Row[Any]
    reasons: tuple[AuditRule, ...]
    second_look: SecondLook | None

    @property
    def finding(self) -> AuditFinding:
        """Return how it stands with the second look."""
        if self.second_look is None:
            return AuditFinding.WAITING
        return AuditFinding.PASSED if self.second_look.solved else AuditFinding.FAILED


@dataclass(frozen=True)
class Sample:
    """The closings of some days: how many there were, and those that were drawn.

    What a department judged of its own comes first, then the latest.
    """

    first: date
    last: date
    closings: int
    cases: tuple[AuditCase, ...]

    @property
    def waiting(self) -> tuple[AuditCase, ...]:
        """Return those at which nobody has looked yet."""
        return self.narrowed(AuditFinding.WAITING)

    def narrowed(self, finding: AuditFinding | None = None, rule: str | None = None) -> tuple[AuditCase, ...]:
        """Return those with one finding, or drawn by one rule, or both."""
        return tuple(
            one
            for one in self.cases
            if finding in (None, one.finding) and (rule is None or rule in (each.code for each in one.reasons))
        )


def page(cases: Sequence[AuditCase], after: Key | None, most: int) -> tuple[Sequence[AuditCase], Key | None]:
    """Return those that follow a place among closings drawn, and the place of the page after."""
    place = next((number for number, one in enumerate(cases, 1) if _key(one) == after), None)
    rest = cases[place:] if place else [one for one in cases if after is None or _key(one) < after]
    return rest[:most], _key(rest[most - 1]) if len(rest) > most else None


def _key(one: AuditCase) -> Key:
    return one.case.closed_at, one.case.case_id


def spots_of(cases: Sequence[AuditCase]) -> dict[UUID, list[dict[str, Any]]]:
    """Return how those who checked these closings were on the spot, in their last round; in one statement."""
    checks = (
        select(CaseTask.case_id, CaseTask.spot)
        .join(Case, Case.case_id == CaseTask.case_id)
        .where(
            CaseTask.case_id.in_([one.case.case_id for one in cases]),
            CaseTask.round == Case.round,
            CaseTask.part == TaskPart.CHECK,
            CaseTask.state == TaskState.DONE,
        )
        .order_by(CaseTask.case_id, CaseTask.task)
    )
    spots: dict[UUID, list[dict[str, Any]]] = {}
    for row in db.session.execute(checks):
        spots.setdefault(row.case_id, []).extend([row.spot] if row.spot else [])
    return spots


def rules_in_force() -> AuditRules | None:
    """Return the county's rules; None if it has not set any."""
    return catalogue_queries.made_of(rules.KIND, _rules)


def _rules(document: Mapping[str, Any] | None) -> AuditRules | None:
    return rules.load(document) if document else None


def sample(person: Person, county: AuditRules, day: date | None = None) -> Sample:
    """Return what the rules draw of the closings of one day, or of the last days; in three statements."""
    last = day or today()
    first = day or last - timedelta(days=county.days - 1)
    closed = (
        counted_for(person),
        Case.closed_at >= clock.midnight(first),
        Case.closed_at < clock.midnight(last + timedelta(days=1)),
    )
    listed = select(*LIST_COLUMNS).where(*closed).order_by(Case.closed_at.desc(), Case.case_id.desc())
    cases = db.session.execute(listed).all()
    minutes = _minutes(closed)
    chosen_rows = [(row, county.drawn_by(_closing(row, minutes))) for row in cases]
    chosen = [(row, reasons) for row, reasons in chosen_rows if reasons]
    chosen.sort(key=lambda one: not one[0].own_judged)
    second_looks = _second_looks([row.case_id for row, _ in chosen])
    audit_cases = tuple(AuditCase(row, reasons, second_looks.get(row.case_id)) for row, reasons in chosen)
    return Sample(first, last, len(cases), audit_cases)


def reasons_of(case: Any, county: AuditRules) -> tuple[AuditRule, ...]:
    """Return the rules that draw one case; none while it is open."""
    if case.closed_at is None:
        return ()
    return county.drawn_by(_closing(case, _minutes((Case.case_id == case.case_id,))))


def _closing(case: Any, minutes: Mapping[UUID, int]) -> Closing:
    return Closing(
        case_id=case.case_id,
        day=clock.local(case.closed_at).date(),
        forced=case.ended_how == CaseAction.FORCE_CLOSE,
        self_fixed=case.self_fixed,
        minutes=minutes.get(case.case_id),
        class_code=case.class_code,
        department=case.lead,
        own_judged=bool(case.own_judged),
    )


def _minutes(conditions: Sequence[ColumnElement[bool]]) -> dict[UUID, int]:
    """Return how long the lead took from its signature to its "done", in the last round."""
    done = (
        select(CaseTask.case_id, CaseTask.signed_at, CaseTask.done_at)
        .join(Case, Case.case_id == CaseTask.case_id)
        .where(
            *conditions,
            CaseTask.round == Case.round,
            CaseTask.part == TaskPart.LEAD,
            CaseTask.state == TaskState.DONE,
            CaseTask.signed_at.is_not(None),
            CaseTask.done_at.is_not(None),
        )
        .order_by(CaseTask.case_id, CaseTask.task)
    )
    rows = db.session.execute(done)
    return {row.case_id: int((row.done_at - row.signed_at).total_seconds() // 60) for row in rows}


def _second_looks(case_ids: Sequence[UUID]) -> dict[UUID, SecondLook]:
    """Return the last word of a supervisor on each case since its last closing."""
    statement = (
        select(CaseStep.case_id, CaseStep.data, CaseStep.actor_name, CaseStep.at)
        .join(Case, Case.case_id == CaseStep.case_id)
        .where(
            CaseStep.case_id.in_(case_ids),
            CaseStep.action == CaseAction.SPOT_CHECK,
            CaseStep.round == Case.round,
        )
        .order_by(CaseStep.case_id, CaseStep.seq)
    )
    rows = db.session.execute(statement)
    return {
        row.case_id: SecondLook(bool(timeline.step_data(row.data).get("solved")), row.actor_name, row.at)
        for row in rows
    }
