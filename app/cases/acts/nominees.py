"""Name whoever shall verify or check: in a fixed order, passing over the absent and those who must not, or not read it.

Order: the full-time worker of the grid, a part-time one (the substitute), the full-time workers of neighbouring grids
(the longest common border first), the head of the grid (网格长), an inspector. Where only a village or what lies above
is known, those of all its grids.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from app.cases.acts.facts import checker_facts, registered_for_another
from app.cases.models import Case
from app.cases.turn import Turn
from app.cases.visibility import may_see
from app.cases.whole import Whole
from app.core.permissions import Person
from app.grids.levels import Duty, Level
from app.grids.queries import grid_tree, serving
from app.identity import queries as identity
from workflows.case_terms import CasePermission


def name_checker(turn: Turn, passed_over: Collection[UUID] = ()) -> UUID | None:
    """Return who shall check: the first who may, and who did no part of the work."""
    people = checkers(turn, _readers(turn, CasePermission.CHECK))
    return next((one.person_id for one in people if one.person_id not in passed_over), None)


def name_verifier(turn: Turn) -> UUID | None:
    """Return who shall verify: the first present, who is not whoever registered it for another and now sends."""
    return next((one.person_id for one in verifiers(turn, turn.person, _readers(turn, CasePermission.FIND))), None)


def checkers(whole: Whole, people: Sequence[Person]) -> list[Person]:
    """Return those of these people who may check."""
    allowed = checker_facts(whole, people)
    return [one for one in people if one.person_id and allowed.get(one.person_id)]


def verifiers(whole: Whole, sender: Person, people: Sequence[Person]) -> list[Person]:
    """Return whom the sender may send of these people: not himself, where he registered the case for another."""
    barred = sender.person_id if registered_for_another(whole, sender) else None
    return [one for one in people if one.person_id != barred]


def candidates(case: Case, permission: CasePermission) -> list[Person]:
    """Return those present who hold the permission, in the order in which they are asked."""
    order = _roster_order(case)
    inspectors = identity.holders(permission, case.grid_path)
    people = identity.present([*order, *(one for one in inspectors if one not in order)])
    return [person for person in people if person.may(permission)]


def _readers(turn: Turn, permission: CasePermission) -> list[Person]:
    """Return the candidates, of a confidential case only those who see it anyhow: others are named by people."""
    people = candidates(turn.case, permission)
    return [person for person in people if may_see(turn, person)] if turn.case.confidential else people


def _roster_order(case: Case) -> list[UUID]:
    tree = grid_tree()
    known = tree.at_level(case.grid, Level.GRID)
    own = {known.code} if known else {node.code for node in tree.within(case.grid) if node.level == Level.GRID}
    beside = [node.code for node in tree.neighbours(known.code)] if known else []
    served = serving([*own, *beside], (Duty.FULL_TIME, Duty.PART_TIME, Duty.CHIEF))
    rank = {code: place for place, code in enumerate(beside)}

    def place(code: str, duty: Duty) -> tuple[int, int] | None:
        if code in own:
            return {Duty.FULL_TIME: (0, 0), Duty.PART_TIME: (1, 0), Duty.CHIEF: (3, 0)}.get(duty)
        return (2, rank[code]) if duty == Duty.FULL_TIME else None

    placed = [(place(each.grid, each.duty), each.person_id) for each in served]
    ordered = sorted(((where, person_id) for where, person_id in placed if where), key=lambda pair: pair[0])
    return list(dict.fromkeys(person_id for _, person_id in ordered))
