"""Who sees and who keeps which objects: in the database for lists, in memory for one; a test holds both equal.

A person sees the objects on the ground (grid or centre) where they may read objects, and those that a department where
they may read them owns, manages or maintains.
"""

from typing import Protocol

from sqlalchemy import ColumnElement, and_, false, or_, true

from app.core.permissions import Permission, Person
from app.grids.levels import subtree_range
from app.objects.models import ObjectRow

ROLES_OF_DEPARTMENTS = ("owner", "manager", "maintainer")  # what a department can be to an object


class Placed(Protocol):
    """What decides who sees an object."""

    grid_path: str
    owner: str | None
    manager: str | None
    maintainer: str | None


def visible_to(person: Person, *, by_place: bool = False) -> ColumnElement[bool]:
    """Return the condition on `objects` that holds for what a person sees.

    Where a box leads to the rows (`by_place`), the databases are kept from reading all of a person's ground instead:
    they take the range of paths for the narrower one.
    """
    if person.is_system:
        return true()
    ways = [within(path, by_place=by_place) for path in person.grounds(Permission.OBJECT_READ)]
    departments = sorted(person.departments(Permission.OBJECT_READ))
    if departments:
        ways += [getattr(ObjectRow, role).in_(departments) for role in ROLES_OF_DEPARTMENTS]
    return or_(*ways) if ways else false()


def managed_by(person: Person) -> ColumnElement[bool]:
    """Return the condition on `objects` that holds for what a person keeps as an administrator."""
    if person.is_system:
        return true()
    ways = [within(path) for path in person.grounds(Permission.OBJECT_MANAGE)]
    return or_(*ways) if ways else false()


def within(path: str, *, by_place: bool = False) -> ColumnElement[bool]:
    """Return the condition that an object lies in a grid or below it; not by an index where a box leads to the rows."""
    low, high = subtree_range(path)
    column = ObjectRow.grid_path + "" if by_place else ObjectRow.grid_path
    return and_(column >= low, column < high)


def shows(row: Placed, person: Person) -> bool:
    """Tell whether a person sees an object."""
    if person.reaches(Permission.OBJECT_READ, row.grid_path):
        return True
    departments = person.departments(Permission.OBJECT_READ)
    return any(getattr(row, role) in departments for role in ROLES_OF_DEPARTMENTS)


def may_enter_at(path: str, person: Person) -> bool:
    """Tell whether a person may enter and change objects at a path of grids."""
    return person.reaches(Permission.OBJECT_ENTER, path) or may_manage_at(path, person)


def may_manage_at(path: str, person: Person) -> bool:
    """Tell whether a person may remove, merge and import objects at a path of grids."""
    return person.reaches(Permission.OBJECT_MANAGE, path)
