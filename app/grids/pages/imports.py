"""Bring a file of boundaries: it is checked and shown before anything is written, and imported when confirmed."""

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
from app.grids import geojson_writer, pending_files, queries, service
from app.grids.coordinates import Crs
from app.grids.import_check import Judgement
from app.grids.levels import FIELDS
from app.grids.pages.words import PROBLEMS, SYSTEMS, with_names
from app.grids.pending_files import FileGone, PendingFile
from app.grids.schemas import BoundaryConfirmIn, BoundaryUploadIn
from workflows.words import Words

bp = Pages("grid_import", "app.grids", url_prefix="/admin/grids/import")

GEOJSON = "application/geo+json"
LISTED = 100  # grids of each group that a preview names
DONE_TEXTS = {
    "gone": FileGone.text,
    "dropped": Words("文件已删除，什么也没有改动。", "The file is gone; nothing was changed."),
    "moved": service.GridsMoved.text,
}


@bp.before_request
def allow_size() -> None:
    """Let a file come that is larger than we take, so that the page can say so."""
    request.max_content_length = 2 * pending_files.MOST_BYTES


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
    token = pending_files.keep(brought, current_person().person_id)
    return _to(url_for(".checked", token=token))


@bp.get("/<token>")
@needs(Permission.GRID_IMPORT)
def checked(token: str) -> Response:
    """Show every fault of a file; or, where there is none, what importing it would do."""
    person = current_person()
    try:
        file = pending_files.find(token, person.person_id)
    except FileGone:
        return _to(url_for(".front", done="gone"))
    judgement, stand = service.judge(file, by=person)
    about: dict[str, Any] = {
        "file": file,
        "system": SYSTEMS[file.crs],
        "token": token,
        "roles": geojson_writer.OutlineRole,
        "notes": judgement.notes,
        "done": DONE_TEXTS.get(request.args.get("done", "")),
    }
    if judgement.faults:
        return render("grids/faults.html", **about, faults=_rows(judgement), total=len(judgement.faults))
    return render("grids/preview.html", **about, plan=judgement.plan, words=FIELDS, listed=LISTED, revision=stand.grids)


@bp.get("/<token>/outlines")
@needs(Permission.GRID_IMPORT)
def outlines(token: str) -> Response:
    """Give the map what a file draws, and where it is at fault."""
    person = current_person()
    judgement, _ = service.judge(pending_files.find(token, person.person_id), by=person)
    return Response(judgement.outlines, content_type=GEOJSON)


@bp.post("/<token>")
@needs(Permission.GRID_IMPORT)
def carry_out(token: str) -> Response:
    """Import a file, if the grids are still those that its preview was compared with."""
    person = current_person()
    form_data = forms.read(BoundaryConfirmIn())
    try:
        judgement, stand = service.judge(pending_files.find(token, person.person_id), by=person)
        if judgement.faults:
            return _to(url_for(".checked", token=token))
        if stand.grids != form_data["revision"]:
            raise service.GridsMoved
        with transaction():
            done = service.replace(judgement.plan, stand, by=person)
    except FileGone:
        return _to(url_for(".front", done="gone"))
    except service.GridsMoved:
        return _to(url_for(".checked", token=token, done="moved"))
    pending_files.drop(token, person.person_id)
    return _to(url_for("grids_admin.grids", **asdict(done)))


@bp.post("/<token>/drop")
@needs(Permission.GRID_IMPORT)
def drop(token: str) -> Response:
    """Throw a file away."""
    pending_files.drop(token, current_person().person_id)
    return _to(url_for(".front", done="dropped"))


def _front(refused: Problem | None = None) -> Response:
    return render(
        "grids/import.html",
        422 if refused else 200,
        systems=SYSTEMS,
        typed=forms.form_data() if refused else {"crs": Crs.WGS84},
        refused=refused,
        done=DONE_TEXTS.get(request.args.get("done", "")) if not refused else None,
        most_mb=pending_files.MOST_BYTES // 1_048_576,
    )


def _brought() -> PendingFile:
    """Return the file that was sent; raise Invalid for none, one too large, and one that holds no grids at all."""
    form = forms.read(BoundaryUploadIn())
    crs, accept_offset = Crs(form["crs"]), form["accept_offset"]
    sent = request.files.get("file")
    content = sent.read(pending_files.MOST_BYTES + 1) if sent else b""
    if not sent or not content:
        raise _invalid(Words("请选择一个文件。", "Please choose a file."))
    if len(content) > pending_files.MOST_BYTES:
        most = pending_files.MOST_BYTES // 1_048_576
        raise _invalid(
            Words("文件超过 {} MB，请按乡镇分成几个文件。", "The file is larger than {} MB: please divide it.").format(
                most
            )
        )
    file = PendingFile(letters.without_unfit(sent.filename or "")[:120], crs, content, accept_offset)
    judgement, _ = service.judge(file, by=current_person())
    if judgement.refusal:
        raise _invalid(judgement.refusal.detail)
    if judgement.is_empty:
        raise _invalid(Words("文件里没有网格。", "There are no grids in the file."))
    return file


def _invalid(text: Words) -> Invalid:
    return Invalid.at("file", text)


def _rows(judgement: Judgement) -> list[dict[str, object]]:
    names = {node.code: node.name for node in queries.grid_tree().current} | dict(judgement.names)
    return [
        {
            "number": number,
            "code": fault.code,
            "name": names.get(fault.code, ""),
            "problem": PROBLEMS[fault.problem],
            "text": with_names(fault.detail, names),
            "on_map": number in judgement.fault_numbers,
        }
        for number, fault in enumerate(judgement.faults[: geojson_writer.MOST_FAULTS])
    ]


def _to(where: str) -> Response:
    return make_response(redirect(where, 303))
