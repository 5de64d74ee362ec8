"""Timers and late arrivals: steps by the actor "system", through the same door, harmless when done twice."""

from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.cases import baseline, service
from app.cases.acts import calendar_recount, nominees, set_back, successors
from app.cases.errors import CaseConflict, CaseNotFound
from app.cases.models import Case, CaseClock, CaseStep, CaseTask
from app.cases.protocol import all_tables, is_known, is_open
from app.catalogue import queries as catalogue_queries
from app.core import clock, space
from app.core.db import db
from app.core.errors import Problem
from app.core.logs import log
from app.core.outbox import ClaimedEffect
from app.core.permissions import SYSTEM
from app.core.transaction import transaction
from app.grids.queries import left_duty
from app.identity import queries as identity
from workflows.case_terms import CheckKind, TaskPart, TaskState
from workflows.procedure import EngineStep

BATCH = 500


def sweep_clocks() -> int:
    """Step every case whose clock has come near its end, or passed it; return how many steps were made.

    The clock is looked at again under the lock: it may have been moved, or stepped by another sweep. Its op_id names
    the case's last step, so that an end that was moved away and back is another end. On a full disk they wait.
    """
    if space.is_short():
        return 0
    now = clock.now()
    running = (CaseClock.stopped_at.is_(None), CaseClock.paused_at.is_(None), ~CaseClock.overdue, is_known())
    clocks = select(CaseClock.case_id, CaseClock.clock, CaseClock.warn_at, CaseClock.due_at, Case.seq)
    clocks = clocks.join(Case, Case.case_id == CaseClock.case_id).where(*running)
    warn = clocks.where(~CaseClock.warned, CaseClock.warn_at <= now, CaseClock.due_at > now)
    due = clocks.where(CaseClock.due_at <= now)
    return sum(
        batch(those, (ends, CaseClock.case_id, CaseClock.clock), partial(_step_clock, action))
        for action, those, ends in (
            (EngineStep.WARN, warn, CaseClock.warn_at),
            (EngineStep.OVERDUE, due, CaseClock.due_at),
        )
    )


def _step_clock(action: EngineStep, row: Row[Any]) -> bool:
    return _step(row.case_id, action, {"clock": row.clock}, f"{action}:{row.clock}:{row.seq}")


def sweep_raises() -> int:
    """Let what stays late rise to the next in its ladder; return in how many clocks. On a full disk it waits.

    Where nobody is to be told yet, since ladder or calendar have changed or an older version has planned nothing, a
    quiet step plans the case's clocks anew: or they were found again at every sweep.
    """
    if space.is_short():
        return 0
    known = [one.procedure.workflow.name for one in all_tables() if EngineStep.RAISE_LATE in one.rules]
    running = (CaseClock.stopped_at.is_(None), CaseClock.paused_at.is_(None), Case.workflow.in_(known))
    columns = (CaseClock.case_id, CaseClock.clock, CaseClock.due_at, CaseClock.raise_at, CaseClock.raised, Case.seq)
    clocks = select(*columns).join(Case, Case.case_id == CaseClock.case_id).where(*running)
    owed = clocks.where(CaseClock.raise_at.is_not(None), CaseClock.raise_at <= clock.now())
    unplanned = clocks.where(CaseClock.raise_at.is_(None))
    return sum(
        batch(those, (moment, CaseClock.case_id, CaseClock.clock), _raise)
        for those, moment in ((owed, CaseClock.raise_at), (unplanned, CaseClock.due_at))
    )


def _raise(row: Row[Any]) -> bool:
    mark = f"{EngineStep.RAISE_LATE}:{row.clock}:{row.seq}"
    raised = _step(row.case_id, EngineStep.RAISE_LATE, {"clock": row.clock}, mark)
    return raised or quietly(calendar_recount.ACTION, row)


def sweep_asks() -> int:
    """Deny what nobody decided in time; return how many. On a full disk they wait."""
    if space.is_short():
        return 0
    columns = (CaseTask.case_id, CaseTask.task, CaseTask.ask, CaseTask.ask_until, CaseTask.extensions)
    asks = select(*columns).join(Case, Case.case_id == CaseTask.case_id)
    undecided = asks.where(CaseTask.ask.is_not(None), CaseTask.ask_until <= clock.now(), is_known())
    return batch(undecided, (CaseTask.ask_until, CaseTask.case_id, CaseTask.task), _expire)


