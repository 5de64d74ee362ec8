"""Bring a file of boundaries: it is checked and shown before anything is written, and imported when confirmed."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import Response, make_response, redirect, request, url_for

from app.core import letters
from app.core.errors import Invalid, Problem
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.frame import forms
from app.frame.pages import Pages, render
from app.grids import drawing, geojson, plans, queries, service, waiting
from app.grids.boundaries import Fault
from app.grids.coordinates import Crs
from app.grids.geojson import Reading
from app.grids.pages.words import CHANGED, PROBLEMS, SYSTEMS, with_names
from app.grids.schemas import ConfirmIn, UploadIn
from app.grids.waiting import FileGone, Waiting

bp = Pages("grid_import", "app.grids", url_prefix="/admin/grids/import")

GEOJSON = "application/geo+json"
LISTED = 100  # grids of each group that a preview names
TOLD = {
    "gone": (FileGone.__doc__, FileGone.en),
    "dropped": ("文件已删除，什么也没有改动。", "The file is gone; nothing was changed."),
    "moved": (service.GridsMoved.__doc__, service.GridsMoved.en),
}


@bp.before_request
def allow_size() -> None:
    """Let a file come that is larger than we take, so that the page can say so."""
    request.max_content_length = 2 * waiting.MOST_BYTES


@bp.get("/")
@needs(Permission.GRID_IMPORT)
def front() -> Response:
    """Show the form for a file."""
    return _front()


@bp.post("/")
@needs(Permission.GRID_IMPORT)
def bring() -> Response:
    """Keep a file that can be read, and lead to what its checks say."""
    try:
        brought = _brought()
    except Invalid as refused:
        return _front(refused)
    token = waiting.keep(brought, current_person().person_id)
    return _to(url_for(".checked", token=token))


@bp.get("/<token>")
@needs(Permission.GRID_IMPORT)
def checked(token: str) -> Response:
    """Show every fault of a file; or, where there is none, what importing it would do."""
    try:
        file = waiting.find(token, current_person().person_id)
    except FileGone:
        return _to(url_for(".front", told="gone"))
    reading, faults = _checked(file)
    about: dict[str, Any] = {
        "file": file,
        "system": SYSTEMS[file.crs],
        "token": token,
        "notes": reading.notes,
        "told": TOLD.get(request.args.get("told", "")),
    }
    if faults:
        return render("grids/faults.html", **about, faults=_rows(faults, reading), total=len(faults))
    made = plans.plan(queries.grid_tree(), reading.drafts, reading.ended)
    return render("grids/preview.html", **about, plan=made, words=CHANGED, listed=LISTED, revision=queries.revision())


@bp.get("/<token>/outlines")
@needs(Permission.GRID_IMPORT)
def outlines(token: str) -> Response:
    """Give the map what a file draws, and where it is at fault."""
    reading, faults = _checked(waiting.find(token, current_person().person_id))
    tree = queries.grid_tree()
    if faults:
        drawn = drawing.faulty(tree, reading, faults)
    else:
        drawn = drawing.planned(reading, plans.plan(tree, reading.drafts, reading.ended))
    return Response(drawn, content_type=GEOJSON)


@bp.post("/<token>")
@needs(Permission.GRID_IMPORT)
def carry_out(token: str) -> Response:
    """Import a file, if the grids are still those that its preview was compared with."""
    person = current_person()
    asked = forms.read(ConfirmIn(), request.form)
    try:
        file = waiting.find(token, person.person_id)
        reading = _reading(file)
        with transaction():
            done = service.replace(reading.drafts, reading.ended, seen=asked["revision"], by=person)
    except FileGone:
        return _to(url_for(".front", told="gone"))
    except service.GridsMoved:
        return _to(url_for(".checked", token=token, told="moved"))
    except service.BoundariesRefused:
        return _to(url_for(".checked", token=token))
    waiting.drop(token, person.person_id)
    return _to(url_for("grids_admin.grids", **asdict(done)))


@bp.post("/<token>/drop")
@needs(Permission.GRID_IMPORT)
def drop(token: str) -> Response:
    """Throw a file away."""
    waiting.drop(token, current_person().person_id)
    return _to(url_for(".front", told="dropped"))


def _front(refused: Problem | None = None) -> Response:
    return render(
        "grids/import.html",
        422 if refused else 200,
        systems=SYSTEMS,
        typed=request.form if refused else {"crs": Crs.WGS84},
        wrong=forms.wrong(refused),
        told=TOLD.get(request.args.get("told", "")) if not refused else None,
        most_mb=waiting.MOST_BYTES // 1_048_576,
    )


def _brought() -> Waiting:
    """Return the file that was sent; raise Invalid for none, one too large, and one that holds no grids at all."""
    form = forms.read(UploadIn(), request.form)
    crs, accept_offset = Crs(form["crs"]), form["accept_offset"]
    sent = request.files.get("file")
    content = sent.read(waiting.MOST_BYTES + 1) if sent else b""
    if not sent or not content:
        raise _invalid("请选择一个文件。", "Please choose a file.")
    if len(content) > waiting.MOST_BYTES:
        most = waiting.MOST_BYTES // 1_048_576
        raise _invalid(
            f"文件超过 {most} MB，请按乡镇分成几个文件。", f"The file is larger than {most} MB: please divide it."
        )
    reading = geojson.read(content, crs, accept_offset=accept_offset)
    if reading.refusal:
        raise _invalid(reading.refusal.detail, reading.refusal.en)
    if not (reading.drafts or reading.ended or reading.faults):
        raise _invalid("文件里没有网格。", "There are no grids in the file.")
    return Waiting(letters.without_unfit(sent.filename or "")[:120], crs, content, accept_offset)


def _invalid(zh: str, en: str) -> Invalid:
    return Invalid(fields={"file": [(zh, en)]})


def _reading(file: Waiting) -> Reading:
    return geojson.read(file.content, file.crs, accept_offset=file.accept_offset)


def _checked(file: Waiting) -> tuple[Reading, tuple[Fault, ...]]:
    """Read a file and check it against the tree of this moment; features that cannot be read come first."""
    reading = _reading(file)
    return reading, reading.faults or service.faults_of(reading.drafts, reading.ended, by=current_person())


def _rows(faults: Sequence[Fault], reading: Reading) -> list[dict[str, object]]:
    names = {node.code: node.name for node in queries.grid_tree().current}
    names |= {draft.code: draft.name for draft in reading.drafts}
    return [
        {
            "number": number,
            "code": fault.code,
            "name": names.get(fault.code, ""),
            "problem": PROBLEMS[fault.problem],
            "said": (with_names(fault.detail, names), with_names(fault.en or fault.detail, names)),
            "drawn": drawing.is_drawable(fault.place),
        }
        for number, fault in enumerate(faults[: drawing.MOST_FAULTS])
    ]


def _to(where: str) -> Response:
    return make_response(redirect(where, 303))
