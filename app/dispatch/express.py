"""Accept, file and dispatch an urgent case in one call: three more steps, each by the same person's own permission."""

from typing import Any
from uuid import uuid5

from app.cases import service as cases
from app.cases.events import CaseStepped
from app.cases.schemas.parts import EXPRESS
from workflows import case as machine
from workflows.case_terms import CaseAction

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
            cases.then(turn, action, wanted, uuid5(own, action))


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
