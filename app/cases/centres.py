"""Which centre a case belongs to: each level may have its own; without one, the nearest above decides."""

from app.cases.models import Case
from app.core.errors import Conflict
from app.grids.levels import Level
from app.grids.queries import grid_tree
from app.grids.tree import GridNode


class NoCentre(Conflict):
    """这里还没有受理案件的中心，请管理员在“管理 · 网格”中为县级网格开设中心。"""

    code = "no_centre"
    en = "No centre takes cases here yet: the administrator opens one under “Administration · Grids”."


def centre_for(grid_code: str, level: Level) -> GridNode:
    """Return the centre that receives cases of a level in a grid: of that level, else the nearest above it.

    Raises NoCentre where not even the county has one.
    """
    wanted = level.depth
    above = [node for node in reversed(_chain(grid_code)) if node.has_centre and node.level.depth <= wanted]
    if not above:
        raise NoCentre
    return above[0]


def upper_centre(case: Case) -> GridNode | None:
    """Return the next centre above the case's own."""
    own = grid_tree().get(case.centre)
    if own is None:
        return None
    return next(
        (node for node in reversed(_chain(case.grid)) if node.has_centre and node.level.depth < own.level.depth), None
    )


def lower_centres(case: Case) -> tuple[GridNode, ...]:
    """Return the centres below the case's own, on the way down to its grid."""
    own = grid_tree().get(case.centre)
    if own is None:
        return ()
    return tuple(node for node in _chain(case.grid) if node.has_centre and node.level.depth > own.level.depth)


def giver_of(case: Case) -> GridNode:
    """Return the centre that first handed the case down; where its grid is gone, the nearest above. Raises NoCentre."""
    giver = (case.handed_down_by and grid_tree().get(case.handed_down_by)) or upper_centre(case)
    if giver is None:
        raise NoCentre
    return giver


def is_back(case: Case, centre: GridNode) -> bool:
    """Tell whether a centre is the one that handed the case down, or one above it."""
    return case.handed_down_by is not None and is_at_or_above(centre.code, case.handed_down_by)


def is_at_or_above(centre: str, giver: str) -> bool:
    """Tell whether a centre is the giver or lies above it; a giver that is gone lies below all."""
    own, other = grid_tree().get(centre), grid_tree().get(giver)
    return other is None or (own is not None and own.level.depth <= other.level.depth)


def _chain(grid_code: str) -> tuple[GridNode, ...]:
    tree = grid_tree()
    own = tree.get(grid_code)
    return (*tree.ancestors(grid_code), own) if own else ()
