"""By when centres that handed a case down want it done: the word of each holds until the case is back with it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from app.cases import centres
from app.cases.clocks import dates_above
from app.cases.models import Case, CaseStep
from app.cases.timeline import CHANGED, step_data
from app.cases.turn import Turn
from app.cases.whole import Whole
from app.core.db import db
from workflows.case_terms import CaseAction

_MOVING = (CaseAction.REPORT, CaseAction.CORRECT, CaseAction.ESCALATE, CaseAction.HAND_DOWN, CaseAction.TAKE_BACK)
_CONSENTED = (CaseAction.GRANT_EXTENSION, CaseAction.GRANT_DEFERRAL)  # with which a giver may have moved its date
GIVERS, DUE = "consent_of", "consent_due_at"  # in these steps: who consents, and to when


class Word(NamedTuple):
    """What was said with one hand-down: by which centre, by when it wants it done, and when it said so."""

    giver: str
    due_at: datetime
    at: datetime


def follow(turn: Turn) -> None:
    """Let a date that holds be the earliest that anybody above has set where the case is now."""
    if turn.case.handed_down_due_at is not None:
        turn.case.handed_down_due_at = earliest(in_force(turn) if turn.case.handed_down_by else [])


def in_force(whole: Whole) -> list[Word]:
    """Return the words that hold where the case is now, those of this transaction included. Costs one statement."""
    words: list[Word] = []
    centre, is_whole = "", True
    for action, at, data in _earlier_steps(whole):
        changed = data.get(CHANGED, {})
        is_whole = is_whole and (action != CaseAction.HAND_DOWN or "centre" in data)
        if action == CaseAction.HAND_DOWN and data.get("due_at"):
            giver = centre or changed.get("handed_down_by", "")  # where it was before is not known if that was erased
            words.append(Word(giver, datetime.fromisoformat(data["due_at"]), at))
        elif action in _CONSENTED and words:
            words = _moved(words, data, changed)
        centre = changed.get("centre", centre)
        gone = any(changed.get(name, "") is None for name in ("handed_down_by", "handed_down_due_at"))
        words = [] if gone else _below(words, centre)
    if not words and not is_whole:
        words = _of_row(whole.case)
    ground = f"/{whole.case.grid_path}"  # corrected to lie elsewhere, it comes back to nobody who is not above it
    holding = [word for word in _below(words, whole.case.centre) if f"/{word.giver}/" in ground]
    return [word for word in holding if dates_above.binds(whole, word.due_at)]


def _of_row(case: Case) -> list[Word]:
    """Return what the row says where a hand-down was erased: the date that holds is its giver's, as far as is known."""
    if case.handed_down_by is None or case.handed_down_due_at is None:
        return []
    return [Word(case.handed_down_by, case.handed_down_due_at, case.changed_at)]


def earliest(words: list[Word]) -> datetime | None:
    """Return the date that binds the case: the earliest of all words that hold."""
    return min((word.due_at for word in words), default=None)


def _moved(words: list[Word], data: dict[str, Any], changed: dict[str, Any]) -> list[Word]:
    """Return the words with those moved to which a step says that their givers consented.

    A step of an older version does not say whose consent it was: it moved the last word.
    """
    if GIVERS in data:
        until = datetime.fromisoformat(data[DUE])
        return [word._replace(due_at=until) if word.giver in data[GIVERS] else word for word in words]
    if not changed.get("handed_down_due_at"):
        return words
    return [*words[:-1], words[-1]._replace(due_at=datetime.fromisoformat(changed["handed_down_due_at"]))]


def _below(words: list[Word], centre: str) -> list[Word]:
    return [word for word in words if not centres.is_at_or_above(centre, word.giver)]


def _earlier_steps(whole: Whole) -> Iterator[tuple[str, datetime, dict[str, Any]]]:
    """Tell the earlier steps that moved case or date, this transaction's last; nothing of erased ones."""
    steps = select(CaseStep.action, CaseStep.counts_at, CaseStep.data)
    moving = steps.where(CaseStep.case_id == whole.case.case_id, CaseStep.action.in_((*_MOVING, *_CONSENTED)))
    for row in db.session.execute(moving.order_by(CaseStep.seq)):
        yield row.action, row.counts_at, step_data(row.data)
    for step in whole.unwritten:
        yield step["action"], step["counts_at"], step_data(step["data"])
