"""Let objects follow grids that were drawn anew: some at a time, each time in a transaction of its own."""

from time import monotonic
from typing import Any

from sqlalchemy import select, update

from app.core.db import db
from app.core.permissions import SYSTEM
from app.core.transaction import transaction
from app.grids import queries as grids
from app.objects import object_imports, service
from app.objects.geometries import relocated
from app.objects.models import ObjectEdit, ObjectRow

PLACES_SECONDS = 60.0
AT_ONCE = 500  # objects in one transaction
WORK_SECONDS = 5.0  # of one run; what is left waits for the next
IMPORTS_SECONDS, IMPORT_WORK_SECONDS = 2.0, 2.0
_R = ObjectRow


def sweep_places() -> int:
    """Find anew the grids of objects that were placed by an earlier state of the grids; return how many moved."""
    moved, until = 0, monotonic() + WORK_SECONDS
    while monotonic() < until:
        with transaction():
            some = _earlier()
            moved += _place_anew(some)
        if len(some) < AT_ONCE:
            break
    return moved


def sweep_imports() -> int:
    """Take in, for some seconds, what people have confirmed or a command has left; return how many rows."""
    count, until = 0, monotonic() + IMPORT_WORK_SECONDS
    for import_id in object_imports.STAGING.under_way():
        while monotonic() < until and (rows := object_imports.take_batch(import_id)):
            count += rows
    return count


def _earlier() -> Any:
    columns = (_R.object_id, _R.lon, _R.lat, _R.grid, _R.grid_path)
    statement = select(*columns).where(_R.placed_by < grids.revision()).order_by(_R.placed_by, _R.object_id)
    return db.session.execute(statement.limit(AT_ONCE).with_for_update()).all()


def _place_anew(some: Any) -> int:
    """Note that objects are placed by the grids of today, and move those whose grid is another; return how many.

    One that lies in no grid any more keeps the one it had.
    """
    if not some:
        return 0
    ids = [row.object_id for row in some]
    noted = update(_R).where(_R.object_id.in_(ids)).values(placed_by=grids.revision())
    db.session.execute(noted.execution_options(synchronize_session=False))
    nodes = {row.object_id: relocated(row.lon, row.lat) for row in some}
    others = [row for row in some if (node := nodes[row.object_id]) is not None and node.path != row.grid_path]
    rows = db.session.scalars(
        select(_R).where(_R.object_id.in_([row.object_id for row in others])).execution_options(populate_existing=True)
    )
    for row in rows if others else ():
        node, before = nodes[row.object_id], row.grid
        values = {"grid": node.code, "grid_path": node.path}
        service.write(row, values, ObjectEdit.MOVED, {"grid": [before, node.code]}, by=SYSTEM)
    return len(others)
