"""Import files into the catalogue with a browser: choose, see what would change, confirm. Nothing is written before."""

from datetime import date, datetime
from typing import Any

from flask import Response, redirect, request, url_for

from app.catalogue import file_bundle, file_reader, foresight, service
from app.catalogue.file_faults import faults
from app.catalogue.files import DocumentRefused, UploadedFile
from app.catalogue.rights import require
from app.catalogue.schemas.requests import ImportConfirmIn, ImportCountIn, ImportIn
from app.core import clock
from app.core.errors import Invalid, Problem
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.frame import forms
from app.frame.pages import Pages, render

bp = Pages("catalogue_import", "app.catalogue", url_prefix="/admin/catalogue/import")
BODY_MOST = file_bundle.LARGEST * 3  # a preview carries its files along


class ImportFilesMissing(Invalid):
    """请选择要导入的文件。"""

    code = "file_missing"
    en = "Choose the files to import."


class DayPassed(Invalid):
    """生效日期不能早于今天。"""

    code = "day_passed"
    en = "The day from which it is valid must not have passed."


@bp.before_request
def _let_files_in() -> None:
    request.max_content_length = BODY_MOST
    request.max_form_memory_size = BODY_MOST


@bp.get("")
@needs(Permission.CATALOGUE_IMPORT, also=require)
def choose() -> Response:
    """Ask for files."""
    return render("catalogue/import.html", form_data={}, today=_today())


@bp.post("")
@needs(Permission.CATALOGUE_IMPORT, also=require)
def preview() -> Response:
    """Show what files would change, and every fault."""
    try:
        form_data = forms.read(ImportIn())
        uploads = _uploads()
        return _preview(uploads, form_data)
    except Problem as refused:
        return _again(refused)


@bp.post("/counted")
@needs(Permission.CATALOGUE_IMPORT, also=require)
def count_on() -> Response:
    """Show the same again, with more of what it brings about counted."""
    try:
        form_data = forms.read(ImportCountIn())
        return _preview(file_bundle.unpack(form_data["carried"]), form_data, counted=form_data["counted"])
    except Problem as refused:
        return _again(refused)


@bp.post("/confirm")
@needs(Permission.CATALOGUE_IMPORT, also=require)
def confirm() -> Response:
    """Import what was shown."""
    try:
        form_data = forms.read(ImportConfirmIn())
        uploads = file_bundle.unpack(form_data["carried"])
        documents = file_reader.read(uploads)
        moment, note = _moment(form_data.get("valid_from")), form_data.get("note", "")
        with file_reader.naming_lines(uploads):
            compared = service.compare(documents, valid_from=moment, note=note)
        with transaction():
            done = service.carry_out(compared, by=current_person(), digest=form_data["shown"])
    except service.DifferenceChanged as changed:
        return _preview(uploads, form_data, changed.status, refused=changed)
    except Problem as refused:
        return _again(refused)
    response: Response = redirect(url_for("catalogue_admin.documents", done=len(done.changes)), 303)  # type: ignore[assignment]
    return response


def _preview(
    uploads: list[UploadedFile], form_data: dict[str, Any], status: int = 200, *, counted: str = "", **more: Any
) -> Response:
    moment = _moment(form_data.get("valid_from"))
    documents = file_reader.read(uploads)
    with file_reader.naming_lines(uploads):
        compared = service.compare(documents, valid_from=moment)
    brings = foresight.part(compared.documents, counted)
    carried = file_bundle.pack(uploads)
    names = [upload.name for upload in uploads]
    return render(
        "catalogue/preview.html",
        status,
        difference=compared.difference,
        brings=brings,
        carried=carried,
        names=names,
        form_data=form_data,
        **more,
    )


def _again(refused: Problem) -> Response:
    """Show the form again with what was typed; the files have to be chosen again, as browsers want it."""
    file_faults = faults(refused.fields) if isinstance(refused, DocumentRefused) else []
    return render(
        "catalogue/import.html",
        refused.status,
        refused=refused,
        faults=file_faults,
        form_data=forms.form_data(),
        today=_today(),
    )


def _uploads() -> list[UploadedFile]:
    sent_files = [each for each in request.files.getlist("files") if each.filename]
    if not sent_files:
        raise ImportFilesMissing.at("files", ImportFilesMissing.text)
    uploads = (UploadedFile((each.filename or "")[-file_bundle.NAME_MOST :], each.read()) for each in sent_files)
    return file_bundle.within_bounds(uploads)


def _moment(day: date | None) -> datetime | None:
    """Return when a local day begins; None, which is now, for today."""
    if day is None or day == _today():
        return None
    if day < _today():
        raise DayPassed.at("valid_from", DayPassed.text)
    return clock.midnight(day)


def _today() -> date:
    return clock.local(clock.now()).date()
