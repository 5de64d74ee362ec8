"""Read cases: one, lists by keyset, queues with counts, the timeline. Everything starts from what a person may see."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, case, exists, false, func, not_, or_, select, true, tuple_

from app.cases import baseline, case_queues
from app.cases.errors import CaseConflict, CaseNotFound
from app.cases.models import Case, CaseStep, CaseTask, CaseTicket
from app.cases.protocol import DEFAULT, QueueRule, all_tables, table_of
from app.cases.views import LIST_COLUMNS, case_view
from app.cases.visibility import may_see, visible_among_few, visible_at_all, visible_to
from app.cases.whole import GONE, Whole, look
from app.core import clock
from app.core.db import db, read_rows
from app.core.permissions import Person
from app.grids.levels import subtree_range
from app.grids.queries import grid
from app.objects.queries import same_as
from workflows.words import Words


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


def whole(case_id: UUID, person: Person, workflow: str | None = DEFAULT) -> Whole:
    """Return a case of a workflow (None: of whatever one) that the person sees; raise CaseNotFound."""
    case_whole = look(case_id)
    if case_whole is None or workflow not in (None, case_whole.case.workflow):
        raise CaseNotFound
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
            case_whole = whole(refused.case_id, person, workflow=None)
        except CaseNotFound:
            raise refused from None
        refused.extra["case"] = case_view(case_whole, person)
        raise


def exists_for(case_id: UUID, person: Person) -> bool | None:
    """Tell whether the person sees a case; None when there is no such case."""
    is_visible = select(visible_at_all(person)).where(Case.case_id == case_id)
    answer = db.session.scalar(is_visible)
    return None if answer is None else bool(answer)


def steps(case_id: UUID) -> Sequence[CaseStep]:
    """Return the whole timeline."""
    return db.session.scalars(select(CaseStep).where(CaseStep.case_id == case_id).order_by(CaseStep.seq)).all()


def some_steps(keys: Collection[tuple[UUID, int]]) -> Sequence[CaseStep]:
    """Return some steps of some cases, each named by its case and number, in one statement."""
    named = tuple_(CaseStep.case_id, CaseStep.seq).in_(list(keys))
    return db.session.scalars(select(CaseStep).where(named)).all() if keys else ()


def page(
    person: Person,
    filters: Mapping[str, Any],
    after: tuple[datetime, UUID] | None,
    limit: int,
    workflow: str = DEFAULT,
) -> CasePage:
    """Return cases the person sees, the latest changed first."""
    visible = visible_among_few if filters.get("queue") else visible_to
    statement = select(*LIST_COLUMNS).where(visible(person, workflow), *conditions(person, filters, workflow))
    if after:
        statement = statement.where(tuple_(Case.changed_at, Case.case_id) < tuple_(*after))
    ordered = statement.order_by(Case.changed_at.desc(), Case.case_id.desc()).limit(limit + 1)
    rows = read_rows(ordered).all()
    more = rows[limit - 1] if len(rows) > limit else None
    return CasePage(rows[:limit], (more.changed_at, more.case_id) if more else None)


def conditions(person: Person, filters: Mapping[str, Any], workflow: str = DEFAULT) -> list[ColumnElement[bool]]:
    """Return what the filters of a list ask of its cases."""
    values = {name: value for name, value in filters.items() if value is not None and name in _FILTERS}
    clauses = [_FILTERS[name](value) for name, value in values.items()]
    clauses += [_text(filters["text"], person)] if filters.get("text") is not None else []
    if filters.get("overdue") is not None:
        clauses.append(_late(filters["overdue"], ends_of_queue(person, filters.get("queue"), workflow)))
    return [*clauses, queue_condition(person, filters["queue"], workflow)] if filters.get("queue") else clauses


def _within(code: str) -> ColumnElement[bool]:
    low, high = subtree_range(grid(code).path)
    return and_(Case.grid_path >= low, Case.grid_path < high)


def _with_department(code: str) -> ColumnElement[bool]:
    with_it = select(CaseTask.case_id).where(CaseTask.department == code, CaseTask.state.not_in(GONE))
    return Case.case_id.in_(with_it)


def late_by(moment: datetime) -> ColumnElement[bool]:
    """Return the condition that a limit of a case has passed by a moment.

    Where the clock of the whole case stands still it has used no time since, whatever its end says.
    """
    standing = [
        and_(Case.workflow == table.procedure.workflow.name, Case.state.in_(sorted(rule.pauses_in)))
        for table in all_tables()
        for rule in table.procedure.clocks.values()
        if rule.of_case and rule.pauses_in
    ]
    of_case = and_(Case.case_due_at < moment, not_(or_(false(), *standing)))
    return func.coalesce(or_(Case.due_at < moment, of_case), false())


def _late(wanted: bool = True, own_end: ColumnElement[Any] | None = None) -> ColumnElement[bool]:
    """Return the condition that a limit has passed: of the case, or of a person's own part in it."""
    late = late_by(clock.now()) if own_end is None else func.coalesce(own_end < clock.now(), false())
    return late if wanted else not_(late)


