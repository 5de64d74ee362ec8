"""Report and synchronise; look around a place before reporting; reach the citizen behind a case."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields

from app.cases import views
from app.cases.schemas.responses import CaseOut, NearOut
from app.cases.service import Phone
from app.core.hints import DROPPED
from app.core.http import Blueprint, answer, current_person, needs
from app.core.permissions import Permission
from app.core.schemas import Schema
from app.core.transaction import transaction
from app.grids import queries as grids
from app.intake import citizens, queries, service, sync
from app.intake.case_sync import CASES
from app.intake.duplicates import around
from app.intake.schemas import NearIn, ReportIn, RevealIn, RevealNamedIn, SyncIn
from workflows.words import Words

bp = Blueprint("intake", url_prefix="/api/v1", description="上报与同步 Reports and synchronisation")


class ResultOut(Schema):
    """What came of one operation: the status it would have had alone, and its body."""

    status = fields.Integer(required=True)
    body = fields.Raw(required=True)


class StreamOut(Schema):
    """What changed in a stream that the phone follows, answered as the cases are."""

    changes = fields.List(fields.Raw(metadata={"type": "object"}), required=True)
    gone = fields.List(fields.UUID(), required=True)
    cursor = fields.String(required=True)
    more = fields.Boolean(required=True)
    reset = fields.Boolean(required=True)


class SyncOut(Schema):
    """What came of all operations, and what changed; `streams` only where the phone asks for some."""

    results = fields.List(fields.Nested(ResultOut), required=True)
    changes = fields.List(fields.Nested(CaseOut), required=True)
    gone = fields.List(fields.UUID(), required=True)
    cursor = fields.String(required=True)
    more = fields.Boolean(required=True)
    reset = fields.Boolean(required=True)
    streams = fields.Dict(keys=fields.String(), values=fields.Nested(StreamOut))


class NearbyOut(Schema):
    """Open cases close to a place, the nearest first."""

    items = fields.List(fields.Nested(NearOut), required=True)


class NamedPersonOut(Schema):
    """Somebody whom an answer to the form of a case names, masked."""

    field = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)


class NamedPeopleOut(Schema):
    """Those whom answers to the form of a case name."""

    items = fields.List(fields.Nested(NamedPersonOut), required=True)


class ContactOut(Schema):
    """How to reach the citizen behind a case, or somebody whom an answer names."""

    name = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    anonymous = fields.Boolean(required=True)


@bp.route("/cases/<uuid:case_id>", methods=["PUT"])
@needs(Permission.CASE_REPORT, asked_later=True)
@bp.arguments(ReportIn)
@bp.response(201, CaseOut)
@bp.alt_response(200, schema=CaseOut, description="同一上报已收到过。Received before.")
def report(body: dict[str, Any], case_id: UUID) -> Response:
    """上报；同样的内容再次提交仍是同一案件。Report; the same again is the same case."""
    person = current_person()
    acted, close_by = service.submit(case_id, person, body)
    view = views.acted_view(acted, person, possible_duplicates=close_by)
    return answer(view, 201 if acted.created else 200)


@bp.post("/sync")
@needs(Permission.CASE_READ, asked_later=True)
@bp.arguments(SyncIn, required=False)
@bp.response(200, SyncOut)
def synchronise(body: dict[str, Any]) -> Response:
    """手机同步：逐项办理，并取回变化。Carry out a phone's operations and tell it what changed."""
    person = current_person()
    phone = Phone(now=body.get("phone_now"), dropped=body.get(DROPPED, ()), synchronises=True)
    results = sync.carry_out(person, body["operations"], phone)
    changes = {"results": results, **vars(sync.changes(CASES, person, body["cursor"]))}
    followed = sync.followed(person, body["streams"]) if body["streams"] else {}
    streams = {"streams": {name: vars(one) for name, one in followed.items()}} if followed else {}
    return answer(changes | streams)


@bp.get("/cases/near")
@needs(Permission.CASE_REPORT)
@bp.arguments(NearIn, location="query")
@bp.response(200, NearbyOut)
def read_near(place: dict[str, Any]) -> dict[str, Any]:
    """本人网格及其周围某处的同类在办案件，供上报前查看。Look for open cases around one's own grids."""
    located = grids.locate(place["lon"], place["lat"], place["crs"])
    return {"items": around(located, place["class"], current_person())}


@bp.get("/cases/<uuid:case_id>/citizen")
@needs(Permission.CITIZEN_REVEAL)
@bp.response(200, ContactOut)
def read_citizen(case_id: UUID) -> citizens.Contact:
    """上报群众的姓名和电话（脱敏）。Read the citizen behind a case, masked."""
    return citizens.masked(queries.citizen_of(case_id, current_person()))


@bp.post("/cases/<uuid:case_id>/citizen/reveal")
@needs(Permission.CITIZEN_REVEAL)
@bp.arguments(RevealIn)
@bp.response(200, ContactOut)
def reveal_citizen(body: dict[str, Any], case_id: UUID) -> citizens.Contact:
    """查看上报群众的完整姓名和电话；查看人和理由记入审计。Read the citizen in full; who looked and why is kept."""
    person = current_person()
    with transaction(vital=True):
        return citizens.reveal(queries.citizen_of(case_id, person), case_id, person, body["reason"])


@bp.get("/cases/<uuid:case_id>/people")
@needs(Permission.CITIZEN_REVEAL)
@bp.response(200, NamedPeopleOut)
def read_people(case_id: UUID) -> dict[str, Any]:
    """表单中登记的人员（脱敏）。Read those whom answers to the form name, masked."""
    return {"items": [_named(*one) for one in queries.people_of(case_id, current_person())]}


@bp.post("/cases/<uuid:case_id>/people/reveal")
@needs(Permission.CITIZEN_REVEAL)
@bp.arguments(RevealNamedIn)
@bp.response(200, ContactOut)
def reveal_person(body: dict[str, Any], case_id: UUID) -> citizens.Contact:
    """查看表单中一位人员的姓名和电话；查看人和理由记入审计。Read one of them in full; who looked and why is kept."""
    person = current_person()
    with transaction(vital=True):
        named = queries.person_of(case_id, body["field"], person)
        return citizens.reveal(named, case_id, person, body["reason"], question=body["field"])


def _named(field: str, label: Words, named: UUID) -> dict[str, Any]:
    contact = citizens.masked(named)
    return {"field": field, "label": label, "label_en": label.en, "name": contact.name, "phone": contact.phone}
