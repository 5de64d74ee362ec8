"""Keep who judges apart from the departments that did the work; a county may loosen that, and the step says so.

Loosened, somebody of a department may judge what it handled, but never where he took a handling step himself: the rule
that one person does not both handle and judge stands whatever the county decides.
"""

from app.cases.models import CaseTask
from app.cases.turn import Turn
from app.cases.whole import Whole
from app.catalogue import queries as catalogue_queries
from app.core import clock
from app.core.permissions import Person, ScopeKind
from workflows import case as machine
from workflows.case_terms import Relation
from workflows.engine import Move

# Holding one of these in a department is holding a handling role there (roster duties give none of them).
HANDLING_PERMISSIONS = frozenset(
    move.permission for move in machine.MOVES if move.relation in (Relation.DEPARTMENT, Relation.CALLED_DEPARTMENT)
)
DECISION = "judged_by_decision"  # in the data of a step: the decision of the county by which it was allowed
_OF_TASK = frozenset({"department_does_not_decide"})
_OF_ROUND = frozenset({"department_does_not_check", "department_does_not_close"})


def handles_for(person: Person, *tasks: CaseTask) -> bool:
    """Tell whether the person has a handling role in a department, or with a contractor, of one of these tasks."""
    involved = {code for task in tasks for code in (task.department, task.contractor) if code}
    return any(
        held.scope_kind == ScopeKind.DEPARTMENT
        and held.scope_code in involved
        and not held.permissions.isdisjoint(HANDLING_PERMISSIONS)
        for held in person.assignments
    )


def barred_from_round(whole: Whole, person: Person) -> bool:
    """Tell whether the person may not judge the work of this round, since it is that of a department of theirs."""
    return _barred(whole, person, *_of_round(whole))


def barred_from_task(whole: Whole, person: Person, task: CaseTask) -> bool:
    """Tell whether the person may not decide what a task asks for, since its department is theirs."""
    return _barred(whole, person, task)


def note(turn: Turn, move: Move) -> None:
    """Let a step say by which decision somebody judges the work of his own department, and mark the case for audit."""
    tasks = [turn.task] if turn.task and _OF_TASK.intersection(move.guards) else []
    tasks = _of_round(turn) if _OF_ROUND.intersection(move.guards) else tasks
    decision = catalogue_queries.catalogue().judging_own(clock.local(turn.moment()).date()) if tasks else None
    if decision and handles_for(turn.person, *tasks):
        turn.data = turn.data | {DECISION: decision.decision}
        turn.case.own_judged = True


def _barred(whole: Whole, person: Person, *tasks: CaseTask) -> bool:
    if not handles_for(person, *tasks):
        return False
    loosened = catalogue_queries.catalogue().judging_own(clock.local(whole.moment()).date())
    return loosened is None or took_part(whole, person)


def took_part(whole: Whole, person: Person) -> bool:
    """Tell whether the person took a step for a department, in any round."""
    if person.is_system:
        return False
    own = (step for step in whole.past if step.actor_id == person.person_id)
    return any(machine.is_handling(step.action, step.on_behalf_of) for step in own)


def _of_round(whole: Whole) -> list[CaseTask]:
    return [task for task in whole.tasks if task.round == whole.case.round]
