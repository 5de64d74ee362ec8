"""One exchange with a phone: its operations in order, each on its own, and the changes since it last read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import ColumnElement, Row, or_, select, tuple_

from app.cases import service as cases
from app.cases import views
from app.cases.case_visibility import once_visible_to, scope_mark
from app.cases.errors import ActForbidden, CaseNotFound, MoveNotAllowed, OperationDiffers, Stale
from app.cases.models import Case
from app.cases.queries import with_fresh_case
from app.cases.service import Phone
from app.cases.visibility import visible_to
from app.cases.whole import read_wholes
from app.core import clock, paging
from app.core.db import db
from app.core.errors import Busy, Invalid, Problem
from app.core.hints import DROPPED
from app.core.http import problem_body
from app.core.logs import log
from app.core.permissions import Permission, Person
from app.core.transaction import WRITE_LIMIT_SECONDS, breathe, passing_trouble, transaction
from app.intake import service
from app.intake.schemas import OperationIn
from workflows.procedure import EngineStep

OVERLAP = timedelta(seconds=60)  # writes are cut off at 30 s, so a row that comes late lies within this
PAGE = 100
_AHEAD = OVERLAP - timedelta(seconds=WRITE_LIMIT_SECONDS)  # so far clocks may lie apart, and nothing is missed
_LOWEST = UUID(int=0)


@dataclass(frozen=True)
class Changes:
    """What a phone has to know: cases as they are now, and those it no longer sees."""

    changes: list[dict[str, Any]]
    gone: list[UUID]
    cursor: str
    more: bool
    reset: bool


@dataclass(frozen=True)
class _Place:
    """How far a phone has read, and when the reading began of which this is a page."""

    changed_at: datetime
    case_id: UUID
    began: datetime


def carry_out(person: Person, operations: Iterable[Any], phone: Phone) -> list[dict[str, Any]]:
    """Carry out a phone's operations in order, each in its own transaction; return status and body of each.

    A refused one blocks nothing. After one that we could not finish (5xx) the later ones on the same case wait: they
    would be judged without it. The phone sends them again. `phone` is what it said for all of them: the time it has.
    """
    results, unfinished = [], set()
    for operation in operations:
        case_id = str(operation.get("case_id")).lower() if isinstance(operation, dict) else None
        result = _refused(Busy()) if case_id in unfinished else _apply(person, operation, phone)
        if result["status"] >= 500:
            unfinished.add(case_id)
        results.append(result)
        breathe()
    return results


def _apply(person: Person, operation: Any, phone: Phone) -> dict[str, Any]:
    try:
        loaded = OperationIn().load(operation)
        phone = replace(phone, at=loaded.get("phone_at"), dropped=(*phone.dropped, *loaded.get(DROPPED, ())))
        with with_fresh_case(person):
            acted, body = _KINDS[loaded["type"]](person, loaded, phone)
        return {"status": 201 if acted.created else 200, "body": body}
    except ValidationError as error:
        return _refused(Invalid(fields=dict(error.normalized_messages())))
    except Problem as problem:
        return _refused(problem)
    except Exception as error:  # whatever one operation does, the phone's others must get through
        db.session.rollback()
        passing = passing_trouble(error)
        if passing is None:
            log.error("sync.operation_failed", exc_info=error)
        return _refused(passing or Problem())


def _report(person: Person, operation: Mapping[str, Any], phone: Phone) -> Any:
    report = service.load(operation["body"])
    phone_values = {"phone_at": phone.at, "phone_now": phone.now, DROPPED: (*phone.dropped, *report.get(DROPPED, ()))}
    report |= {name: value for name, value in phone_values.items() if value}
    acted, close_by = service.submit(operation["case_id"], person, report)
    return acted, views.acted_view(acted, person, possible_duplicates=close_by)


def _act(person: Person, operation: Mapping[str, Any], phone: Phone) -> Any:
    case_id, action, op_id = operation["case_id"], operation["action"], operation["op_id"]
    data = operation.get("data") or {}
    try:
        with transaction():
            acted = cases.act(case_id, action, person, data, op_id, operation.get("seen"), phone)
    except (ActForbidden, CaseNotFound, MoveNotAllowed, OperationDiffers, Stale):
        with transaction():
            attach_result = cases.keep_photos(case_id, action, person, data, op_id)
        if attach_result is None:
            raise
        return attach_result, views.acted_view(replace(attach_result, created=False), person) | {
            "instead": EngineStep.ATTACH
        }
    return acted, views.acted_view(acted, person)


_KINDS: dict[str, Callable[[Person, Mapping[str, Any], Phone], Any]] = {"report": _report, "act": _act}


def _refused(problem: Problem) -> dict[str, Any]:
    return {"status": problem.status, "body": problem_body(problem)}


def changes(person: Person, cursor: Any) -> Changes:
    """Return what changed since a cursor, a page at a time; all of it, when the person's scope is another than then.

    A finished reading is taken up again from a little before its first page began: what was committed late, or
    changed between two pages, is read then.
    """
    mark = scope_mark(person)
    place, reset = _read(cursor, mark)
    began = place.began if place and place.case_id != _LOWEST else clock.now()
    rows = _changed(person, place)
    page, more = rows[:PAGE], len(rows) > PAGE
    wholes = read_wholes([case for case, is_visible in page if is_visible])
    last = page[-1][0] if more else None
    reached = (last.changed_at, last.case_id, began) if last else (began - OVERLAP, _LOWEST, began)
    return Changes(
        [views.case_view(whole, person) for whole in wholes],
        [case.case_id for case, is_visible in page if not is_visible],
        paging.encode(*reached, mark),
        more,
        reset,
    )


def _changed(person: Person, place: _Place | None) -> list[Row[Case, bool]]:
    if not person.may(Permission.CASE_READ):
        return []
    is_visible: ColumnElement[bool] = visible_to(person)
    statement = (
        select(Case, is_visible.label("seen"))
        .order_by(Case.changed_at, Case.case_id)
        .limit(PAGE + 1)
        .execution_options(populate_existing=True)
    )
    if place is None:
        return list(db.session.execute(statement.where(is_visible)).all())
    since = tuple_(Case.changed_at, Case.case_id) > tuple_(place.changed_at, place.case_id)
    return list(db.session.execute(statement.where(since, or_(is_visible, once_visible_to(person)))).all())


def _read(cursor: Any, mark: str) -> tuple[_Place | None, bool]:
    """Return how far a phone has read, and whether it has to begin anew.

    A cursor is a hint: one that is not ours costs a longer answer and no more. One that began in the future was given
    while the clock here was ahead: what has changed since lies before it, and would be missed for good.
    """
    if cursor is None:
        return None, False
    try:
        changed_at, case_id, began, then = paging.decode(cursor, 4)
        place = _Place(paging.moment(changed_at), paging.identity(case_id), paging.moment(began))
    except paging.CursorInvalid:
        return None, True
    if then != mark or place.began > clock.now() + _AHEAD:
        return None, True
    return place, False
