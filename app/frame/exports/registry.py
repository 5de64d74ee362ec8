"""The tables that may leave the house, as the rooms enter them; nothing leaves that is not entered here."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.core.errors import NotFound
from app.core.permissions import Permission, Person
from workflows.words import Words

ROWS_MOST = 100_000
Cells = Sequence[str]  # each Words, or a name that reads the same in both languages


def holdings_digest(person: Person) -> str:
    """Return a digest of all that a person holds: while it is the same, they may see the same."""
    each = sorted(
        (one.role, str(one.scope_kind), one.scope_path, one.scope_code, sorted(one.permissions))
        for one in person.assignments
    )
    return hashlib.sha256(repr(each).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Watch:
    """How a file is known by what stands in it: what somebody saw then, they may have lost since.

    `trail` returns what is kept of some rows while they are written; `is_unchanged` tells from all of it whether the
    person sees these rows now as they did at a moment before they were written.
    """

    trail: Callable[[Person, Sequence[Any]], bytes]
    is_unchanged: Callable[[Person, Callable[[], bytes], datetime], bool]


@dataclass(frozen=True)
class ExportTable:
    """A list as a file: whose it is, its columns with widths in letters, and how it is read.

    `read` checks what the address of the list says and raises Invalid; `keys` returns which rows the person sees that
    fit, in their order; `rows` returns some of them, of those that the person sees still. `sight` returns what, by what
    a person holds, decides what they see; `watch` looks at the rows themselves, where each has its own readers.
    """

    name: str
    title: Words
    permission: Permission
    columns: Sequence[tuple[Words, int]]
    read: Callable[[Mapping[str, str]], Any]
    keys: Callable[[Person, Any, int], Sequence[Any]]
    rows: Callable[[Person, Sequence[Any]], Iterable[Cells]]
    sight: Callable[[Person], str] = holdings_digest
    watch: Watch | None = None
    behind: Sequence["ExportTable"] = ()  # further sheets of its workbook; a csv has the first alone


_tables: dict[str, ExportTable] = {}
_people: list[Callable[[UUID], Person | None]] = []


def enter(*tables: ExportTable) -> None:
    """Let lists leave the house."""
    _tables.update({table.name: table for table in tables})


def tables() -> Mapping[str, ExportTable]:
    """Return every table, by name."""
    return _tables


def table_for(name: str, person: Person) -> ExportTable:
    """Return a table that a person may take away; raise NotFound."""
    table = _tables.get(name)
    if table is None or not person.may(table.permission):
        raise NotFound
    return table


def find_people_with(person_of: Callable[[UUID], Person | None]) -> None:
    """Say how a job finds the person for whom it works, with what they hold now."""
    _people[:] = [person_of]


def person_of(person_id: UUID) -> Person | None:
    """Return a person with what they hold now; None for whoever has no account any more."""
    return _people[0](person_id)
