"""Read cases: one, lists by keyset, queues with counts, the timeline. Everything starts from what a person may see."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select, true, tuple_

from app.cases import baseline
from app.cases.clocks import case_limits
from app.cases.errors import CaseConflict, CaseNotFound
from app.cases.models import Case, CaseStep, CaseTask
from app.cases.views import COLUMNS, case_view
from app.cases.visibility import may_see, visible_to
from app.cases.whole import GONE, LIVE, Whole, read_case, read_whole
from app.core import clock
from app.core.db import db
from app.core.permissions import Person, ScopeKind
from app.grids.levels import subtree_range
from app.grids.queries import grid
from workflows import case as machine
from workflows.case_terms import AskKind, CaseAction, TaskPart, TaskState
from workflows.case_terms import CasePermission as P
from workflows.words import Words

_Scope = Callable[[Person, P], ColumnElement[bool] | None]  # where a queue's permission is held; None for nowhere
_LISTED = tuple(getattr(Case, name) for name in COLUMNS)


@dataclass(frozen=True)
class CasePage:
    """Rows of some cases, and where the next page begins."""

    items: Sequence[Row[Any]]
    next: tuple[datetime, UUID] | None


@dataclass(frozen=True)
class Queue:
    """Work that waits for a person: which, how much, how much of it late."""

    queue: str
    label: Words
    label_en: str
    count: int
    overdue: int


def whole(case_id: UUID, person: Person) -> Whole:
    """Return a case that the person sees; raise CaseNotFound."""
    row = read_case(case_id, lock=False)
    if row is None:
        raise CaseNotFound
    case_whole = read_whole(row)
    if not may_see(case_whole, person):
        raise CaseNotFound
    return case_whole


@contextmanager
def with_fresh_case(person: Person) -> Iterator[None]:
    """Give a refused act the case as it is now, so that the caller can look and decide again."""
    try:
        yield
    except CaseConflict as refused:
        try:
            case_whole = whole(refused.case_id, person)
        except CaseNotFound:
            raise refused from None
        refused.extra["case"] = case_view(case_whole, person)
        raise


def exists_for(case_id: UUID, person: Person) -> bool | None:
    """Tell whether the person sees a case; None when there is no such case."""
    is_visible = select(visible_to(person)).where(Case.case_id == case_id)
    answer = db.session.scalar(is_visible)
    return None if answer is None else bool(answer)


def steps(case_id: UUID) -> Sequence[CaseStep]:
    """Return the whole timeline."""
    return db.session.scalars(select(CaseStep).where(CaseStep.case_id == case_id).order_by(CaseStep.seq)).all()


def page(
    person: Person,
    filters: Mapping[str, Any],
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> CasePage:
    """Return cases the person sees, the latest changed first."""
    statement = select(*_LISTED).where(visible_to(person), *conditions(person, filters))
    if after:
        statement = statement.where(tuple_(Case.changed_at, Case.case_id) < tuple_(*after))
    ordered = statement.order_by(Case.changed_at.desc(), Case.case_id.desc()).limit(limit + 1)
    rows = db.session.execute(ordered).all()
    more = rows[limit - 1] if len(rows) > limit else None
    return CasePage(rows[:limit], (more.changed_at, more.case_id) if more else None)


def conditions(person: Person, filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return what the filters of a list ask of its cases."""
    values = {name: value for name, value in filters.items() if value is not None and name in _FILTERS}
    clauses = [_FILTERS[name](value) for name, value in values.items()]
    return [*clauses, queue_condition(person, filters["queue"])] if filters.get("queue") else clauses


def _within(code: str) -> ColumnElement[bool]:
    low, high = subtree_range(grid(code).path)
    return and_(Case.grid_path >= low, Case.grid_path < high)


def _with_department(code: str) -> ColumnElement[bool]:
    return Case.case_id.in_(_tasks(CaseTask.department == code, CaseTask.state.not_in(GONE)))


def _late(wanted: bool = True) -> ColumnElement[bool]:
    late = or_(Case.due_at < clock.now(), Case.case_due_at < clock.now())
    return late if wanted else ~func.coalesce(late, False)


def _text(text: str) -> ColumnElement[bool]:
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    columns = (Case.description, Case.address, Case.number, Case.external_no)
    return or_(*(column.ilike(pattern, escape="\\") for column in columns))


