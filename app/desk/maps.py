"""Show a case on a map: at its point; or, where only a grid is known, at that grid's name, marked so."""

from dataclasses import dataclass
from typing import Any

from app.grids.queries import grid_tree
from workflows.words import Words


@dataclass(frozen=True)
class OnMap:
    """Where a map shows a case, within which outline, and what stands there instead of a mark if it has no point."""

    lon: float
    lat: float
    outline: str
    somewhere: Words | None


def on_map(case: Any) -> OnMap | None:
    """Return how a map shows a case; None where its grid is gone and it has no point."""
    tree = grid_tree()
    node = tree.get(case.grid)
    outline = node.boundary if node else ""
    if case.lon is not None:
        return OnMap(case.lon, case.lat, outline, None)
    if node is None:
        return None
    return OnMap(*tree.label_point(node.code), outline, Words("在“{}”内某处", "Somewhere in {}").format(node.name))
