"""Bring a sheet of residents: it is checked whole and answered, taken in when confirmed, and erased meanwhile."""

from typing import Any
from uuid import UUID

from flask import Response, request

from app.core.db import empty_log
from app.core.errors import Invalid
from app.core.http import BYTES, Blueprint, answer, current_person, needs
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.frame import sheets
from app.frame.staging import ImportStage
from app.residents import resident_batches, schemas
from app.residents.models import ResidentImport
from app.residents.resident_batches import STAGING
from workflows.words import Words

bp = Blueprint("resident_imports", url_prefix="/api/v1/residents/imports", description="居民表格 Sheets of residents")
REMARKS_MOST = 200
_NO_FILE = Words("请在请求内容里发送 xlsx 或 csv 表格。", "Send a sheet, xlsx or csv, as the body.")


@bp.post("")
@needs(Permission.RESIDENT_ENTER)
@bp.arguments(schemas.ResidentImportIn, location="query")
@bp.doc(requestBody={"required": True, "content": {kind: BYTES for kind in (sheets.XLSX, "text/csv")}})
@bp.response(201, schemas.ResidentImportOut)
def bring_residents(about: dict[str, Any]) -> Response:
    """上传一份居民表格，整体检查，不登记。Bring a sheet: it is checked whole, and nobody is entered yet."""
    request.max_content_length = sheets.UPLOAD_MOST
    content = request.get_data()
    if not content:
        raise Invalid.at("file", _NO_FILE)
    return answer(_view(resident_batches.stage(content, about["name"], by=current_person())), 201)


@bp.get("/<uuid:import_id>")
@needs(Permission.RESIDENT_ENTER)
@bp.response(200, schemas.ResidentImportOut)
def read_resident_import(import_id: UUID) -> Response:
    """表格的检查结果和登记进度；只给上传的人看。Read how far one's own sheet is, and what was found in it."""
    return answer(_view(STAGING.one(import_id, current_person())))


@bp.post("/<uuid:import_id>/confirm")
@needs(Permission.RESIDENT_ENTER)
@bp.response(200, schemas.ResidentImportOut)
def confirm_resident_import(import_id: UUID) -> Response:
    """确认登记检查过的表格，分批进行。Let a sheet that was checked be taken in, some rows at a time."""
    person = current_person()
    with transaction():
        STAGING.confirm(import_id, by=person)
    return answer(_view(STAGING.one(import_id, person)))


@bp.delete("/<uuid:import_id>")
@needs(Permission.RESIDENT_ENTER)
@bp.response(204)
def drop_resident_import(import_id: UUID) -> Response:
    """删除表格和检查结果；已登记的居民不变。Throw a sheet away; residents who were entered stay."""
    with transaction():
        STAGING.drop(import_id, by=current_person())
    empty_log()
    return Response(status=204)


def _view(file: ResidentImport) -> dict[str, Any]:
    stage = ImportStage.of(file.stage)
    return {
        "import_id": file.id, "stage": file.stage, "stage_label": stage.words, "stage_label_en": stage.words.en,
        "rows": file.rows, "settled": file.settled, "created": file.created, "unchanged": file.unchanged,
        "rows_at_fault": file.faults, "faults": _remarks(STAGING.faults(file.id, REMARKS_MOST)),
        "doubts": _remarks(resident_batches.doubts(file.id, REMARKS_MOST)),
        "notes": [zh for zh, _ in file.notes], "notes_en": [en for _, en in file.notes],
    }  # fmt: skip


def _remarks(remarks: list[tuple[int, Words, Words]]) -> list[dict[str, Any]]:
    return [
        {"row": row, "column": column, "column_en": column.en, "text": text, "text_en": text.en}
        for row, column, text in remarks
    ]
