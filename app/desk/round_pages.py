"""Rounds at the desk: what is open, missed and done on one's ground, one with its steps, and cancelling."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from flask import Response, make_response, redirect, request, url_for

from app.core import paging
from app.core.errors import Conflict, Forbidden, Invalid, Problem
from app.core.http import current_person, needs
from app.core.permissions import Permission, Person
from app.core.transaction import transaction
from app.desk.form_questions import Known, Question, act_errors, build, read
from app.frame import forms
from app.frame.forms import whole_number
from app.frame.pages import Pages, render
from app.rounds import plan_lines, queries, round_views, service
from app.rounds.models import RoundRow
from app.rounds.schemas import RevealStopPageIn, RoundPageIn
from workflows.round import ROUND
from workflows.round_terms import RoundAction, RoundState
from workflows.words import Words

bp = Pages("desk_rounds", __name__, url_prefix="/desk/rounds")
PAGE = 50
DONE = {"cancel": Words("这次巡查已取消。", "The round is cancelled.")}


@bp.get("/")
@needs(Permission.ROUND_OVERSEE)
def rounds() -> Response:
    """List the rounds of one's ground, unasked what is open or missed of late, and how the plans stand."""
    try:
        args = forms.load_args(RoundPageIn(), request.args)
    except Invalid:
        args = RoundPageIn().load({})
    person, after = current_person(), args.pop("after", "")
    carried = queries.carried(args)
    page = queries.page(person, queries.listed(args), _cursor(after), PAGE)
    return render(
        "desk/rounds.html",
        search=args,
        rows=round_views.summaries(page.items, person),
        plans=list(plan_lines.lines(person, args.get("grid"))),
        days=queries.LISTED_DAYS,
        carried=carried,
        first=url_for(".rounds", **carried) if after else None,
        following=url_for(".rounds", **carried, after=paging.encode(*page.next)) if page.next else None,
        states=[(str(state), state.words) for state in RoundState],
        words=RoundState,
    )


@bp.get("/<uuid:round_id>")
@needs(Permission.ROUND_OVERSEE)
def one(round_id: UUID) -> Response:
    """Show a round with its stops, findings and steps."""
    return _one(round_id)


@bp.get("/of/<uuid:case_id>")
@needs(Permission.CASE_READ)
def of_case(case_id: UUID) -> Response:
    """Give the round on which a case was found, for its page; nothing for whoever does not look after rounds."""
    person = current_person()
    row = queries.round_of_case(case_id, person) if person.may(Permission.ROUND_OVERSEE) else None
    views = round_views.summaries([row] if row else [], person)
    return render("desk/round_of_case.html", round=next(iter(views), None), fragment=True)


@bp.post("/<uuid:round_id>")
@needs(Permission.ROUND_MANAGE)
def cancel(round_id: UUID) -> Response:
    """Cancel a round, as its form asks."""
    form_data = forms.form_data()
    data = read(_questions(), form_data)
    try:
        service.act(
            round_id, RoundAction.CANCEL, current_person(), data, uuid4(), whole_number(form_data.get("seen", ""))
        )
    except (Conflict, Forbidden, Invalid) as refused:
        return _one(round_id, refused, form_data=form_data)
    return make_response(redirect(url_for(".one", round_id=round_id, done="cancel"), 303))


@bp.post("/<uuid:round_id>/reveal")
@needs(Permission.RESIDENT_REVEAL)
def reveal_stop(round_id: UUID) -> Response:
    """Show what was put down of a resident, once; who looked and why is kept."""
    person = current_person()
    try:
        wanted = forms.read(RevealStopPageIn())
        with transaction(vital=True):
            plan, content = service.reveal_stop(round_id, wanted["stop"], wanted["purpose"], person)
    except (Conflict, Forbidden, Invalid) as refused:
        return _one(round_id, refused)
    return _one(round_id, revealed={"stop": wanted["stop"], **round_views.stop_content(plan, content)})


def _one(
    round_id: UUID,
    refused: Problem | None = None,
    revealed: Mapping[str, Any] | None = None,
    form_data: Mapping[str, str] | None = None,
) -> Response:
    person = current_person()
    row = queries.one(round_id, person)
    return render(
        "desk/round.html",
        422 if refused else 200,
        round=round_views.whole(row, person),
        answers=round_views.answers_of(row),
        left_open=round_views.left_open_at(row),
        steps=round_views.step_views(row, person),
        may_reveal=person.reaches(Permission.RESIDENT_REVEAL, row.grid_path),
        revealed=revealed,
        questions=_questions(form_data or {}, refused) if _may_cancel(row, person) else None,
        cancel=RoundAction.CANCEL.words,
        refused=refused,
        done=DONE.get(request.args.get("done", "")) if not refused else None,
    )


def _may_cancel(row: RoundRow, person: Person) -> bool:
    return any(move.action == RoundAction.CANCEL for move in service.actions_for(row, person, {}))


def _questions(values: Mapping[str, str] = MappingProxyType({}), refused: Problem | None = None) -> list[Question]:
    """Return what is asked of whoever cancels a round, with what was typed and what was wrong with it."""
    (move,) = ROUND.moves_of(RoundAction.CANCEL)
    known = Known({}, values, act_errors(refused.fields if refused else {}))
    return build(ROUND.forms[move.action], move.needs, known)


def _cursor(text: str) -> Any:
    try:
        return queries.read_cursor(text) if text else None
    except paging.CursorInvalid:
        return None
