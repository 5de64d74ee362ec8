"""The pages on which administrators look at objects: a list, and one with its history and what may be the same."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, request, url_for

from app.core import paging
from app.core.errors import Conflict, Invalid, Problem
from app.core.http import current_person, needs
from app.core.permissions import Permission, Person
from app.core.transaction import transaction
from app.departments.queries import directory
from app.frame import forms
from app.frame.pages import Pages, render
from app.grids.queries import grid_tree
from app.objects import object_kinds, object_views, queries, service, sight
from app.objects.models import ObjectState
from app.objects.object_files import heading
from app.objects.object_kinds import ObjectKind
from app.objects.schemas import ObjectMergePageIn, ObjectPageIn, ObjectStatePageIn
from workflows.words import Words, plain

bp = Pages("objects_admin", "app.objects", url_prefix="/admin/objects")

PAGE = 50
REFUSED = (Invalid, Conflict)
DONE = {
    "changed": forms.CHANGED,
    "unchanged": forms.UNCHANGED,
    "merged": Words("已并入另一对象。", "It is merged into the other."),
}
CasesOfObject = Sequence[tuple[str, str, Words, datetime]]  # address, number, state, when it was reported
_cases: list[Callable[[UUID, Person], CasesOfObject]] = []  # how a later room finds the cases of an object
_FILTERS = ("kind", "grid", "department", "state", "grade", "q")
_EXTRA = {
    "merged_into": Words("并入的对象", "Merged into object"),
    "joined_by": Words("并入了", "Joined by"),
    "grid": Words("网格", "Grid"),
}


def cases_with(find: Callable[[UUID, Person], CasesOfObject]) -> None:
    """Say how the cases of an object are found that a person sees."""
    _cases[:] = [find]


@bp.get("/")
@needs(Permission.OBJECT_MANAGE)
def objects() -> Response:
    """List the objects on one's ground, by grid."""
    try:
        args = forms.load_args(ObjectPageIn(), request.args)
    except Invalid:
        args = ObjectPageIn().load({})
    person, after = current_person(), args.pop("after")
    page = queries.page(person, args, _cursor(after), PAGE, managed=True)
    carried: dict[str, Any] = {name: str(args[name]) for name in _FILTERS if args[name]}
    following = url_for(".objects", **carried, after=paging.encode(*page.next)) if page.next else None
    kinds = object_kinds.kinds()
    kind = kinds.get(args["kind"])
    return render(
        "objects/objects.html",
        search=args,
        rows=[object_views.view(row, person) for row in page.items],
        total=queries.count(person, args),
        carried=carried,
        first=url_for(".objects", **carried) if after else None,
        following=following,
        kinds=[(one.code, one.name) for one in kinds.values()],
        grades=[(one.code, one.name) for one in kind.condition_grades] if kind else [],
        states=[(state.value, state.words) for state in ObjectState],
    )


@bp.get("/<uuid:object_id>")
@needs(Permission.OBJECT_MANAGE)
def one(object_id: UUID) -> Response:
    """Show an object with all that was done to it."""
    return _one(object_id)


@bp.post("/<uuid:object_id>")
@needs(Permission.OBJECT_MANAGE)
def change(object_id: UUID) -> Response:
    """Change the state and the grade of an object."""
    try:
        form_data = forms.read(ObjectStatePageIn())
        seen = form_data.pop("seen")
        with transaction():
            outcome = service.change(object_id, form_data, seen=seen, by=current_person())
    except REFUSED as refused:
        return _one(object_id, refused)
    return _to(object_id, "changed" if outcome.fresh else "unchanged")


@bp.post("/<uuid:object_id>/merge")
@needs(Permission.OBJECT_MANAGE)
def merge(object_id: UUID) -> Response:
    """Merge an object into another."""
    try:
        form_data = forms.read(ObjectMergePageIn())
        with transaction():
            service.merge(object_id, **form_data, by=current_person())
    except REFUSED as refused:
        return _one(object_id, refused)
    return _to(object_id, "merged")


def _one(object_id: UUID, refused: Problem | None = None) -> Response:
    person = current_person()
    row = queries.one(object_id, person)
    if not sight.may_manage_at(row.grid_path, person):
        raise queries.ObjectUnknown
    kind = object_kinds.kinds().get(row.kind)
    about = object_views.view(row, person)
    return render(
        "objects/object.html",
        422 if refused else 200,
        object=about,
        answers=object_views.answers_text(row),
        above=" ".join(node.name for node in grid_tree().ancestors(row.grid)[1:]) if grid_tree().get(row.grid) else "",
        history=[(entry, _lines(kind, entry["changed"])) for entry in _history(object_id)],
        cases=[line for find in _cases for line in find(object_id, person)],
        alike=[object_views.near_view(near, person) for near in queries.alike(row, person)],
        grades=[(grade.code, grade.name) for grade in kind.condition_grades] if kind else [],
        states=[(state.value, state.words) for state in ObjectState],
        refused=refused,
        done=DONE.get(request.args.get("done", "")) if not refused else None,
    )


def _history(object_id: UUID) -> list[dict[str, Any]]:
    return object_views.history_view(queries.history(object_id))


def _lines(kind: ObjectKind | None, changed: dict[str, Any]) -> list[tuple[Words, str, str]]:
    """Return what was changed, field by field: its name, what was there, what is there since."""
    return [
        (_EXTRA.get(field) or (heading(kind, field) if kind else plain(field)), _text(field, old), _text(field, new))
        for field, (old, new) in changed.items()
        if field != "kind"
    ]


def _text(field: str, value: Any) -> str:
    if value is None:
        return "—"
    if field == "state":
        return ObjectState.of(value).words
    if field in sight.ROLES_OF_DEPARTMENTS:
        return directory().name_of(value)
    return str(value)[:200]


def _cursor(text: str) -> tuple[str, UUID] | None:
    try:
        return queries.read_cursor(text) if text else None
    except paging.CursorInvalid:
        return None


def _to(object_id: UUID, done: str) -> Response:
    return make_response(redirect(url_for(".one", object_id=object_id, done=done), 303))
