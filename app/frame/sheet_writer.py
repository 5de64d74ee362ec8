"""Write tables whose cells are all text: workbooks and csv, row by row, however many there are.

Writing leaves out what the format cannot hold, and nothing written is taken for a formula or for an escape.
"""

import base64
import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from app.core import letters, space
from app.frame.sheet_reader import CELL_LONGEST

_TEXT = "@"
_FORMULA = ("=", "+", "-", "@", "\t")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # what a spreadsheet would read as one letter


@dataclass(frozen=True)
class SheetPage:
    """One sheet to write: headings with widths in letters, rows, and what its empty rows offer to choose from."""

    title: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[str]] = ()
    empty_rows: int = 0  # prepared as text, since a spreadsheet spoils long numbers
    choices: Mapping[str, str] = field(default_factory=dict)  # by heading: a list or where it stands


class TextSheet(Worksheet):
    """A sheet that writes every escape as it stands; the library overlooks the second of two that share a line."""

    @staticmethod
    def _escape_control_characters(data: str) -> str:
        return _ESCAPE.sub("_x005F_", data)


def answer(question: dict[str, Any]) -> dict[str, str]:
    """Write in a process of its own."""
    return {"content": base64.b64encode(book_of(SheetPage(**page) for page in question["pages"])).decode()}


def book_of(pages: Iterable[SheetPage]) -> bytes:
    """Return a workbook."""
    stream = BytesIO()
    _write_pages(Workbook(stream, {"constant_memory": True}), pages)
    return stream.getvalue()


def write_book(path: Path, pages: Iterable[SheetPage]) -> None:
    """Write a workbook to a file; what is written of it does not stay in memory."""
    with space.noticed():
        _write_pages(Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)}), pages)


def write_csv(path: Path, pages: Sequence[SheetPage]) -> None:
    """Write the one sheet as Excel reads a csv: UTF-8 with its mark, an apostrophe before what would be a formula."""
    (page,) = pages
    with space.noticed(), path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([heading for heading, _ in page.columns])
        writer.writerows(map(_inert, page.rows))


def _inert(row: Sequence[str]) -> list[str]:
    texts = map(_fit, row)
    return [f"'{text}" if text.lstrip("\n ").startswith(_FORMULA) else text for text in texts]


def _write_pages(book: Workbook, pages: Iterable[SheetPage]) -> None:
    text = book.add_format({"quote_prefix": True})  # Excel would take what begins with = for a formula when edited
    bold, prepared = book.add_format({"quote_prefix": True, "bold": True}), book.add_format({"num_format": _TEXT})
    with book:
        for page in pages:
            sheet = book.add_worksheet(page.title, TextSheet)
            _prepare(sheet, page, prepared)
            for column, (heading, _) in enumerate(page.columns):
                sheet.write_string(0, column, _fit(heading), bold)
            for number, row in enumerate(page.rows, 1):
                for column, value in enumerate(row):
                    sheet.write_string(number, column, _fit(value), text)


def _prepare(sheet: Any, page: SheetPage, prepared: Any) -> None:
    sheet.freeze_panes(1, 0)
    for column, (heading, width) in enumerate(page.columns):
        sheet.set_column(column, column, width, prepared if page.empty_rows else None)
        if heading in page.choices:
            offered = {"validate": "list", "source": page.choices[heading]}
            sheet.data_validation(1, column, page.empty_rows, column, offered)


def _fit(value: str) -> str:
    """Return what a cell can hold of a text."""
    return letters.without_unfit(value).replace("\r\n", "\n").replace("\r", "\n")[:CELL_LONGEST]
