"""What an import would do to the tree, said before it is done. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.grids.drafts import Draft
from app.grids.tree import GridNode, GridTree


@dataclass(frozen=True, slots=True)
class Change:
    """A grid that would be changed, and in what; `back` when it had ended."""

    draft: Draft
    before: GridNode
    what: tuple[str, ...]
    back: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be new, changed, ended, and how many grids of the file stay as they are."""

    new: tuple[Draft, ...]
    changed: tuple[Change, ...]
    ended: tuple[GridNode, ...]
    unchanged: int

    @property
    def does_something(self) -> bool:
        """Tell whether anything would be different."""
        return bool(self.new or self.changed or self.ended)

    @property
    def moves(self) -> bool:
        """Tell whether a grid would lie below another one than before."""
        return any("parent" in one.what for one in self.changed)


def plan(tree: GridTree, drafts: Sequence[Draft], ended: Collection[str]) -> Plan:
    """Compare the grids of a file, which have been checked, with those there are."""
    ordered = sorted(drafts, key=lambda draft: (draft.level.depth, draft.code))
    known = [(draft, tree.get(draft.code)) for draft in ordered]
    changes = [_change(draft, node) for draft, node in known if node]
    changed = tuple(one for one in changes if one.what or one.back)
    new = tuple(draft for draft, node in known if node is None)
    ending = tuple(node for code in sorted(ended) if (node := tree.get(code)))
    return Plan(new, changed, ending, len(changes) - len(changed))


def _change(draft: Draft, node: GridNode) -> Change:
    return Change(draft, node, tuple(draft.differences(node)), node.ended)
