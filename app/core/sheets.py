"""Write a table as an Excel file whose cells are all text, so that none of them is taken for a formula."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"}  # what the format cannot hold


def write(title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a workbook of one sheet; columns are a heading and a width in letters."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, (_, width) in enumerate(columns):
        sheet.column_dimensions[chr(ord("A") + place)].width = width
    sheet.append([_text(sheet, heading, bold=True) for heading, _ in columns])
    for row in rows:
        sheet.append([_text(sheet, value) for value in row])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _text(sheet: object, value: str, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value.translate(_CONTROLS))
    cell.data_type = "s"  # the library takes what begins with = for a formula
    cell.quotePrefix = True  # and Excel would, when somebody edits the cell
    if bold:
        cell.font = Font(bold=True)
    return cell
