"""The pages on which administrators import people from a sheet: look at what would happen, then let it happen."""

from flask import Response, make_response, redirect, request, stream_template, url_for

from app.core.errors import Problem
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.frame import sheets
from app.frame.forms import allow_file
from app.frame.forms import form_data as sent_form
from app.frame.pages import Pages, render
from app.identity import people_forms, people_template, people_upload, queries, scopes
from app.identity.people_file import COLUMNS, hidden_words

bp = Pages("people_import", __name__, url_prefix="/admin/people/import")

SHOWN_MOST = 200  # rows and faults on the page


@bp.before_request
def _allow_a_file() -> None:
    allow_file(people_upload.MOST_BYTES)


@bp.get("")
@needs(Permission.PEOPLE_IMPORT)
def form() -> Response:
    """Show how people are imported."""
    return _form()


@bp.post("")
@needs(Permission.PEOPLE_IMPORT)
def look() -> Response:
    """Show what is at fault in a file, or what importing it would do; nothing is changed."""
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if sent:
        sent.close()  # a larger one lies in a file of its own
    try:
        preview = people_upload.look(content, current_person())
    except Problem as problem:
        return _form(problem.status, refused=problem.detail)
    hidden = hidden_words(preview.reading.hidden) if preview.reading.hidden else None
    if preview.plan.faults:
        faults = preview.plan.faults
        return _form(422, faults=faults[:SHOWN_MOST], count=len(faults), reading=preview.reading, hidden=hidden)
    return render(
        "people/preview.html", preview=preview, lines=preview.reading.lines[:SHOWN_MOST], roles=queries.roles(),
        scope=scopes.scope, last_day=people_forms.last_day, hidden=hidden, file_name=sent.filename if sent else "",
    )  # fmt: skip


@bp.get("/confirm")
@needs(Permission.PEOPLE_IMPORT)
def look_again() -> Response:
    """Lead back whoever reloads the answer to an import."""
    return make_response(redirect(url_for("people_import.form"), 303))


@bp.post("/confirm")
@needs(Permission.PEOPLE_IMPORT)
def carry_out() -> Response:
    """Import what was looked at. The answer grows while first passwords are made, and ends with them."""
    by, form_data = current_person(), sent_form()
    try:
        content = people_upload.unpack(form_data.get("packed", ""), form_data.get("seal", ""), by)
    except Problem as problem:
        return _form(problem.status, refused=problem.detail)
    work = people_upload.PeopleImport(content, by)
    response = Response(stream_template("people/imported.html", work=work), mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # a proxy in front passes on what there is
    return response


@bp.get("/template")
@needs(Permission.PEOPLE_IMPORT)
def template() -> Response:
    """Give an empty sheet, with the roles and the codes of the scopes to choose from."""
    response = Response(people_template.book(current_person()), mimetype=sheets.XLSX)
    response.headers["Content-Disposition"] = "attachment; filename*=UTF-8''%E4%BA%BA%E5%91%98%E8%A1%A8.xlsx"  # 人员表
    return response


def _form(status: int = 200, **more: object) -> Response:
    return render("people/import.html", status, columns=COLUMNS, **more)
