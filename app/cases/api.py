"""Read cases and act on them."""

from typing import Any
from uuid import UUID

from flask import Response, send_file

from app.attachments import queries as attachments
from app.cases import case_secrecy, queries, service, views
from app.cases.queries import with_fresh_case
from app.cases.schemas.requests import CaseListIn, CaseReadIn, SizeIn, StepIn
from app.cases.schemas.responses import CaseListOut, CaseOut, QueuesOut, StepsOut
from app.cases.views import summaries
from app.core import paging
from app.core.errors import NotFound
from app.core.hints import DROPPED
from app.core.http import BYTES, Blueprint, answer, current_person, needs, not_modified, tagged
from app.core.permissions import Permission
from app.core.transaction import transaction

bp = Blueprint("cases", url_prefix="/api/v1", description="案件 Cases")
_KEPT = "private, max-age=0, must-revalidate"  # asked about each time: a desk is shared


@bp.get("/cases")
@needs(Permission.CASE_READ)
@bp.arguments(CaseListIn, location="query")
@bp.response(200, CaseListOut)
def list_cases(filters: dict[str, Any]) -> Response:
    """可见的案件，最近变化的在前。List the cases one may see, the latest changed first."""
    cursor, limit = filters.pop("cursor", None), filters.pop("limit")
    after = _after(cursor) if cursor else None
    person = current_person()
    page = queries.page(person, filters, after, limit)
    following = paging.encode(*page.next) if page.next else None
    return answer({"items": summaries(page.items, person), "next_cursor": following})


@bp.get("/queues")
@needs(Permission.CASE_READ)
@bp.response(200, QueuesOut)
def list_queues() -> Response:
    """本人的待办及数量。Count the work that waits for oneself."""
    return answer({"items": queries.queues(current_person())})


@bp.get("/cases/<uuid:case_id>")
@needs(Permission.CASE_READ)
@bp.arguments(CaseReadIn, location="query")
@bp.response(200, CaseOut)
@bp.alt_response(304, description="未变化。Unchanged.")
def read_case(wanted: dict[str, Any], case_id: UUID) -> Response:
    """一个案件及本人此刻可办的操作。Read a case with the acts that are one's own to take."""
    person = current_person()
    return tagged(views.with_forms(queries.whole(case_id, person, workflow=None), person, sought="choices" in wanted))


@bp.get("/cases/<uuid:case_id>/steps")
@needs(Permission.CASE_READ)
@bp.response(200, StepsOut)
def read_steps(case_id: UUID) -> Response:
    """案件的全部办理过程。Read the whole timeline of a case."""
    person = current_person()
    whole = queries.whole(case_id, person, workflow=None)
    return answer({"items": views.timeline(whole, queries.steps(case_id), attachments.of_case(case_id), person)})


@bp.post("/cases/<uuid:case_id>/steps")
@needs(Permission.CASE_ACT, asked_later=True)
@bp.arguments(StepIn)
@bp.response(201, CaseOut)
@bp.alt_response(200, schema=CaseOut, description="同一操作已办理过。Done before.")
def add_step(step: dict[str, Any], case_id: UUID) -> Response:
    """办理一步；同一操作编号再次提交不会重复办理。Take one step of a case."""
    person = current_person()
    phone = service.Phone(step.get("phone_at"), step.get("phone_now"), step.get(DROPPED, ()))
    with with_fresh_case(person):
        with transaction():
            acted = service.act(case_id, step["action"], person, step["data"], step["op_id"], step.get("seen"), phone)
        return answer(views.acted_view(acted, person), 201 if acted.created else 200)


@bp.get("/cases/<uuid:case_id>/attachments/<uuid:attachment_id>")
@needs(Permission.CASE_READ)
@bp.arguments(SizeIn, location="query")
@bp.response(200)
@bp.doc(responses={200: {"content": {kind: BYTES for kind in attachments.TYPES}}})
@bp.alt_response(304, description="未变化。Unchanged.")
def read_attachment(size: dict[str, Any], case_id: UUID, attachment_id: UUID) -> Response:
    """案件的照片或材料：供查看的副本、缩略图或原件。Read a photo or file: a copy, a thumbnail or the original."""
    person = current_person()
    whole = queries.whole(case_id, person, workflow=None)
    attachment = attachments.find(case_id, attachment_id)
    if attachment.step is None and attachment.uploader != person.person_id:
        raise NotFound
    if attachment.step and case_secrecy.hides_paper(attachment, whole, person):
        raise NotFound
    opened = attachments.open_bytes(attachment, size["size"])
    fresh = not_modified(opened.etag)
    if fresh is not None:
        opened.stream.close()
        fresh.headers["Cache-Control"] = _KEPT
        return fresh
    sent = send_file(opened.stream, opened.mime, etag=False, conditional=False)
    sent.set_etag(opened.etag, weak=True)
    sent.headers["Cache-Control"] = _KEPT
    sent.headers["Content-Disposition"] = "inline" if opened.mime.startswith("image/") else "attachment"
    sent.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return sent


def _after(cursor: str) -> tuple[Any, UUID]:
    changed_at, case_id = paging.decode(cursor, 2)
    return paging.moment(changed_at), paging.identity(case_id)
