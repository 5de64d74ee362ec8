"""Residents and households at the desk: the register by numbers, entering, changing, revealing a field, ending care."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from flask import Response, make_response, redirect, request, url_for

from app.core import paging
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from app.core.http import current_person, needs
from app.core.permissions import Permission, Person
from app.core.transaction import transaction
from app.frame import forms
from app.frame.pages import Pages, render
from app.grids.levels import Level
from app.grids.queries import grid_tree
from app.residents import queries, resident_views, service, statements
from app.residents.models import ConsentBy, ResidentEnd
from app.residents.queries import SeenResident
from app.residents.resident_rules import FieldRule, rules
from app.residents.schemas import (
    ChangeResidentIn,
    ChangeResidentPageIn,
    EndResidentPageIn,
    EnterResidentIn,
    ResidentPageIn,
    RevealFieldIn,
    SearchResidentsIn,
    StateResidentIn,
)
from workflows.forms import Kind
from workflows.resident_terms import ResidentSubject
from workflows.words import Words

bp = Pages("desk_residents", __name__, url_prefix="/desk/residents")
PAGE = 50
REFUSED = (Conflict, Forbidden, Invalid, NotFound)
DONE = {
    "entered": Words("已登记。", "It is entered."),
    "changed": forms.CHANGED,
    "ended": Words("关爱已结束，到期删除个人信息。", "The care has ended; what is kept is erased at its time."),
}
_FILTERS = ("grid", "subject", "care")
_FIELD = "field-"  # before the code of a field in the form of entering
_TRUE = {"true": True, "false": False}


@bp.get("/")
@needs(Permission.RESIDENT_READ)
def residents() -> Response:
    """List the residents of one's ground, by numbers."""
    try:
        args = forms.load_args(ResidentPageIn(), request.args)
    except Invalid:
        args = ResidentPageIn().load({})
    person, after = current_person(), args.pop("after")
    carried: dict[str, Any] = {name: args[name] for name in _FILTERS if args[name]}
    page = queries.page(person, carried, _cursor(after), PAGE)
    return _list(
        page.items,
        search=args,
        carried=carried,
        total=queries.count(person, carried),
        first=url_for(".residents", **carried) if after else None,
        following=url_for(".residents", **carried, after=paging.encode(*page.next)) if page.next else None,
    )


@bp.post("/search")
@needs(Permission.RESIDENT_REVEAL)
def search() -> Response:
    """Look for residents by the whole of one field, which is kept; what is looked for never stands in an address."""
    try:
        wanted = forms.read(SearchResidentsIn())
        with transaction(vital=True):
            matches = service.search(wanted["field"], wanted["text"], current_person())
    except Invalid as refused:
        return _list((), refused=refused)
    return _list(matches, sought=True)


@bp.get("/new")
@needs(Permission.RESIDENT_ENTER)
def new() -> Response:
    """Show the form of entering."""
    return _new()


@bp.post("/new")
@needs(Permission.RESIDENT_ENTER)
def enter() -> Response:
    """Enter a resident or household; the form sent twice enters one."""
    typed = forms.form_data()
    try:
        body = forms.checked(EnterResidentIn(), _body(typed))
        resident_id = forms.identity(typed.get("resident_id", ""))
        with transaction():
            service.enter(resident_id, body, by=current_person())
    except REFUSED as refused:
        return _new(refused)
    return _to(resident_id, "entered")


@bp.get("/<uuid:resident_id>")
@needs(Permission.RESIDENT_READ)
def one(resident_id: UUID) -> Response:
    """Show which fields are kept of a resident, and what was done to the record."""
    return _one(resident_id)


@bp.post("/<uuid:resident_id>/reveal")
@needs(Permission.RESIDENT_REVEAL)
def reveal(resident_id: UUID) -> Response:
    """Show one field, once; who looked and why is kept."""
    try:
        wanted = forms.read(RevealFieldIn())
        with transaction(vital=True):
            value = service.reveal(resident_id, wanted["field"], wanted["purpose"], current_person())
    except REFUSED as refused:
        return _one(resident_id, refused)
    return _one(resident_id, revealed=resident_views.revealed(wanted["field"], value))


