"""Search the audit: what happened, by whom, about what, when, from where."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, request, url_for

from app.admin import audit_query, audit_words
from app.admin.audit_search import AuditSearchIn, PageIn
from app.admin.audit_sentences import Sentence, tell
from app.core.errors import Invalid
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.frame import forms
from app.frame.pages import Pages, render
from app.identity.queries import whole_county

bp = Pages("audit_log", __name__, url_prefix="/admin/audit")

PAGE = 50


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


def _page(sentences: list[Sentence], form_data: Mapping[str, str], status: int = 200, **more: Any) -> Response:
    return render(
        "admin/audit_log.html",
        status,
        sentences=sentences,
        args=form_data,
        query=urlencode({name: text for name, text in form_data.items() if name != "after"}),
        words=audit_words,
        whole=whole_county(current_person(), Permission.AUDIT_READ),
        **more,
    )
