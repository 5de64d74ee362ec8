"""Tell how a person stands to a case: the relation that a move asks of whoever takes it. Pure."""

from collections.abc import Callable

from app.cases.models import CaseTask
from app.cases.whole import Whole
from app.core.permissions import Assignment, Person, ScopeKind
from workflows.case_terms import Relation, TaskPart
from workflows.engine import Move

Test = Callable[[Whole, Assignment, CaseTask | None], bool]


def stands(whole: Whole, person: Person, move: Move, task: CaseTask | None) -> bool:
    """Tell whether the person holds the move's permission in the relation which the move names."""
    if move.permission is None or person.is_system:
        return person.is_system and move.permission is None
    if not person.may(move.permission):
        return False
    if move.relation in _PERSONAL:
        return _PERSONAL[move.relation](whole, person)
    if move.relation not in _SCOPED:
        return True
    test = _SCOPED[move.relation]
    return any(test(whole, assignment, task) for assignment in person.holding(move.permission))


def standing(whole: Whole, person: Person, task: CaseTask | None) -> Callable[[Move], bool]:
    """Return the test of moves for a person, a case and a task; what many moves ask for is looked at once."""
    known: dict[tuple[str | None, str | None], bool] = {}

    def may(move: Move) -> bool:
        key = move.permission, move.relation
        if key not in known:
            known[key] = stands(whole, person, move, task)
        return known[key]

    return may


def _centre(whole: Whole, held: Assignment, _task: CaseTask | None) -> bool:
    return held.scope_kind == ScopeKind.CENTRE and held.scope_code == whole.case.centre


def _closing_centre(whole: Whole, held: Assignment, _task: CaseTask | None) -> bool:
    return held.scope_kind == ScopeKind.CENTRE and held.scope_code == (whole.case.handed_down_by or whole.case.centre)


def _over_the_grid(whole: Whole, held: Assignment, _task: CaseTask | None) -> bool:
    """Tell whether the person holds it over this ground; a centre is no ground, it has its own cases."""
    return held.scope_kind == ScopeKind.GRID and whole.case.grid_path.startswith(held.scope_path)


def _department(whole: Whole, held: Assignment, task: CaseTask | None) -> bool:
    return (
        task is not None
        and held.scope_kind == ScopeKind.DEPARTMENT
        and task.part != TaskPart.CALLED
        and held.scope_code in (task.department, task.contractor)
        and task in whole.standing_tasks()
    )


def _called(whole: Whole, held: Assignment, task: CaseTask | None) -> bool:
    return (
        task is not None
        and held.scope_kind == ScopeKind.DEPARTMENT
        and task.part == TaskPart.CALLED
        and held.scope_code == task.department
    )


def _sub_contractor(whole: Whole, held: Assignment, _task: CaseTask | None) -> bool:
    within = (task for task in whole.live_tasks() if task.parent is not None)
    return held.scope_kind == ScopeKind.DEPARTMENT and any(task.contractor == held.scope_code for task in within)


def _reporter(whole: Whole, person: Person) -> bool:
    return person.person_id is not None and whole.case.reporter_id == person.person_id


def _named(part: TaskPart) -> Callable[[Whole, Person], bool]:
    def named(whole: Whole, person: Person) -> bool:
        return any(task.handler_id == person.person_id for task in whole.live_tasks(part))

    return named


_SCOPED: dict[str | None, Test] = {
    Relation.CENTRE: _centre,
    Relation.CLOSING_CENTRE: _closing_centre,
    Relation.SUPERVISOR: _over_the_grid,
    Relation.TOWNSHIP: _over_the_grid,
    Relation.COUNTY_LEADER: _over_the_grid,
    Relation.DEPARTMENT: _department,
    Relation.CALLED_DEPARTMENT: _called,
    Relation.SUB_CONTRACTOR: _sub_contractor,
}
_PERSONAL: dict[str | None, Callable[[Whole, Person], bool]] = {
    Relation.REPORTER: _reporter,
    Relation.NAMED_VERIFIER: _named(TaskPart.VERIFY),
    Relation.NAMED_CHECKER: _named(TaskPart.CHECK),
}
KNOWN = frozenset({None, Relation.VIEWER, Relation.SYSTEM, *_SCOPED, *_PERSONAL})  # what a move may ask for
