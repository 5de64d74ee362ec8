"""Name the grids, centres and departments in which roles are held, each with the ground it belongs to."""

from collections.abc import Iterator

from app.core import clock
from app.core.permissions import ScopeKind
from app.departments.queries import Entry, directory
from app.grids.queries import grid_tree
from app.grids.tree import GridNode
from app.identity.scopes import Scope


def grid(code: str) -> Scope | None:
    """Return a grid as a scope, also one that has ended."""
    node = grid_tree().get(code)
    return _grid(node) if node else None


def grids() -> Iterator[Scope]:
    """Return the grids there are, from the county down."""
    return map(_grid, grid_tree().current)


def centre(code: str) -> Scope | None:
    """Return the centre in a grid as a scope."""
    node = grid_tree().get(code)
    return _centre(node) if node else None


def centres() -> Iterator[Scope]:
    """Return the centres there are."""
    return (_centre(node) for node in grid_tree().current if node.has_centre)


def department(code: str) -> Scope | None:
    """Return a department as a scope, also one that has ended."""
    entry = directory().get(code)
    return _department(entry) if entry else None


def departments() -> Iterator[Scope]:
    """Return the departments there are."""
    return map(_department, directory().valid(clock.now()))


def _grid(node: GridNode) -> Scope:
    above = grid_tree().ancestors(node.code)[1:]  # the county goes without saying
    return Scope(ScopeKind.GRID, node.code, node.name, node.path, " ".join(one.name for one in above))


def _centre(node: GridNode) -> Scope:
    return Scope(ScopeKind.CENTRE, node.code, node.centre_name, node.path)


def _department(entry: Entry) -> Scope:
    node = grid_tree().get(entry.grid_code)
    return Scope(ScopeKind.DEPARTMENT, entry.code, entry.name, node.path if node else "")
