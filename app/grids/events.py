"""What this room tells the rooms after and before it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PathChanged:
    """A grid has moved in the tree; published for each grid below it, deepest first, then for itself."""

    code: str
    old_path: str
    new_path: str