@bp.post("/<uuid:resident_id>/statement")
@needs(Permission.RESIDENT_REVEAL)
def state(resident_id: UUID) -> Response:
    """Show, to be printed for who has asked, what is kept of a resident; it is answered once and stored nowhere."""
    try:
        wanted = forms.read(StateResidentIn())
        with transaction(vital=True):
            statement = statements.state(resident_id, wanted["asked_by"], wanted["purpose"], current_person())
    except REFUSED as refused:
        return _one(resident_id, refused)
    return render("desk/resident_statement.html", statement=statement, back=url_for(".one", resident_id=resident_id))


@bp.post("/<uuid:resident_id>")
@needs(Permission.RESIDENT_ENTER)
def change(resident_id: UUID) -> Response:
    """Change one field, which an empty answer deletes, and what lies open of the record."""
    person = current_person()
    try:
        form_data = forms.read(ChangeResidentPageIn())
        body = forms.checked(ChangeResidentIn(), _changes(form_data, queries.one(resident_id, person), person))
        about = {name: body.pop(name) for name in ("seen", "op_id")}
        with transaction():
            service.change(resident_id, body, **about, by=person)
    except REFUSED as refused:
        return _one(resident_id, refused)
    return _after(resident_id, "changed")


@bp.post("/<uuid:resident_id>/end")
@needs(Permission.RESIDENT_ENTER)
def end(resident_id: UUID) -> Response:
    """End one care of a resident, or all that the page shows."""
    try:
        form_data = forms.read(EndResidentPageIn())
        reason, cares = ResidentEnd.of(form_data["reason"]), [form_data["care"]] if form_data["care"] else []
        about = {name: form_data[name] for name in ("seen", "op_id")}
        with transaction():
            service.end(resident_id, reason, cares, **about, by=current_person())
    except REFUSED as refused:
        return _one(resident_id, refused)
    return _after(resident_id, "ended")


def _after(resident_id: UUID, done: str) -> Response:
    """Return to the record; to the list, where somebody does not see it any more."""
    try:
        queries.one(resident_id, current_person())
    except NotFound:
        return make_response(redirect(url_for(".residents", done=done), 303))
    return _to(resident_id, done)


def _changes(form_data: Mapping[str, Any], seen: SeenResident, person: Person) -> dict[str, Any]:
    """Return what the form of changing has sent, as the interface takes it."""
    body: dict[str, Any] = {"op_id": str(form_data["op_id"]), "seen": form_data["seen"]}
    if code := form_data["field"]:
        body["fields"] = {code: _answer(code, form_data["answer"])}
    if form_data["care"]:
        body["cares"] = [form_data["care"]]
    if form_data["grid"]:
        body["grid"] = form_data["grid"]
    if form_data["household"] not in (None, _household(seen, person)):
        body["household_id"] = queries.household_of(form_data["household"], person) if form_data["household"] else None
    if form_data["consent_by"] or form_data["consent_on"]:
        body["consent"] = {"by": form_data["consent_by"], "on": form_data["consent_on"]}
    return body


def _household(seen: SeenResident, person: Person) -> str:
    return queries.one(seen.household_id, person).row.number if seen.household_id else ""


def _list(rows: Any, refused: Problem | None = None, **more: Any) -> Response:
    person = current_person()
    known = resident_views.rules_seen(person)
    return render(
        "desk/residents.html",
        422 if refused else 200,
        rows=[resident_views.view(one) for one in rows],
        refused=refused,
        may_enter=person.may(Permission.RESIDENT_ENTER),
        subjects=[(str(one), one.words) for one in ResidentSubject],
        cares=[(one["code"], resident_views.care_words(one["code"])) for one in known["cares"]],
        sought_by=_sought_by(known["fields"]) if person.may(Permission.RESIDENT_REVEAL) else (),
        done=DONE.get(request.args.get("done", "")) if not refused else None,
        **{"search": {}, "carried": {}, "sought": False, **more},
    )


