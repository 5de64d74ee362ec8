"""Who sees which case: its own procedure says so. Lists and counts are of one workflow, by default `case`."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from app.cases.models import Case
from app.cases.protocol import DEFAULT, all_tables, table_of
from app.cases.whole import Whole
from app.core.permissions import Person

IN_EARNEST = ~Case.drill  # of what is counted: whatever makes a statistic of cases asks for it


def may_see(whole: Whole, person: Person) -> bool:
    """Tell whether a person sees this case now."""
    return person.is_system or table_of(whole.case.workflow).shows(whole, person)


def visible_to(person: Person, workflow: str = DEFAULT) -> ColumnElement[bool]:
    """Return the condition on `cases` that holds for what a person sees of a workflow."""
    return and_(Case.workflow == workflow, table_of(workflow).lists(person))


def counted_for(person: Person, workflow: str = DEFAULT) -> ColumnElement[bool]:
    """Return the condition on `cases` that holds for what a person sees and statistics count: no drill is."""
    return and_(visible_to(person, workflow), IN_EARNEST)


def drills_for(person: Person, workflow: str = DEFAULT) -> ColumnElement[bool]:
    """Return the condition on `cases` that holds for the drills that a person sees: what no statistic counts."""
    return and_(visible_to(person, workflow), Case.drill)


def visible_among_few(person: Person, workflow: str = DEFAULT) -> ColumnElement[bool]:
    """Return the same condition for statements in which others leave few cases, as a queue does."""
    table = table_of(workflow)
    return and_(Case.workflow == workflow, (table.lists_few or table.lists)(person))


def in_visible_case(person: Person, case_id: Any) -> ColumnElement[bool]:
    """Return the condition that what belongs to a case is of a visible one: asked row by row.

    So lists in an order of their own follow an index of theirs, however many cases there have been.
    """
    own = select(Case.seq).where(Case.case_id == case_id, visible_among_few(person))
    return own.correlate(case_id.class_).scalar_subquery().is_not(None)


def in_counted_case(person: Person, case_id: Any) -> ColumnElement[bool]:
    """Return the condition that what belongs to a case is of a visible one that statistics count: asked row by row."""
    own = select(Case.seq).where(Case.case_id == case_id, visible_among_few(person), IN_EARNEST)
    return own.correlate(case_id.class_).scalar_subquery().is_not(None)


def visible_at_all(person: Person) -> ColumnElement[bool]:
    """Return the condition on `cases` that holds for what a person sees, of whatever workflow."""
    return or_(*(visible_to(person, table.procedure.workflow.name) for table in all_tables()))