_FILTERS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "state": Case.state.in_,
    "class": lambda code: Case.class_code == code,
    "grid": _within,
    "department": _with_department,
    "overdue": _late,
    "due_before": lambda moment: Case.due_at < moment,
    "text": _text,
}


def queues(person: Person) -> list[Queue]:
    """Return the person's queues with counts, in one statement."""
    mine = conditions_of_queues(person)
    if not mine:
        return []
    late = _late()
    columns: list[Any] = []
    for _, condition in mine.values():
        columns += [func.count(case((condition, 1))), func.count(case((and_(condition, late), 1)))]
    counts = db.session.execute(
        select(*columns).where(visible_to(person), or_(*(each for _, each in mine.values())))
    ).one()
    return [
        Queue(name, label, label.en, counts[2 * place], counts[2 * place + 1])
        for place, (name, (label, _)) in enumerate(mine.items())
    ]


def queue_condition(person: Person, queue: str) -> ColumnElement[bool]:
    """Return what puts a case into a queue of this person; nothing for a queue that is not theirs."""
    mine = conditions_of_queues(person)
    return mine[queue][1] if queue in mine else Case.case_id.is_(None)


def conditions_of_queues(person: Person) -> dict[str, tuple[Words, ColumnElement[bool]]]:
    """Return label and condition of every queue that this person's permissions open."""
    queues: dict[str, tuple[Words, ColumnElement[bool]]] = {}
    for name, label, permission, scope, condition in _QUEUES:
        scopes = scope(person, permission)
        if scopes is not None:
            queues[name] = (label, and_(condition, scopes))
    return queues


def _tasks(*conditions: ColumnElement[bool]) -> Select[UUID]:
    return select(CaseTask.case_id).where(*conditions)


def _centres(person: Person, permission: P) -> ColumnElement[bool] | None:
    codes = sorted(person.centres(permission))
    return Case.centre.in_(codes) if codes else None


def _closing_centres(person: Person, permission: P) -> ColumnElement[bool] | None:
    codes = sorted(person.centres(permission))
    return func.coalesce(Case.handed_down_by, Case.centre).in_(codes) if codes else None


def _grounds(person: Person, permission: P) -> ColumnElement[bool] | None:
    paths = (held.scope_path for held in person.holding(permission) if held.scope_kind == ScopeKind.GRID)
    ranges = [subtree_range(path) for path in paths]
    inside = [and_(Case.grid_path >= low, Case.grid_path < high) for low, high in ranges]
    return or_(*inside) if inside else None


def _grounds_or_closing(person: Person, permission: P) -> ColumnElement[bool] | None:
    ways = [way for way in (_grounds(person, permission), _closing_centres(person, permission)) if way is not None]
    return or_(*ways) if ways else None


def _to_reopen(person: Person, permission: P) -> ColumnElement[bool] | None:
    ways = _grounds_or_closing(person, permission)
    return None if ways is None else and_(ways, reopenable())


def reopenable() -> ColumnElement[bool]:
    """Return the condition that the days for reopening have not passed, as the guard of the move counts them.

    By the classes as they are now: it matters little here that an ended case keeps an older version.
    """
    own, otherwise = case_limits.reopen_days_of_classes()
    now = clock.now()
    by_days = {days: [code for code in own if own[code] == days] for days in sorted(set(own.values()))}
    ways = [
        (Case.class_code.in_(codes), Case.closed_at >= now - timedelta(days=days)) for days, codes in by_days.items()
    ]
    general = true() if otherwise is None else Case.closed_at >= now - timedelta(days=otherwise)
    return case(*ways, else_=general) if ways else general


def _department_tasks(*states: TaskState) -> _Scope:
    def tasks(person: Person, permission: P) -> ColumnElement[bool] | None:
        codes = sorted(person.departments(permission))
        if not codes:
            return None
        mine = or_(CaseTask.department.in_(codes), CaseTask.contractor.in_(codes))
        return Case.case_id.in_(_tasks(mine, CaseTask.state.in_(states)))

    return tasks


def _named(part: TaskPart) -> _Scope:
    def tasks(person: Person, permission: P) -> ColumnElement[bool] | None:
        if person.person_id is None or not person.may(permission):
            return None
        mine = (CaseTask.handler_id == person.person_id, CaseTask.part == part, CaseTask.state.in_(LIVE))
        return Case.case_id.in_(_tasks(*mine))

    return tasks


