"""The pages of the board: today at a glance, the cases behind every figure, closings to audit, one case in review."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, redirect, request, url_for

from app.board import audit, chart_data, milestone_rows, orders, queries, review, words
from app.board.rules import AuditRules
from app.board.schemas import CASES_ASK, AuditIn, BoardIn, CasesIn, MilestonesIn, OrdersIn
from app.cases import queries as all_cases
from app.cases import views
from app.cases.case_objects import object_of
from app.cases.views import actions_for, summaries
from app.cases.whole import Whole
from app.catalogue import queries as catalogue_queries
from app.catalogue.words import EXAMPLE_WORDS
from app.core import paging
from app.core.errors import Invalid, Problem
from app.core.http import answer, current_person, needs, not_modified
from app.core.permissions import Permission, Person
from app.core.transaction import transaction
from app.desk import act_forms
from app.desk.countdown import remaining
from app.desk.standards import standard, unknown_holidays
from app.desk.ticket_views import orders_of, ticket_facts
from app.desk.words import GRADES, spot_words
from app.duty import queries as duty
from app.duty.queries import DutyNow
from app.frame import forms
from app.frame.pages import Pages, render
from app.grids import queries as grids
from app.grids.levels import Level
from workflows.case_terms import CaseAction

bp = Pages("board", __name__, url_prefix="/board")

OFFERED = (
    CaseAction.SPOT_CHECK, CaseAction.SUPERVISE, CaseAction.LIFT_SUPERVISION, CaseAction.REOPEN,
    CaseAction.DECLINE_REOPEN, CaseAction.RECONSIDER,
)  # fmt: skip
PAGE_OF_CASES = 50
_TO_CHOOSE = (Level.TOWNSHIP, Level.VILLAGE)  # in the filter; the map leads to single grids
_SPEAKING: dict[str, Any] = {
    "state_words": review.state_words,
    "remaining": remaining,
    "next_end": views.next_end,
    "grades": GRADES,
}


@bp.get("/")
@needs(Permission.BOARD_READ)
def board() -> Response:
    """Show today at a glance; charts and map fetch their figures themselves."""
    chosen = _chosen()
    person = current_person()
    return render(
        "board/board.html",
        counts=queries.glance(person, words.AT_A_GLANCE),
        milestones=milestone_rows.counts(person),
        words=words,
        periods=queries.PERIODS,
        **chosen,
    )


@bp.get("/figures")
@needs(Permission.BOARD_READ)
def figures() -> Response:
    """Give the figures of trend and classes, each with the address of its cases."""
    days = forms.load_args(BoardIn(), request.args)["days"]
    person = current_person()
    return answer(
        {
            "days": [chart_data.day(one) for one in queries.trend(person, days)],
            "classes": [chart_data.of_class(one, days) for one in queries.classes(person, days)],
        }
    )


@bp.get("/grids")
@needs(Permission.BOARD_READ)
def counts_by_grid() -> Response:
    """Give the figures of each grid: now, and for each of the last days."""
    chosen = _chosen()
    days, last = chosen["days"], queries.today()
    every = [last - timedelta(days=back) for back in reversed(range(days))]
    counted = queries.grids(current_person(), chosen["level"], days)
    return answer({"days": every, "grids": [chart_data.of_grid(one, every) for one in counted]})


@bp.get("/outlines")
@needs(Permission.BOARD_READ)
def outlines() -> Response:
    """Give the outlines of the grids in the person's ground, of one level."""
    level = _chosen()["level"]
    nodes = [node for node in queries.ground(current_person()) if node.level == level]
    etag = f"outlines-{grids.revision()}-{level}-{len(nodes)}-{nodes[0].code if nodes else ''}"
    fresh = not_modified(etag)
    if fresh is not None:
        return fresh
    response = Response(chart_data.outlines(nodes), content_type="application/geo+json")
    response.set_etag(etag, weak=True)
    return response