def _expire(row: Row[Any]) -> bool:
    return _step(row.case_id, EngineStep.EXPIRE_ASK, {"task": row.task}, _ask_mark(row))


def sweep_set_back() -> int:
    """Let what ended by a clock that was ahead run on; return in how many cases. On a full disk it waits."""
    if space.is_short():
        return 0
    later = clock.now() + clock.DIFFER
    early = or_(and_(CaseClock.overdue, CaseClock.due_at > later), and_(CaseClock.warned, CaseClock.warn_at > later))
    marked = exists().where(CaseClock.case_id == Case.case_id, CaseClock.stopped_at.is_(None), early)
    freed = aliased(CaseStep)
    since = exists().where(
        freed.case_id == CaseStep.case_id, freed.seq > CaseStep.seq, freed.action == EngineStep.SET_BACK
    )
    of_asks = (CaseStep.action == EngineStep.EXPIRE_ASK, CaseStep.counts_at > later, ~since)
    denied = exists().where(CaseStep.case_id == Case.case_id, *of_asks)
    early_cases = select(Case.case_id, Case.seq).where(Case.changed_at > later, is_open(), or_(marked, denied))
    return batch(early_cases, (Case.case_id,), partial(quietly, set_back.ACTION))


def quietly(action: StrEnum, row: Row[Any]) -> bool:
    """Take a step that says nothing of its own, once for the state in which the case was found."""
    return _step(row.case_id, action, {}, f"{action}:{row.seq}")


_VERSION = func.coalesce(Case.catalogue_version, 0)  # 0: of no version yet, which means the one in force


def sweep_named() -> int:
    """Name others to verify and check where whoever was named can do it no longer; return in how many cases.

    Absences begin by date, and roles end so: nothing happens then but that time passes. On a full disk it waits.
    """
    if space.is_short():
        return 0
    gone = or_(identity.gone(CaseTask.handler_id, CaseTask.sent_at), _lacking())
    left = left_duty(CaseTask.handler_id, CaseTask.sent_at)
    return batch(_named().where(or_(gone, left)), (CaseTask.case_id, CaseTask.task), _name_anew)


def _lacking() -> ColumnElement[bool]:
    """Return the condition that whoever is named does not hold what the part asks for, by the class as the case has it.

    That is by the version which it keeps, as it is judged under its lock: what is found otherwise is found for ever.
    """
    phoned = tuple_(Case.class_code, _VERSION).in_(_checked_by_phone())
    checks = CaseTask.part == TaskPart.CHECK
    lacks = partial(identity.lacks, CaseTask.handler_id)
    return or_(
        and_(CaseTask.part == TaskPart.VERIFY, lacks(nominees.ON_GROUND[TaskPart.VERIFY])),
        and_(checks, phoned, lacks(*nominees.BY_PHONE)),
        and_(checks, or_(Case.class_code.is_(None), ~phoned), lacks(nominees.ON_GROUND[TaskPart.CHECK])),
    )


def _checked_by_phone() -> list[tuple[str, int]]:
    """Return the classes, each in the version that a case keeps, by which somebody is named to check by phone now."""
    versions = _named().where(CaseTask.part == TaskPart.CHECK).with_only_columns(Case.class_code, _VERSION)
    pairs = [(code, version) for code, version in db.session.execute(versions.distinct()) if code is not None]
    classes = {(code, version): catalogue_queries.class_at(code, version or None) for code, version in pairs}
    return [pair for pair, each in classes.items() if each is not None and each.check == CheckKind.PHONE]


def name_anew(owed: ClaimedEffect) -> None:
    """Name others at once for what a person was named for who has just become unable to do it."""
    theirs = _named().where(CaseTask.handler_id == UUID(owed.payload["person_id"]))
    batch(theirs, (CaseTask.case_id, CaseTask.task), _name_anew)


