"""Reports typed in for somebody who calls, and cases that may be the same trouble, side by side."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from flask import Response, make_response, redirect, request, url_for
from marshmallow import ValidationError

from app.cases import choices, queries
from app.catalogue import queries as catalogue_queries
from app.core import letters
from app.core.errors import Invalid, NotFound, Problem
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.desk import act_forms, case_views, filters, words
from app.desk.form_questions import act_errors, moment, number
from app.frame import forms
from app.frame.pages import Pages, render
from app.grids import queries as grids
from app.grids.levels import Level
from app.grids.schemas import LocateIn
from app.intake import citizens, duplicates, service
from app.intake import queries as intake_queries
from app.intake.schemas import RevealIn
from app.objects import queries as objects
from app.objects.queries import NearObject
from workflows import case as machine
from workflows.case_terms import CaseAction, CaseSource
from workflows.forms import Purpose
from workflows.words import Words, listed

bp = Pages("desk_reports", __name__, url_prefix="/desk")

OBJECTS_MOST = 10  # that are offered; our figure
FOR_OTHERS = (
    CaseSource.HOTLINE, CaseSource.CITIZEN, CaseSource.MEDIA, CaseSource.PETITION, CaseSource.SUPERIOR,
    CaseSource.PLATFORM,
)  # fmt: skip


@bp.get("/report")
@needs(Permission.CASE_REPORT_FOR)
def new_report() -> Response:
    """Show the form for a report that somebody tells."""
    return _form(uuid4(), {"source": str(FOR_OTHERS[0])})


@bp.post("/report")
@needs(Permission.CASE_REPORT_FOR)
def report() -> Response:
    """Begin the case, and lead to it; or show the form with what was typed and what is at fault."""
    form_data = forms.form_data()
    try:
        case_id = UUID(form_data.get("case_id", ""))
    except ValueError:
        case_id = uuid4()
    try:
        loaded = _load(form_data)
        acted, _ = service.submit(case_id, current_person(), loaded)
    except Problem as refused:
        return _form(case_id, form_data, refused)
    step: dict[str, Any] = {"done": CaseAction.REPORT, "of": str(case_id)} if acted.created else {}
    return make_response(redirect(url_for("desk.case", case_id=case_id, **step), 303))


@bp.get("/report/near")
@needs(Permission.CASE_REPORT_FOR)
def near_report() -> Response:
    """Show open cases close to where a report is being typed in."""
    place, case_class = _place(request.args), choices.class_in(request.args.get("class"))
    if "grid" in place:
        chosen = grids.of_today(place["grid"])
        return render("desk/near.html", near=[], grid=chosen.name if chosen else None, of=None)
    try:
        located = grids.locate(**LocateIn().load(place))
    except (Problem, ValidationError):
        return render("desk/near.html", near=[], grid=None, of=None)
    try:
        rows = duplicates.around(located, case_class.code, current_person()) if case_class else []
    except duplicates.NotAround:
        rows = []  # the grid is named all the same
    return render("desk/near.html", near=_worded(rows), grid=located.grid.name, of=None)


@bp.get("/report/objects")
@needs(Permission.CASE_REPORT_FOR)
def near_objects() -> Response:
    """Show the objects close to where a report is being typed in that it may be about."""
    place, case_class, person = _place(request.args), choices.class_in(request.args.get("class")), current_person()
    near: list[NearObject] = []
    if case_class is not None and "lon" in place and person.may(Permission.OBJECT_READ):
        with suppress(ValidationError):
            near = objects.nearest(person, case_class.code, **LocateIn().load(place), limit=OBJECTS_MOST)
    return render("desk/objects_near.html", near=near, chosen=request.args.get("object", "").strip())


@bp.get("/report/call-now")
@needs(Permission.CASE_REPORT_FOR)
def call_now() -> Response:
    """Say whom to call before anything else, for the class that is being typed in."""
    case_class = choices.class_in(request.args.get("class"))
    return render("desk/call_now.html", numbers=case_class.call_now if case_class else ())


@bp.get("/cases/<uuid:case_id>/near")
@needs(Permission.CASE_READ)
def near_case(case_id: UUID) -> Response:
    """Show open cases close to one that may be the same trouble."""
    person = current_person()
    rows = duplicates.near_case(queries.whole(case_id, person).case, person)
    return render("desk/near.html", near=_worded(rows), grid=None, of=case_id)


@bp.get("/cases/<uuid:case_id>/beside/<uuid:other>")
@needs(Permission.CASE_READ)
def beside(case_id: UUID, other: UUID) -> Response:
    """Show two cases side by side, with the form by which the one carries the other if that is one's to decide."""
    person = current_person()
    own, others = queries.whole(case_id, person), queries.whole(other, person)
    try:
        form = act_forms.open_form(own, person, CaseAction.MERGE, act_forms.PresetForm({"into": str(other)}))
    except Problem:
        form = None
    return render(
        "desk/beside.html",
        sides=[(one.case.case_id, case_views.case_page(one, person)) for one in (own, others)],
        case_id=case_id,
        form=form,
        search=filters.parse({}),
        words=words,
    )


@bp.get("/cases/<uuid:case_id>/citizen")
@needs(Permission.CITIZEN_REVEAL)
def citizen(case_id: UUID) -> Response:
    """Show the citizen behind a case and those whom its answers name, masked; nothing where there are none."""
    person = current_person()
    try:
        contact = citizens.masked(intake_queries.citizen_of(case_id, person))
    except intake_queries.NoCitizen:
        contact = None
    named = [(name, label, citizens.masked(one)) for name, label, one in intake_queries.people_of(case_id, person)]
    return render("desk/citizen.html", contact=contact, named=named, case_id=case_id, revealed=False)


