"""Objects at the desk: on a map by layers, within what it shows, and in a list; and one of them with its cases."""

from uuid import UUID

from flask import Response

from app.cases import case_objects
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.frame.pages import Pages, render
from app.grids.levels import codes_in
from app.grids.queries import grid_tree
from app.objects import object_kinds, object_views, queries

bp = Pages("desk_objects", __name__, url_prefix="/desk/objects")
SHOWN_MOST = 500  # on the map and in the list at once: more is not told apart; our figure


@bp.get("/")
@needs(Permission.OBJECT_READ)
def objects() -> Response:
    """Show a map of objects by layers, for the script to fill with what it shows."""
    grounds = current_person().grounds(Permission.OBJECT_READ)
    return render(
        "desk/object_map.html",
        layers=object_kinds.layers(),
        most=SHOWN_MOST,
        ground=",".join(codes_in(path)[-1] for path in grounds),
    )


@bp.get("/<uuid:object_id>")
@needs(Permission.OBJECT_READ)
def one(object_id: UUID) -> Response:
    """Show what is kept of an object, and its cases that one sees."""
    person = current_person()
    row = queries.one(object_id, person)
    above = grid_tree().ancestors(row.grid)[1:] if grid_tree().get(row.grid) else ()
    return render(
        "desk/object_card.html",
        object=object_views.view(row, person),
        answers=object_views.answers_text(row),
        above=" ".join(node.name for node in above),
        cases=case_objects.cases_of(object_id, person),
    )
