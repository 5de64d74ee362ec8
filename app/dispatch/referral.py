"""Refer a case to law enforcement (移送执法) and take it back; the enforcement room opens the file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from marshmallow import fields
from sqlalchemy import select

from app.cases import own_tables
from app.cases.acts import tasks
from app.cases.clocks import escalations
from app.cases.errors import MoveNotAllowed
from app.cases.models import CaseLink
from app.cases.protocol import Rule
from app.cases.schemas.parts import ActData
from app.cases.turn import Turn
from app.core.db import db
from app.core.errors import Conflict
from workflows.case_clocks import Stage
from workflows.case_facts import Prepared
from workflows.case_terms import CaseAction, LinkKind
from workflows.words import Words

_NOT_OVER = Words("挂账复查时限未到。", "The time to look at it again is not over.")


class NoEnforcement(Conflict):
    """本系统尚未启用执法办案，请按线下程序移送，并在案件中批注。"""

    code = "no_enforcement"
    en = "Enforcement is not run on this system yet: refer the case on paper and remark it here."


@dataclass(frozen=True)
class Enforcement:
    """What the enforcement room brings: whether a department has the power here today, and how a file is opened."""

    power_in_force: Callable[[Turn], bool]
    open_file: Callable[[Turn], UUID]


_enforcement: list[Enforcement] = []


def enforce_with(enforcement: Enforcement | None) -> None:
    """Let a room open enforcement files; None takes it away again."""
    _enforcement[:] = [enforcement] if enforcement else []


def prepare_refer(turn: Turn) -> Prepared:
    """Tell whether the department has the power in force here today; raise NoEnforcement where nobody could open."""
    if not _enforcement:
        raise NoEnforcement
    return Prepared(power_in_force=_enforcement[0].power_in_force(turn))


def refer(turn: Turn) -> None:
    """Open the enforcement file in this transaction, linked to the case."""
    file_id = _enforcement[0].open_file(turn)
    for task in turn.standing_tasks():
        tasks.drop_ask(task)  # what is asked for the work cannot be decided while the law's procedure runs
    link = {
        "case_id": turn.case.case_id,
        "other": file_id,
        "kind": LinkKind.ENFORCEMENT_OF,
        "made_at": turn.now,
        "ended_at": None,
    }
    db.session.add(CaseLink(**link))
    turn.wrote(own_tables.LINKS, link)
    turn.enforcement_open = True


class EndedData(ActData):
    """What became of the enforcement: the order was met or the nuisance is gone, or not."""

    met = fields.Boolean(required=True)


def prepare_ended(turn: Turn) -> Prepared:
    """Tell whether what was ordered has been done."""
    return Prepared(correction_met=turn.data["met"])


def ended(turn: Turn) -> None:
    """Take the case back; with the order met the lead's work is done.

    The link ends with the file, not here; the step says how it stands.
    """
    for link in _links(turn):
        turn.wrote(own_tables.LINKS, vars(link))
    lead = turn.lead_task()
    if turn.data["met"] and lead is not None:
        tasks.finish(turn, lead)


def prepare_resume(turn: Turn) -> None:
    """Let the system take up a deferral only where the time to look at it again is over."""
    if turn.person.is_system and not any(review.overdue for review in turn.running(Stage.REVIEW)):
        raise MoveNotAllowed(turn.case.case_id, _NOT_OVER, reason="review_not_over")


def resume(turn: Turn) -> None:
    """Take up again what was deferred, or what was referred and no file has answered: its link ends here.

    Where nobody has looked in time, whoever would have heard of that lateness hears of it with this step.
    """
    for review in turn.running(Stage.REVIEW) if turn.person.is_system else ():
        turn.data = turn.data | {"clock": review.clock, "roles": escalations.take_rest(review)}
    for link in _links(turn) if turn.enforcement_open else ():
        link.ended_at = link.ended_at or turn.now
        turn.wrote(own_tables.LINKS, vars(link))
    turn.enforcement_open = False


def _links(turn: Turn) -> Sequence[CaseLink]:
    links = select(CaseLink).where(CaseLink.case_id == turn.case.case_id, CaseLink.kind == LinkKind.ENFORCEMENT_OF)
    return db.session.scalars(links.execution_options(populate_existing=True)).all()


RULES: Mapping[CaseAction, Rule[Prepared]] = {
    CaseAction.REFER: Rule(refer, prepare_refer),
    CaseAction.RESUME: Rule(resume, prepare_resume),
    CaseAction.ENFORCEMENT_ENDED: Rule(ended, prepare_ended, schema=EndedData()),
}
