"""Timers and late arrivals: steps by the actor "system", through the same door, harmless when done twice."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from app.cases import baseline, service
from app.cases.acts import set_back
from app.cases.errors import CaseConflict, CaseNotFound
from app.cases.models import Case, CaseClock, CaseStep, CaseTask
from app.cases.procedure import all_procedures
from app.core import clock, space
from app.core.db import db
from app.core.errors import Problem
from app.core.logs import log
from app.core.outbox import ClaimedEffect
from app.core.permissions import SYSTEM
from app.core.transaction import transaction
from workflows.case import OPEN
from workflows.case_terms import CaseAction

BATCH = 500


def sweep_clocks() -> int:
    """Step every case whose clock has come near its end, or passed it; return how many steps were made.

    The clock is looked at again under the lock: it may have been moved, or stepped by another sweep. Its op_id names
    the case's last step, so that an end that was moved away and back is another end. On a full disk they wait.
    """
    if space.is_short():
        return 0
    now = clock.now()
    running = (CaseClock.stopped_at.is_(None), CaseClock.paused_at.is_(None))
    statement = select(CaseClock.case_id, CaseClock.clock, Case.seq).join(Case, Case.case_id == CaseClock.case_id)
    due = statement.where(*running, ~CaseClock.overdue, CaseClock.due_at <= now).order_by(CaseClock.due_at)
    warn = statement.where(
        *running, ~CaseClock.warned, ~CaseClock.overdue, CaseClock.warn_at <= now, CaseClock.due_at > now
    )
    return sum(
        _step(case_id, action, {"clock": number}, f"{action}:{number}:{seq}")
        for action, those in ((CaseAction.WARN, warn), (CaseAction.OVERDUE, due))
        for case_id, number, seq in db.session.execute(those.limit(BATCH)).all()
    )


def sweep_asks() -> int:
    """Deny what nobody decided in time; return how many. On a full disk they wait."""
    if space.is_short():
        return 0
    statement = select(CaseTask).where(CaseTask.ask.is_not(None), CaseTask.ask_until <= clock.now()).limit(BATCH)
    return sum(
        _step(task.case_id, CaseAction.EXPIRE_ASK, {"task": task.task}, _ask_mark(task))
        for task in _detached(statement)
    )


def sweep_set_back() -> int:
    """Let what ended by a clock that was ahead run on; return in how many cases. On a full disk it waits."""
    if space.is_short():
        return 0
    later = clock.now() + clock.DIFFER
    early = or_(and_(CaseClock.overdue, CaseClock.due_at > later), and_(CaseClock.warned, CaseClock.warn_at > later))
    marked = exists().where(CaseClock.case_id == Case.case_id, CaseClock.stopped_at.is_(None), early)
    freed = aliased(CaseStep)
    since = exists().where(
        freed.case_id == CaseStep.case_id, freed.seq > CaseStep.seq, freed.action == CaseAction.SET_BACK
    )
    of_asks = (CaseStep.action == CaseAction.EXPIRE_ASK, CaseStep.counts_at > later, ~since)
    denied = exists().where(CaseStep.case_id == Case.case_id, *of_asks)
    statement = select(Case.case_id, Case.seq).where(Case.changed_at > later, Case.state.in_(OPEN), or_(marked, denied))
    rows = db.session.execute(statement.limit(BATCH)).all()
    return sum(_step(case_id, set_back.ACTION, {}, f"{set_back.ACTION}:{seq}") for case_id, seq in rows)


def _ask_mark(task: CaseTask) -> str:
    until: datetime | None = task.ask_until
    return f"expire:{task.task}:{task.ask}:{until.isoformat() if until else ''}:{task.extensions}"


def sweep_baselines() -> int:
    """Write down what stands in the rows of some cases whose steps of older versions did not say it; return how many.

    What cannot be done (a row that was changed by hand) is left to `gezhi verify`, and holds up no other case.
    """
    count, last = 0, None
    known = [procedure.workflow.name for procedure in all_procedures()]
    while count < BATCH:
        unproven = select(Case.case_id, Case.seq).where(Case.hash >= baseline.BEFORE, Case.workflow.in_(known))
        after = (Case.case_id > last,) if last else ()
        rows = db.session.execute(unproven.where(*after).order_by(Case.case_id).limit(BATCH - count)).all()
        if not rows:
            break
        last = rows[-1].case_id
        count += sum(_lay_baseline(case_id, seq) for case_id, seq in rows)
    return count


def _lay_baseline(case_id: UUID, seq: int) -> bool:
    try:
        return _step(case_id, baseline.ACTION, {}, f"{baseline.ACTION}:{seq}")
    except (LookupError, ValueError, TypeError) as error:
        log.error("baseline.failed", case_id=str(case_id), reason=type(error).__name__)
        return False


def attach_arrived(owed: ClaimedEffect) -> None:
    """Add a step for bytes that came after the step that named them."""
    payload = owed.payload
    mark = payload["sha256"] if payload.get("looked_at", True) else f"{payload['sha256']} not looked at"
    op_id = uuid5(UUID(payload["attachment_id"]), mark)
    data = {"attachments": [payload["attachment_id"]]}
    service.act(UUID(payload["case_id"]), CaseAction.ATTACH, SYSTEM, data, op_id)


def file_lost(owed: ClaimedEffect) -> None:
    """Add a step for bytes that a step had named and that could not be used, or never came."""
    attachment_id = UUID(owed.payload["attachment_id"])
    op_id = uuid5(attachment_id, f"outbox {owed.id}")  # it may be lost more than once
    data = {"attachments": [str(attachment_id)]}
    service.act(UUID(owed.payload["case_id"]), CaseAction.LOSE_FILE, SYSTEM, data, op_id)


def _detached(statement: Any) -> list[Any]:
    rows = list(db.session.scalars(statement))
    db.session.expunge_all()
    return rows


def _step(case_id: UUID, action: CaseAction, data: dict[str, Any], mark: str) -> bool:
    """Take one step in its own transaction; what the case no longer allows is nothing to do."""
    try:
        with transaction():
            return service.act(case_id, action, SYSTEM, data, uuid5(case_id, mark)).created
    except (CaseConflict, CaseNotFound):
        return False
    except Problem as problem:
        log.error("timer.failed", case_id=str(case_id), action=action, code=problem.code)
        return False