@bp.get("/cases")
@needs(Permission.BOARD_READ)
def cases() -> Response:
    """List the cases behind a figure."""
    try:
        filters = forms.load_args(CasesIn(), request.args)
    except Invalid as refused:
        return _listed(
            refused.status, {**request.args, "class_": request.args.get("class")}, refused=refused, cases=(), total=0
        )
    after = filters.pop("cursor", None)
    person = current_person()
    page = queries.page(person, filters, after, PAGE_OF_CASES)
    asked_now = {name: request.args[name] for name in CASES_ASK if request.args.get(name)}
    return _listed(
        200,
        filters,
        cases=summaries(page.items, person),
        total=page.total,
        following=_list(asked_now, paging.encode(*page.next)) if page.next else None,
        first=_list(asked_now) if after else None,
        query=urlencode(asked_now),
        grid=grids.grid(filters["grid"]).name if "grid" in filters else None,
        class_name=chart_data.class_name(filters["class_"]) if "class_" in filters else None,
    )


def _listed(status: int, filters: Mapping[str, Any], **more: Any) -> Response:
    return render(
        "board/cases.html",
        status,
        filters=filters,
        classes=_classes(),
        grids={node.code: node.name for node in queries.ground(current_person()) if node.level in _TO_CHOOSE},
        **_SPEAKING,
        words=words,
        **more,
    )


@bp.get("/audit")
@needs(Permission.BOARD_READ)
def closings() -> Response:
    """Show the closings that the county's rules draw for a second look."""
    county = audit.rules_in_force()
    try:
        args, refused = forms.load_args(AuditIn(), request.args), None
    except Invalid as wrong:
        return render(
            "board/audit.html", wrong.status, county=county, day=request.args.get("day"), refused=wrong, words=words
        )
    day, finding, rule = (args.get(name) for name in ("day", "finding", "rule"))
    sample = audit.sample(current_person(), county, day) if county else None
    audit_cases, after = sample.narrowed(finding, rule) if sample else (), args.get("cursor")
    listed, following = audit.page(audit_cases, after, PAGE_OF_CASES)
    query = {"day": day, "finding": finding, "rule": rule}
    return render(
        "board/audit.html",
        county=county,
        sample=sample,
        cases=listed,
        count=len(audit_cases),
        rows=summaries((one.case for one in listed), current_person()),
        spots=audit.spots_of(listed),
        spot_words=spot_words,
        following=url_for("board.closings", **query, cursor=paging.encode(*following)) if following else None,
        first=url_for("board.closings", **query) if after else None,
        query=urlencode({name: str(value) for name, value in query.items() if value}),
        day=day,
        finding=finding,
        rule=next((each for each in county.rules if each.code == rule), None) if county else None,
        narrowed=bool(finding or rule),
        example_words=EXAMPLE_WORDS,
        refused=refused,
        words=words,
    )


@bp.get("/supervisions")
@needs(Permission.BOARD_READ)
def supervisions() -> Response:
    """List supervision orders."""
    try:
        filters = forms.load_args(OrdersIn(), request.args)
    except Invalid as refused:
        return _orders(refused.status, request.args.get("show"), refused=refused, rows=())
    show, after = filters.get("show"), filters.get("cursor")
    rows, following = orders.page(current_person(), show, after, PAGE_OF_CASES)
    here = url_for("board.supervisions", show=show)
    return _orders(
        200,
        show,
        rows=rows,
        here=here,
        query=urlencode({"show": show} if show else {}),
        following=url_for("board.supervisions", show=show, cursor=paging.encode(*following)) if following else None,
        first=here if after else None,
    )


def _orders(status: int, show: str | None, **more: Any) -> Response:
    return render("board/orders.html", status, **{"show": show, "refused": None, "words": words, **more})


@bp.get("/milestones")
@needs(Permission.BOARD_READ)
def milestone_list() -> Response:
    """List milestones."""
    try:
        filters = forms.load_args(MilestonesIn(), request.args)
    except Invalid as refused:
        return _milestones(refused.status, request.args, refused=refused, rows=())
    after = filters.pop("cursor", None)
    rows, following = milestone_rows.page(current_person(), filters, after, PAGE_OF_CASES)
    here = url_for("board.milestone_list", **filters)
    return _milestones(
        200,
        filters,
        rows=rows,
        query=urlencode(filters),
        following=url_for("board.milestone_list", **filters, cursor=paging.encode(*following)) if following else None,
        first=here if after else None,
    )


