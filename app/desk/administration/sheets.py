"""Write what was found as an Excel file whose cells are all text, so that none of them is taken for a formula."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"}  # what the format cannot hold


def workbook(title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a workbook of one sheet; columns are a heading and a width in letters."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, (_, width) in enumerate(columns):
        sheet.column_dimensions[chr(ord("A") + place)].width = width
    for row in ([heading for heading, _ in columns], *rows):
        sheet.append([_text(sheet, value) for value in row])
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _text(sheet: Any, value: str) -> Any:
    cell = WriteOnlyCell(sheet, value.translate(_CONTROLS))
    cell.data_type = "s"  # the library takes what begins with = for a formula
    cell.quotePrefix = True  # and Excel would, when somebody edits the cell
    return cell