def _new(refused: Problem | None = None) -> Response:
    person, typed = current_person(), forms.form_data()
    known = resident_views.rules_seen(person)
    return render(
        "desk/resident_new.html",
        422 if refused else 200,
        refused=refused,
        typed=typed,
        resident_id=typed.get("resident_id") or uuid4(),
        subjects=[(str(one), one.words) for one in ResidentSubject],
        grids=_grids(person),
        cares=[(one["code"], resident_views.care_words(one["code"])) for one in known["cares"]],
        fields=[rules().fields[one["code"]] for one in known["fields"]],
        consents=[(str(one), one.words) for one in ConsentBy],
        options_of=lambda rule: [(one.value, one.words) for one in rule.question.choices],
        prefix=_FIELD,
        kinds=Kind,
    )


def _one(resident_id: UUID, refused: Problem | None = None, revealed: Mapping[str, Any] | None = None) -> Response:
    person = current_person()
    seen = queries.one(resident_id, person)
    path = seen.row.grid_path
    rules_seen = resident_views.rules_seen(person)
    known, mine = rules_seen["fields"], {one.care for one in seen.cares}
    cares = [one["code"] for one in rules_seen["cares"] if one["subject"] == seen.row.subject]
    typed = forms.form_data() if refused else {}
    return render(
        "desk/resident.html",
        422 if refused else 200,
        resident=resident_views.whole(seen, person),
        is_person=seen.row.subject == ResidentSubject.PERSON,
        op_id=uuid4(),
        typed=typed,
        grids=_grids(person),
        household=typed.get("household") or _household(seen, person),
        cares_now=[(code, resident_views.care_words(code)) for code in sorted(mine)],
        cares_more=[(code, resident_views.care_words(code)) for code in cares if code not in mine],
        consents=[(str(one), one.words) for one in ConsentBy],
        rules=rules().fields,
        fields=[
            (one["code"], resident_views.field_words(one["code"])) for one in known if seen.row.subject in one["of"]
        ],
        may_reveal=person.reaches(Permission.RESIDENT_REVEAL, path),
        may_enter=person.reaches(Permission.RESIDENT_ENTER, path),
        reasons=[(str(one), one.words) for one in ResidentEnd],
        revealed=revealed,
        refused=refused,
        done=DONE.get(request.args.get("done", "")) if not refused else None,
    )


def _body(typed: Any) -> dict[str, Any]:
    """Return what the form of entering has sent, as the interface takes it."""
    answers = {
        name.removeprefix(_FIELD): _answer(name.removeprefix(_FIELD), text.strip())
        for name, text in typed.items()
        if name.startswith(_FIELD) and text.strip()
    }
    consent = {name: typed.get(f"consent_{name}", "").strip() for name in ("by", "on")}
    body = {
        "subject": typed.get("subject", ""), "grid": typed.get("grid", ""), "cares": typed.getlist("cares"),
        "fields": answers,
    }  # fmt: skip
    return {**body, "consent": consent} if any(consent.values()) else body


def _answer(code: str, text: str) -> Any:
    """Return what was typed as its field takes it; None for nothing, and as it is what cannot be read so."""
    rule: FieldRule | None = rules().fields.get(code)
    if not text:
        return None
    if rule and rule.question.kind is Kind.YES_NO:
        return _TRUE.get(text, text)
    if rule and rule.question.kind is Kind.INTEGER:
        number = forms.whole_number(text)
        return text if number is None else number
    return text


def _grids(person: Person) -> list[tuple[str, str]]:
    """Return the grids in which a person may enter somebody, each below its village."""
    tree = grid_tree()
    return [
        (node.code, " ".join(above.name for above in (*tree.ancestors(node.code)[1:], node)))
        for node in tree.current
        if node.level in (Level.GRID, Level.MICRO) and person.reaches(Permission.RESIDENT_ENTER, node.path)
    ]


def _sought_by(known: Sequence[Mapping[str, Any]]) -> list[tuple[str, Words]]:
    return [(one["code"], resident_views.field_words(one["code"])) for one in known if one["sought"]]


def _cursor(text: str) -> tuple[str, UUID] | None:
    try:
        return queries.read_cursor(text) if text else None
    except paging.CursorInvalid:
        return None


def _to(resident_id: UUID, done: str) -> Response:
    return make_response(redirect(url_for(".one", resident_id=resident_id, done=done), 303))
