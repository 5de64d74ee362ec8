"""List supervision orders (督办单), the newest first, of the cases that a person sees; a drill has none here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_

from app.cases.models import Case, CaseClock, CaseSupervision
from app.cases.views import Names
from app.cases.visibility import in_counted_case
from app.core import clock
from app.core.db import db
from app.core.permissions import Person
from app.desk.ticket_views import OrderView, orders
from workflows.case_terms import ClockResult
from workflows.ticket_terms import OrderState

OrderKey = tuple[datetime, UUID, int]  # when it was issued, of which case, which of its orders
LATE = "late"
_KEY = (CaseSupervision.issued_at, CaseSupervision.case_id, CaseSupervision.n)
_CASE = (Case.case_id, Case.number, Case.state, Case.workflow, Case.class_code, Case.catalogue_version, Case.lead)


@dataclass(frozen=True)
class ListedOrder:
    """An order with what a list shows of its case."""

    order: OrderView
    case_id: UUID
    case_number: str
    class_name: Any
    lead: str
    key: OrderKey


def page(
    person: Person, show: str | None, after: OrderKey | None, limit: int
) -> tuple[list[ListedOrder], OrderKey | None]:
    """Return orders, and where the next page begins."""
    rest = [tuple_(*_KEY) < tuple_(*after)] if after else []
    rows = _read(person, [*_shown_by(show), *rest], limit + 1)
    return rows[:limit], rows[limit - 1].key if len(rows) > limit else None


def every(person: Person, filters: Mapping[str, Any], most: int) -> Sequence[OrderKey]:
    """Return the keys of a whole list."""
    chosen = _of_cases(select(*_KEY)).where(_seen(person), *_shown_by(filters.get("show")))
    return [
        (row.issued_at, row.case_id, row.n)
        for row in db.session.execute(chosen.order_by(*(one.desc() for one in _KEY)).limit(most))
    ]


def some(person: Person, keys: Sequence[OrderKey]) -> Iterator[ListedOrder]:
    """Yield those of some orders whose case the person sees now, in the order given."""
    by_key = {one.key: one for one in _read(person, [tuple_(*_KEY[1:]).in_([key[1:] for key in keys])], len(keys))}
    return (by_key[key] for key in keys if key in by_key)


def _read(person: Person, conditions: Sequence[ColumnElement[bool]], limit: int) -> list[ListedOrder]:
    chosen = _of_cases(select(CaseSupervision, CaseClock, *_CASE)).where(_seen(person), *conditions)
    ordered = chosen.order_by(*(one.desc() for one in _KEY)).limit(limit)
    rows, names = db.session.execute(ordered).all(), Names()
    views = orders([(row[0], row[1]) for row in rows])
    return [_listed(row, view, names) for row, view in zip(rows, views, strict=True)]


def _seen(person: Person) -> ColumnElement[bool]:
    return in_counted_case(person, CaseSupervision.case_id)


def _of_cases(chosen: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join to supervision orders their cases, and their clocks where they have one."""
    own = and_(CaseClock.case_id == CaseSupervision.case_id, CaseClock.clock == CaseSupervision.clock)
    return chosen.join(Case, Case.case_id == CaseSupervision.case_id).outerjoin(CaseClock, own)


def _listed(row: Any, view: OrderView, names: Names) -> ListedOrder:
    rules, lead = names.class_of(row), names.department(row.lead)
    key = (row[0].issued_at, row[0].case_id, row[0].n)
    return ListedOrder(view, row.case_id, row.number, rules.name if rules else None, lead["name"] if lead else "", key)


def _is_late(now: datetime) -> ColumnElement[bool]:
    """Tell in SQL what `is_late` of `clock_states.py` does."""
    late = func.coalesce(CaseClock.result == ClockResult.LATE, false())
    return or_(CaseClock.overdue, late, and_(CaseClock.stopped_at.is_(None), CaseClock.due_at < now))


def _shown_by(show: str | None) -> list[ColumnElement[bool]]:
    lifted, answered = CaseSupervision.lifted_at.is_not(None), CaseSupervision.replied_at.is_not(None)
    conditions = {
        OrderState.WAITING: and_(~lifted, ~answered),
        OrderState.ANSWERED: and_(~lifted, answered),
        OrderState.LIFTED: lifted,
        LATE: and_(~lifted, ~answered, _is_late(clock.now())),
    }
    return [conditions[show]] if show else []