def _named() -> Select[*tuple[Any, ...]]:
    """Select the tasks that a person by name still owes. The state is written out: the index of them is partial."""
    known = [one.procedure.workflow.name for one in all_tables() if successors.ACTION in one.rules]
    owes = (CaseTask.state == literal(TaskState.SENT, literal_execute=True), CaseTask.department.is_(None))
    tasks = select(CaseTask.case_id, CaseTask.task, CaseTask.part, Case.seq).join(
        Case, Case.case_id == CaseTask.case_id
    )
    return tasks.where(*owes, CaseTask.handler_id.is_not(None), Case.workflow.in_(known))


def _name_anew(row: Row[Any]) -> bool:
    # by the step as well: what is given back to a former names its own, and a task may need another name twice
    mark = f"{successors.ACTION}:{row.task}:{row.seq}"
    return _step(row.case_id, successors.ACTION, {"part": row.part}, mark)


def _ask_mark(task: Row[Any]) -> str:
    until: datetime | None = task.ask_until
    return f"expire:{task.task}:{task.ask}:{until.isoformat() if until else ''}:{task.extensions}"


def sweep_baselines() -> int:
    """Write down what stands in the rows of some cases whose steps of older versions did not say it; return how many.

    What cannot be done (a row that was changed by hand) is left to `gezhi verify`, and holds up no other case.
    """
    unproven = select(Case.case_id, Case.seq).where(Case.hash >= baseline.BEFORE, is_known())
    return batch(unproven, (Case.case_id,), partial(quietly, baseline.ACTION))


def batch(statement: Select[*tuple[Any, ...]], order: tuple[Any, ...], step: Callable[[Row[Any]], bool]) -> int:
    """Step what a statement finds, up to BATCH steps; return how many. What cannot be stepped is passed by."""
    count = 0
    for row in _pages(statement, order):
        count += step(row)
        if count == BATCH:
            break
    return count


def _pages(statement: Select[*tuple[Any, ...]], order: tuple[Any, ...]) -> Iterator[Row[Any]]:
    """Read a statement a page at a time; each page begins after the last row of the one before."""
    rest = statement
    while rows := db.session.execute(rest.order_by(*order).limit(BATCH)).all():
        yield from rows
        if len(rows) < BATCH:
            return
        last = [getattr(rows[-1], column.key) for column in order]
        rest = statement.where(tuple_(*order) > tuple_(*last))


def attach_arrived(owed: ClaimedEffect) -> None:
    """Add a step for bytes that came after the step that named them."""
    payload = owed.payload
    mark = payload["sha256"] if payload.get("looked_at", True) else f"{payload['sha256']} not looked at"
    op_id = uuid5(UUID(payload["attachment_id"]), mark)
    data = {"attachments": [payload["attachment_id"]]}
    service.act(UUID(payload["case_id"]), EngineStep.ATTACH, SYSTEM, data, op_id)


def file_lost(owed: ClaimedEffect) -> None:
    """Add a step for bytes that a step had named and that could not be used, or never came."""
    attachment_id = UUID(owed.payload["attachment_id"])
    op_id = uuid5(attachment_id, f"outbox {owed.id}")  # it may be lost more than once
    data = {"attachments": [str(attachment_id)]}
    service.act(UUID(owed.payload["case_id"]), EngineStep.LOSE_FILE, SYSTEM, data, op_id)


def take_once(case_id: UUID, action: StrEnum, data: dict[str, Any], mark: str) -> bool:
    """Take a step that time alone brings about, once by its mark; tell whether it was taken now."""
    return _step(case_id, action, data, mark)


def _step(case_id: UUID, action: StrEnum, data: dict[str, Any], mark: str) -> bool:
    """Take one step in its own transaction; what the case no longer allows is nothing to do."""
    try:
        with transaction():
            return service.act(case_id, action, SYSTEM, data, uuid5(case_id, mark)).created
    except (CaseConflict, CaseNotFound):
        return False
    except Problem as problem:
        log.error("timer.failed", case_id=str(case_id), action=action, code=problem.code)
        return False
    except (LookupError, ValueError, TypeError) as error:  # of a row that was changed by hand: others are stepped on
        log.error("timer.failed", case_id=str(case_id), action=action, code=type(error).__name__)
        return False
