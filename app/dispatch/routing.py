"""Dispatch by the class's routing rule, where the county has said so; and suggest it where a dispatcher decides."""

from collections.abc import Iterable
from uuid import UUID, uuid5

from app.cases import queries
from app.cases import service as cases
from app.cases.clocks import case_chains, case_limits
from app.cases.confidentiality import is_confidential
from app.cases.models import Case
from app.cases.whole import lock_case
from app.catalogue.documents import Target
from app.catalogue.lookups import department_of, routes_for
from app.core.outbox import ClaimedEffect
from app.core.permissions import SYSTEM, Person
from app.departments.queries import directory
from app.dispatch.handling import without
from app.grids.levels import Level
from app.grids.queries import grid_tree
from app.objects import queries as objects
from workflows.case_terms import CaseAction, CasePermission, CaseState


def target_of(case: Case) -> Target | None:
    """Return the codes of who should handle a case.

    That is who leads by its grade of risk, who sees to its object, whom the routes of its class name, the township
    (无责任主体), in this order. A department that does not exist here, or not any more, is passed over: what comes next
    has its turn.
    """
    node = grid_tree().at_level(case.grid, Level.TOWNSHIP)
    township = node.code if node else None
    rules = case_limits.class_of(case)
    grade = rules.grade(case.colour) if rules else None
    if grade and (lead := _existing(grade.lead, township)):
        return _target(lead, (_existing(each, township) for each in grade.assist))
    keeper = _keeper(case)
    place = {"level": case.level, "area": case.area_class, "township": township, "condition": case.condition}
    village = grid_tree().at_level(case.grid, Level.VILLAGE)
    place["village"] = village.code if village else None
    for route in routes_for(rules, **place) if rules else ():
        if lead := keeper or case_chains.existing(route.lead):
            return _target(lead, (case_chains.existing(each) for each in route.assist))
    if keeper:
        return Target(keeper)
    fallback = directory().township_of(township) if township else None
    return Target(fallback.code) if fallback else None


def _keeper(case: Case) -> str | None:
    """Return the department that sees to the object of a case and has somebody to sign; none of a confidential case.

    Only kinds of which the county says so lead to their keepers: whom a complaint is about shall not handle it.
    """
    if case.object_id is None or is_confidential(case):
        return None
    codes = [code for one in objects.keepers(case.object_id, case.class_code) if (code := case_chains.existing(one))]
    absent = without(CasePermission.SIGN, codes) if codes else set()
    return next((code for code in codes if code not in absent), None)


def _existing(word: str, township: str | None) -> str | None:
    """Return the department that a word of a grade means and that may lead now."""
    named = department_of(word, township)
    return case_chains.existing(named) if named else None


def _target(lead: str, assist: Iterable[str | None]) -> Target:
    return Target(lead, tuple(code for code in dict.fromkeys(assist) if code and code != lead))


def suggestion(case_id: UUID, person: Person) -> Target | None:
    """Return who should handle a case that the person sees; raise CaseNotFound."""
    return preset(queries.whole(case_id, person).case)


def preset(case: Case) -> Target | None:
    """Return who should handle a case as far as they can sign for it: a form offers nobody to whom nothing is sent."""
    target = target_of(case)
    absent = without(CasePermission.SIGN, [target.lead, *target.assist]) if target else set()
    if target is None or target.lead in absent:
        return None
    return Target(target.lead, tuple(code for code in target.assist if code not in absent))


def goes_by_rule(case: Case) -> bool:
    """Tell whether the county lets the routing rule dispatch cases of this class."""
    rules = case_limits.class_of(case)
    return rules is not None and rules.auto_dispatch


def dispatch_by_rule(owed: ClaimedEffect) -> None:
    """Dispatch a case as it was filed; nothing if it has moved on, or if nobody is found: then a dispatcher decides."""
    case = lock_case(UUID(owed.payload["case_id"]))
    if case is None or case.state != CaseState.FILED or case.turned_seq > owed.payload["seq"]:
        return
    target = target_of(case)
    if target is None or not goes_by_rule(case) or without(CasePermission.SIGN, [target.lead, *target.assist]):
        return
    data = {"lead": target.lead, "assist": list(target.assist)} if target.assist else {"lead": target.lead}
    cases.act(case.case_id, CaseAction.DISPATCH, SYSTEM, data, uuid5(case.case_id, f"route:{owed.payload['seq']}"))
