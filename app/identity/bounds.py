"""Bound what an administrator manages: everything from the root of the grids, else what lies in their own subtree."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Exists, and_, exists, or_, true

from app.core import clock
from app.core.permissions import Person, ScopeKind
from app.identity import scopes
from app.identity.models import AssignmentRow, PersonRow
from app.identity.scopes import Scope


@dataclass(frozen=True)
class Bounds:
    """The grid subtrees in which somebody manages; `whole` from the root, which also has what belongs to no grid."""

    paths: tuple[str, ...]
    whole: bool = False

    def holds(self, scope: Scope) -> bool:
        """Tell whether a scope lies in it."""
        return self.whole or (bool(scope.ground) and scope.ground.startswith(self.paths))

    def offered(self, kind: ScopeKind) -> list[Scope]:
        """Return the scopes of a kind in which roles can be given here."""
        return [one for one in scopes.every(kind) if self.holds(one)]


def ground_of(person: Person, permission: StrEnum) -> Bounds:
    """Return where somebody holds a permission over people."""
    paths = {held.scope_path for held in person.holding(permission) if held.scope_path}
    return Bounds(tuple(sorted(paths)), person.is_system or any(map(is_root, paths)))


def is_root(path: str) -> bool:
    """Tell whether a path is that of a grid that lies in no other."""
    return path.count("/") == 1


def lasting() -> ColumnElement[bool]:
    """Return the condition on `assignments` for what is held now or will be, and was not cancelled before it began."""
    row = AssignmentRow
    return or_(row.valid_to.is_(None), and_(row.valid_to > clock.now(), row.valid_to > row.valid_from))


def managed(ground: Bounds) -> ColumnElement[bool]:
    """Return the condition on `people` for those who are managed from here: all they hold lies here.

    Of somebody who holds nothing any more, the former assignments count; who has never held anything is managed from
    the root.
    """
    if ground.whole:
        return true()
    elsewhere = ~lies_in(ground)
    return and_(
        _has(),
        ~_has(elsewhere, lasting()),
        or_(_has(lasting()), ~_has(elsewhere)),
    )


def _has(*conditions: ColumnElement[bool]) -> Exists:
    """Return the condition on `people` for those with such an assignment."""
    return exists().where(AssignmentRow.person_id == PersonRow.id, *conditions).correlate(PersonRow)


def lies_in(ground: Bounds) -> ColumnElement[bool]:
    """Return the condition on `assignments` for those whose scope lies here."""
    if ground.whole:
        return true()
    row = AssignmentRow
    departments = [one.code for one in ground.offered(ScopeKind.DEPARTMENT)]
    below = (and_(row.scope_path >= path, row.scope_path < path[:-1] + "0") for path in ground.paths)  # "0" follows "/"
    return or_(and_(row.scope_kind == ScopeKind.DEPARTMENT, row.scope_code.in_(departments)), *below)
