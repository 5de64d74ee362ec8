"""Search the audit: what happened, by whom, about what, when, from where; and take away what was found."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Response, request, url_for
from marshmallow import fields, validate, validates_schema

from app.admin import audit_query, audit_words
from app.admin.audit_sentences import Sentence, tell
from app.audit import service as audit
from app.audit.tags import Tag
from app.core import clock
from app.core.errors import Invalid, InvalidField
from app.core.field_texts import CHOOSE
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.core.schemas import ENDS_EARLY, WRONG_YEAR, Schema, Text
from app.core.transaction import breathe, transaction
from app.frame import forms, sheets
from app.frame.language import t
from app.frame.pages import Pages, render, section
from app.identity.queries import whole_county
from workflows.words import Words

bp = Pages("audit_log", __name__, url_prefix="/admin/audit")

PAGE = 50
EXPORT_MOST = 10_000
EXPORT_PAGE = 200
CURSOR_MOST = 2**62
_KNOWN_YEARS = validate.Range(date(2000, 1, 1), date(2099, 12, 31), error=WRONG_YEAR)
_FROM_FIRST = Words("页码无效，请从第一页查起。", "There is no such page: begin with the first.")
_WRONG_PAGE: dict[str, Any] = {"invalid": _FROM_FIRST}
_CHOICES = (*audit_words.GROUPS, *(str(tag) for tag in Tag))


class AuditSearchIn(Schema):
    """What is searched for."""

    what = fields.String(validate=validate.OneOf(_CHOICES, error=CHOOSE))
    who = Text(40)
    about = Text(60)
    since = fields.Date(format="%Y-%m-%d", validate=_KNOWN_YEARS)
    until = fields.Date(format="%Y-%m-%d", validate=_KNOWN_YEARS)
    address = Text(45)

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse an end before the beginning."""
        if "since" in data and "until" in data and data["until"] < data["since"]:
            raise InvalidField(ENDS_EARLY, "until")


class PageIn(AuditSearchIn):
    """What is searched for, and after which entry the page begins."""

    after = fields.Integer(validate=validate.Range(1, CURSOR_MOST, error=_FROM_FIRST), error_messages=_WRONG_PAGE)


@bp.get("/")
@needs(Permission.AUDIT_READ)
def entries() -> Response:
    """Show what was found, the newest first."""
    try:
        wanted = forms.load_args(PageIn(), request.args)
    except Invalid as refused:
        return _page([], request.args, refused.status, refused=refused)
    cursor = wanted.pop("after", None)
    page = audit_query.search(current_person(), wanted, cursor=cursor, limit=PAGE)
    known = audit_query.known(current_person(), page.items)
    sentences = [tell(entry, known) for entry in page.items]
    query: dict[str, Any] = {name: request.args[name] for name in AuditSearchIn().fields if request.args.get(name)}
    following = url_for("audit_log.entries", **query, after=page.next_cursor) if page.next_cursor else None
    first = url_for("audit_log.entries", **query) if cursor else None
    return _page(sentences, query, following=following, first=first)


@bp.post("/export")
@needs(Permission.AUDIT_READ)
def export() -> Response:
    """Give what was found, up to a bound, as a sheet; that it was taken away is itself entered."""
    person = current_person()
    try:
        wanted = forms.read(AuditSearchIn())
    except Invalid as refused:
        return _page([], forms.form_data(), refused.status, refused=refused)
    rows = _search_rows(wanted)
    with transaction():
        audit.record(
            Tag.EXPORT_MADE, person_id=person.person_id, address=request.remote_addr, what="audit", rows=len(rows)
        )
    columns = [(t("时间", "Time"), 20), (t("事项", "What"), 18), (t("内容", "Entry"), 90), (t("地址", "Address"), 18)]
    book = Response(sheets.write(t(section().name), columns, rows), content_type=sheets.XLSX)
    name = f"audit-{clock.local(clock.now()):%Y%m%d-%H%M}.xlsx"
    book.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return book


def _search_rows(wanted: Mapping[str, Any]) -> list[Sequence[str]]:
    """Tell all entries that fit, page by page, up to the bound; others go on between two pages."""
    person, cursor = current_person(), None
    rows: list[Sequence[str]] = []
    while len(rows) < EXPORT_MOST:
        page = audit_query.search(person, wanted, cursor=cursor, limit=min(EXPORT_PAGE, EXPORT_MOST - len(rows)))
        known = audit_query.known(person, page.items)
        rows += [_row(tell(entry, known)) for entry in page.items]
        breathe()
        cursor = page.next_cursor
        if cursor is None:
            break
    return rows


def _row(sentence: Sentence) -> Sequence[str]:
    return f"{clock.local(sentence.at):%Y-%m-%d %H:%M:%S}", sentence.name, sentence.sentence, sentence.address


def _page(sentences: list[Sentence], form_data: Mapping[str, str], status: int = 200, **more: Any) -> Response:
    return render(
        "admin/audit.html",
        status,
        sentences=sentences,
        args=form_data,
        words=audit_words,
        whole=whole_county(current_person(), Permission.AUDIT_READ),
        most=EXPORT_MOST,
        **more,
    )
