"""Write workbooks whose cells are all text.

Writing leaves out what the format cannot hold, and nothing written is taken for a formula or for an escape.
"""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from app.core import letters
from app.frame.sheet_reader import CELL_LONGEST

_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # what a spreadsheet would read as one letter
_TEXT = "@"


@dataclass(frozen=True)
class SheetPage:
    """One sheet to write: headings with widths in letters, rows, and what its empty rows offer to choose from."""

    title: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[str]] = ()
    empty_rows: int = 0  # prepared as text, since a spreadsheet spoils long numbers
    choices: Mapping[str, str] = field(default_factory=dict)  # by heading: a list or where it stands


def answer(question: dict[str, Any]) -> dict[str, str]:
    """Write in a process of its own."""
    return {"content": base64.b64encode(book_of(SheetPage(**page) for page in question["pages"])).decode()}


def book_of(pages: Iterable[SheetPage]) -> bytes:
    """Return a workbook."""
    book = Workbook(write_only=True)
    for page in pages:
        _write_page(book.create_sheet(page.title), page)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write_page(sheet: Any, page: SheetPage) -> None:
    sheet.freeze_panes = "A2"
    for place, (heading, width) in enumerate(page.columns, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = width
        if page.empty_rows:
            sheet.column_dimensions[letter].number_format = _TEXT
        if heading in page.choices:
            offered = DataValidation(type="list", formula1=page.choices[heading], allow_blank=True)
            offered.add(f"{letter}2:{letter}{page.empty_rows + 1}")
            sheet.data_validations.append(offered)
    sheet.append([_text(sheet, heading, bold=True) for heading, _ in page.columns])
    for row in page.rows:
        sheet.append([_text(sheet, value) for value in row])
    for _ in range(page.empty_rows):
        sheet.append([_empty(sheet) for _ in page.columns])


def _text(sheet: Any, value: str, *, bold: bool = False) -> WriteOnlyCell:
    lines = letters.without_unfit(value).replace("\r\n", "\n").replace("\r", "\n")
    cell = WriteOnlyCell(sheet, _ESCAPE.sub("_x005F_", lines)[:CELL_LONGEST])
    cell.data_type = "s"  # the library takes what begins with = for a formula
    cell.quotePrefix = True  # and Excel would, when somebody edits the cell
    if bold:
        cell.font = Font(bold=True)
    return cell


def _empty(sheet: Any) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet)
    cell.number_format = _TEXT
    return cell
