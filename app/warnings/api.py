"""Routes of warnings: give one, list, read with the picture of who has confirmed, end."""

from typing import Any
from uuid import UUID

from flask import Response

from app.core import paging
from app.core.http import Blueprint, answer, current_person, needs
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.warnings import lifts, queries, schemas, service, warning_views

bp = Blueprint("warnings", url_prefix="/api/v1/warnings", description="预警 Warnings")


@bp.get("")
@needs(Permission.WARNING_READ)
@bp.arguments(schemas.WarningListIn, location="query")
@bp.response(200, schemas.WarningListOut)
def list_warnings(wanted: dict[str, Any]) -> Response:
    """与本人辖区有关的预警，未解除的在前。List the warnings that concern one's ground."""
    after = queries.read_cursor(wanted["cursor"]) if wanted.get("cursor") else None
    page = queries.page(current_person(), after, wanted["limit"], is_open=wanted["open"])
    items = [warning_views.summary(row) for row in page.items]
    return answer({"items": items, "next_cursor": paging.encode(*page.next) if page.next else None})


@bp.get("/<uuid:warning_id>")
@needs(Permission.WARNING_READ)
@bp.response(200, schemas.WarningOut)
def read_warning(warning_id: UUID) -> Response:
    """一条预警及各乡镇签收情况。Read a warning with the picture of who has confirmed."""
    person = current_person()
    return answer(warning_views.whole(queries.one(warning_id, person), person))


@bp.put("/<uuid:warning_id>")
@needs(Permission.WARNING_GIVE)
@bp.arguments(schemas.WarningIn)
@bp.response(201, schemas.WarningSummaryOut)
@bp.alt_response(200, schema=schemas.WarningSummaryOut, description="已发布过。Given before.")
def give_warning(body: dict[str, Any], warning_id: UUID) -> Response:
    """发布预警，各网格按级别限时签收。Give a warning: each grid confirms it within the minutes of its level."""
    with transaction():
        row, created = service.give(warning_id, body, by=current_person())
    return answer(warning_views.summary(row), 201 if created else 200)


@bp.post("/<uuid:warning_id>/end")
@needs(Permission.WARNING_GIVE)
@bp.response(200, schemas.WarningSummaryOut)
def end_warning(warning_id: UUID) -> Response:
    """解除预警，未开始的任务一并解除。End a warning: what nobody has begun is lifted."""
    with transaction():
        row = service.end(warning_id, by=current_person())
    lifts.lift(warning_id)
    return answer(warning_views.summary(row))
