"""By when centres that handed a case down want it done: the word of each holds until the case is back with it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from app.cases import centres
from app.cases.models import CaseStep
from app.cases.timeline import CHANGED, step_data
from app.cases.turn import Turn
from app.core.db import db
from workflows.case_terms import CaseAction

_MOVING = (CaseAction.REPORT, CaseAction.CORRECT, CaseAction.ESCALATE, CaseAction.HAND_DOWN)
_CONSENTED = (CaseAction.GRANT_EXTENSION, CaseAction.GRANT_DEFERRAL)  # with which a giver may have moved its date


class Word(NamedTuple):
    """What was said with one hand-down: by which centre, by when it wants it done, and when it said so."""

    giver: str
    due_at: datetime
    at: datetime


def in_force(turn: Turn) -> Word | None:
    """Return the last word that holds where the case is now, this turn's own included. Costs one statement."""
    words: list[Word] = []
    centre = ""
    for action, at, data in _earlier_steps(turn):
        changed = data.get(CHANGED, {})
        if action == CaseAction.HAND_DOWN and data.get("due_at"):
            giver = centre or changed.get("handed_down_by", "")  # where it was before is not known if that was erased
            words.append(Word(giver, datetime.fromisoformat(data["due_at"]), at))
        elif action in _CONSENTED and words and changed.get("handed_down_due_at"):
            words[-1] = words[-1]._replace(due_at=datetime.fromisoformat(changed["handed_down_due_at"]))
        centre = changed.get("centre", centre)
        gone = any(changed.get(name, "") is None for name in ("handed_down_by", "handed_down_due_at"))
        words = [] if gone else _below(words, centre)
    if turn.action == CaseAction.HAND_DOWN and turn.data.get("due_at"):
        return Word(centre, turn.data["due_at"], turn.counts_at)
    words = _below(words, turn.case.centre)
    return words[-1] if words else None


def _below(words: list[Word], centre: str) -> list[Word]:
    return [word for word in words if not centres.is_at_or_above(centre, word.giver)]


def _earlier_steps(turn: Turn) -> Iterator[tuple[str, datetime, dict[str, Any]]]:
    """Tell the earlier steps that moved case or date, this transaction's last; nothing of erased ones."""
    steps = select(CaseStep.action, CaseStep.counts_at, CaseStep.data)
    moving = steps.where(CaseStep.case_id == turn.case.case_id, CaseStep.action.in_((*_MOVING, *_CONSENTED)))
    for row in db.session.execute(moving.order_by(CaseStep.seq)):
        yield row.action, row.counts_at, step_data(row.data)
    for step in turn.unwritten:
        yield step["action"], step["counts_at"], step_data(step["data"])
