"""Campaigns on the board: opening and closing one, how far each township and grid is, years compared."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from flask import Response, make_response, redirect, request, url_for

from app.board import review
from app.campaigns import campaign_views, queries, service
from app.campaigns.schemas import (
    CampaignComparisonPageIn,
    CampaignListPageIn,
    CampaignPageIn,
    CampaignTownshipIn,
)
from app.campaigns.service import CampaignDiffers
from app.cases.views import summaries
from app.core import paging
from app.core.errors import Conflict, Forbidden, Invalid, Problem
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.frame import forms
from app.frame.pages import Pages, render
from app.grids.levels import Level
from app.grids.queries import grid_tree, managed_roots
from app.rounds.round_plans import AHEAD_DAYS
from workflows.campaign_terms import CampaignKind
from workflows.round_terms import RoundState
from workflows.words import Words

bp = Pages("board_campaigns", __name__, url_prefix="/board/campaigns")
PAGE, PAGE_OF_FINDINGS = 50, 20
DONE = {
    "open": Words(
        "普查已下达，任务从开始前 {} 天起分批生成。",
        "The campaign is open: its rounds are made from {} days before it begins.",
    ).format(AHEAD_DAYS),
    "close": Words("普查已结束，正在汇总结果。", "The campaign is closed: its results are being summed up."),
}
_KINDS = [(str(kind), kind.words) for kind in CampaignKind]


@bp.get("/")
@needs(Permission.ROUND_OVERSEE)
def campaigns() -> Response:
    """List the campaigns of one's ground; whoever may, opens one."""
    return _list()


@bp.post("/")
@needs(Permission.ROUND_MANAGE)
def open_() -> Response:
    """Open a campaign; the form sent twice opens one."""
    sent = forms.form_data()
    try:
        values = forms.read(CampaignPageIn(), {**sent.to_dict(), "grid": " ".join(sent.getlist("grid"))})
        campaign_id = values.pop("campaign_id")
        values.pop("round_key")
        with transaction():
            service.open_(campaign_id, {**values, "number": values["number"] or None}, by=current_person())
    except (Conflict, Forbidden, Invalid) as refused:
        return _list(refused)
    return make_response(redirect(url_for(".one", campaign_id=campaign_id, done="open"), 303))


@bp.get("/comparison")
@needs(Permission.ROUND_OVERSEE)
def comparison() -> Response:
    """Put the results of one round beside each other, year by year."""
    args, person = forms.load_args(CampaignComparisonPageIn(), request.args), current_person()
    offered = campaign_views.compared_rounds(person)
    known = {value for value, _ in offered}
    round_key = args.get("round_key") if args.get("round_key") in known else next((value for value, _ in offered), None)
    townships = _townships()
    grid = args.get("grid") if args.get("grid") in {code for code, _ in townships} else None
    service_code, _, code = (round_key or "").partition(":")
    years = campaign_views.comparison(person, service_code, code, grid) if round_key else None
    return render(
        "board/comparison.html",
        offered=offered,
        round_key=round_key,
        grid=grid,
        grids=townships,
        years=campaign_views.compared(years) if years else None,
        figure_text=campaign_views.figure_text,
        query=urlencode({name: value for name, value in (("round_key", round_key), ("grid", grid)) if value}),
    )


@bp.get("/<uuid:campaign_id>")
@needs(Permission.ROUND_OVERSEE)
def one(campaign_id: UUID) -> Response:
    """Show how far a campaign is by township, the grids of one of them, and what came of the form."""
    return _one(campaign_id)


@bp.post("/<uuid:campaign_id>/close")
@needs(Permission.ROUND_MANAGE)
def close(campaign_id: UUID) -> Response:
    """Close a campaign."""
    try:
        with transaction():
            service.close(campaign_id, by=current_person())
    except Forbidden as refused:
        return _one(campaign_id, refused)
    return make_response(redirect(url_for(".one", campaign_id=campaign_id, done="close"), 303))


def _one(campaign_id: UUID, refused: Problem | None = None) -> Response:
    args, person = forms.load_args(CampaignTownshipIn(), request.args), current_person()
    row = queries.one(campaign_id, person)
    view = campaign_views.whole(row, person)
    chosen = next((one for one in view["townships"] if one["code"] == args.get("township")), None)
    after = args.get("after")
    rows, following = queries.findings(row, person, _cursor(after), PAGE_OF_FINDINGS)
    grounds = queries.grounds_of([campaign_id])[campaign_id]
    here: dict[str, Any] = {"campaign_id": campaign_id, "township": chosen["code"] if chosen else None}
    return render(
        "board/campaign.html",
        refused.status if refused else 200,
        campaign=view,
        chosen=chosen,
        findings=summaries(rows, person),
        figure_text=campaign_views.figure_text,
        state_words=review.state_words,
        case_page="board.one_case" if person.may(Permission.BOARD_READ) else "desk.case",
        query=urlencode({"campaign": str(campaign_id)}),
        first=url_for(".one", **here) if after else None,
        following=url_for(".one", **here, after=paging.encode(*following)) if following else None,
        may_close=row.closed_at is None
        and all(person.reaches(Permission.ROUND_MANAGE, ground.grid_path) for ground in grounds),
        words=RoundState,
        levels=Level,
        refused=refused,
        done=DONE.get(request.args.get("done", "")) if not refused else None,
    )


def _cursor(text: str | None) -> Any:
    try:
        return queries.read_finding_cursor(text) if text else None
    except paging.CursorInvalid:
        return None


def _list(refused: Problem | None = None) -> Response:
    try:
        args = forms.load_args(CampaignListPageIn(), request.args)
    except Invalid:
        args = {}
    person, after = current_person(), args.pop("after", None)
    page = queries.page(person, args, _list_cursor(after), PAGE)
    return render(
        "board/campaigns.html",
        refused.status if refused else 200,
        campaigns=campaign_views.summaries(page.items),
        may_open=person.may(Permission.ROUND_MANAGE),
        kinds=_KINDS,
        kind=args.get("kind"),
        query=urlencode(args),
        rounds=campaign_views.rounds_today(),
        grids=_grids(),
        typed=_typed(refused),
        chosen=forms.form_data().getlist("grid") if refused else [],
        first=url_for(".campaigns", **args) if after else None,
        following=url_for(".campaigns", **args, after=queries.cursor_of(page.next)) if page.next else None,
        refused=refused,
    )


def _list_cursor(text: str | None) -> Any:
    try:
        return queries.read_cursor(text) if text else None
    except paging.CursorInvalid:
        return None


def _typed(refused: Problem | None) -> dict[str, Any]:
    """Return what the form holds; with another id where the one it had was used for something else."""
    typed: dict[str, Any] = forms.form_data().to_dict() if refused else {}
    return typed | ({"campaign_id": uuid4()} if refused is None or isinstance(refused, CampaignDiffers) else {})


def _grids() -> list[tuple[str, str]]:
    """Return over what one may open a campaign: one's ground, with its townships, villages and grids."""
    tree = grid_tree()
    roots = managed_roots(current_person(), Permission.ROUND_MANAGE)
    nodes = [node for root in roots for node in tree.within(root.code) if not node.ended]
    return [(node.code, node.name) for node in nodes if tree.children(node.code) or node.level is Level.GRID]


def _townships() -> list[tuple[str, str]]:
    tree = grid_tree()
    roots = managed_roots(current_person(), Permission.ROUND_OVERSEE)
    nodes = [node for root in roots for node in tree.within(root.code) if node.level is Level.TOWNSHIP]
    return [(node.code, node.name) for node in nodes]
