"""Name whoever shall verify or check: in a fixed order, passing over the absent and those who must not, or not read it.

Order: the full-time worker of the grid, a part-time one (the substitute), the full-time workers of neighbouring grids
(the longest common border first), the head of the grid (网格长), an inspector. Where only a village or what lies above
is known, those of all its grids. What is checked by phone is checked at the centre, by who may call back and see the
number.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.cases.acts.facts import check_kind, checker_fault, registered_for_another, sender_of
from app.cases.confidentiality import is_confidential
from app.cases.turn import Turn
from app.cases.visibility import may_see
from app.cases.whole import Whole
from app.core.permissions import Permission, Person, ScopeKind
from app.grids.levels import Duty, Level
from app.grids.queries import grid_tree, serving
from app.identity import queries as identity
from workflows.case_facts import CandidateFault
from workflows.case_terms import CaseAction, CasePermission, CheckKind, TaskPart

ON_GROUND: Mapping[TaskPart, CasePermission] = {
    TaskPart.VERIFY: CasePermission.FIND,
    TaskPart.CHECK: CasePermission.CHECK,
}
BY_PHONE = (CasePermission.CALL_BACK, Permission.CITIZEN_REVEAL)  # all of them, to check so


def name(turn: Turn, part: TaskPart) -> UUID | None:
    """Return who shall verify or check: the first present who may; nobody when nobody was found."""
    people = nominees(turn, turn.person.person_id if turn.action == CaseAction.VERIFY else sender_of(turn), part)
    # of a confidential case only those who see it anyhow: others are named by people
    return next((one.person_id for one in people if may_read(turn, one)), None)


def may_read(whole: Whole, person: Person) -> bool:
    """Tell whether the system may name somebody as far as secrecy goes: who sees a confidential case unnamed, too."""
    unnamed = [task for task in whole.tasks if task.part not in ON_GROUND]
    return not is_confidential(whole.case) or may_see(Whole(whole.case, unnamed, [], []), person)


def nominees(whole: Whole, sender: UUID | None, part: TaskPart) -> list[Person]:
    """Return who may be named, the first to be asked first; to verify not the sender who registered it for another."""
    people = candidates(whole, part)
    if part == TaskPart.CHECK:
        return [one for one in people if checker_fault(whole, one) is None]
    return [one for one in people if one.person_id != sender or not registered_for_another(whole, sender)]


def candidates(whole: Whole, part: TaskPart) -> list[Person]:
    """Return those present who hold what it takes, in the order in which they are asked."""
    people = identity.present(order(whole, part))
    return [person for person in people if holds(whole, person, part)]


def order(whole: Whole, part: TaskPart, at: datetime | None = None) -> list[UUID]:
    """Return who is asked one after the other, by the duties and roles of now or of another time."""
    if _by_phone(whole, part):
        holding = identity.holders_in(ScopeKind.CENTRE, [whole.case.centre], CasePermission.CALL_BACK, at=at)
        return list(dict.fromkeys(one for one, _ in holding))
    inspectors = identity.holders(ON_GROUND[part], whole.case.grid_path, at=at)
    return list(dict.fromkeys([*roster_order(whole, part, at), *inspectors]))


def holds(whole: Whole, person: Person, part: TaskPart) -> bool:
    """Tell whether a person's roles allow what the part asks for."""
    if _by_phone(whole, part):
        return all(person.may(permission) for permission in BY_PHONE)
    return person.may(ON_GROUND[part])


def checker_fault_of(whole: Whole, person_id: UUID) -> CandidateFault | None:
    """Tell why somebody may not be named to check; None when they may."""
    people = identity.present([person_id])
    if not people:
        return CandidateFault.AWAY
    if not holds(whole, people[0], TaskPart.CHECK):
        return CandidateFault.NO_CALL if _by_phone(whole, TaskPart.CHECK) else CandidateFault.NO_CHECK
    return checker_fault(whole, people[0])


def _by_phone(whole: Whole, part: TaskPart) -> bool:
    return part == TaskPart.CHECK and check_kind(whole) == CheckKind.PHONE


def roster_order(whole: Whole, part: TaskPart, at: datetime | None = None) -> list[UUID]:
    """Return who of the roster is asked, one after the other: nobody for what is checked by phone."""
    if _by_phone(whole, part):
        return []
    tree, grid = grid_tree(), whole.case.grid
    known = tree.at_level(grid, Level.GRID)
    own = {known.code} if known else {node.code for node in tree.within(grid) if node.level == Level.GRID}
    beside = [node.code for node in tree.neighbours(known.code)] if known else []
    served = serving([*own, *beside], (Duty.FULL_TIME, Duty.PART_TIME, Duty.CHIEF), at)
    rank = {code: place for place, code in enumerate(beside)}

    def place(code: str, duty: Duty) -> tuple[int, int] | None:
        if code in own:
            return {Duty.FULL_TIME: (0, 0), Duty.PART_TIME: (1, 0), Duty.CHIEF: (3, 0)}.get(duty)
        return (2, rank[code]) if duty == Duty.FULL_TIME else None

    placed = [(place(each.grid, each.duty), each.person_id) for each in served]
    ordered = sorted(((where, person_id) for where, person_id in placed if where), key=lambda pair: pair[0])
    return list(dict.fromkeys(person_id for _, person_id in ordered))
