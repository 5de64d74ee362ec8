"""What follows when a case is corrected: others look at it where its new class is not for whoever was named."""

from contextlib import suppress
from uuid import uuid5

from app.cases import service, timeline
from app.cases.acts import successors
from app.cases.errors import MoveNotAllowed
from app.cases.events import CaseStepped
from app.cases.turn import Turn
from app.core.permissions import SYSTEM
from workflows.case_terms import CaseAction, SuccessionReason


def name_after_correction(stepped: CaseStepped) -> None:
    """Name others in the same transaction where the class to which a case was corrected is not theirs to look at."""
    turn = stepped.turn
    if turn.action != CaseAction.CORRECT or not _changed_class(turn):
        return
    for part in list(successors.unfit_for_class(turn)):
        data = {"part": part, "why": SuccessionReason.CLASS_CHANGED}
        op_id = uuid5(turn.past[-1].op_id, f"{successors.ACTION}:{part}")
        with suppress(MoveNotAllowed):  # the next in the order is the same person
            service.take(turn, SYSTEM, successors.ACTION, data, op_id, last=False)


def _changed_class(turn: Turn) -> bool:
    return "class_code" in timeline.step_data(turn.unwritten[-1]["data"]).get(timeline.CHANGED, {})
