"""A case with all it owns, read in four statements however many cases they are."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, false, func, select
from sqlalchemy import case as case_

from app.attachments.models import Attachment, AttachmentState
from app.cases.models import Case, CaseClock, CaseLink, CaseStep, CaseSupervision, CaseTask, CaseTicket
from app.core import clock
from app.core.db import db, read_rows
from workflows.case_terms import LinkKind, TaskPart, TaskState

LIVE = frozenset({TaskState.SENT, TaskState.SIGNED, TaskState.ARRIVED, TaskState.ABSENT})
GONE = frozenset({TaskState.RETURNED, TaskState.STOPPED})


class PastStep(NamedTuple):
    """What guards and repeated requests need to know of an earlier step."""

    seq: int
    op_id: UUID
    action: str
    round: int
    actor_id: UUID | None
    on_behalf_of: str | None
    asked_digest: str
    counts_at: datetime
    at: datetime
    hash: str


@dataclass
class Whole:
    """A case with its tasks, clocks and past."""

    case: Case
    tasks: list[CaseTask]
    clocks: list[CaseClock]
    past: list[PastStep]
    photos_awaited: int = 0
    enforcement_open: bool = False
    unwritten: list[dict[str, Any]] = field(default_factory=list)  # steps of this transaction, to be inserted together
    ticket: CaseTicket | None = None
    supervisions: list[CaseSupervision] = field(default_factory=list)

    def moment(self) -> datetime:
        """Return by what time it is judged what may be done: now; of a step in the making, when it counts."""
        return clock.now()

    def round_since(self) -> datetime:
        """Return when this round began."""
        begun = (step.counts_at for step in self.past if step.round == self.case.round)
        return next(begun, self.case.reported_at)

    def live_tasks(self, *parts: StrEnum) -> list[CaseTask]:
        """Return this round's tasks that somebody still owes, of the named parts or all."""
        return [task for task in self.tasks if task.state in LIVE and (not parts or task.part in parts)]

    def standing_tasks(self) -> list[CaseTask]:
        """Return the departments' tasks of this round that were not taken back, done ones included.

        A case dispatched anew has a new lead: what was asked for before that one, though done, is asked for no more.
        """
        mine = [task for task in self.tasks if task.round == self.case.round and _is_departments(task)]
        begins = max((task.task for task in mine if task.part == TaskPart.LEAD), default=0)
        return [
            task for task in mine if task.state not in GONE and (task.task >= begins or task.part == TaskPart.CALLED)
        ]

    def lead_task(self) -> CaseTask | None:
        """Return the lead's task of this round, unless it was taken back."""
        return next((task for task in self.standing_tasks() if task.part == TaskPart.LEAD), None)

    def task_numbered(self, number: int) -> CaseTask | None:
        """Return a task by its number."""
        return next((task for task in self.tasks if task.task == number), None)

    def running(self, *stages: StrEnum) -> list[CaseClock]:
        """Return the clocks that are not stopped (paused ones included), of the named stages or all."""
        return [clock for clock in self.clocks if clock.stopped_at is None and (not stages or clock.stage in stages)]


def _is_departments(task: CaseTask) -> bool:
    """Tell whether a task is asked of a department itself, and not a part that it lets somebody do within."""
    return task.department is not None and task.parent is None


def _awaited() -> Any:
    missing = (Attachment.case_id == CaseStep.case_id, Attachment.state == AttachmentState.AWAITED)
    return _count(*missing)


def _enforcing() -> Any:
    enforcing = (CaseLink.kind == LinkKind.ENFORCEMENT_OF, CaseLink.ended_at.is_(None))
    return _count(CaseLink.case_id == CaseStep.case_id, *enforcing) > 0


def _owning(model: type[Any]) -> Any:
    return _count(model.case_id == CaseStep.case_id) > 0


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    """Count the rows beside a step; of EXISTS PostgreSQL makes a list of the whole table."""
    return select(func.count()).where(*conditions).correlate(CaseStep).scalar_subquery()


