"""Read cases and act on them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, send_file

from app.attachments import queries as attachments
from app.cases import queries, service, views
from app.cases.answers import CaseOut, ListIn, ListOut, QueuesOut, SizeIn, StepIn, StepsOut, with_fresh_case
from app.cases.procedure import procedure_of
from app.core import paging
from app.core.http import Blueprint, current_person, needs, not_modified
from app.core.permissions import Permission
from app.core.transaction import transaction

bp = Blueprint("cases", url_prefix="/api/v1", description="案件")


@bp.get("/cases")
@needs(Permission.CASE_READ)
@bp.arguments(ListIn, location="query")
@bp.response(200, ListOut)
def list_cases(filters: dict[str, Any]) -> Mapping[str, Any]:
    """List the cases one may see, the latest changed first."""
    cursor, limit = filters.pop("cursor", None), filters.pop("limit")
    after = _after(cursor) if cursor else None
    page = queries.page(current_person(), filters, after, limit)
    following = paging.encode(*page.next) if page.next else None
    return {"items": [views.summary(case) for case in page.items], "next_cursor": following}


@bp.get("/queues")
@needs(Permission.CASE_READ)
@bp.response(200, QueuesOut)
def list_queues() -> Mapping[str, Any]:
    """Count the work that waits for oneself."""
    return {"items": queries.queues(current_person())}


@bp.get("/cases/<uuid:case_id>")
@needs(Permission.CASE_READ)
@bp.response(200, CaseOut)
def read_case(case_id: UUID) -> Any:
    """Read a case with the acts that are one's own to take."""
    return views.case_view(queries.whole(case_id, current_person()), current_person())


@bp.get("/cases/<uuid:case_id>/steps")
@needs(Permission.CASE_READ)
@bp.response(200, StepsOut)
def read_steps(case_id: UUID) -> Mapping[str, Any]:
    """Read the whole timeline of a case."""
    case = queries.whole(case_id, current_person()).case
    labels = {str(action): words.zh for action, words in procedure_of(case.workflow).workflow.actions.items()}
    return {"items": [views.step_view(step, labels) for step in queries.steps(case_id)]}


@bp.post("/cases/<uuid:case_id>/steps")
@needs(Permission.CASE_ACT)
@bp.arguments(StepIn)
@bp.response(201, CaseOut)
@bp.alt_response(200, schema=CaseOut, description="同一操作已办理过")
def add_step(step: dict[str, Any], case_id: UUID) -> Any:
    """Take one step of a case."""
    person = current_person()
    phone = service.Phone(step.get("phone_at"), step.get("phone_now"))
    with with_fresh_case(person):
        with transaction():
            acted = service.act(case_id, step["action"], person, step["data"], step["op_id"], step.get("seen"), phone)
        return views.acted_view(acted, person), 201 if acted.created else 200


@bp.get("/cases/<uuid:case_id>/attachments/<uuid:attachment_id>")
@needs(Permission.CASE_READ)
@bp.arguments(SizeIn, location="query")
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def read_attachment(size: dict[str, Any], case_id: UUID, attachment_id: UUID) -> Response:
    """Read a photo or file of a case: a copy for people, a thumbnail, or the sealed original."""
    queries.whole(case_id, current_person())
    opened = attachments.open_bytes(attachments.find(case_id, attachment_id), size["size"])
    fresh = not_modified(opened.etag)
    if fresh is not None:
        opened.stream.close()
        return fresh
    answer = send_file(opened.stream, opened.mime, etag=False, conditional=False)
    answer.set_etag(opened.etag, weak=True)
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    answer.headers["Content-Disposition"] = "inline"
    return answer


def _after(cursor: str) -> tuple[Any, UUID]:
    changed_at, case_id = paging.decode(cursor, 2)
    return paging.moment(changed_at), paging.identity(case_id)