def _has_ask(kind: AskKind, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return Case.case_id.in_(_tasks(CaseTask.ask == kind, *conditions))


def _own(person: Person, permission: P) -> ColumnElement[bool] | None:
    return Case.reporter_id == person.person_id if person.may(permission) else None


def _before(*actions: CaseAction) -> ColumnElement[bool]:
    """Return the condition that a case stands where one of these steps can be taken: the machine's table knows."""
    moves = (move for action in actions for move in machine.CASE.moves_of(action))
    return Case.state.in_(sorted({str(state) for move in moves for state in move.sources}))


_OPEN_ONLY = Case.state.in_(sorted(machine.OPEN))
_AT_DEPARTMENTS = _before(CaseAction.SIGN, CaseAction.FINISH)
_FIRST_TIME = CaseTask.extensions == 0  # another time it is the leader's to decide
_UNNAMED_CHECK = Case.case_id.in_(
    _tasks(CaseTask.part == TaskPart.CHECK, CaseTask.handler_id.is_(None), CaseTask.state.in_(LIVE))
)
# fmt: off
_QUEUES: tuple[tuple[str, Words, P, _Scope, ColumnElement[bool]], ...] = (  # a table is read in rows
    ("to_accept", Words("待受理", "To accept"), P.ACCEPT, _centres, _before(CaseAction.ACCEPT)),
    ("verifying", Words("核实中", "Being verified"), P.VERIFY, _centres, _before(CaseAction.RECALL_VERIFY)),
    ("to_file", Words("待立案", "To file"), P.FILE, _centres, _before(CaseAction.FILE)),
    ("to_dispatch", Words("待派遣", "To dispatch"), P.DISPATCH, _centres, _before(CaseAction.DISPATCH)),
    ("to_sign", Words("待签收", "To sign for"), P.SIGN,
     _department_tasks(TaskState.SENT), _AT_DEPARTMENTS),
    ("to_handle", Words("处置中", "To handle"), P.FINISH,
     _department_tasks(TaskState.SIGNED, TaskState.ARRIVED, TaskState.ABSENT), _AT_DEPARTMENTS),
    ("to_verify", Words("待我核实", "For me to verify"), P.FIND,
     _named(TaskPart.VERIFY), _before(CaseAction.CONFIRM_TRUE)),
    ("to_check", Words("待我核查", "For me to check"), P.CHECK,
     _named(TaskPart.CHECK), _before(CaseAction.PASS_CHECK)),
    ("to_name_checker", Words("待派核查人", "To name a checker"), P.ASSIGN_CHECK,
     _centres, and_(_before(CaseAction.ASSIGN_CHECK), _UNNAMED_CHECK)),
    ("to_close", Words("待结案", "To close"), P.CLOSE, _closing_centres, _before(CaseAction.CLOSE)),
    ("asked_return", Words("待批退件", "Returns to decide"), P.DECIDE_RETURN,
     _centres, _has_ask(AskKind.RETURN)),
    ("asked_extension", Words("待批延期", "Extensions to decide"), P.DECIDE_EXTENSION,
     _centres, _has_ask(AskKind.EXTENSION, _FIRST_TIME)),
    ("asked_again", Words("待批再次延期", "Second extensions to decide"), P.DECIDE_SECOND_EXTENSION,
     _centres, _has_ask(AskKind.EXTENSION, ~_FIRST_TIME)),
    ("asked_deferral", Words("待批挂账", "Deferrals to decide"), P.DECIDE_DEFERRAL,
     _centres, _has_ask(AskKind.DEFERRAL)),
    ("deferred", Words("挂账", "Deferred"), P.DECIDE_DEFERRAL, _centres, _before(CaseAction.RESUME)),
    ("to_reopen", Words("待重办", "To reopen"), P.REOPEN,
     _to_reopen, and_(_before(CaseAction.REOPEN), Case.reopen_wanted)),
    ("my_reports", Words("我的上报", "My reports"), P.REPORT, _own, _OPEN_ONLY),
)
# fmt: on
QUEUES: Mapping[str, Words] = {name: label for name, label, *_ in _QUEUES}


def count_unproven() -> int:
    """Count the cases whose steps do not say yet all that stands in their rows."""
    return db.session.scalar(select(func.count()).select_from(Case).where(Case.hash >= baseline.BEFORE)) or 0
