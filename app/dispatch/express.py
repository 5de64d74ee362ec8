"""Accept, file and dispatch an urgent case in one call: three more steps, each by the same person's own permission."""

from typing import Any
from uuid import UUID, uuid5

from app.cases import service as cases
from app.cases.errors import ActForbidden
from app.cases.events import CaseStepped
from app.cases.schemas.parts import EXPRESS
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
_ORDER = (CaseAction.ACCEPT, CaseAction.FILE, CaseAction.DISPATCH)


def follow(stepped: CaseStepped) -> None:
    """Let the steps follow that came along with `urgent`: those that the data is for and the state asks for."""
    turn = stepped.turn
    if turn.action != CaseAction.URGENT or turn.data.keys().isdisjoint(EXPRESS):
        return
    own = turn.past[-1].op_id
    data = dict(turn.data)
    for action in _ORDER:
        wanted = _data(action, data)
        if wanted is not None and _possible(turn.case.state, action):
            _then(turn, action, wanted, uuid5(own, action))


def _then(turn: Turn, action: CaseAction, data: dict[str, Any], op_id: UUID) -> None:
    """Let one more step follow; where the person may not take it, say which, and whose it is."""
    try:
        cases.then(turn, action, data, op_id)
    except ActForbidden:
        permission = next(move.permission for move in machine.CASE.moves_of(action) if move.permission)
        roles = listed(identity.roles().with_permission(permission, ScopeKind.CENTRE))
        raise ActForbidden(_MISSING.format(action.words, roles)) from None


def _data(action: CaseAction, request_data: dict[str, Any]) -> dict[str, Any] | None:
    """Return what an action takes out of the call; None when the call does not ask for it."""
    if action == CaseAction.DISPATCH:
        return (
            {name: request_data[name] for name in ("lead", "assist") if name in request_data}
            if "lead" in request_data
            else None
        )
    if action == CaseAction.FILE:
        return (
            {name: request_data[name] for name in ("class", "condition") if name in request_data}
            if "class" in request_data
            else None
        )
    return {}


def _possible(state: str, action: CaseAction) -> bool:
    return bool(machine.CASE.rows(state, action))
