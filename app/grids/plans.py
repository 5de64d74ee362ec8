"""What an import would do to the tree, worked out before it is done and written down as it will be kept. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.grids.drafts import Draft
from app.grids.levels import Level, path_of
from app.grids.tree import GridNode, GridTree


@dataclass(frozen=True, slots=True)
class GridChange:
    """A grid that would be new, changed or ended: what its row is to hold, by column, and what it was called before.

    `back` when it had ended.
    """

    code: str
    name: str
    level: Level
    values: Mapping[str, str | None]
    was: str = ""
    back: bool = False


@dataclass(frozen=True, slots=True)
class PathChange:
    """A grid that would lie elsewhere in the tree."""

    code: str
    old_path: str
    new_path: str


@dataclass(frozen=True, slots=True)
class TreePlan:
    """What would be new, changed, ended, how many grids of the file stay as they are, and which paths would change."""

    new: tuple[GridChange, ...] = ()
    changed: tuple[GridChange, ...] = ()
    ended: tuple[GridChange, ...] = ()
    unchanged: int = 0
    moved: tuple[PathChange, ...] = ()

    @property
    def does_something(self) -> bool:
        """Tell whether anything would be different."""
        return bool(self.new or self.changed or self.ended)

    @property
    def moves(self) -> bool:
        """Tell whether a grid would lie below another one than before."""
        return any("parent" in one.values for one in self.changed)


def plan(tree: GridTree, drafts: Sequence[Draft], ended: Collection[str]) -> TreePlan:
    """Compare the grids of a file, which have been checked, with those there are."""
    ordered = sorted(drafts, key=lambda draft: (draft.level.depth, draft.code))
    paths = _paths(tree, ordered)
    known = [(draft, tree.get(draft.code)) for draft in ordered]
    changes = [_change(draft, node) for draft, node in known if node]
    changed = tuple(one for one in changes if one.values or one.back)
    new = tuple(_new(draft, paths[draft.code]) for draft, node in known if node is None)
    ending = tuple(GridChange(code, node.name, node.level, {}) for code in sorted(ended) if (node := tree.get(code)))
    return TreePlan(new, changed, ending, len(changes) - len(changed), _moves(tree, paths))


def _new(draft: Draft, path: str) -> GridChange:
    return GridChange(draft.code, draft.name, draft.level, {**draft.values, "path": path})


def _change(draft: Draft, node: GridNode) -> GridChange:
    return GridChange(draft.code, draft.name, draft.level, draft.differences(node), node.name, node.ended)


def _paths(tree: GridTree, ordered: Sequence[Draft]) -> dict[str, str]:
    """Return the path of every current or drafted grid as it will be; parents come before children."""
    parents = {node.code: node.parent for node in tree.current} | {draft.code: draft.parent for draft in ordered}
    paths: dict[str, str] = {}

    def path(code: str) -> str:
        if code not in paths:
            above = parents[code]
            paths[code] = path_of(code, path(above) if above else "")
        return paths[code]

    for code in parents:
        path(code)
    return paths


def _moves(tree: GridTree, paths: Mapping[str, str]) -> tuple[PathChange, ...]:
    """Return whose path changes, the deepest first: who rewrites all below an old path finds the rest still there."""
    nodes = (*tree.current, *tree.ended)
    moves = (PathChange(node.code, node.path, paths.get(node.code, node.path)) for node in nodes)
    return tuple(sorted(
        (move for move in moves if move.old_path != move.new_path), key=lambda move: (-len(move.old_path), move.code)
    ))  # fmt: skip
