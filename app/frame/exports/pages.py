"""One's own files: order one from a list, see how far each is, take it away."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Response, make_response, redirect, request, send_file, url_for
from marshmallow import fields

from app.core import clock, storage
from app.core.errors import Problem
from app.core.field_texts import CHOOSE
from app.core.http import current_person, needs, polled
from app.core.permissions import Permission
from app.core.schemas import Schema, Text
from app.core.transaction import transaction
from app.frame import forms
from app.frame.exports import queries, registry, service
from app.frame.exports.jobs import KIND
from app.frame.exports.models import ExportFault, ExportFormat, ExportStatus
from app.frame.exports.queries import ExportUnknown
from app.frame.language import language
from app.frame.pages import Pages, render

bp = Pages("exports", "app.frame", url_prefix="/exports")

QUERY_MOST = 2_000  # characters of a list's address
_WRONG_CHOICE: dict[str, Any] = {"invalid": CHOOSE, "unknown": CHOOSE}
_TYPES: Mapping[str, str] = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class OrderIn(Schema):
    """Which list, filtered as its address says, as what."""

    table = Text(30, minimum=1, required=True)
    format = fields.Enum(ExportFormat, by_value=True, required=True, error_messages=_WRONG_CHOICE)
    query = Text(QUERY_MOST, load_default="")


@bp.get("/")
@needs(Permission.IDENTITY_OWN)
def own() -> Response:
    """Show one's own files."""
    return _own()


@bp.get("/progress")
@needs(Permission.IDENTITY_OWN)
@polled
def progress() -> Response:
    """Say how far they are, for a page that asks while one is written."""
    return render("exports_list.html", **_files())


@bp.post("/")
@needs(Permission.IDENTITY_OWN)
def order() -> Response:
    """Order a list as a file, and lead to where it will be."""
    try:
        form_data = forms.read(OrderIn())
        filters = dict(parse_qsl(form_data["query"]))
        with transaction():
            service.order(
                form_data["table"], form_data["format"], filters, language(),
                by=current_person(), address=request.remote_addr,
            )  # fmt: skip
    except Problem as refused:
        return _own(refused)
    return make_response(redirect(url_for("exports.own"), 303))


@bp.get("/<uuid:export_id>/file")
@needs(Permission.IDENTITY_OWN)
def file(export_id: UUID) -> Response:
    """Give a file to its maker, while what they may see is unchanged."""
    export = queries.to_take(export_id, current_person())
    try:
        content = storage.here().open(KIND, str(export_id))
    except FileNotFoundError:
        raise ExportUnknown from None
    with transaction():
        service.take(export)
    name = f"{export.table_name}-{clock.local(export.created_at):%Y%m%d-%H%M}.{export.format}"
    response = send_file(content, _TYPES[export.format], as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _own(refused: Problem | None = None) -> Response:
    return render("exports.html", refused.status if refused else 200, refused=refused, **_files())


def _files() -> dict[str, Any]:
    person = current_person()
    exports = queries.own(person)
    return {
        "exports": exports,
        "tables": registry.tables(),
        "states": ExportStatus,
        "faults": ExportFault,
        "lifetime": queries.KEPT,
        "open_to": {one.id for one in exports if one.status == ExportStatus.READY and queries.may_take(one, person)},
        "under_way": any(one.is_under_way for one in exports),
    }