@bp.post("/cases/<uuid:case_id>/citizen")
@needs(Permission.CITIZEN_REVEAL)
def reveal(case_id: UUID) -> Response:
    """Show the citizen in full; who looked and why is kept."""
    person, reason = current_person(), _reason()
    with transaction(vital=True):
        contact = citizens.reveal(intake_queries.citizen_of(case_id, person), case_id, person, reason)
    return _unmasked(case_id, contact=contact, named=())


@bp.post("/cases/<uuid:case_id>/people/<field>")
@needs(Permission.CITIZEN_REVEAL)
def reveal_named(case_id: UUID, field: str) -> Response:
    """Show somebody whom an answer names in full; who looked and why is kept."""
    person, reason = current_person(), _reason()
    with transaction(vital=True):
        labels = {name: label for name, label, _ in intake_queries.people_of(case_id, person)}
        named = intake_queries.person_of(case_id, field, person)
        contact = citizens.reveal(named, case_id, person, reason, question=field)
    return _unmasked(case_id, contact=None, named=[(field, labels[field], contact)])


def _reason() -> str:
    try:
        return str(forms.read(RevealIn())["reason"])
    except Invalid:
        raise Invalid(Words("请写明查看理由，至少两个字。", "Say why you look, in two characters at least.")) from None


def _unmasked(case_id: UUID, **contacts: Any) -> Response:
    response = render("desk/citizen.html", case_id=case_id, revealed=True, **contacts)
    response.headers["Cache-Control"] = "no-store"
    return response


def _worded(rows: Sequence[duplicates.Near]) -> list[tuple[duplicates.Near, Words]]:
    states = machine.CASE.states
    return [(one, states[one.state]) for one in rows]


def _load(form_data: Any) -> dict[str, Any]:
    """Return the report as the schema reads it; raise Invalid with the fields at fault."""
    case_class, place = choices.class_in(form_data.get("class")), _place(form_data)
    if form_data.get("class", "").strip() and case_class is None:
        raise Invalid.at("class", _no_class(form_data["class"]))
    if not place:
        raise Invalid.at(
            "place",
            Words(
                "请在地图上点选位置，或选择乡镇、村、网格。", "Click on the map, or choose township, village and grid."
            ),
        )
    report: dict[str, Any] = {
        "class": case_class.code if case_class else None,
        "description": form_data.get("description", "").strip(),
        **place,
        "address": form_data.get("address", "").strip(),
        "source": form_data.get("source"),
        **({"object": named} if (named := form_data.get("object", "").strip()) else {}),
        **_ticket(form_data),
        "attachments": form_data.getlist("attachments"),
        "reporter": _reporter(form_data),
    }
    return service.load(report)


def _ticket(form_data: Any) -> dict[str, Any]:
    """Return what was typed of the ticket: its number, its date, what its sender wants; and whether it is a drill."""
    due, kind = form_data.get("external_due", "").strip(), form_data.get("ticket_kind", "")
    texts = {"external_no": form_data.get("external_no", "").strip(), "external_due": moment(due), "ticket_kind": kind}
    flags = {name: True for name in ("secret", "drill") if form_data.get(name)}
    if form_data.get("reply_wanted") in ("true", "false"):
        flags["reply_wanted"] = form_data["reply_wanted"] == "true"
    return {name: value for name, value in texts.items() if value} | flags


def _no_class(text: str) -> Words:
    """Say that no one class is called so, and which may be meant."""
    names = [one.called for one in catalogue_queries.catalogue().called(text)]
    if names:
        return Words(
            "可能是：{}。请写明是哪一类；不清楚可以不填。", "Perhaps {}. Say which, or leave it empty."
        ).format(listed(names))
    return Words(
        "没有这个类别，请从列表中选择；不清楚可以不填。",
        "There is no such class: choose one from the list, or leave it empty.",
    )


def _reporter(form_data: Any) -> dict[str, Any] | None:
    contact = {name: text for name in ("name", "phone") if (text := letters.fold(form_data.get(name, "")))}
    flags = {name: bool(form_data.get(name)) for name in ("anonymous", "consent")}
    return {**contact, **flags} if contact or flags["anonymous"] else None


def _chosen(form_data: Any) -> str | None:
    """Return the grid that was chosen: the deepest of township, village and grid."""
    return next((code for name in ("grid", "village", "township") if (code := form_data.get(name, "").strip())), None)


def _place(form_data: Any) -> dict[str, Any]:
    """Return the place that was given, as a report names it: a point, else the chosen grid; nothing where neither is.

    Degrees that are typed in and cannot be read are an error, and not a reason to take the grid.
    """
    typed = {name: text for name in ("lon", "lat") if (text := form_data.get(name, "").strip())}
    if typed:
        return {name: number(text) for name, text in typed.items()}
    chosen = _chosen(form_data)
    return {"grid": chosen} if chosen else {}


def _form(case_id: UUID, form_data: Any, refused: Problem | None = None) -> Response:
    if not grids.grid_tree().current:
        raise NotFound(
            Words("还没有网格，请管理员先导入网格。", "There are no grids yet: the administrator imports them first.")
        )
    return render(
        "desk/report.html",
        refused.status if refused else 200,
        case_id=case_id,
        form_data=form_data,
        photos=form_data.getlist("attachments") if hasattr(form_data, "getlist") else [],
        refused=refused,
        errors=act_errors(refused.fields) if refused else {},
        sources=[(str(one), one.words) for one in FOR_OTHERS],
        kinds=words.TICKET_KINDS.items(),
        classes=choices.classes(),
        chosen=_chosen(form_data),
        levels=(Level.TOWNSHIP, Level.VILLAGE, Level.GRID),
        purpose=Purpose.BEFORE,
    )
