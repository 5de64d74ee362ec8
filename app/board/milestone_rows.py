"""List milestones (节点) of the cases that a person sees, what ends first first; count those that run by department."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select, tuple_

from app.cases.clocks.answerable import Answerable
from app.cases.clocks.clock_states import ENDED_LATE, MilestoneState, milestone_state
from app.cases.models import Case, CaseClock
from app.cases.views import Names
from app.cases.visibility import in_counted_case
from app.core import clock
from app.core.db import db
from app.core.permissions import Person
from app.departments.queries import directory
from workflows.case_terms import ClockResult

MilestoneKey = tuple[datetime, UUID, int]  # when it ends, of which case, which of its clocks
_KEY = (CaseClock.due_at, CaseClock.case_id, CaseClock.clock)
_CASE = (Case.number, Case.state, Case.workflow, Case.class_code, Case.catalogue_version)
_MILESTONE = CaseClock.milestone.is_not(None)
_RUNNING = and_(_MILESTONE, CaseClock.stopped_at.is_(None))
# older versions gave no result to what was past due when a correction or a forced end stopped it
_UNJUDGED = CaseClock.result == ClockResult.NONE
_WAS_PAST_DUE = CaseClock.due_at < func.coalesce(CaseClock.paused_at, CaseClock.stopped_at)


@dataclass(frozen=True)
class DepartmentCount:
    """How many milestones run at a department, and how many of these are late."""

    code: str
    name: str
    running: int
    late: int


@dataclass(frozen=True)
class ListedMilestone:
    """A milestone with what a list shows of its case."""

    case_id: UUID
    case_number: str
    class_name: Any
    department: str
    text: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    state: MilestoneState
    key: MilestoneKey


def counts(person: Person) -> list[DepartmentCount]:
    """Count what runs, by department, where most is late first; in one statement."""
    late = func.count(case((_late(), 1)))
    counted = select(CaseClock.answerable, func.count(), late).where(_seen(person), _RUNNING)
    rows = db.session.execute(counted.group_by(CaseClock.answerable))
    codes = ((Answerable.read(row[0]).code, *row[1:]) for row in rows)
    every = [DepartmentCount(code, directory().name_of(code), running, late) for code, running, late in codes]
    return sorted(every, key=lambda one: (-one.late, -one.running, one.code))


def page(
    person: Person, filters: Mapping[str, Any], after: MilestoneKey | None, limit: int
) -> tuple[list[ListedMilestone], MilestoneKey | None]:
    """Return milestones, and where the next page begins."""
    rest = [tuple_(*_KEY) > tuple_(*after)] if after else []
    rows = _read(person, [*_conditions(filters), *rest], limit + 1)
    return rows[:limit], rows[limit - 1].key if len(rows) > limit else None


def every(person: Person, filters: Mapping[str, Any], most: int) -> Sequence[MilestoneKey]:
    """Return the keys of a whole list."""
    chosen = select(*_KEY).where(_seen(person), _MILESTONE, *_conditions(filters)).order_by(*_KEY).limit(most)
    return [(row.due_at, row.case_id, row.clock) for row in db.session.execute(chosen)]


def some(person: Person, keys: Sequence[MilestoneKey]) -> Iterator[ListedMilestone]:
    """Yield those of some milestones whose case the person sees now, in the order given, wherever they end by now."""
    named = tuple_(*_KEY[1:]).in_([key[1:] for key in keys])
    by_key = {one.key[1:]: one for one in _read(person, [named], len(keys))}
    return (by_key[key[1:]] for key in keys if key[1:] in by_key)


def _read(person: Person, conditions: Sequence[ColumnElement[bool]], limit: int) -> list[ListedMilestone]:
    chosen = select(CaseClock, *_CASE).join(Case, Case.case_id == CaseClock.case_id)
    ordered = chosen.where(_seen(person), _MILESTONE, *conditions).order_by(*_KEY).limit(limit)
    names, now = Names(), clock.now()
    return [_listed(row, names, now) for row in db.session.execute(ordered)]


def _seen(person: Person) -> ColumnElement[bool]:
    return in_counted_case(person, CaseClock.case_id)


def _listed(row: Any, names: Names, now: datetime) -> ListedMilestone:
    one, rules = row[0], names.class_of(row)
    return ListedMilestone(
        case_id=one.case_id,
        case_number=row.number,
        class_name=rules.name if rules else None,
        department=directory().name_of(Answerable.read(one.answerable).code),
        text=one.text or "",
        started_at=one.started_at,
        due_at=one.due_at,
        stopped_at=one.stopped_at,
        state=milestone_state(one, one.reached, now),
        key=(one.due_at, one.case_id, one.clock),
    )


def _late() -> ColumnElement[bool]:
    """Return the condition that time is over for what runs; what stands still has used none since its pause."""
    return CaseClock.due_at < func.coalesce(CaseClock.paused_at, clock.now())


def _conditions(filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return what a list asks; those that run hold the late ones among them."""
    is_late = CaseClock.result == ClockResult.LATE
    ended_late = {state: and_(is_late, CaseClock.reached.is_(reached)) for reached, state in ENDED_LATE.items()}
    conditions = {
        MilestoneState.RUNNING: _RUNNING,
        MilestoneState.LATE: and_(_RUNNING, _late()),
        MilestoneState.REACHED: CaseClock.result == ClockResult.IN_TIME,
        MilestoneState.DROPPED: and_(_UNJUDGED, not_(_WAS_PAST_DUE)),
        **ended_late,
        MilestoneState.MISSED: or_(ended_late[MilestoneState.MISSED], and_(_UNJUDGED, _WAS_PAST_DUE)),
    }
    chosen = [conditions[MilestoneState.of(filters["show"])]] if filters.get("show") else []
    department = filters.get("department")
    return [*chosen, CaseClock.answerable == str(Answerable.department(department))] if department else chosen
