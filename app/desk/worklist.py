"""List cases as a desk works through them: what ends first stands first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from app.cases import queries
from app.cases.models import Case, CaseLink
from app.cases.views import LIST_COLUMNS
from app.cases.visibility import visible_among_few, visible_to
from app.core import paging
from app.core.db import db
from app.core.permissions import Person
from workflows.case_terms import LinkKind
from workflows.queue_terms import CaseQueue

# queues in which one looks how others come on
WATCHED = frozenset(
    {
        CaseQueue.MY_REPORTS, CaseQueue.VERIFYING, CaseQueue.DEFERRED, CaseQueue.SENDER_ASKED, CaseQueue.SUB_GIVEN,
    }
)  # fmt: skip
KEYS_AT_ONCE = 1_000  # of a whole list: more of them in one answer would take the room of the rows
_ENDS: Any = func.coalesce(Case.due_at, Case.case_due_at)


@dataclass(frozen=True)
class WorklistKey:
    """Where a case stands in the order: by its end, those without one last."""

    ends: datetime | None
    case_id: UUID


@dataclass(frozen=True)
class Worklist:
    """Rows of some cases, and where the next page begins; `of_parts` when they end with somebody's own part in them."""

    items: Sequence[Row[Any]]
    next: WorklistKey | None
    of_parts: bool = False


def worklist(person: Person, filters: Mapping[str, Any], after: WorklistKey | None, limit: int) -> Worklist:
    """Return cases that the person sees and that the filters let through, what ends first first."""
    ends = _ends(person, filters)
    wanted = [*_wanted(person, filters), *([_after(after, ends)] if after else [])]
    columns: tuple[Any, ...] = (*LIST_COLUMNS, ends.label("ends"))
    listed = select(*columns).where(*wanted)
    ordered = listed.order_by(*_order(ends)).limit(limit + 1)
    rows = db.session.execute(ordered).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return Worklist(rows[:limit], WorklistKey(last.ends, last.case_id) if last else None, ends is not _ENDS)


def every(person: Person, filters: Mapping[str, Any], most: int) -> Sequence[UUID]:
    """Return which cases stand in a whole list, in its order."""
    ordered = select(Case.case_id).where(*_wanted(person, filters)).order_by(*_order(_ends(person, filters)))
    ordered = ordered.limit(most)
    return list(db.session.scalars(ordered.execution_options(yield_per=KEYS_AT_ONCE)))


def _ends(person: Person, filters: Mapping[str, Any]) -> Any:
    """Return when a case ends for whoever looks: the limit of their own part in it, or the nearest that runs."""
    own = queries.ends_of_queue(person, filters.get("queue"))
    return _ENDS if own is None else own


def own_ends(person: Person, queue: str | None, case_ids: Sequence[UUID]) -> Mapping[UUID, datetime | None] | None:
    """Return when a person's own part in some cases of a queue ends; None where the limits of the case count."""
    own = queries.ends_of_queue(person, queue)
    if own is None:
        return None
    rows = db.session.execute(select(Case.case_id, own.label("ends")).where(Case.case_id.in_(case_ids)))
    return {row.case_id: row.ends for row in rows}


def _order(ends: Any) -> tuple[Any, ...]:
    return ends.is_(None), ends, Case.case_id


def _wanted(person: Person, filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    few = filters.get("queue") or filters.get("mine")
    wanted = [(visible_among_few if few else visible_to)(person), *queries.conditions(person, filters)]
    return [*wanted, _waits_for(person)] if filters.get("mine") else wanted


def _waits_for(person: Person) -> ColumnElement[bool]:
    """Return the condition that a case waits for a step of this person now, and not for somebody else's."""
    every = {name: each for name, (_, each) in queries.conditions_of_queues(person).items()}
    return or_(*(each for name, each in every.items() if name not in WATCHED), Case.case_id.is_(None))


def _after(place: WorklistKey, ends: Any) -> ColumnElement[bool]:
    if place.ends is None:
        return and_(ends.is_(None), Case.case_id > place.case_id)
    same = and_(ends == place.ends, Case.case_id > place.case_id)
    return or_(ends > place.ends, same, ends.is_(None))


def following(person: Person, filters: Mapping[str, Any], place: WorklistKey) -> UUID | None:
    """Return the case to do next: the one after a place, else the first that is left."""
    for after in (place, None):
        next_rows = worklist(person, filters, after, 2).items
        others = [row.case_id for row in next_rows if row.case_id != place.case_id]
        if others:
            return UUID(str(others[0]))
    return None


def place_of(case: Case, person: Person, filters: Mapping[str, Any]) -> WorklistKey:
    """Return where a case stands in the order of a list."""
    own = queries.ends_of_queue(person, filters.get("queue"))
    if own is not None:
        return WorklistKey(db.session.scalar(select(own).where(Case.case_id == case.case_id)), case.case_id)
    return WorklistKey(case.due_at or case.case_due_at, case.case_id)


def write(place: WorklistKey) -> str:
    """Write a place as the cursor of a page."""
    return paging.encode(place.ends, place.case_id)


def read(cursor: str) -> WorklistKey:
    """Read a cursor; raise CursorInvalid."""
    ends, case_id = paging.decode(cursor, 2)
    return WorklistKey(None if ends is None else paging.moment(ends), paging.identity(case_id))


@dataclass(frozen=True)
class LinkedCase:
    """Another case that hangs together with one; `turned` when the link was made from there."""

    case_id: UUID
    number: str
    state: str  # of whichever workflow
    kind: LinkKind
    turned: bool


def linked(case_id: UUID, person: Person) -> list[LinkedCase]:
    """Return the cases linked with one, as far as the person sees them."""
    there = (CaseLink.case_id == case_id) & (Case.case_id == CaseLink.other)
    here = (CaseLink.other == case_id) & (Case.case_id == CaseLink.case_id)
    columns = (Case.case_id, Case.number, Case.state, CaseLink.kind, (CaseLink.other == case_id).label("turned"))
    statement = (
        select(*columns)
        .join(CaseLink, or_(there, here))
        .where(CaseLink.ended_at.is_(None), visible_to(person))
        .order_by(CaseLink.made_at, Case.case_id)
    )
    return [
        LinkedCase(row.case_id, row.number, row.state, LinkKind.of(row.kind), bool(row.turned))
        for row in db.session.execute(statement)
    ]
