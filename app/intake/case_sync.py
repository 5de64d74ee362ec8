"""What a phone does to cases in an exchange, and the cases that it follows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from app.cases import service as cases
from app.cases import views
from app.cases.case_visibility import once_visible_to, scope_mark
from app.cases.errors import ActForbidden, CaseDiffers, CaseNotFound, MoveNotAllowed, OperationDiffers, Stale
from app.cases.models import Case
from app.cases.queries import with_fresh_case
from app.cases.service import ActResult, Phone
from app.cases.visibility import visible_to
from app.cases.whole import look_at
from app.core.errors import Invalid
from app.core.hints import DROPPED
from app.core.permissions import Permission, Person
from app.core.transaction import transaction
from app.intake import service
from app.intake.duplicates import Near
from app.intake.schemas import AS_SENT, OperationIn
from app.intake.sync_table import Door, OperationType, Stream
from workflows.procedure import EngineStep

OBJECT = "object"


def _report(person: Person, operation: Mapping[str, Any], phone: Phone) -> tuple[bool, dict[str, Any]]:
    report = service.load(operation["body"])
    phone_values = {"phone_at": phone.at, "phone_now": phone.now, DROPPED: (*phone.dropped, *report.get(DROPPED, ()))}
    report |= {name: value for name, value in phone_values.items() if value}
    with with_fresh_case(person):
        acted, close_by = _submitted(operation["case_id"], person, report)
        return acted.created, views.acted_view(acted, person, possible_duplicates=close_by)


def _submitted(case_id: UUID, person: Person, report: dict[str, Any]) -> tuple[ActResult, list[Near]]:
    """Begin the case; without its object, which the step notes, where that has gone since the phone had read of it."""
    try:
        return service.submit(case_id, person, report)
    except (Invalid, CaseDiffers) as refused:
        alone = isinstance(refused, CaseDiffers) or set(refused.fields) == {OBJECT}
        if report.get(OBJECT) is None or not alone:
            raise
    sent = {name: value for name, value in report[AS_SENT].items() if name != OBJECT}
    without = {**report, OBJECT: None, AS_SENT: sent, DROPPED: (*report.get(DROPPED, ()), OBJECT)}
    return service.submit(case_id, person, without)


def _act(person: Person, operation: Mapping[str, Any], phone: Phone) -> tuple[bool, dict[str, Any]]:
    with with_fresh_case(person):
        acted, more = _acted(person, operation, phone)
        result = replace(acted, created=False) if more else acted
        return acted.created, views.acted_view(result, person) | more


def _acted(person: Person, operation: Mapping[str, Any], phone: Phone) -> tuple[ActResult, dict[str, Any]]:
    """Take the step, or keep the photos of one that comes too late for whoever had been named to take it."""
    case_id, action, op_id = operation["case_id"], operation["action"], operation["op_id"]
    data = operation.get("data") or {}
    try:
        with transaction():
            return cases.act(case_id, action, person, data, op_id, operation.get("seen"), phone), {}
    except (ActForbidden, CaseNotFound, MoveNotAllowed, OperationDiffers, Stale):
        with transaction():
            attach_result = cases.keep_photos(case_id, action, person, data, op_id)
        if attach_result is None:
            raise
        return attach_result, {"instead": EngineStep.ATTACH}


def _views(person: Person, rows: Sequence[Case]) -> list[dict[str, Any]]:
    return [views.case_view(whole, person) for whole in look_at(rows)]


DOORS = tuple(
    Door(name, "case_id", OperationIn, door)
    for name, door in ((OperationType.REPORT, _report), (OperationType.ACT, _act))
)
CASES = Stream(
    "cases", Permission.CASE_READ, Case, Case.case_id, Case.changed_at, visible_to, once_visible_to, scope_mark, _views
)
