"""Duty at the desk: who is on now and next, for whom to ring about an urgent case, and handing over."""

from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, request, url_for

from app.cases import queries as cases
from app.core import paging
from app.core.errors import Problem
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.duty import queries, service
from app.duty.schemas import HandoverIn
from app.frame import forms
from app.frame.pages import Pages, render
from workflows.words import Words

bp = Pages("desk_duty", __name__, url_prefix="/desk/duty")
DONE = {
    "left": Words("已交班，等接班人签字。", "Handed over; who takes over has to sign."),
    "over": Words("已接班。", "Taken over."),
}


@bp.get("/")
@needs(Permission.CASE_READ)
def handovers() -> Response:
    """Show who is on duty, the form of handing over, and a page of the records, the newest first."""
    try:
        cursor = request.args.get("cursor")
        return _page(after=queries.read_cursor(cursor) if cursor else None)
    except paging.CursorInvalid as refused:
        return _page(refused)


@bp.get("/now")
@needs(Permission.CASE_READ)
def now() -> Response:
    """Give who is on duty now and next, for the first page of the desk."""
    return render("desk/duty_now.html", duty=queries.now(queries.centres_of(current_person())), fragment=True)


@bp.get("/of/<uuid:case_id>")
@needs(Permission.CASE_READ)
def of_case(case_id: UUID) -> Response:
    """Give who is on duty at the centre of a case, for its page."""
    centre = cases.whole(case_id, current_person()).case.centre
    return render("desk/duty_now.html", duty=queries.now([centre]), fragment=True)


@bp.post("/<centre>/leave")
@needs(Permission.CASE_READ)
def leave(centre: str) -> Response:
    """Hand over and sign."""
    try:
        note = forms.read(HandoverIn())["note"]
        with transaction():
            service.leave(centre, note, by=current_person())
    except Problem as refused:
        return _page(refused)
    return make_response(redirect(url_for(".handovers", done="left"), 303))


@bp.post("/records/<uuid:record_id>/take")
@needs(Permission.CASE_READ)
def take(record_id: UUID) -> Response:
    """Sign as who takes over."""
    try:
        with transaction():
            service.take(record_id, by=current_person())
    except Problem as refused:
        return _page(refused)
    return make_response(redirect(url_for(".handovers", done="over"), 303))


def _page(refused: Problem | None = None, after: queries.HandoverKey | None = None) -> Response:
    centres = queries.centres_of(current_person())
    records, following = queries.handovers(centres, after, queries.PAGE)
    args: dict[str, Any] = {"duty": queries.now(centres), "records": records, "signers": queries.signers(records)}
    return render(
        "desk/duty.html",
        refused.status if refused else 200,
        **args,
        shifts={(centre, one.code): one.name for centre in centres for one in queries.shifts(centre)},
        urgent={centre: queries.open_urgent(centre) for centre in centres},
        first=url_for(".handovers") if after else None,
        following=url_for(".handovers", cursor=paging.encode(*following)) if following else None,
        refused=refused,
        form_data=forms.form_data() if refused else {},
        done=DONE.get(request.args.get("done", "")),
    )
