"""Go through the figures that the county has still to set (示例): by document, one by one or as they stand."""

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, request, url_for

from app.catalogue import document_list, figures, queries, service
from app.catalogue.document_terms import DocumentKind, has_own_code
from app.catalogue.documents import EXAMPLE, JUDGE_OWN
from app.catalogue.figures import Decision, Figure
from app.catalogue.file_faults import faults
from app.catalogue.files import DocumentRefused
from app.catalogue.models import CatalogueVersion
from app.catalogue.names import called_by
from app.catalogue.rights import may_change, require
from app.catalogue.schemas.requests import DocumentListIn, JudgeOwnIn, SourceIn
from app.catalogue.words import KINDS
from app.core.errors import Conflict, Invalid, Problem
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.core.schemas import UNKNOWN_FIELD
from app.core.transaction import transaction
from app.frame import forms
from app.frame.pages import Pages, render
from workflows.case_terms import LimitKind
from workflows.words import Words, plain

bp = Pages("catalogue_figures", "app.catalogue", url_prefix="/admin/catalogue/figures")
NUMBER_MOST = 10_000_000
SETTINGS = DocumentKind.SETTINGS  # kind and code of the document that holds the figures of the county

_OUTCOMES = {"1": forms.CHANGED, "0": forms.UNCHANGED}


class NothingChosen(Invalid):
    """请勾选要确定的内容。"""

    code = "nothing_chosen"
    en = "Tick what is to be set."


class NumberWrong(Invalid):
    """数值有误：应为 0 到 10000000 之间的数字。"""

    code = "number_wrong"
    en = "A number between 0 and 10000000, please."


@bp.get("")
@needs(Permission.CATALOGUE_IMPORT)
def documents() -> Response:
    """List the documents that hold examples."""
    return _documents()


@bp.post("")
@needs(Permission.CATALOGUE_IMPORT, also=require)
def adopt() -> Response:
    """Adopt all examples of the chosen documents as they stand."""
    try:
        _only("source", "pick")
        source = _source({"source": forms.form_data().get("source", "")})
        keys = {(kind, code) for kind, _, code in (pick.partition(":") for pick in forms.form_data().getlist("pick"))}
        if not keys:
            raise NothingChosen.at("pick", NothingChosen.text)
        compared = service.adopt(keys, source)
        with transaction():
            done = service.carry_out(compared, by=current_person())
    except Problem as refused:
        return _documents(refused.status, refused=refused, form_data=forms.form_data())
    return _to(url_for("catalogue_figures.documents", **_query_args(request.args), done=len(done.changes)))


@bp.get("/<kind>/<code>")
@needs(Permission.CATALOGUE_IMPORT)
def document(kind: str, code: str) -> Response:
    """Show the examples of one document, each with its numbers to be set."""
    return _document(kind, code, {})


@bp.post("/<kind>/<code>")
@needs(Permission.CATALOGUE_IMPORT, also=require)
def settle(kind: str, code: str) -> Response:
    """Set the chosen examples of one document."""
    form_data = forms.form_data()
    try:
        source = _source({"source": form_data.get("source", "")})
        row = _row(kind, code)
        open_figures = figures.figures(document_list.content_of(row), called_by(queries.catalogue().classes))
        decided = _decided(open_figures)
        compared = service.settle(kind, code, form_data.get("seen", 0, type=int), source, decided)
        with transaction():
            service.carry_out(compared, by=current_person())
    except Conflict as changed:  # what was typed belongs to another version
        return _document(kind, code, {"source": form_data["source"]}, changed)
    except Problem as refused:
        return _document(kind, code, form_data, refused)
    left = queries.examples().get((kind, code), 0)
    if left:
        return _to(url_for("catalogue_figures.document", kind=kind, code=code, done=len(decided)))
    return _to(url_for("catalogue_figures.documents", done=1))


@bp.post("/settings/settings/judge-own")
@needs(Permission.CATALOGUE_IMPORT, also=require)
def judge_own() -> Response:
    """Let people of departments judge what these handled, by a decision of the county, or let them no longer."""
    form_data = forms.form_data()
    try:
        wanted = forms.read(JudgeOwnIn())
        setting = _judging_own(wanted)
        compared = service.change(
            SETTINGS, SETTINGS, lambda old: _with_setting(old, JUDGE_OWN, setting), note=_note_of(wanted),
            version=wanted.get("seen", 0),
        )  # fmt: skip
        with transaction():
            changed = service.carry_out(compared, by=current_person()).changes
    except Problem as refused:
        return _document(SETTINGS, SETTINGS, form_data, refused)
    return _to(url_for("catalogue_figures.document", kind=SETTINGS, code=SETTINGS, changed=int(bool(changed))))


