"""Who sees cases of the workflow `case`: in the database for lists, in memory for one; a test holds both equal.

A person sees: cases in the grid subtree or centre of an assignment that may read; cases with a task of one of their
departments, until that task is returned or stopped; cases that name them to verify, check or handle, while that task
lasts; their own reports. Cases of a confidential class are seen through a grid or centre only by the roles which the
class names. Whoever may read cases nowhere any more sees none, their own included.
"""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from app.cases.confidentiality import is_confidential, is_open_to_all, readable, reads
from app.cases.models import Case, CaseStep, CaseTask
from app.cases.whole import GONE, LIVE, Whole
from app.catalogue import queries as catalogue_queries
from app.core import jobs
from app.core.permissions import Assignment, Permission, Person
from app.grids.levels import subtree_range
from workflows.case import CASE
from workflows.case_terms import CaseAction

_READING = frozenset({Permission.CASE_READ, Permission.CASE_READ_CONFIDENTIAL})
_PLACING = (CaseAction.REPORT, CaseAction.CORRECT, CaseAction.ASSIGN)  # steps that say where a case is, and whose


def shows(whole: Whole, person: Person) -> bool:
    """Tell whether a person sees this case now."""
    case = whole.case
    if not person.may(Permission.CASE_READ):
        return False
    own = case.reporter_id is not None and case.reporter_id == person.person_id
    if own or any(covers(case, held) for held in person.holding(Permission.CASE_READ)):
        return True
    departments = person.departments(Permission.CASE_READ)
    return any(
        (task.state not in GONE and bool(departments & {task.department, task.contractor}))
        or (task.state in LIVE and task.handler_id is not None and task.handler_id == person.person_id)
        for task in whole.tasks
    )


def lists(person: Person) -> ColumnElement[bool]:
    """Return the condition on `cases` that holds for what a person sees."""
    if not person.may(Permission.CASE_READ):
        return false()
    theirs = _of_departments(person)
    ways = [Case.case_id.in_(select(CaseTask.case_id).where(theirs))] if theirs is not None else []
    return _any(person, ways)


def lists_few(person: Person) -> ColumnElement[bool]:
    """Return the same where other conditions leave few cases: it looks at the tasks of these alone.

    As a value and not as EXISTS, which PostgreSQL turns into a list of all that the departments ever had.
    """
    if not person.may(Permission.CASE_READ):
        return false()
    theirs = _of_departments(person)
    if theirs is None:
        return _any(person, [])
    one = select(CaseTask.task).where(CaseTask.case_id == Case.case_id, theirs).limit(1).correlate(Case)
    return _any(person, [one.scalar_subquery().is_not(None)])


def _of_departments(person: Person) -> ColumnElement[bool] | None:
    """Return what holds for the tasks by which a person's departments see cases; None without a department."""
    departments = sorted(person.departments(Permission.CASE_READ))
    if not departments:
        return None
    mine = or_(CaseTask.department.in_(departments), CaseTask.contractor.in_(departments))
    return and_(mine, CaseTask.state.not_in(GONE))


def _any(person: Person, ways: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return the condition that a person sees a case by what they hold, in one of some ways, or by themselves."""
    every = [*(_within(held) for held in person.holding(Permission.CASE_READ)), *ways]
    every += _personal(person.person_id) if person.person_id is not None else []
    return or_(*every) if every else false()


def once_visible_to(person: Person) -> ColumnElement[bool]:
    """Return the condition on `cases` that holds, at least, for what a person has ever seen by what they hold now.

    Tasks tell whose a case was; steps tell in which grids it lay, and which contractors worked on it, before that was
    overwritten. A step without data (erased) tells nothing.
    """
    departments = sorted(person.departments())
    mine: list[ColumnElement[bool]] = [CaseTask.handler_id == person.person_id]
    mine += [CaseTask.department.in_(departments), CaseTask.contractor.in_(departments)] if departments else []
    marks = [f'"grid_path":"{held.scope_path}' for held in person.assignments if held.on_ground]
    marks += [f'"contractor":"{code}"' for code in departments]
    clauses = [CaseStep.data.contains(mark, autoescape=True) for mark in sorted(set(marks))]
    ways: list[ColumnElement[bool]] = [Case.case_id.in_(select(CaseTask.case_id).where(or_(*mine)))]
    if clauses:
        lay_there = exists().where(CaseStep.case_id == Case.case_id, CaseStep.action.in_(_PLACING), or_(*clauses))
        ways.append(lay_there & ~_hidden_from_the_first(person))
    return and_(Case.workflow == CASE.name, or_(*ways))


def _hidden_from_the_first(person: Person) -> ColumnElement[bool]:
    """Return the condition that a case was reported under a class whose cases this person may never have read."""
    held = [one for one in person.assignments if one.on_ground]
    secret = sorted(catalogue_queries.readers())  # those made milder too: their flagged cases stay hidden
    unread = [code for code in secret if not any(_reads(one, code) for one in held)]
    named = [CaseStep.data.contains(f'"class":"{code}"', autoescape=True) for code in unread]
    return exists().where(CaseStep.case_id == Case.case_id, CaseStep.seq == 1, or_(*named)) if named else false()


def scope_mark(person: Person) -> str:
    """Return a digest of all that decides what a person sees, beside the cases themselves."""
    held = sorted(
        (one.role, str(one.scope_kind), one.scope_path, one.scope_code, sorted(one.permissions & _READING))
        for one in person.assignments
    )
    roles = {one.role for one in person.assignments}
    confidential = [sorted(catalogue_queries.catalogue().readers), *map(readable, sorted(roles))]
    # what was read while the clock was ahead may lie before what changed since: it is read anew, whenever that is
    times = (jobs.times_set_back(),) if jobs.times_set_back() else ()
    return hashlib.sha256(repr((held, confidential, *times)).encode()).hexdigest()[:16]


def _personal(person_id: UUID) -> list[ColumnElement[bool]]:
    named = select(CaseTask.case_id).where(CaseTask.handler_id == person_id, CaseTask.state.in_(LIVE))
    return [Case.reporter_id == person_id, Case.case_id.in_(named)]


def covers(case: Any, held: Assignment) -> bool:
    """Tell whether a case (or row of one) lies on the ground where something is held, and may be read there."""
    if not held.on_ground or not case.grid_path.startswith(held.scope_path):
        return False
    return not is_confidential(case) or _reads(held, case.class_code)


def _within(held: Assignment) -> ColumnElement[bool]:
    if not held.on_ground:
        return false()
    low, high = subtree_range(held.scope_path)
    inside: Any = (Case.grid_path >= low) & (Case.grid_path < high)
    if Permission.CASE_READ_CONFIDENTIAL in held.permissions:
        return inside
    theirs = readable(held.role)
    return inside & (or_(is_open_to_all(), Case.class_code.in_(theirs)) if theirs else is_open_to_all())


def _reads(held: Assignment, class_code: str | None) -> bool:
    return Permission.CASE_READ_CONFIDENTIAL in held.permissions or reads(held.role, class_code)