def _text(text: str, person: Person) -> ColumnElement[bool]:
    """Return the condition that a case has these words in it, or a number elsewhere that the person may know."""
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    columns = (Case.description, Case.address, Case.number)
    within = [column.ilike(pattern, escape="\\") for column in columns]
    number = Case.external_no.ilike(pattern, escape="\\")
    of_case = exists().where(CaseTicket.case_id == Case.case_id)
    if person.departments():  # by a number nobody there finds whose sender is kept from them
        return or_(*within, and_(number, ~of_case.where(CaseTicket.is_secret)))
    return or_(*within, number, of_case.where(CaseTicket.carried_numbers.ilike(pattern, escape="\\")))


_FILTERS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "state": Case.state.in_,
    "class": lambda code: Case.class_code == code,
    "grid": _within,
    "object": lambda object_id: Case.object_id.in_(same_as(object_id)),
    "department": _with_department,
    "due_before": lambda moment: Case.due_at < moment,
    "supervised": lambda wanted: case_queues.has_open_order() if wanted else not_(case_queues.has_open_order()),
}


def queues(person: Person, workflow: str = DEFAULT) -> list[Queue]:
    """Return the person's queues with counts, in one statement."""
    mine = list(_open_queues(person, workflow))
    if not mine:
        return []
    late = _late()
    columns: list[Any] = []
    for rule, condition in mine:
        of_part = _late(own_end=rule.ends(person, rule.permission)) if rule.ends else late
        columns += [func.count(case((condition, 1))), func.count(case((and_(condition, of_part), 1)))]
    in_one = [or_(*(each for _, each in mine))]
    in_one += [Case.ended_how.is_(None)] if not any(rule.of_ended for rule, _ in mine) else []
    counts = db.session.execute(select(*columns).where(visible_among_few(person, workflow), *in_one)).one()
    return [
        Queue(rule.name, rule.label, rule.label.en, counts[2 * place], counts[2 * place + 1])
        for place, (rule, _) in enumerate(mine)
    ]


def ends_of_queue(person: Person, queue: str | None, workflow: str = DEFAULT) -> ColumnElement[Any] | None:
    """Return when a person's own part in the cases of a queue ends, where that is not the end of the case's limits."""
    rule = next((one for one in table_of(workflow).queues if one.name == queue), None)
    return rule.ends(person, rule.permission) if rule and rule.ends else None


def queue_condition(person: Person, queue: str, workflow: str = DEFAULT) -> ColumnElement[bool]:
    """Return what puts a case into a queue of this person; nothing for a queue that is not theirs."""
    mine = conditions_of_queues(person, workflow, only=queue)
    return mine[queue][1] if mine else Case.case_id.is_(None)


def conditions_of_queues(
    person: Person, workflow: str = DEFAULT, *, only: str | None = None
) -> dict[str, tuple[Words, ColumnElement[bool]]]:
    """Return label and condition of every queue of a workflow, or of one, that this person's permissions open."""
    return {rule.name: (rule.label, condition) for rule, condition in _open_queues(person, workflow, only)}


def _open_queues(
    person: Person, workflow: str, only: str | None = None
) -> Iterator[tuple[QueueRule, ColumnElement[bool]]]:
    rules = (one for one in table_of(workflow).queues if only in (None, one.name))
    scoped = ((one, one.scope(person, one.permission)) for one in rules)
    still = {True: true(), False: Case.ended_how.is_(None)}  # by what an index knows them
    return ((one, and_(one.condition, still[one.of_ended], mine)) for one, mine in scoped if mine is not None)


def count_unproven() -> int:
    """Count the cases whose steps do not say yet all that stands in their rows."""
    return db.session.scalar(select(func.count()).select_from(Case).where(Case.hash >= baseline.BEFORE)) or 0
