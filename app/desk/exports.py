"""The lists of the desk as files."""

from collections.abc import Mapping
from typing import Any

from app.cases import export_rows
from app.core.errors import Invalid
from app.core.permissions import Permission
from app.desk import filters, worklist
from app.frame.exports.registry import ExportTable
from workflows.words import Words


def _read(args: Mapping[str, str]) -> Mapping[str, Any]:
    wanted = filters.parse(args)
    if wanted.faults:
        raise Invalid(fields={name: [fault] for name, fault in wanted.faults.items()})
    return wanted.filters


TABLES = (
    ExportTable(
        name="desk_cases", title=Words("案件", "Cases"), permission=Permission.CASE_READ, columns=export_rows.COLUMNS,
        read=_read, keys=worklist.every, rows=export_rows.rows, sight=export_rows.sight,
    ),
)  # fmt: skip
