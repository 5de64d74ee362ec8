"""The list of departments as a file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.core import clock
from app.core.permissions import Permission, Person
from app.departments import queries
from app.departments.queries import Entry
from app.departments.schemas import DepartmentSearchIn
from app.frame import forms
from app.frame.exports.registry import ExportTable
from workflows.words import Words, listed


def _read(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(DepartmentSearchIn(), args)


def _keys(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[Entry]:
    return queries.search(person, wanted["q"], wanted["kind"])[:most]


def _rows(person: Person, entries: Sequence[Entry]) -> Iterator[list[str]]:
    known = queries.directory()
    for one in entries:
        aliases = listed(known.aliases.get(one.code, ()))
        since = f"{clock.local(one.valid_from):%Y-%m-%d}"
        yield [one.code, one.name, one.kind.words, aliases, one.grid_code or "", one.calendar, since]


DEPARTMENTS = ExportTable(
    name="departments", title=Words("部门", "Departments"), permission=Permission.DEPARTMENT_MANAGE,
    columns=(
        (Words("代码", "Code"), 20), (Words("名称", "Name"), 30), (Words("类型", "Kind"), 14),
        (Words("别名", "Other names"), 30), (Words("所属网格", "Grid"), 20), (Words("日历", "Calendar"), 14),
        (Words("起", "Since"), 12),
    ),
    read=_read, keys=_keys, rows=_rows,
)  # fmt: skip
TABLES = (DEPARTMENTS,)
