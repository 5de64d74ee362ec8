"""Who sees which residents: in the database for lists, in memory for one.

A person sees a resident on the ground where they may read the register, for those kinds of care alone of whose readers
their role there is one; of what is kept, the fields of whose readers it is one. What they do not see is not there for
them: no answer, count, version or error is another by it.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, exists, false, or_

from app.core.permissions import Assignment, Permission, Person
from app.grids.levels import subtree_range
from app.residents.models import Resident, ResidentCare
from app.residents.resident_rules import FieldRule, rules
from workflows.round_terms import RoundPermission


def visible_to(person: Person) -> ColumnElement[bool]:
    """Return the condition on `residents` that holds for what a person sees.

    Of whom every care has ended nobody sees anything; said of the row itself, none of them is read.
    """
    ways = [_of(held) for held in _held(person)]
    return and_(Resident.ended_at.is_(None), or_(*ways)) if ways else false()


def reads_as(person: Person, readers: Collection[str]) -> ColumnElement[bool]:
    """Return the condition on `residents` that a person is one of some readers where they live."""
    ways = [within(held.scope_path) for held in _held(person) if held.role in readers]
    return or_(*ways) if ways else false()


def within(path: str) -> ColumnElement[bool]:
    """Return the condition that a resident lives in a grid or below it."""
    low, high = subtree_range(path)
    return and_(Resident.grid_path >= low, Resident.grid_path < high)


def reads(readers: Collection[str], person: Person, path: str) -> bool:
    """Tell whether a person is one of some readers at a path of grids."""
    return any(held.role in readers and path.startswith(held.scope_path) for held in _held(person))


def reads_somewhere(readers: Collection[str], person: Person) -> bool:
    """Tell whether a person is one of some readers on any ground."""
    return any(held.role in readers for held in _held(person))


def reads_standing_in(readers: Collection[str], person: Person) -> bool:
    """Tell whether a person who stands in for somebody is one of some readers, in a role that does rounds."""
    return any(held.role in readers and RoundPermission.ACT in held.permissions for held in _held(person))


def cares_read(person: Person, path: str) -> frozenset[str]:
    """Return of which kinds of care a person may know at a path of grids."""
    return frozenset(code for code, care in rules().cares.items() if reads(care.readers, person, path))


def fields_read(person: Person, path: str) -> tuple[FieldRule, ...]:
    """Return which fields a person may read at a path of grids, in the order of the rules."""
    return tuple(rule for rule in rules().fields.values() if reads(rule.readers, person, path))


def may_enter_at(person: Person, path: str) -> bool:
    """Tell whether a person may enter and change residents at a path of grids."""
    return person.reaches(Permission.RESIDENT_ENTER, path)


def _held(person: Person) -> Sequence[Assignment]:
    return [held for held in person.holding(Permission.RESIDENT_READ) if held.on_ground]


def _of(held: Assignment) -> ColumnElement[bool]:
    codes = sorted(code for code, care in rules().cares.items() if held.role in care.readers)
    if not codes:
        return false()
    own = (ResidentCare.resident_id == Resident.resident_id, ResidentCare.ended_at.is_(None))
    return and_(within(held.scope_path), exists().where(*own, ResidentCare.care.in_(codes)))
