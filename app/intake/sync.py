"""One exchange with a phone: its operations in order, each on its own, and the changes since it last read."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import or_, select, tuple_

from app.cases import service as cases
from app.cases import views
from app.cases.answers import with_fresh_case
from app.cases.errors import ActForbidden
from app.cases.models import Case, CaseTask
from app.cases.turn import read_wholes
from app.cases.visibility import visible_to
from app.core import clock, paging
from app.core.db import db
from app.core.errors import Invalid, Problem
from app.core.permissions import Permission, Person
from app.core.transaction import transaction
from app.intake import service
from app.intake.schemas import OperationIn, ReportIn

OVERLAP = timedelta(seconds=60)  # writes are cut off at 30 s, so a row that comes late lies within this
PAGE = 100


@dataclass(frozen=True)
class Changes:
    """What a phone has to know: cases as they are now, and those it no longer sees."""

    changes: list[dict[str, Any]]
    gone: list[UUID]
    cursor: str
    more: bool
    reset: bool


def apply(person: Person, operation: Any, phone_now: datetime | None) -> dict[str, Any]:
    """Carry out one operation in its own transaction; return its status and body, never raising a Problem."""
    try:
        loaded = OperationIn().load(operation)
        with with_fresh_case(person):
            acted, body = _KINDS[loaded["type"]](person, loaded, phone_now)
        return {"status": 201 if acted.created else 200, "body": body}
    except ValidationError as error:
        return _refused(Invalid(fields=dict(error.normalized_messages())))
    except Problem as problem:
        return _refused(problem)


def _report(person: Person, operation: Mapping[str, Any], phone_now: datetime | None) -> Any:
    given = {"phone_at": operation.get("phone_at"), "phone_now": phone_now}
    report = ReportIn().load(operation["body"]) | {name: value for name, value in given.items() if value}
    return submit(operation["case_id"], person, report)


def submit(case_id: UUID, person: Person, report: Mapping[str, Any]) -> tuple[cases.Acted, dict[str, Any]]:
    """Begin a case in a transaction of its own; return what came of it and how the person sees it."""
    with transaction():
        acted = service.submit(case_id, person, report)
    case = acted.whole.case
    near = service.possible_duplicates(case) if acted.created else []
    return acted, views.acted_view(acted, person) | {"possible_duplicates": near}


def _act(person: Person, operation: Mapping[str, Any], phone_now: datetime | None) -> Any:
    if not person.may(Permission.CASE_ACT):
        raise ActForbidden
    with transaction():
        acted = cases.act(
            operation["case_id"],
            operation["action"],
            person,
            operation.get("data") or {},
            operation["op_id"],
            operation.get("seen"),
            cases.Phone(operation.get("phone_at"), phone_now),
        )
    return acted, views.acted_view(acted, person)


_KINDS: dict[str, Callable[[Person, Mapping[str, Any], datetime | None], Any]] = {"report": _report, "act": _act}


def _refused(problem: Problem) -> dict[str, Any]:
    body = {"code": problem.code, "detail": problem.detail, "fields": problem.fields, **problem.extra}
    return {"status": problem.status, "body": body}


def changes(person: Person, cursor: str | None) -> Changes:
    """Return what changed since a cursor, a page at a time; all of it, when the person's scope is another than then."""
    scope = _scope_mark(person)
    began = clock.now()
    after, reset = _read(cursor, scope)
    rows = _changed(person, after)
    page, more = rows[:PAGE], len(rows) > PAGE
    wholes = read_wholes([case for case, seen in page if seen])
    last = (page[-1][0].changed_at, page[-1][0].case_id) if page else after
    # a page in the middle goes on exactly; a finished reading begins again a little before it began
    end = last if more and last else (min(last[0], began) if last else began, UUID(int=0))
    at = end if more else (end[0] - OVERLAP, UUID(int=0))
    return Changes(
        [views.case_view(whole, person) for whole in wholes],
        [case.case_id for case, seen in page if not seen],
        paging.encode(at[0], at[1], scope),
        more,
        reset,
    )


def _changed(person: Person, after: tuple[datetime, UUID] | None) -> list[Any]:
    seen = visible_to(person)
    statement = select(Case, seen.label("seen")).order_by(Case.changed_at, Case.case_id).limit(PAGE + 1)
    if after is None:
        return list(db.session.execute(statement.where(seen)).all())
    since = tuple_(Case.changed_at, Case.case_id) > tuple_(*after)
    return list(db.session.execute(statement.where(since, or_(seen, _was_involved(person)))).all())


def _was_involved(person: Person) -> Any:
    """Return the condition that a case once was the person's: it must be taken from the phone when it is so no more."""
    mine = [CaseTask.handler_id == person.person_id]
    departments = sorted(person.departments())
    if departments:
        mine += [CaseTask.department.in_(departments), CaseTask.contractor.in_(departments)]
    return Case.case_id.in_(select(CaseTask.case_id).where(or_(*mine)))


def _read(cursor: str | None, scope: str) -> tuple[tuple[datetime, UUID] | None, bool]:
    if cursor is None:
        return None, False
    changed_at, case_id, then = paging.decode(cursor, 3)
    if then != scope:
        return None, True
    return (paging.moment(changed_at), paging.identity(case_id)), False


def _scope_mark(person: Person) -> str:
    held = sorted((one.role, one.scope_kind, one.scope_path, one.scope_code) for one in person.assignments)
    return hashlib.sha256(repr(held).encode()).hexdigest()[:16]
