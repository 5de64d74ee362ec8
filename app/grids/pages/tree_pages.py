"""The tree of grids, the page of one grid, its plain properties, its centre, and the tree as a file."""

from typing import Any

from flask import Response, make_response, redirect, request, url_for

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.core import clock
from app.core.errors import Invalid, Problem
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.departments.queries import directory
from app.frame import forms
from app.frame.pages import Pages, render
from app.grids import geojson_writer, queries, rosters, service
from app.grids.levels import AreaClass, Level
from app.grids.schemas import GridChangeIn, GridSearchIn, UnderIn
from workflows.words import Words

bp = Pages("grids_admin", "app.grids", url_prefix="/admin/grids")

GEOJSON = "application/geo+json"
MOST = 100  # found grids, and ended ones, that are listed
CENTRE_LEVELS = (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)
DONE = {
    "changed": forms.CHANGED,
    "unchanged": forms.UNCHANGED,
    "centre": Words(
        "中心已开设。请到“人员与任职”安排本中心的受理员、值班长、派遣员。",
        "The centre is open. Please see to its acceptors, duty officers and dispatchers under “People”.",
    ),
}


@bp.get("/")
@needs(Permission.GRID_IMPORT)
def grids() -> Response:
    """Show the tree by township, or what a search finds in it."""
    person, tree = current_person(), queries.grid_tree()
    text = _searched()
    roots = queries.managed_roots(person, Permission.GRID_IMPORT)
    branches = [one for root in roots for one in (tree.children(root.code) if root.level is Level.COUNTY else (root,))]
    ended = [node for node in tree.ended if person.reaches(Permission.GRID_IMPORT, node.path)]
    matches = queries.search(person, text) if text else []
    return render(
        "grids/tree.html",
        text=text,
        matches=matches[:MOST],
        more=max(0, len(matches) - MOST),
        roots=[root for root in roots if root.level is Level.COUNTY],
        branches=branches,
        ended=ended[:MOST],
        imported=_imported(),
        tree=tree,
        levels=Level,
    )


@bp.get("/<code>/below")
@needs(Permission.GRID_IMPORT)
def below(code: str) -> Response:
    """Show what lies below a township, as a part of the tree's page."""
    node = queries.managed(code, current_person(), Permission.GRID_IMPORT)
    return render("grids/below.html", node=node, tree=queries.grid_tree(), levels=Level)


@bp.get("/export")
@needs(Permission.GRID_IMPORT)
def export() -> Response:
    """Give the tree, or a part of it, as a file that can be imported again."""
    person = current_person()
    under = forms.read(UnderIn(), request.args)["under"]
    tree = queries.grid_tree()
    roots = queries.managed_roots(person, Permission.GRID_IMPORT)
    if under:
        roots = (queries.managed(under, person, Permission.GRID_IMPORT),)
    nodes = [node for root in roots for node in tree.within(root.code)]
    with transaction():
        subject = (SubjectKind.GRID, under) if under else None
        audit.record(Tag.EXPORT_MADE, person_id=person.person_id, subject=subject, what="grids", rows=len(nodes))
    file = Response(geojson_writer.whole(nodes), content_type=GEOJSON)
    name = f"grids-{under or 'all'}-{clock.local(clock.now()):%Y%m%d}.geojson"
    file.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return file


@bp.get("/<code>")
@needs(Permission.GRID_IMPORT)
def grid(code: str) -> Response:
    """Show one grid."""
    return _grid(code)


@bp.post("/<code>")
@needs(Permission.GRID_IMPORT)
def change(code: str) -> Response:
    """Change what a grid is called and who answers for it."""
    person = current_person()
    queries.managed(code, person, Permission.GRID_IMPORT)
    try:
        form_data = forms.read(GridChangeIn())
        with transaction():
            changed = service.change(code, **form_data, by=person)
    except Invalid as refused:
        return _grid(code, refused)
    return _to(code, "changed" if changed else "unchanged")


@bp.post("/<code>/centre")
@needs(Permission.GRID_IMPORT)
def open_centre(code: str) -> Response:
    """Open a centre in a grid."""
    person = current_person()
    queries.managed(code, person, Permission.GRID_IMPORT)
    with transaction():
        service.open_centre(code, by=person)
    return _to(code, "centre")


@bp.get("/<code>/outlines")
@needs(Permission.GRID_IMPORT)
def outlines(code: str) -> Response:
    """Give a grid's boundary and those around it to the map."""
    node = queries.managed(code, current_person(), Permission.GRID_IMPORT)
    return Response(geojson_writer.around(queries.grid_tree(), node), content_type=GEOJSON)


def _grid(code: str, refused: Problem | None = None) -> Response:
    person, tree = current_person(), queries.grid_tree()
    node = queries.managed(code, person, Permission.GRID_IMPORT)
    known, now = directory(), clock.now()
    named = {node.responsible_department, node.trade_department}
    values: dict[str, Any] = {name: getattr(node, name) for name in GridChangeIn().fields}
    return render(
        "grids/grid.html",
        422 if refused else 200,
        roles=geojson_writer.OutlineRole,
        grid=node,
        above=tree.ancestors(code),
        reached={one.code for one in tree.ancestors(code) if person.reaches(Permission.GRID_IMPORT, one.path)},
        children=tree.children(code),
        counts=tree.count_below(code),
        served=rosters.of(code),
        may_appoint=person.reaches(Permission.GRID_ROSTER, node.path),
        departments=[(one.code, one.name) for one in known.by_code.values() if one.valid(now) or one.code in named],
        directory=known,
        centre_levels=CENTRE_LEVELS,
        classes=[(str(one), one.words) for one in AreaClass],
        typed={**values, **(forms.form_data() if refused else {})},
        refused=refused,
        done=DONE.get(request.args.get("done", "")) if not refused else None,
        tree=tree,
    )


def _searched() -> str:
    try:
        return str(forms.read(GridSearchIn(), {"q": request.args.get("q", "")})["q"])
    except Invalid:
        return ""


def _imported() -> Words | None:
    """Say what an import has done that led here: the counts in its address are numbers or nothing."""
    counts = [request.args.get(name, type=int) for name in ("created", "changed", "unchanged", "ended")]
    if None in counts:
        return None
    created, changed, unchanged, ended = counts
    return Words(
        "已导入：新建 {}，修改 {}，未变 {}，停用 {}。", "Imported: {} new, {} changed, {} unchanged, {} ended."
    ).format(created, changed, unchanged, ended)


def _to(code: str, done: str) -> Response:
    return make_response(redirect(url_for(".grid", code=code, done=done), 303))
