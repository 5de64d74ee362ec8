"""The roster of duty, as whoever keeps rosters sees it: two weeks of one centre, appoint, dismiss, import a sheet."""

from datetime import date, timedelta
from typing import Any

from flask import Response, make_response, redirect, request, url_for

from app.core import clock
from app.core.errors import Invalid, Problem
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.deadlines.queries import shift_name
from app.duty import queries, service, sheet
from app.duty.schemas import AppointDutyIn, DismissDutyIn, RosterPageIn
from app.frame import forms
from app.frame.pages import Pages, render
from app.frame.sheets import UPLOAD_MOST
from app.grids.queries import grid_tree
from app.identity import queries as identity
from workflows.words import Words

bp = Pages("duty_admin", "app.duty", url_prefix="/admin/duty")
SHEET_MOST = UPLOAD_MOST
SHOWN_MOST = 200  # lines of a preview
DONE = {
    "set": Words("已排班。", "The roster is set."),
    "gone": Words("已取消。", "Taken off."),
    "read": Words("已导入。", "The sheet is in."),
}


@bp.before_request
def _allow_a_sheet() -> None:
    if request.path.startswith("/admin/duty/sheet"):
        forms.allow_file(SHEET_MOST)


@bp.get("/")
@needs(Permission.GRID_ROSTER)
def roster() -> Response:
    """Show two weeks of a centre."""
    return _roster()


@bp.post("/<centre>")
@needs(Permission.GRID_ROSTER)
def appoint(centre: str) -> Response:
    """Put somebody on duty."""
    person = current_person()
    try:
        form_data = forms.read(AppointDutyIn())
        who = form_data.pop("who")
        candidates = identity.matching(who, person, Permission.GRID_ROSTER)
        chosen = [one for one in candidates if one.username == who.lower()] or [
            one for one in candidates if one.name == who
        ]
        if len(chosen) != 1:
            raise Invalid.at("who", _UNCLEAR if candidates else _NOBODY)
        with transaction():
            service.appoint(centre, **form_data, person_ids=[chosen[0].id], by=person)
    except Invalid as refused:
        return _roster(refused, centre)
    return _to(centre, form_data["day"], "set")


@bp.post("/<centre>/dismiss")
@needs(Permission.GRID_ROSTER)
def dismiss(centre: str) -> Response:
    """Take somebody off duty."""
    form_data = forms.read(DismissDutyIn())
    with transaction():
        service.dismiss(centre, form_data["day"], form_data["shift"], form_data["person"], by=current_person())
    return _to(centre, form_data["day"], "gone")


@bp.post("/sheet")
@needs(Permission.GRID_ROSTER)
def read_sheet() -> Response:
    """Show what a sheet would change, or its faults by line; nothing is changed."""
    try:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Invalid.at("file", Words("请选择文件。", "Choose a file."))
        preview = sheet.look(sent.read(), current_person())
    except Problem as refused:
        return _roster(refused)
    tree = grid_tree()
    rows = [
        (node.name if (node := tree.get(one.centre)) else one.centre, one.day, shift_name(one.shift) or one.shift,
         preview.names[one.person_id])
        for one in preview.fresh[:SHOWN_MOST]
    ]  # fmt: skip
    return render("duty/preview.html", preview=preview, rows=rows)


@bp.post("/sheet/confirm")
@needs(Permission.GRID_ROSTER)
def carry_out() -> Response:
    """Put on duty whom the sheet names that was looked at; all of it, or with a fault nothing."""
    person = current_person()
    try:
        content = sheet.unpack(forms.form_data().get("packed", ""))
        with transaction():
            duties = sheet.read(content, person)
            service.import_duties(duties, by=person)
    except Problem as refused:
        return _roster(refused)
    return _to(duties[0].centre, duties[0].day, "read")


_NOBODY = Words("没有找到这个人，请核对姓名或账号。", "Nobody is found by this: check the name or account.")
_UNCLEAR = Words("有几个人符合，请填写账号。", "Several people fit: give the account.")


def _roster(refused: Problem | None = None, centre: str | None = None) -> Response:
    args: dict[str, Any] = forms.load_args(RosterPageIn(), {k: v for k, v in request.args.items() if k != "done"})
    person, tree = current_person(), grid_tree()
    centres = [(code, node.name) for code in service.managed_centres(person) if (node := tree.get(code))]
    chosen = centre or args.get("centre") or (centres[0][0] if centres else None)
    if chosen is not None:
        service.managed_centre(chosen, person)
    since = args.get("since") or _today()
    return render(
        "duty/shifts.html",
        422 if refused else 200,
        centres=centres,
        centre=chosen,
        since=since,
        earlier=since - timedelta(days=queries.ROSTER_DAYS),
        later=since + timedelta(days=queries.ROSTER_DAYS),
        rows=queries.roster(chosen, since, queries.ROSTER_DAYS) if chosen else [],
        shifts=queries.shifts(chosen) if chosen else (),
        refused=refused,
        form_data=forms.form_data() if refused else {},
        done=DONE.get(request.args.get("done", "")) if not refused else None,
    )


def _to(centre: str, day: date, done: str) -> Response:
    return make_response(redirect(url_for(".roster", centre=centre or None, since=day, done=done), 303))


def _today() -> date:
    return clock.local(clock.now()).date()
