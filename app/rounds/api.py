"""Routes of rounds: list, read, act, and how the plans stand."""

from typing import Any
from uuid import UUID

from flask import Response

from app.cases.service import Phone
from app.core import paging
from app.core.hints import DROPPED
from app.core.http import Blueprint, answer, current_person, needs, tagged
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.rounds import queries, round_views, schemas, service
from app.rounds.round_fresh import with_fresh_round

bp = Blueprint("rounds", url_prefix="/api/v1/rounds", description="巡查 Rounds")


@bp.get("")
@needs(Permission.ROUND_READ)
@bp.arguments(schemas.RoundListIn, location="query")
@bp.response(200, schemas.RoundListOut)
def list_rounds(filters: dict[str, Any]) -> Response:
    """可见的巡查任务，先到期的在前。List the rounds one may see, those that end first before the others."""
    person = current_person()
    cursor, limit = filters.pop("cursor", None), filters.pop("limit")
    page = queries.page(person, filters, queries.read_cursor(cursor) if cursor else None, limit)
    items = round_views.summaries(page.items, person)
    return answer({"items": items, "next_cursor": paging.encode(*page.next) if page.next else None})


@bp.get("/plans")
@needs(Permission.ROUND_READ)
@bp.arguments(schemas.PlanOverviewIn, location="query")
@bp.response(200, schemas.PlanOverviewOut)
def read_plans(wanted: dict[str, Any]) -> Response:
    """各项巡查计划完成情况，可按网格和日期。How the plans stand, on some ground in some days."""
    counts = queries.plan_counts(current_person(), wanted.get("grid"), wanted.get("first"), wanted.get("last"))
    return answer({"items": [round_views.plan_line(line) for line in counts]})


@bp.get("/<uuid:round_id>")
@needs(Permission.ROUND_READ)
@bp.response(200, schemas.RoundOut)
@bp.alt_response(304, description="未变化。Unchanged.")
def read_round(round_id: UUID) -> Response:
    """一次巡查任务：表单、各点、发现的问题。Read a round with its form, stops and findings."""
    person = current_person()
    return tagged(round_views.whole(queries.one(round_id, person), person))


@bp.get("/<uuid:round_id>/steps")
@needs(Permission.ROUND_READ)
@bp.response(200, schemas.RoundStepsOut)
def list_round_steps(round_id: UUID) -> Response:
    """一次巡查任务的全部步骤。List all steps of a round."""
    person = current_person()
    return answer({"items": round_views.step_views(queries.one(round_id, person), person)})


@bp.post("/<uuid:round_id>/reveal")
@needs(Permission.RESIDENT_REVEAL)
@bp.arguments(schemas.RevealStopIn)
@bp.response(200, schemas.RevealedStopOut)
def reveal_stop(body: dict[str, Any], round_id: UUID) -> Response:
    """查看在一位居民处的填报；谁为什么看，记入审计。Read what was put down of a resident; who looked is kept."""
    person = current_person()
    with transaction(vital=True):
        plan, content = service.reveal_stop(round_id, body["stop"], body["purpose"], person)
    return answer(round_views.stop_content(plan, content))


@bp.get("/<uuid:round_id>/track")
@needs(Permission.ROUND_ACT)
@bp.response(200, schemas.RoundTracksOut)
def read_track(round_id: UUID) -> Response:
    """本人这次巡查的轨迹，到期自动删除。One's own tracks of a round; they are deleted by their date."""
    return answer({"tracks": queries.own_tracks(round_id, current_person())})


@bp.post("/<uuid:round_id>/steps")
@needs(Permission.ROUND_READ)
@bp.arguments(schemas.RoundStepIn)
@bp.response(201, schemas.RoundActedOut)
@bp.alt_response(200, schema=schemas.RoundActedOut, description="同一步已收到过。Received before.")
def add_round_step(step: dict[str, Any], round_id: UUID) -> Response:
    """办理一步；同一操作再次提交只算一次。Take a step of a round; the same operation again is the same step."""
    person = current_person()
    phone = Phone(step.get("phone_at"), step.get("phone_now"), step.get(DROPPED, ()))
    with with_fresh_round(person):
        result = service.act(round_id, step["action"], person, step["data"], step["op_id"], step.get("seen"), phone)
    return answer(round_views.acted(result, person), 201 if result.created else 200)
