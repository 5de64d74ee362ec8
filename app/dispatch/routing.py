"""Dispatch by the class's routing rule, where the county has said so; and suggest it where a dispatcher decides."""

from uuid import UUID, uuid5

from app.cases import limits
from app.cases import service as cases
from app.cases.models import Case
from app.cases.turn import read_case
from app.catalogue.lookups import Target, route_for
from app.core.outbox import Owed
from app.core.permissions import SYSTEM
from app.departments.queries import directory
from app.grids.levels import Level
from app.grids.queries import grid_tree
from workflows.case_terms import CaseAction


def target_of(case: Case) -> Target | None:
    """Return who should handle a case: its class's route, else the township (无责任主体), else nobody."""
    node = grid_tree().at_level(case.grid, Level.TOWNSHIP)
    township = node.code if node else None
    rules = limits.class_of(case)
    found = rules and route_for(
        rules, level=case.level, area=case.area_class, township=township, condition=case.condition
    )
    if found:
        return found
    fallback = directory().township_of(case.grid)
    return Target(fallback.code) if fallback else None


def dispatch_by_rule(owed: Owed) -> None:
    """Dispatch a filed case of a class that says `auto_dispatch`; nothing if it has moved on."""
    case = read_case(UUID(owed.payload["case_id"]), lock=True)
    target = target_of(case) if case else None
    rules = limits.class_of(case) if case else None
    if case is None or target is None or rules is None or not rules.auto_dispatch or case.state != "filed":
        return
    data = {"lead": target.lead, "assist": list(target.assist)} if target.assist else {"lead": target.lead}
    cases.act(case.case_id, CaseAction.DISPATCH, SYSTEM, data, uuid5(case.case_id, f"route:{case.seq}"))
