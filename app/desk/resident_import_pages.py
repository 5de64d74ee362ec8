"""Bring a sheet of residents at the desk: it is checked whole and shown, and taken in when confirmed."""

from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, request, url_for

from app.core import letters
from app.core.db import empty_log
from app.core.errors import Busy, Invalid, Problem
from app.core.http import current_person, needs, polled
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.frame import forms, sheets
from app.frame.language import t
from app.frame.pages import Pages, render
from app.frame.staging import ImportStage
from app.residents import resident_batches, resident_sheets
from app.residents.models import ResidentImport
from app.residents.resident_batches import STAGING, ResidentImportNotReady, ResidentImportUnknown
from workflows.words import Words

bp = Pages("desk_resident_import", __name__, url_prefix="/desk/residents/import")

SHOWN_MOST = 200  # faults on the page
DONE = {
    "gone": ResidentImportUnknown.text,
    "dropped": Words("表格已删除，没有登记。", "The sheet is gone; nobody was entered."),
}
_NO_FILE = Words("请选择居民表格。", "Choose the sheet of residents.")
_TOO_LARGE = Words("表格超过 {} MB，请分成几个。", "The sheet is larger than {} MB: split it.")


@bp.before_request
def _allow_a_file() -> None:
    forms.allow_file(2 * sheets.UPLOAD_MOST)  # larger than we take, so that the page can say so


@bp.get("/")
@needs(Permission.RESIDENT_ENTER)
def front() -> Response:
    """Show the form for a sheet, what its columns are for, and the sheets of the last day."""
    return _front()


@bp.post("/")
@needs(Permission.RESIDENT_ENTER)
def bring() -> Response:
    """Check a sheet, and lead to what was found in it."""
    try:
        name, content = _content()
        staged = resident_batches.stage(content, name, by=current_person())
    except (Invalid, Busy) as refused:
        return _front(refused)
    return _to(url_for(".one", import_id=staged.id))


@bp.get("/template")
@needs(Permission.RESIDENT_ENTER)
def template() -> Response:
    """Give an empty sheet with the columns that are one's own to bring."""
    labels = [rule.question.label for rule in resident_sheets.rules_read(current_person())]
    heads = [t(words) for words in (*resident_sheets.COLUMNS.values(), *labels)]
    response = Response(sheets.write("residents", [(head, 16) for head in heads], []), mimetype=sheets.XLSX)
    response.headers["Content-Disposition"] = "attachment; filename=residents.xlsx"
    return response


@bp.get("/<uuid:import_id>")
@needs(Permission.RESIDENT_ENTER)
def one(import_id: UUID) -> Response:
    """Show how far a sheet is, what is wrong with it, or what came of it."""
    try:
        return render("desk/resident_import_one.html", **_about(STAGING.one(import_id, current_person())))
    except ResidentImportUnknown:
        return _to(url_for(".front", done="gone"))


@bp.get("/<uuid:import_id>/progress")
@needs(Permission.RESIDENT_ENTER)
@polled
def progress(import_id: UUID) -> Response:
    """Say how far it is, for a page that asks while it is taken in."""
    return render("staged.html", **_about(STAGING.one(import_id, current_person())))


@bp.post("/<uuid:import_id>")
@needs(Permission.RESIDENT_ENTER)
def confirm(import_id: UUID) -> Response:
    """Let a sheet be taken in."""
    try:
        with transaction():
            STAGING.confirm(import_id, by=current_person())
    except ResidentImportNotReady:
        pass  # its page says how far it is
    return _to(url_for(".one", import_id=import_id))


@bp.post("/<uuid:import_id>/drop")
@needs(Permission.RESIDENT_ENTER)
def drop(import_id: UUID) -> Response:
    """Throw a sheet away."""
    try:
        with transaction():
            STAGING.drop(import_id, by=current_person())
    except ResidentImportNotReady:
        return _to(url_for(".one", import_id=import_id))
    empty_log()
    return _to(url_for(".front", done="dropped"))


def _content() -> tuple[str, bytes]:
    sent = request.files.get("file")
    content = sent.read(sheets.UPLOAD_MOST + 1) if sent else b""
    if not sent or not content:
        raise Invalid.at("file", _NO_FILE)
    if len(content) > sheets.UPLOAD_MOST:
        raise Invalid.at("file", _TOO_LARGE.format(sheets.UPLOAD_MOST // 1_048_576))
    return letters.without_unfit(sent.filename or ""), content


def _about(file: ResidentImport) -> dict[str, Any]:
    return {
        "file": file,
        "stage": ImportStage.of(file.stage),
        "stages": ImportStage,
        "notes": [Words(zh, en) for zh, en in file.notes],
        "faults": STAGING.faults(file.id, SHOWN_MOST) if file.faults else [],
        "doubts": resident_batches.doubts(file.id, SHOWN_MOST),
        "under_way": file.stage == ImportStage.TAKING,
        "counted": file.stage in (ImportStage.TAKING, ImportStage.DONE),
    }


def _front(refused: Problem | None = None) -> Response:
    person = current_person()
    return render(
        "desk/resident_import.html",
        422 if refused else 200,
        columns=resident_sheets.COLUMNS.values(),
        rules=resident_sheets.rules_read(person),
        files=[_about(file) for file in STAGING.own(person)],
        refused=refused,
        done=DONE.get(request.args.get("done", "")) if not refused else None,
        most_mb=sheets.UPLOAD_MOST // 1_048_576,
        most_rows=resident_sheets.ROWS_MOST,
    )


def _to(where: str) -> Response:
    return make_response(redirect(where, 303))
