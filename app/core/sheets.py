"""Tables as files: read what people bring (xlsx, csv), write what they take away (xlsx, all cells text).

The one reader and the one writer of the house. Writing leaves out what the format cannot hold, and nothing written is
taken for a formula or for an escape.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from app.core import letters
from app.core.errors import Invalid
from app.core.sheet_reader import CELL_LONGEST, ERROR, FORMULA, LONG_NUMBER, ROWS_MOST

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WAIT_SECONDS = 60  # for reading apart; its own limit is on the time it works
_HOME = Path(__file__).parents[2]
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # what a spreadsheet would read as one letter
_TEXT = "@"

Words = tuple[str, str]
_REFUSED: Mapping[str, Words] = {
    "unreadable": (
        "文件无法读取，请使用 xlsx 或 csv 格式的表格。",
        "The file cannot be read: use a table as xlsx or csv.",
    ),
    "too_large": (
        "文件展开后过大，请另存为新的 xlsx 文件，只保留需要的表。",
        "The file unpacks to too much: save it as a new xlsx file with the one sheet that is needed.",
    ),
    "old_format": (
        "文件是旧的 xls 格式或设有密码，请取消密码并另存为 xlsx 后再导入。",
        "The file is an old xls or has a password: save it as xlsx without one.",
    ),
    "web_page": (
        "文件其实是网页，请用 Excel 或 WPS 打开后另存为 xlsx 再导入。",
        "The file is a web page in truth: open it in a spreadsheet and save it as xlsx.",
    ),
    "too_many_rows": (
        f"文件超过 {ROWS_MOST} 行，请分成几个文件。",
        f"The file has more than {ROWS_MOST} rows: split it.",
    ),
    "too_long_cell": (
        f"有单元格超过 {CELL_LONGEST} 个字，请缩短后再导入。",
        f"A cell holds more than {CELL_LONGEST} characters: shorten it.",
    ),
    "costly": (
        "文件无法在规定的时间和内存内读完，请新建一个文件，只把需要的内容复制进去再导入。",
        "The file cannot be read within bounds: copy what is needed into a new file.",
    ),
}


class SheetRefused(Invalid):
    """文件无法读取，请使用 xlsx 或 csv 格式的表格。"""

    code = "sheet_refused"
    en = "The file cannot be read: use a table as xlsx or csv."


@dataclass(frozen=True, slots=True)
class Flaw:
    """What keeps a cell from being read: a formula never worked out, an error, a number longer than it can be."""

    words: Words


Cell = str | date | Flaw
_FLAWS = {
    FORMULA: Flaw(("是公式，请改为文字。", "Is a formula: make it text.")),
    ERROR: Flaw(("单元格有错误值。", "The cell holds an error.")),
    LONG_NUMBER: Flaw(
        (
            "数字太长，末几位已被 Excel 改成 0，请把单元格设为文本后重新填写。",
            "The number is too long and Excel has made its end 0: format the cell as text and type it again.",
        )
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something, counted as a spreadsheet counts it."""

    number: int
    cells: tuple[Cell, ...]

    def __str__(self) -> str:
        shown = (str(cell) for cell in self.cells if cell and not isinstance(cell, Flaw))
        return "、".join(letters.fold(text)[:20] for text in shown if not letters.is_blank(text))[:60]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands in one sheet; a csv has one without a name."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """What stands in a file; sheets that are hidden are not read."""

    sheets: tuple[Sheet, ...]
    hidden: tuple[str, ...]


def read(content: bytes) -> Book:
    """Read a file in a process of its own, with bounds on time and memory; raise SheetRefused saying what to do."""
    program = [sys.executable, "-W", "ignore", "-m", "app.core.sheet_reader"]
    environment = {"PATH": os.defpath, "PYTHONPATH": str(_HOME)}
    try:
        done = subprocess.run(  # noqa: S603 - our own program, without arguments
            program, cwd=_HOME, env=environment, input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=WAIT_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise _refused("costly") from error
    if done.returncode:
        raise _refused("costly")
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise _refused(answer["refused"])
    return Book(tuple(Sheet(name, _rows(rows)) for name, rows in answer["tables"]), tuple(answer["hidden"]))


def _rows(rows: Sequence[Any]) -> tuple[Row, ...]:
    return tuple(Row(number, tuple(map(_cell, cells))) for number, cells in rows)


def _cell(given: str | dict[str, str]) -> Cell:
    if isinstance(given, str):
        return given
    if "flaw" in given:
        return _FLAWS[given["flaw"]]
    return date.fromisoformat(given["day"]) if given["day"] else ""


def _refused(reason: str) -> SheetRefused:
    zh, en = _REFUSED[reason]
    return SheetRefused(zh, en=en)


@dataclass(frozen=True)
class Page:
    """One sheet to write: headings with widths in letters, rows, and what its empty rows offer to choose from."""

    title: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[str]] = ()
    empty_rows: int = 0  # prepared as text, since a spreadsheet spoils long numbers
    choices: Mapping[str, str] = field(default_factory=dict)  # by heading: a list or where it stands


def write(title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a workbook of one sheet; columns are a heading and a width in letters."""
    return write_pages([Page(title, columns, rows)])


def write_pages(pages: Iterable[Page]) -> bytes:
    """Return a workbook."""
    book = Workbook(write_only=True)
    for page in pages:
        _write_page(book.create_sheet(page.title), page)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write_page(sheet: Any, page: Page) -> None:
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
