"""Look departments up, in an object that each process keeps until a department changes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import Invalid, NotFound
from app.core.permissions import Permission, Person, ScopeKind
from app.core.revisions import Reference
from app.departments.kinds import DepartmentKind
from app.departments.models import Department, DepartmentAlias
from app.identity import scopes
from workflows.words import Words

_NO_DEPARTMENT = Words(
    "没有代码为“{}”的部门，或该部门已撤销。", "There is no department with the code “{}”, or it has ended."
)


class DepartmentUnknown(Invalid):
    """没有这个部门，请核对部门代码。"""

    code = "department_unknown"
    en = "There is no such department, or it has ended."


@dataclass(frozen=True)
class Entry:
    """One department."""

    code: str
    name: str
    kind: DepartmentKind
    grid_code: str | None
    calendar: str
    valid_from: datetime
    valid_to: datetime | None

    def valid(self, at: datetime) -> bool:
        """Tell whether it exists at a time."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    def over(self, at: datetime) -> bool:
        """Tell whether it has ended."""
        return self.valid_to is not None and self.valid_to <= at


@dataclass(frozen=True)
class Directory:
    """All departments, also those that have ended, by code; and the codes by any name that means only one."""

    by_code: Mapping[str, Entry]
    by_name: Mapping[str, str]
    aliases: Mapping[str, tuple[str, ...]]  # by code, in order

    def get(self, code: str) -> Entry | None:
        """Return a department, also one that has ended; None for an unknown code."""
        return self.by_code.get(code)

    def name_of(self, code: str) -> str:
        """Return what people call it; the code itself for one that is not here."""
        entry = self.by_code.get(code)
        return entry.name if entry else code

    def require(self, code: str) -> Entry:
        """Return a department that exists now; raise DepartmentUnknown."""
        entry = self.by_code.get(code)
        if entry is None or not entry.valid(clock.now()):
            raise DepartmentUnknown(_NO_DEPARTMENT.format(code))
        return entry

    def find(self, text: str) -> Entry | None:
        """Find a department by its code, its name or an alias; None for no or more than one."""
        text = text.strip()
        return self.by_code.get(self.by_name.get(text, text))

    def names_of(self, code: str) -> tuple[str, ...]:
        """Return every word by which a department is found: its code, its name, its aliases."""
        return (code, self.by_code[code].name, *self.aliases.get(code, ()))

    def called(self, name: str, *, but: str | None = None) -> Entry | None:
        """Return a department, also one that has ended, that bears this very name or alias; leave one out."""
        return next(
            (one for code, one in self.by_code.items() if code != but and name in self.names_of(code)[1:]),
            None,
        )

    def township_of(self, grid_code: str) -> Entry | None:
        """Return the township's own department on this ground: who takes what nobody else is responsible for."""
        now = clock.now()
        here = (
            one for one in self.by_code.values() if one.grid_code == grid_code and one.kind is DepartmentKind.TOWNSHIP
        )
        return next((one for one in here if one.valid(now)), None)

    def valid(self, at: datetime) -> tuple[Entry, ...]:
        """Return those that exist at a time, by code."""
        return tuple(entry for entry in self.by_code.values() if entry.valid(at))

    def last_change_of_validity(self, before: datetime) -> datetime | None:
        """Return when a department last began or ended without anybody writing a row."""
        edges = (edge for one in self.by_code.values() for edge in (one.valid_from, one.valid_to))
        return max((edge for edge in edges if edge and edge <= before), default=None)


def _load() -> Directory:
    columns = (getattr(Department, field) for field in Entry.__dataclass_fields__)
    rows = db.session.execute(select(*columns).order_by(Department.code))
    by_code = {row.code: Entry(**{**row._mapping, "kind": DepartmentKind.of(row.kind)}) for row in rows}
    called: dict[str, set[str]] = defaultdict(set)
    aliases: dict[str, list[str]] = defaultdict(list)
    for entry in by_code.values():
        called[entry.name].add(entry.code)
    statement = select(DepartmentAlias.alias, DepartmentAlias.department).order_by(DepartmentAlias.alias)
    for alias, code in db.session.execute(statement):
        called[alias].add(code)
        aliases[code].append(alias)
    by_name = {name: next(iter(codes)) for name, codes in called.items() if len(codes) == 1}
    return Directory(by_code, by_name, {code: tuple(names) for code, names in aliases.items()})


_directory = Reference("departments", _load)


def directory() -> Directory:
    """Return all departments."""
    return _directory.get()


def revision() -> int:
    """Return the number of the list, without loading it."""
    return _directory.number()


def tag() -> str:
    """Return what changes whenever the list of existing departments does, for an ETag."""
    edge = directory().last_change_of_validity(clock.now())
    return f"departments-{revision()}-{int(edge.timestamp()) if edge else 0}"


def scope_path(code: str) -> str | None:
    """Return the scope path of an assignment to a department: empty, since departments are no tree; None if unknown."""
    return "" if code in directory().by_code else None


def managed_by(person: Person, grid_code: str | None) -> bool:
    """Tell whether a person manages the departments of a ground; those of no township belong to the whole county."""
    return person.reaches(Permission.DEPARTMENT_MANAGE, scopes.known_path(ScopeKind.GRID, grid_code))


def managed(code: str, person: Person) -> Entry:
    """Return a department, also one that has ended, that the person manages; raise NotFound."""
    entry = directory().get(code)
    if entry is None or not managed_by(person, entry.grid_code):
        raise NotFound
    return entry


def search(person: Person, text: str = "", kind: DepartmentKind | None = None, *, ended: bool = False) -> list[Entry]:
    """Return the departments that a person manages whose code, name or an alias holds a text: by kind, then code."""
    known, now, wanted = directory(), clock.now(), text.strip().casefold()
    kinds = list(DepartmentKind)
    matches = (
        one
        for one in known.by_code.values()
        if one.over(now) == ended
        and (kind is None or one.kind is kind)
        and any(wanted in name.casefold() for name in known.names_of(one.code))
    )
    grounds = {code: managed_by(person, code) for code in {one.grid_code for one in known.by_code.values()}}
    return sorted((one for one in matches if grounds[one.grid_code]), key=lambda one: (kinds.index(one.kind), one.code))
