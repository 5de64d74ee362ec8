"""The pages of the catalogue: what is in force, one document in words, how its versions differ, files to take away."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from app.catalogue import differences, document_list, document_text, files, queries, service
from app.catalogue.document_terms import DocumentKind, has_own_code
from app.catalogue.names import called_by
from app.catalogue.rights import may_change
from app.catalogue.schemas.requests import DocumentListIn, ExportIn, VersionIn, VersionsIn
from app.catalogue.words import KINDS, NAMES
from app.core import clock
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.frame import forms
from app.frame.pages import Pages, render
from workflows.words import plain

bp = Pages("catalogue_admin", "app.catalogue", url_prefix="/admin/catalogue")


@bp.get("/")
@needs(Permission.CATALOGUE_IMPORT)
def documents() -> Response:
    """List the documents."""
    wanted = forms.load_args(DocumentListIn(), request.args)
    page = document_list.listing(**wanted)
    return render(
        "catalogue/documents.html",
        page=page,
        wanted=wanted,
        kinds=KINDS,
        query=urlencode({name: text for name, text in request.args.items() if name != "after"}),
        examples=queries.examples(),
        placeholders=sum(queries.catalogue().placeholders.values()),
        may_change=may_change(current_person()),
        done=request.args.get("done", type=int),
    )


@bp.get("/<kind>/<code>")
@needs(Permission.CATALOGUE_IMPORT)
def document(kind: str, code: str) -> Response:
    """Show what one document says, and all its versions."""
    rows = document_list.history(kind, code)
    now = document_list.in_force_of(rows)
    version = forms.load_args(VersionIn(), request.args).get("version")
    version_row = document_list.of_version(rows, version) if version else now or rows[0]
    content = document_list.content_of(version_row)
    return render(
        "catalogue/document.html",
        **_about(kind, code),
        rows=rows,
        current=now,
        version=version_row,
        name=document_list.name_in(kind, code, content),
        source=NAMES["source"],
        blocks=document_text.blocks(content, called_by(queries.catalogue().classes)),
        examples=queries.examples().get((kind, code), 0),
        may_change=may_change(current_person()),
        done=request.args.get("done", type=int),
    )


@bp.get("/<kind>/<code>/difference")
@needs(Permission.CATALOGUE_IMPORT)
def difference(kind: str, code: str) -> Response:
    """Hold two versions of a document beside each other."""
    rows = document_list.history(kind, code)
    wanted = forms.load_args(VersionsIn(), request.args)
    new = document_list.of_version(rows, wanted.get("new") or rows[0].version)
    old = document_list.of_version(rows, wanted.get("old") or max(1, new.version - 1))
    before, after = document_list.content_of(old), document_list.content_of(new)
    lines = differences.lines(before, after, called_by(queries.catalogue().classes))
    name = document_list.name_in(kind, code, after)
    return render(
        "catalogue/difference.html", **_about(kind, code), rows=rows, old=old, new=new, name=name, lines=list(lines)
    )


@bp.get("/export")
@needs(Permission.CATALOGUE_IMPORT)
def export() -> Response:
    """Give what is in force as a file that can be imported again; a service with its classes, as one keeps it."""
    wanted = forms.load_args(ExportIn(), request.args)
    one_service = wanted.get("kind") == DocumentKind.SERVICE and wanted.get("code")
    text = service.export_service(one_service) if one_service else files.write(service.export(**wanted))
    response = Response(text, content_type="application/yaml; charset=utf-8")
    name = "-".join(["catalogue", *wanted.values(), f"{clock.local(clock.now()):%Y%m%d}"])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return response


def _about(kind: str, code: str) -> dict[str, Any]:
    return {"kind": kind, "code": code, "kind_words": KINDS.get(kind, plain(kind)), "has_own_code": has_own_code(kind)}
