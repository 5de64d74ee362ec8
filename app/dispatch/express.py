"""Accept, file and dispatch an urgent case in one call: three more steps, each by the same person's own permission."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from app.cases import service as cases
from app.cases.errors import ActForbidden, DataMissing
from app.cases.events import CaseStepped
from app.cases.turn import Turn
from app.core.permissions import ScopeKind
from app.identity import queries as identity
from workflows import case as machine
from workflows.case_terms import CaseAction
from workflows.words import Words, listed

_MISSING = Words(
    "这一次办理还包括“{}”，您在本案没有这项权限，缺少的岗位是：{}。请先只办理自己的步骤，其余由他们办理。",
    "This call includes the step “{}”, which you may not take in this case; it is that of: {}. Take your own steps, and"
    " let them take theirs.",
)
_UNFILED = Words(
    "案件尚未立案：要在这一次办理中派遣，请一并填写类别和立案条件。",
    "The case is not filed yet: to dispatch it in this call, give its class and condition too.",
)
_DATA = {CaseAction.FILE: ("class", "condition"), CaseAction.DISPATCH: ("lead", "assist")}


def follow(stepped: CaseStepped) -> None:
    """Let the steps follow that came along with `urgent`; one that cannot follow refuses the whole call."""
    turn = stepped.turn
    wanted = _wanted(turn.data) if turn.action == CaseAction.URGENT else {}
    if not wanted:
        return
    own = turn.past[-1].op_id
    steps: dict[CaseAction, dict[str, Any]] = {CaseAction.ACCEPT: {}, **wanted}
    for action, data in steps.items():
        if action == CaseAction.DISPATCH and CaseAction.FILE not in wanted and _possible(turn, CaseAction.FILE):
            raise DataMissing(fields={f"data.{name}": [_UNFILED] for name in _DATA[CaseAction.FILE]})
        if action in wanted or _possible(turn, action):
            _then(turn, action, data, uuid5(own, action))


def _then(turn: Turn, action: CaseAction, data: dict[str, Any], op_id: UUID) -> None:
    """Let one more step follow; where the person may not take it, say which, and whose it is."""
    try:
        cases.then(turn, action, data, op_id)
    except ActForbidden:
        permission = next(move.permission for move in machine.CASE.moves_of(action) if move.permission)
        roles = listed(identity.roles().with_permission(permission, ScopeKind.CENTRE))
        raise ActForbidden(_MISSING.format(action.words, roles)) from None


def _wanted(data: Mapping[str, Any]) -> dict[CaseAction, dict[str, Any]]:
    """Return the steps for which a call has something to say, in their order, with what they take out of it."""
    of_steps = {action: {name: data[name] for name in names if data.get(name)} for action, names in _DATA.items()}
    return {action: of_step for action, of_step in of_steps.items() if of_step}


def _possible(turn: Turn, action: CaseAction) -> bool:
    return bool(machine.CASE.rows(turn.case.state, action))