def _judging_own(wanted: Mapping[str, Any]) -> dict[str, Any]:
    if not wanted["on"]:
        return {"value": 0, "source": wanted["decision"] or EXAMPLE}
    decision = wanted["decision"]
    return {"value": 1, "source": decision, "decision": decision, "from": wanted["since"].isoformat()}


def _with_setting(content: dict[str, Any], name: str, setting: Mapping[str, Any]) -> dict[str, Any]:
    return {**content, "settings": {**content["settings"], name: setting}}


def _note_of(wanted: Mapping[str, Any]) -> str:
    on, off = Words("放宽部门回避", "Departments may judge"), Words("不再放宽部门回避", "Departments may not judge")
    return service.note_of(on if wanted["on"] else off, wanted["decision"] or "")


def _documents(status: int = 200, **more: Any) -> Response:
    wanted = forms.load_args(DocumentListIn(), request.args)
    page = document_list.listing(**{**wanted, "open_only": True})
    return render(
        "catalogue/figures.html",
        status,
        page=page,
        wanted=wanted,
        kinds=KINDS,
        left=sum(queries.examples().values()),
        may_change=may_change(current_person()),
        done=request.args.get("done", type=int),
        query=_query_args(request.args),
        **more,
    )


def _document(kind: str, code: str, form_data: Mapping[str, str], refused: Problem | None = None) -> Response:
    row = _row(kind, code)
    content = document_list.content_of(row)
    own = content["settings"].get(JUDGE_OWN, {}) if kind == SETTINGS else None
    return render(
        "catalogue/figures_of.html",
        refused.status if refused else 200,
        kind=kind,
        code=code,
        kind_words=KINDS.get(kind, plain(kind)),
        has_own_code=has_own_code(kind),
        name=document_list.name_in(kind, code, content),
        row=row,
        figures=figures.figures(content, called_by(queries.catalogue().classes)),
        limit_kinds=LimitKind,
        form_data=form_data,
        picked=forms.form_data().getlist("pick"),
        refused=refused,
        faults=faults(refused.fields) if isinstance(refused, DocumentRefused) else [],
        may_change=may_change(current_person()),
        done=request.args.get("done", type=int),
        judging_own=own,
        outcome_words=_OUTCOMES.get(request.args.get("changed", "")),
    )


def _row(kind: str, code: str) -> CatalogueVersion:
    row = document_list.in_force_of(document_list.history(kind, code))
    if row is None:
        raise document_list.DocumentUnknown
    return row


def _source(form_data: Mapping[str, str]) -> str:
    source: str = forms.read(SourceIn(), form_data)["source"].strip()
    if source == EXAMPLE:
        raise Invalid.at(
            "source",
            Words(
                "请写明依据，例如县政府文号。", "Name the decision, for instance the number of the county's document."
            ),
        )
    return source


def _only(*names: str) -> None:
    """Refuse fields that no form of ours sends."""
    if unheard := sorted(forms.form_data().keys() - set(names)):
        raise Invalid(fields={name: [UNKNOWN_FIELD] for name in unheard})


def _decided(open_figures: list[Figure]) -> dict[int, Decision]:
    named = (f"n-{figure.place}-{number.field}" for figure in open_figures for number in figure.numbers)
    _only("source", "pick", "seen", *named, *(f"kind-{figure.place}" for figure in open_figures))
    picked = set(forms.form_data().getlist("pick"))
    chosen = [figure for figure in open_figures if str(figure.place) in picked]
    if not chosen:
        raise NothingChosen.at("pick", NothingChosen.text)
    return {figure.place: Decision(_numbers(figure), _kind(figure)) for figure in chosen}


def _numbers(figure: Figure) -> dict[str, int | float]:
    numbers: dict[str, int | float] = {}
    for number in figure.numbers:
        name = f"n-{figure.place}-{number.field}"
        typed = forms.form_data().get(name, str(number.value)).strip()
        try:
            value = _number(typed, number.value, _kind(figure))
            if not 0 <= value <= NUMBER_MOST:
                raise ValueError(typed)
        except ValueError:
            raise NumberWrong.at(name, NumberWrong.text) from None
        numbers[number.field] = value
    return numbers


def _number(typed: str, before: float, kind: LimitKind | None) -> int | float:
    """Read a whole number; one with halves of work days, and with a fraction where one stood that is no limit."""
    if kind is LimitKind.WORK_DAYS:
        return int(number) if (number := float(typed)).is_integer() else number
    return float(typed) if kind is None and isinstance(before, float) else int(typed)


def _kind(figure: Figure) -> LimitKind | None:
    chosen = forms.form_data().get(f"kind-{figure.place}", "")
    return LimitKind.of(chosen) if figure.kind and chosen in set(LimitKind) else figure.kind


def _query_args(args: Mapping[str, str]) -> dict[str, Any]:
    return {name: args[name] for name in ("kind", "major", "q") if args.get(name)}


def _to(where: str) -> Response:
    response: Response = redirect(where, 303)  # type: ignore[assignment]
    return response
