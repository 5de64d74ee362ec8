"""Tickets from a file, at the desk of whoever registers them: look at what would come of each row, then take them in.

The page that shows what would happen carries the file; each row is judged once more when it is taken, by the code that
the command uses, so whoever confirms twice takes nothing twice.
"""

import base64
import binascii

from flask import Response, make_response, redirect, request, url_for

from app.core.errors import Invalid, Problem
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.frame import forms, sheets
from app.frame.pages import Pages, render
from app.frame.sheets import UPLOAD_MOST
from app.intake import ticket_file, ticket_import
from app.intake.ticket_file import TicketRow
from workflows.case_terms import CaseAction
from workflows.words import Words

bp = Pages("desk_tickets", __name__, url_prefix="/desk/tickets")
MOST_BYTES = UPLOAD_MOST
MOST_ROWS = 500
WIDTH = 18  # of a column of the empty sheet
NAME = Words("工单表", "Tickets")
_CHOOSE = Words("请选择工单文件。", "Choose a file of tickets.")
_TOO_LARGE = Words(
    "一次最多 {} 行、2 MB；请分成几个文件，或由系统运维人员用命令导入。",
    "At most {} rows and 2 MB at once: split the file, or let whoever runs the system import it by command.",
).format(MOST_ROWS)


@bp.before_request
def _allow_a_file() -> None:
    forms.allow_file(MOST_BYTES)


@bp.get("")
@needs(Permission.CASE_REPORT_FOR)
def form() -> Response:
    """Show how tickets are taken in from a file."""
    return _form()


@bp.post("")
@needs(Permission.CASE_REPORT_FOR)
def look() -> Response:
    """Show what would come of each row; nothing is written."""
    try:
        sent = request.files.get("file")
        content = sent.read() if sent else b""
        if sent:
            sent.close()  # a larger one lies in a file of its own
        rows = _read(content)
    except Problem as refused:
        return _form(refused)
    return _results(rows, packed=base64.b64encode(content).decode())


@bp.get("/confirm")
@needs(Permission.CASE_REPORT_FOR)
def look_again() -> Response:
    """Lead back whoever reloads what came of a file."""
    return make_response(redirect(url_for(".form"), 303))


@bp.post("/confirm")
@needs(Permission.CASE_REPORT_FOR)
def carry_out() -> Response:
    """Take in what was looked at, and show what came of each row."""
    try:
        rows = _read(_unpacked(forms.form_data().get("packed", "")))
    except Problem as refused:
        return _form(refused)
    return _results(rows)


@bp.get("/template")
@needs(Permission.CASE_REPORT_FOR)
def template() -> Response:
    """Give an empty sheet."""
    book = sheets.write(NAME, [(title, WIDTH) for title in ticket_file.COLUMNS], [])
    response = Response(book, mimetype=sheets.XLSX)
    response.headers["Content-Disposition"] = "attachment; filename*=UTF-8''%E5%B7%A5%E5%8D%95%E8%A1%A8.xlsx"  # 工单表
    return response


def _read(content: bytes) -> list[TicketRow]:
    if not content:
        raise Invalid.at("file", _CHOOSE)
    if len(content) > MOST_BYTES:
        raise Invalid.at("file", _TOO_LARGE)
    rows = ticket_file.read(content)
    if len(rows) > MOST_ROWS:
        raise Invalid.at("file", _TOO_LARGE)
    return rows


def _unpacked(packed: str) -> bytes:
    try:
        return base64.b64decode(packed.encode(), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _results(rows: list[TicketRow], packed: str = "") -> Response:
    """Show what came of each row; where the page carries the file on, what would."""
    results = list(ticket_import.take_in(current_person(), rows, dry_run=bool(packed)))
    return render(
        "desk/tickets_rows.html",
        results=results,
        packed=packed,
        fresh=sum(one.created for one in results),
        refused=sum(one.refused is not None for one in results),
        report=CaseAction.REPORT.words,
    )


def _form(refused: Problem | None = None) -> Response:
    status = refused.status if refused else 200
    acts = [one.words for one in ticket_file.ACTS]
    return render("desk/tickets.html", status, refused=refused, columns=ticket_file.COLUMNS, acts=acts)
