"""Bring a file of objects: it is checked whole and shown, taken in when confirmed, and shown again at the end."""

from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, request, url_for

from app.core import letters
from app.core.errors import Busy, Invalid, Problem
from app.core.http import current_person, needs, polled
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.frame import forms, sheets
from app.frame.language import t
from app.frame.pages import Pages, render
from app.frame.staging import ImportStage
from app.grids.coordinates import Crs
from app.objects import object_drafts, object_files, object_imports, object_kinds
from app.objects.models import ObjectImport
from app.objects.object_imports import ImportNotReady, ImportUnknown
from app.objects.schemas import ObjectTemplateIn, ObjectUploadIn
from workflows.words import Words

bp = Pages("object_import", "app.objects", url_prefix="/admin/objects/import")

MOST_BYTES = sheets.FILES_MOST  # some 20,000 rows; larger files are for the command line
SHOWN_MOST = 200  # faults on the page
SYSTEMS = {
    Crs.WGS84.value: Words("WGS-84（卫星定位）", "WGS-84 (satellites)"),
    Crs.CGCS2000.value: Words("CGCS2000（国家大地坐标系）", "CGCS2000"),
    Crs.GCJ02.value: Words("GCJ-02（高德、腾讯地图）", "GCJ-02 (Amap, Tencent)"),
    Crs.BD09.value: Words("BD-09（百度地图）", "BD-09 (Baidu)"),
}
DONE = {
    "gone": ImportUnknown.text,
    "dropped": Words("文件已删除，没有导入。", "The file is gone; nothing was taken in."),
}
_NO_FILE = Words("请选择要导入的对象文件。", "Choose the file of objects to import.")
_TOO_LARGE = Words(
    "文件超过 {} MB，请分成几个文件，或由系统运维人员用命令导入。",
    "The file is larger than {} MB: split it, or let whoever runs the system import it by command.",
)


@bp.before_request
def _allow_a_file() -> None:
    request.max_content_length = 2 * MOST_BYTES  # larger than we take, so that the page can say so


@bp.get("/")
@needs(Permission.OBJECT_MANAGE)
def front() -> Response:
    """Show the form for a file, and the files of the last days."""
    return _front()


@bp.post("/")
@needs(Permission.OBJECT_MANAGE)
def bring() -> Response:
    """Check a file, and lead to what was found in it."""
    try:
        form_data = forms.read(ObjectUploadIn())
        name, content = _content()
        staged = object_imports.stage(content, form_data["kind"], form_data["crs"], name, by=current_person())
    except (Invalid, Busy) as refused:
        return _front(refused)
    return _to(url_for(".one", import_id=staged.id))


@bp.get("/template")
@needs(Permission.OBJECT_MANAGE)
def template() -> Response:
    """Give an empty sheet for a kind."""
    kind = object_kinds.kinds().get(forms.load_args(ObjectTemplateIn(), request.args)["kind"])
    if kind is None:
        raise Invalid.at("kind", object_drafts.NO_KIND)
    own = [words for field, (words, _) in object_files.COLUMNS.items() if field not in ("object_id", "geometry")]
    heads = [t(words) for words in (*own, *(one.label for one in kind.form))]
    response = Response(sheets.write(t(kind.name), [(head, 16) for head in heads], []), mimetype=sheets.XLSX)
    response.headers["Content-Disposition"] = f"attachment; filename=objects-{kind.code}.xlsx"
    return response


@bp.get("/<uuid:import_id>")
@needs(Permission.OBJECT_MANAGE)
def one(import_id: UUID) -> Response:
    """Show how far a file is, what is wrong with it, or what came of it."""
    try:
        return render("objects/imported.html", **_about(object_imports.STAGING.one(import_id, current_person())))
    except ImportUnknown:
        return _to(url_for(".front", done="gone"))


@bp.get("/<uuid:import_id>/progress")
@needs(Permission.OBJECT_MANAGE)
@polled
def progress(import_id: UUID) -> Response:
    """Say how far it is, for a page that asks while it is taken in."""
    return render("staged.html", **_about(object_imports.STAGING.one(import_id, current_person())))


@bp.post("/<uuid:import_id>")
@needs(Permission.OBJECT_MANAGE)
def confirm(import_id: UUID) -> Response:
    """Let a file be taken in."""
    try:
        with transaction():
            object_imports.STAGING.confirm(import_id, by=current_person())
    except ImportNotReady:
        pass  # its page says how far it is
    return _to(url_for(".one", import_id=import_id))


@bp.post("/<uuid:import_id>/drop")
@needs(Permission.OBJECT_MANAGE)
def drop(import_id: UUID) -> Response:
    """Throw a file away."""
    try:
        with transaction():
            object_imports.STAGING.drop(import_id, by=current_person())
    except ImportNotReady:
        return _to(url_for(".one", import_id=import_id))
    return _to(url_for(".front", done="dropped"))


def _content() -> tuple[str, bytes]:
    sent = request.files.get("file")
    content = sent.read(MOST_BYTES + 1) if sent else b""
    if not sent or not content:
        raise Invalid.at("file", _NO_FILE)
    if len(content) > MOST_BYTES:
        raise Invalid.at("file", _TOO_LARGE.format(MOST_BYTES // 1_048_576))
    return letters.without_unfit(sent.filename or ""), content


def _about(row: ObjectImport) -> dict[str, Any]:
    kind = object_kinds.kinds().get(row.kind)
    return {
        "file": row,
        "kind_name": kind.name if kind else row.kind,
        "stage": ImportStage.of(row.stage),
        "stages": ImportStage,
        "notes": [Words(zh, en) for zh, en in row.notes],
        "faults": object_imports.STAGING.faults(row.id, SHOWN_MOST) if row.faults else [],
        "under_way": row.stage == ImportStage.TAKING,
        "counted": row.stage in (ImportStage.TAKING, ImportStage.DONE),
    }


def _front(refused: Problem | None = None) -> Response:
    return render(
        "objects/import.html",
        422 if refused else 200,
        kinds=[(kind.code, kind.name) for kind in object_kinds.kinds().values()],
        systems=SYSTEMS,
        files=[_about(row) for row in object_imports.STAGING.own(current_person())],
        typed=forms.form_data() if refused else {"crs": Crs.WGS84.value},
        columns=[words for field, (words, _) in object_files.COLUMNS.items()],
        refused=refused,
        done=DONE.get(request.args.get("done", "")) if not refused else None,
        most_mb=MOST_BYTES // 1_048_576,
    )


def _to(where: str) -> Response:
    return make_response(redirect(where, 303))
