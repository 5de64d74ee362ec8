"""Suggest to dispatchers who should handle a case."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import fields

from app.cases.schemas.responses import CodeNameOut
from app.core.http import Blueprint, current_person, needs
from app.core.permissions import Permission
from app.core.schemas import Schema
from app.departments.queries import directory
from app.dispatch import routing

bp = Blueprint("dispatch", url_prefix="/api/v1", description="派遣 Dispatch")


class RouteOut(Schema):
    """Who should handle a case by the rule of its class, else the township; no lead where nobody is found."""

    lead = fields.Nested(CodeNameOut, required=True, allow_none=True)
    assist = fields.List(fields.Nested(CodeNameOut), required=True)


@bp.get("/cases/<uuid:case_id>/route")
@needs(Permission.CASE_ROUTE_READ)
@bp.response(200, RouteOut)
def read_route(case_id: UUID) -> Mapping[str, Any]:
    """建议的主办和协办部门，由派遣员决定。Suggest who should handle it; the dispatcher decides."""
    target = routing.suggestion(case_id, current_person())
    if target is None:
        return {"lead": None, "assist": []}
    return {"lead": _named(target.lead), "assist": [_named(code) for code in target.assist]}


def _named(code: str) -> Mapping[str, str]:
    return {"code": code, "name": directory().name_of(code)}
