"""Routes of campaigns: open one, list, read with how far it is, close, compare by year."""

from typing import Any
from uuid import UUID

from flask import Response

from app.campaigns import campaign_views, queries, schemas, service
from app.cases.schemas.responses import CaseListOut
from app.cases.views import summaries
from app.core import paging
from app.core.http import Blueprint, answer, current_person, needs
from app.core.permissions import Permission
from app.core.transaction import transaction

bp = Blueprint("campaigns", url_prefix="/api/v1/campaigns", description="专项普查 Campaigns")


@bp.get("")
@needs(Permission.ROUND_OVERSEE)
@bp.arguments(schemas.CampaignListIn, location="query")
@bp.response(200, schemas.CampaignListOut)
def list_campaigns(filters: dict[str, Any]) -> Response:
    """与本人辖区有关的普查，新的在前。List the campaigns that concern one's ground, the newest first."""
    cursor, limit = filters.pop("cursor", None), filters.pop("limit")
    page = queries.page(current_person(), filters, queries.read_cursor(cursor) if cursor else None, limit)
    items = campaign_views.summaries(page.items)
    return answer({"items": items, "next_cursor": queries.cursor_of(page.next) if page.next else None})


@bp.get("/comparison")
@needs(Permission.ROUND_OVERSEE)
@bp.arguments(schemas.CampaignComparisonIn, location="query")
@bp.response(200, schemas.CampaignComparisonOut)
def compare_campaigns(wanted: dict[str, Any]) -> Response:
    """同一项普查历年结果对照。Compare what came of one round in each year."""
    years = campaign_views.comparison(current_person(), wanted["service"], wanted["round_code"], wanted.get("grid"))
    return answer(campaign_views.compared(years))


@bp.get("/<uuid:campaign_id>")
@needs(Permission.ROUND_OVERSEE)
@bp.response(200, schemas.CampaignOut)
def read_campaign(campaign_id: UUID) -> Response:
    """一次普查及各乡镇、网格的进度。Read a campaign with how far each township and grid is."""
    person = current_person()
    return answer(campaign_views.whole(queries.one(campaign_id, person), person))


@bp.get("/<uuid:campaign_id>/findings")
@needs(Permission.ROUND_OVERSEE)
@bp.arguments(schemas.CampaignFindingsIn, location="query")
@bp.response(200, CaseListOut)
def list_campaign_findings(wanted: dict[str, Any], campaign_id: UUID) -> Response:
    """普查中发现并上报的案件，未解决的在前。List the cases that began on a campaign, those still open first."""
    person, cursor = current_person(), wanted.get("cursor")
    after = queries.read_finding_cursor(cursor) if cursor else None
    rows, following = queries.findings(queries.one(campaign_id, person), person, after, wanted["limit"])
    return answer({"items": summaries(rows, person), "next_cursor": paging.encode(*following) if following else None})


@bp.put("/<uuid:campaign_id>")
@needs(Permission.ROUND_MANAGE)
@bp.arguments(schemas.CampaignIn)
@bp.response(201, schemas.CampaignSummaryOut)
@bp.alt_response(200, schema=schemas.CampaignSummaryOut, description="已下达过。Opened before.")
def open_campaign(body: dict[str, Any], campaign_id: UUID) -> Response:
    """下达普查，任务随后分批生成。Open a campaign; its rounds are made soon after, some at a time."""
    with transaction():
        row, created = service.open_(campaign_id, body, by=current_person())
    (summary,) = campaign_views.summaries([row])
    return answer(summary, 201 if created else 200)


@bp.post("/<uuid:campaign_id>/close")
@needs(Permission.ROUND_MANAGE)
@bp.response(200, schemas.CampaignSummaryOut)
def close_campaign(campaign_id: UUID) -> Response:
    """结束普查，未开始的任务解除，结果汇总留存。Close a campaign: what nobody has begun is lifted, results are kept."""
    with transaction():
        row = service.close(campaign_id, by=current_person())
    (summary,) = campaign_views.summaries([row])
    return answer(summary)
