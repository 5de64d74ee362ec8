"""Enter residents and households to visit, change them, end their care, look for them, reveal one field."""

from typing import Any
from uuid import UUID

from flask import Response

from app.core import paging
from app.core.http import Blueprint, answer, current_person, needs, tagged
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.residents import queries, resident_views, schemas, service, statements
from app.residents.models import ResidentEnd
from app.residents.service import ResidentOutcome

bp = Blueprint("residents", url_prefix="/api/v1/residents", description="居民与住户 Residents and households")


@bp.get("")
@needs(Permission.RESIDENT_READ)
@bp.arguments(schemas.ResidentListIn, location="query")
@bp.response(200, schemas.ResidentListOut)
def list_residents(filters: dict[str, Any]) -> Response:
    """可见的居民与住户，只有编号、网格和关爱种类。List the residents one may see: numbers, grids and kinds of care."""
    cursor, limit = filters.pop("cursor", None), filters.pop("limit")
    page = queries.page(current_person(), filters, queries.read_cursor(cursor) if cursor else None, limit)
    following = paging.encode(*page.next) if page.next else None
    return answer({"items": [resident_views.view(one) for one in page.items], "next_cursor": following})


@bp.get("/rules")
@needs(Permission.RESIDENT_READ)
@bp.response(200, schemas.ResidentRulesOut)
def read_resident_rules() -> Response:
    """可登记的各项：目的、依据、查看人、保存期限。What may be kept: purposes, bases, readers, times."""
    return tagged(resident_views.rules_seen(current_person()))


@bp.post("/search")
@needs(Permission.RESIDENT_REVEAL)
@bp.arguments(schemas.SearchResidentsIn)
@bp.response(200, schemas.FoundResidentsOut)
def search_residents(body: dict[str, Any]) -> Response:
    """按电话、身份证号等整项查找，记入审计。Look for residents by the whole of one field; who looked is kept."""
    with transaction(vital=True):
        matches = service.search(body["field"], body["text"], current_person())
    return answer({"items": [resident_views.view(one) for one in matches]})


@bp.get("/<uuid:resident_id>")
@needs(Permission.RESIDENT_READ)
@bp.response(200, schemas.ResidentWithHistoryOut)
def read_resident(resident_id: UUID) -> Response:
    """一位居民或一户的登记情况及变更。Read a record: which fields it has, and what was done to it."""
    person = current_person()
    return answer(resident_views.whole(queries.one(resident_id, person), person))


@bp.put("/<uuid:resident_id>")
@needs(Permission.RESIDENT_ENTER)
@bp.arguments(schemas.EnterResidentIn)
@bp.response(201, schemas.ResidentOut)
@bp.alt_response(200, schema=schemas.ResidentOut, description="已登记过。Entered before.")
def enter_resident(body: dict[str, Any], resident_id: UUID) -> Response:
    """登记居民或住户；同一登记号、同一内容再次提交不会重复登记。Enter a resident; sent again it is the same one."""
    with transaction():
        outcome = service.enter(resident_id, body, by=current_person())
    return _entered(outcome)


@bp.post("/<uuid:resident_id>/changes")
@needs(Permission.RESIDENT_ENTER)
@bp.arguments(schemas.ChangeResidentIn)
@bp.response(201, schemas.ResidentOut)
@bp.alt_response(200, schema=schemas.ResidentOut, description="已修改过。Changed before.")
def change_resident(body: dict[str, Any], resident_id: UUID) -> Response:
    """修改登记；未写的各项不变，写 null 的立即删除。Change a record; what is not named stays, null deletes."""
    about = {name: body.pop(name) for name in ("seen", "op_id")}
    with transaction():
        outcome = service.change(resident_id, body, **about, by=current_person())
    return _entered(outcome)


@bp.post("/<uuid:resident_id>/end")
@needs(Permission.RESIDENT_ENTER)
@bp.arguments(schemas.EndResidentIn)
@bp.response(201, schemas.EndedResidentOut)
@bp.alt_response(200, schema=schemas.EndedResidentOut, description="已结束过。Ended before.")
def end_resident(body: dict[str, Any], resident_id: UUID) -> Response:
    """结束关爱；到期删除，撤回同意和登记有误的立即删除。End a care: erased at its time, or at once."""
    reason = ResidentEnd.of(body.pop("reason"))
    with transaction():
        outcome = service.end(resident_id, reason, **body, by=current_person())
    return answer({"resident_id": resident_id}, 201 if outcome.fresh else 200)


@bp.post("/<uuid:resident_id>/reveal")
@needs(Permission.RESIDENT_REVEAL)
@bp.arguments(schemas.RevealFieldIn)
@bp.response(200, schemas.RevealedFieldOut)
def reveal_field(body: dict[str, Any], resident_id: UUID) -> Response:
    """查看一项个人信息；谁为什么看，记入审计。Read one field; who looked and why is kept."""
    with transaction(vital=True):
        value = service.reveal(resident_id, body["field"], body["purpose"], current_person())
    return answer(resident_views.revealed(body["field"], value))


@bp.post("/<uuid:resident_id>/statement")
@needs(Permission.RESIDENT_REVEAL)
@bp.arguments(schemas.StateResidentIn)
@bp.response(200, schemas.ResidentStatementOut)
def state_resident(body: dict[str, Any], resident_id: UUID) -> Response:
    """应本人或监护人要求，列出登记了什么、谁看过；不保存，记入审计。State to a resident what is kept of them."""
    with transaction(vital=True):
        statement = statements.state(resident_id, body["asked_by"], body["purpose"], current_person())
    return answer(resident_views.statement_view(statement))


def _entered(outcome: ResidentOutcome) -> Response:
    status = 201 if outcome.fresh else 200
    if outcome.seen is None:  # not theirs to see any more
        return answer({"resident_id": outcome.resident_id}, status)
    return answer(resident_views.view(outcome.seen), status)
