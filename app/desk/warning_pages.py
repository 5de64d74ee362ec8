"""Warnings at the desk: which hold now, who has not confirmed, giving and ending one."""

from typing import Any
from uuid import UUID, uuid4

from flask import Response, make_response, redirect, request, url_for

from app.core import paging
from app.core.errors import Conflict, Forbidden, Invalid, Problem
from app.core.http import current_person, needs, polled
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.frame import forms
from app.frame.pages import Pages, render
from app.grids.levels import Level
from app.grids.queries import grid_tree, managed_roots
from app.warnings import lifts, queries, service, warning_kinds, warning_views
from app.warnings.queries import WarningPlace
from app.warnings.schemas import WarningListPageIn, WarningPageIn
from app.warnings.service import WarningDiffers
from workflows.warning_terms import WarningLevel
from workflows.words import Words

bp = Pages("desk_warnings", __name__, url_prefix="/desk/warnings")
PAGE = 50
NOW_MOST = 100  # on the first page of the desk: the list has them all
DONE = {
    "give": Words("预警已发布，各网格正在签收。", "The warning is given: the grids are confirming it."),
    "end": Words("预警已解除。", "The warning has ended."),
}


@bp.get("/")
@needs(Permission.WARNING_READ)
def warnings() -> Response:
    """List the warnings of one's ground; whoever may, gives one."""
    return _list()


@bp.get("/now")
@needs(Permission.CASE_READ)
@polled
def now() -> Response:
    """Give the warnings that hold now, for the first page of the desk; nothing for whoever does not see them."""
    person = current_person()
    rows = queries.page(person, None, NOW_MOST, is_open=True).items if person.may(Permission.WARNING_READ) else ()
    counts = queries.confirmed([row.warning_id for row in rows], person)
    views = [(warning_views.summary(row), *counts[row.warning_id]) for row in rows]
    may_see = person.may(Permission.WARNING_READ)
    return render("desk/warnings_now.html", warnings=views, may_see=may_see, fragment=True)


@bp.post("/")
@needs(Permission.WARNING_GIVE)
def give() -> Response:
    """Give a warning; the form sent twice gives one."""
    try:
        form_data = forms.read(WarningPageIn())
        warning_id = form_data.pop("warning_id")
        with transaction():
            service.give(warning_id, form_data, by=current_person())
    except (Conflict, Forbidden, Invalid) as refused:
        return _list(refused)
    return make_response(redirect(url_for(".one", warning_id=warning_id, done="give"), 303))


@bp.get("/<uuid:warning_id>")
@needs(Permission.WARNING_READ)
def one(warning_id: UUID) -> Response:
    """Show a warning with the picture of who has confirmed."""
    return _one(warning_id)


@bp.get("/<uuid:warning_id>/picture")
@needs(Permission.WARNING_READ)
@polled
def picture(warning_id: UUID) -> Response:
    """Give the picture of who has confirmed anew."""
    return _one(warning_id)


def _one(warning_id: UUID) -> Response:
    person = current_person()
    row = queries.one(warning_id, person)
    return render(
        "desk/warning.html",
        warning=warning_views.whole(row, person),
        township_word=Level.TOWNSHIP.words,
        may_end=row.ended_at is None and person.reaches(Permission.WARNING_GIVE, row.grid_path),
        done=DONE.get(request.args.get("done", "")),
    )


@bp.post("/<uuid:warning_id>/end")
@needs(Permission.WARNING_GIVE)
def end(warning_id: UUID) -> Response:
    """End a warning."""
    with transaction():
        service.end(warning_id, by=current_person())
    lifts.lift(warning_id)
    return make_response(redirect(url_for(".one", warning_id=warning_id, done="end"), 303))


def _list(refused: Problem | None = None) -> Response:
    person, after = current_person(), _place()
    page = queries.page(person, after, PAGE)
    return render(
        "desk/warnings.html",
        422 if refused else 200,
        warnings=[warning_views.summary(row) for row in page.items],
        first=url_for(".warnings") if after else None,
        following=url_for(".warnings", after=paging.encode(*page.next)) if page.next else None,
        may_give=person.may(Permission.WARNING_GIVE),
        kinds=[(kind.code, kind.name) for kind in warning_kinds.kinds().values()],
        levels=[(str(level), level.words) for level in WarningLevel],
        grids=_grids(),
        typed=_typed(refused),
        refused=refused,
    )


def _place() -> WarningPlace | None:
    """Return where the page of the list begins that is asked for; the first where that cannot be read."""
    try:
        after = forms.load_args(WarningListPageIn(), request.args).get("after")
        return queries.read_cursor(after) if after else None
    except Invalid:
        return None


def _typed(refused: Problem | None) -> dict[str, Any]:
    """Return what the form holds; with another id where the one it had was used for something else."""
    typed: dict[str, Any] = forms.form_data().to_dict() if refused else {}
    return typed | ({"warning_id": uuid4()} if refused is None or isinstance(refused, WarningDiffers) else {})


def _grids() -> list[tuple[str, Any]]:
    """Return where one may give a warning: one's ground, with its townships and villages."""
    tree = grid_tree()
    roots = managed_roots(current_person(), Permission.WARNING_GIVE)
    nodes = [node for root in roots for node in tree.within(root.code) if not node.ended]
    return [(node.code, node.name) for node in nodes if tree.children(node.code)]
