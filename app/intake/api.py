"""Report and synchronise."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields

from app.cases.answers import CaseOut
from app.core.http import Blueprint, answer, current_person, needs
from app.core.permissions import Permission
from app.core.schemas import Schema
from app.intake import sync
from app.intake.schemas import ReportIn, SyncIn

bp = Blueprint("intake", url_prefix="/api/v1", description="上报与同步")


class ResultOut(Schema):
    """What came of one operation: the status it would have had alone, and its body."""

    status = fields.Integer(required=True)
    body = fields.Raw(required=True)


class SyncOut(Schema):
    """What came of all operations, and what changed."""

    results = fields.List(fields.Nested(ResultOut), required=True)
    changes = fields.List(fields.Nested(CaseOut), required=True)
    gone = fields.List(fields.UUID(), required=True)
    cursor = fields.String(required=True)
    more = fields.Boolean(required=True)
    reset = fields.Boolean(required=True)


@bp.route("/cases/<uuid:case_id>", methods=["PUT"])
@needs(Permission.CASE_REPORT)
@bp.arguments(ReportIn)
@bp.response(201, CaseOut)
@bp.alt_response(200, schema=CaseOut, description="同一上报已收到过。Received before.")
def report(given: dict[str, Any], case_id: UUID) -> Response:
    """上报；同样的内容再次提交仍是同一案件。Report; the same again is the same case."""
    acted, view = sync.submit(case_id, current_person(), given)
    return answer(view, 201 if acted.created else 200)


@bp.post("/sync")
@needs(Permission.CASE_READ)
@bp.arguments(SyncIn, required=False)
@bp.response(200, SyncOut)
def synchronise(given: dict[str, Any]) -> Response:
    """手机同步：逐项办理，并取回变化。Carry out a phone's operations and tell it what changed."""
    person = current_person()
    results = sync.carry_out(person, given["operations"], given.get("phone_now"))
    found = sync.changes(person, given["cursor"])
    return answer({"results": results, **vars(found)})
