"""The lists of the desk as files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.cases import export_rows
from app.core.errors import Invalid
from app.core.permissions import Permission, Person
from app.desk import filters, worklist
from app.frame.exports.registry import ExportTable
from workflows.words import Words

_Key = tuple[UUID, str | None]  # a case, and the queue in which it is listed
_LIMIT = [heading for heading, _ in export_rows.COLUMNS].index(Words("时限", "Limit"))


def _read(args: Mapping[str, str]) -> Mapping[str, Any]:
    wanted = filters.parse(args)
    if wanted.faults:
        raise Invalid(fields={name: [fault] for name, fault in wanted.faults.items()})
    return wanted.filters


def _keys(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[_Key]:
    queue = wanted.get("queue")
    return [(case_id, queue) for case_id in worklist.every(person, wanted, most)]


def _rows(person: Person, keys: Sequence[_Key]) -> Iterator[list[str]]:
    """Yield rows with the limit by which their list is ordered: in a queue of parts, that of the part."""
    case_ids = [case_id for case_id, _ in keys]
    ends = worklist.own_ends(person, keys[0][1], case_ids)
    for case_id, row in export_rows.rows_by_id(person, case_ids):
        if ends is not None:
            row[_LIMIT] = export_rows.moment_text(ends.get(case_id))
        yield row


TABLES = (
    ExportTable(
        name="desk_cases", title=Words("案件", "Cases"), permission=Permission.CASE_READ, columns=export_rows.COLUMNS,
        read=_read, keys=_keys, rows=_rows, sight=export_rows.sight,
        watch=export_rows.watch(lambda key: key[0]),
    ),
)  # fmt: skip
