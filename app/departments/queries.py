"""Look departments up, in an object that each process keeps until a department changes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import Invalid
from app.core.revisions import Reference
from app.departments.kinds import Kind
from app.departments.models import Department, DepartmentAlias


class DepartmentUnknown(Invalid):
    """没有这个部门，请核对部门代码。"""

    code = "department_unknown"


@dataclass(frozen=True)
class Entry:
    """One department."""

    code: str
    name: str
    kind: Kind
    grid_code: str | None
    calendar: str
    valid_from: datetime
    valid_to: datetime | None

    def valid(self, at: datetime) -> bool:
        """Tell whether it exists at a time."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True)
class Directory:
    """All departments, also those that have ended, by code; and the codes by any name that means only one."""

    by_code: Mapping[str, Entry]
    by_name: Mapping[str, str]

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
            raise DepartmentUnknown(f"没有代码为“{code}”的部门，或该部门已撤销。")
        return entry

    def find(self, text: str) -> Entry | None:
        """Find a department by its code, its name or an alias; None for no or more than one."""
        text = text.strip()
        return self.by_code.get(self.by_name.get(text, text))

    def township_of(self, grid_code: str) -> Entry | None:
        """Return the township's own department on this ground: who takes what nobody else is responsible for."""
        now = clock.now()
        here = (one for one in self.by_code.values() if one.grid_code == grid_code and one.kind is Kind.TOWNSHIP)
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
    by_code = {row.code: Entry(**{**row._mapping, "kind": Kind(row.kind)}) for row in rows}
    called: dict[str, set[str]] = defaultdict(set)
    for entry in by_code.values():
        called[entry.name].add(entry.code)
    for alias, code in db.session.execute(select(DepartmentAlias.alias, DepartmentAlias.department)):
        called[alias].add(code)
    return Directory(by_code, {name: next(iter(codes)) for name, codes in called.items() if len(codes) == 1})


_directory = Reference("departments", _load)


def directory() -> Directory:
    """Return all departments."""
    return _directory.get()


def tag() -> str:
    """Return what changes whenever the list of existing departments does, for an ETag."""
    edge = directory().last_change_of_validity(clock.now())
    return f"departments-{_directory.number()}-{int(edge.timestamp()) if edge else 0}"


def scope_path(code: str) -> str | None:
    """Return the scope path of an assignment to a department: empty, since departments are no tree; None if unknown."""
    return "" if code in directory().by_code else None