# Built once: putting these together anew would cost more than running them.
_ONE = select(Case).where(Case.case_id == bindparam("case_id"))
_ONE_LOCKED = _ONE.execution_options(populate_existing=True).with_for_update()
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_TASKS = (
    select(CaseTask)
    .where(CaseTask.case_id.in_(_ids))
    .order_by(CaseTask.case_id, CaseTask.task)
    .execution_options(populate_existing=True)
)
_CLOCKS = (
    select(CaseClock)
    .where(CaseClock.case_id.in_(_ids))
    .order_by(CaseClock.case_id, CaseClock.clock)
    .execution_options(populate_existing=True)
)
_step = CaseStep.__table__.c  # a plain table: nobody wants the steps as objects here
_first = _step.seq == 1  # photos and files are counted once a case, not once a step
_STEPS = (
    select(
        _step.case_id,
        *(_step[name] for name in PastStep._fields),
        case_((_first, _awaited()), else_=0),
        case_((_first, _enforcing()), else_=false()),
        case_((_first, _owning(CaseTicket)), else_=false()),
        case_((_first, _owning(CaseSupervision)), else_=false()),
    )
    .where(_step.case_id.in_(_ids))
    .order_by(_step.case_id, _step.seq)
)


_BESIDE = (0, False, False, False)  # what stands behind the columns of a step: with the first step alone it is counted
# Most cases have neither: the statement above tells which do.
_TICKETS = select(CaseTicket).where(CaseTicket.case_id.in_(_ids)).execution_options(populate_existing=True)
_SUPERVISIONS = (
    select(CaseSupervision)
    .where(CaseSupervision.case_id.in_(_ids))
    .order_by(CaseSupervision.case_id, CaseSupervision.n)
    .execution_options(populate_existing=True)
)


def lock_case(case_id: UUID) -> Case | None:
    """Lock the case row and return it, freshly read."""
    return db.session.scalar(_ONE_LOCKED, {"case_id": case_id})


def read_whole(case: Case) -> Whole:
    """Read what a case owns; after the lock, so that nothing older than the case is seen."""
    return read_wholes([case])[0]


def read_wholes(cases: Sequence[Case]) -> list[Whole]:
    """Read what some cases own, in three statements however many they are; in up to five where some have tickets."""
    return _wholes(cases, db.session.scalars)


def look(case_id: UUID) -> Whole | None:
    """Read a case with all it owns to be looked at, not to be changed: rows cost a third of what objects do."""
    case = read_rows(_ONE, {"case_id": case_id}).first()
    return look_at([cast(Case, case)])[0] if case else None


def look_at(cases: Sequence[Case]) -> list[Whole]:
    """Read what some cases own as `look` does, in as many statements as `read_wholes`."""
    return _wholes(cases, read_rows)


def _wholes(cases: Sequence[Case], read: Callable[[Select[Any], dict[str, Any]], Iterable[Any]]) -> list[Whole]:
    if not cases:
        return []
    ids = {"ids": [case.case_id for case in cases]}
    tasks, clocks = _by_case(read(_TASKS, ids)), _by_case(read(_CLOCKS, ids))
    steps = _by_case(read_rows(_STEPS, ids))
    firsts = {case_id: rows[0][-len(_BESIDE) :] for case_id, rows in steps.items()}
    with_ticket, supervised = _having(firsts, -2), _having(firsts, -1)
    tickets = _by_case(db.session.scalars(_TICKETS, {"ids": with_ticket}) if with_ticket else ())
    supervisions = _by_case(db.session.scalars(_SUPERVISIONS, {"ids": supervised}) if supervised else ())
    wholes = []
    for case in cases:
        awaited, enforcing, *_ = firsts.get(case.case_id, _BESIDE)
        past = [PastStep._make(row[1 : -len(_BESIDE)]) for row in steps[case.case_id]]
        whole = Whole(case, tasks[case.case_id], clocks[case.case_id], past, awaited, bool(enforcing))
        whole.ticket = next(iter(tickets[case.case_id]), None)
        whole.supervisions = supervisions[case.case_id]
        wholes.append(whole)
    return wholes


def _having(firsts: Mapping[UUID, Sequence[Any]], place: int) -> list[UUID]:
    """Return the cases that own what is counted at this place: where none does, no statement is spent."""
    return [case_id for case_id, beside in firsts.items() if beside[place]]


def _by_case(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    rows_of: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        rows_of[row.case_id].append(row)
    return rows_of
