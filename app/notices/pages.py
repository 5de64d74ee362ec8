"""One's own messages at a desk: the bell in the header, the list, one click to the matter, what one goes without."""

from collections.abc import Callable

from flask import Response, g, make_response, redirect, render_template, request, url_for
from markupsafe import Markup

from app.core import paging
from app.core.errors import Problem
from app.core.http import current_person, needs, polled
from app.core.permissions import Permission, Person
from app.core.transaction import transaction
from app.frame import forms
from app.frame.pages import Pages, render
from app.notices import notice_rules, preferences, queries, service
from app.notices.api import read_cursor
from app.notices.models import Notice
from app.notices.schemas import ReadFormIn
from workflows.notices import NoticeAbout

bp = Pages("notice_pages", __name__, url_prefix="/notices")

PAGE = 50
Address = Callable[[Person, Notice], str | None]
_addresses: list[Address] = []


def lead_with(address: Address) -> None:
    """Say where a person looks at what a message is about; None for what is not theirs to see (any more)."""
    _addresses[:] = [address]


def bell() -> Markup:
    """Return the bell for the header of a page; nothing for whoever reads no messages."""
    person: Person | None = g.get("person")
    if person is None or not person.may(Permission.NOTICE_READ):
        return Markup()
    return Markup(render_template("notices/bell.html", bell=queries.bell(person)))  # noqa: S704 - a template of ours


@bp.get("/bell")
@needs(Permission.NOTICE_READ)
@polled
def count() -> Response:
    """Give the count anew, for a page that asks now and then; a browser that has it gets a few bytes."""
    response = render("notices/count.html", bell=queries.bell(current_person()))
    response.headers["Cache-Control"] = "private, no-cache"  # else a browser would keep no tag to ask with
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


@bp.get("/")
@needs(Permission.NOTICE_READ)
def own() -> Response:
    """Show one's messages, the newest first: all, the unread, those about one thing, or those of one kind."""
    return _own()


@bp.post("/<int:notice_id>/open")
@needs(Permission.NOTICE_READ)
def open_notice(notice_id: int) -> Response:
    """Mark a message as read and lead to what it is about."""
    person = current_person()
    with transaction():
        notice = service.open_notice(person, notice_id)
    address = _addresses[0](person, notice)
    return make_response(redirect(address or url_for("notice_pages.own", unseen=1), 303))


@bp.post("/read")
@needs(Permission.NOTICE_READ)
def mark_read() -> Response:
    """Mark one message as read, or all that the list has under this heading up to the newest on the page."""
    try:
        data = forms.read(ReadFormIn())
        with transaction():
            if "id" in data:
                service.mark_read(current_person(), [data["id"]], data.get("until"))
            else:
                service.mark_read(current_person(), until=data.get("until"), which=_which(_filters()))
    except Problem as refused:
        return _own(refused)
    return make_response(redirect(url_for("notice_pages.own", **_filters()), 303))  # type: ignore[arg-type]


@bp.get("/choices")
@needs(Permission.NOTICE_READ)
def chosen() -> Response:
    """Show which kinds of messages one may go without."""
    return _choices(done="done" in request.args)


@bp.post("/choices")
@needs(Permission.NOTICE_READ)
def choose() -> Response:
    """Go without the kinds that are not ticked, as far as one may."""
    wanted = set(forms.form_data().getlist("on"))
    off = [code for code, rule in notice_rules.rules().items() if rule.optional and code not in wanted]
    try:
        with transaction():
            service.choose(current_person(), off)
    except Problem as refused:
        return _choices(refused)
    return make_response(redirect(url_for("notice_pages.chosen", done=1), 303))


def _choices(refused: Problem | None = None, *, done: bool = False) -> Response:
    status = refused.status if refused else 200
    every = preferences.every(current_person())
    return render("notices/kinds.html", status, refused=refused, done=done, kinds=every, abouts=NoticeAbout)


def _own(refused: Problem | None = None) -> Response:
    filters, cursor = _filters(), request.args.get("cursor")
    page = queries.page(
        current_person(),
        unread="unread" in filters,
        before=read_cursor(cursor) if cursor else None,
        limit=PAGE,
        which=_which(filters),
    )
    return render(
        "notices/notices.html",
        refused.status if refused else 200,
        refused=refused,
        notices=page.items,
        rules=notice_rules.rules(),
        filters=filters,
        abouts=NoticeAbout,
        first=cursor is None,
        unseen="unseen" in request.args,
        following=paging.encode(page.next) if page.next else None,
        until=max((one.created_at for one in page.items), default=None),
    )


def _which(filters: dict[str, str]) -> queries.NoticeFilter:
    about = NoticeAbout.of(filters["about"]) if "about" in filters else None
    return queries.NoticeFilter(about=about, kind=filters.get("kind"))


def _filters() -> dict[str, str]:
    """Return what the address of the list asks for; what means nothing asks nothing."""
    texts = {name: request.args.get(name, "") for name in ("about", "kind", "unread")}
    known = {
        "about": texts["about"] in set(NoticeAbout),
        "kind": texts["kind"] in notice_rules.rules(),
        "unread": texts["unread"] == "1",
    }
    return {name: text for name, text in texts.items() if known[name]}