def _milestones(status: int, filters: Mapping[str, Any], **more: Any) -> Response:
    departments = {one.code: one.name for one in milestone_rows.counts(current_person())}
    return render(
        "board/milestones.html",
        status,
        **{"show": filters.get("show"), "department": filters.get("department"), "departments": departments},
        **{"refused": None, "words": words, **more},
    )


@bp.get("/cases/<uuid:case_id>")
@needs(Permission.BOARD_READ)
def one_case(case_id: UUID) -> Response:
    """Put one case with its evidence before the supervisor."""
    return _review(case_id)


@bp.post("/cases/<uuid:case_id>/steps")
@needs(Permission.CASE_ACT)
def take_step(case_id: UUID) -> Response:
    """Take a supervisor's step, and go back to the case."""
    form_data, person = forms.form_data(), current_person()
    action, whole = form_data.get("action", ""), all_cases.whole(case_id, person)
    try:
        with transaction():
            act_forms.take(whole, person, action, form_data)
    except Problem as refused:
        if refused.status == 404:
            raise
        return _review(case_id, refused)
    response: Response = redirect(url_for("board.one_case", case_id=case_id, done=action))  # type: ignore[assignment]
    return response


def _review(case_id: UUID, refused: Problem | None = None) -> Response:
    person = current_person()
    case_review = review.review(case_id, person)
    county, done = audit.rules_in_force(), request.args.get("done")
    looked_at = done == CaseAction.SPOT_CHECK
    return render(
        "board/case_review.html",
        refused.status if refused else 200,
        review=case_review,
        case=case_review.whole.case,
        row=views.seen(case_review.whole, views.Names(), person),
        ticket_lines=ticket_facts(case_review.whole, person),
        about=object_of(case_review.whole.case, person),
        order_lines=orders_of(case_review.whole),
        standard=[*standard(case_review.whole.case, views.Names()), *unknown_holidays(case_review.whole)],
        duty=_on_duty(case_review.whole),
        reasons=audit.reasons_of(case_review.whole.case, county) if county else (),
        following=_following(case_id, county) if county and looked_at else None,
        looked_at=looked_at,
        forms=_forms(case_review.whole, person, refused),
        refused=refused,
        page_at=url_for("board.one_case", case_id=case_id),
        **_SPEAKING,
        done=review.words(case_review.whole, done) if done else None,
        words=words,
    )


def _on_duty(whole: Whole) -> list[DutyNow]:
    """Return who is on duty for an urgent case that is open."""
    return duty.now([whole.case.centre]) if whole.case.urgent and whole.case.ended_how is None else []


def _forms(whole: Whole, person: Person, refused: Problem | None) -> list[act_forms.ActForm]:
    """Return the forms of the steps of supervision that are this person's to take now, one perhaps as it was sent."""
    theirs = {each["action"] for each in actions_for(whole, person)}
    sent = forms.form_data() if refused else {}
    faults = {sent["action"]: (sent, refused.fields)} if refused and "action" in sent else {}
    return [
        act_forms.open_form(whole, person, action, *faults.get(action, (act_forms.PresetForm(), None)))
        for action in OFFERED
        if action in theirs
    ]


def _list(filters: Mapping[str, Any], cursor: str | None = None) -> str:
    return url_for("board.cases", **filters, cursor=cursor)


def _following(case_id: UUID, county: AuditRules) -> UUID | None:
    """Return the closing that waits for a look next."""
    waiting = audit.sample(current_person(), county).waiting
    return next((one.case.case_id for one in waiting if one.case.case_id != case_id), None)


def _chosen() -> dict[str, Any]:
    """Read how far back the figures look and by which level the map counts, by default one that tells something."""
    chosen = forms.load_args(BoardIn(), request.args)
    return chosen | {"level": chosen["level"] or queries.level_for(current_person(), words.LEVELS)}


def _classes() -> Mapping[str, str]:
    classes = catalogue_queries.catalogue().classes.values()
    return {one.code: one.name for one in classes if one.offered}
