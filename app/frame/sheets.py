"""Tables as files: read what people bring (xlsx, csv), write what they take away (xlsx, all cells text).

The one door to the one reader and the one writer of the house. Both work in processes of their own: a sheet of many
rows would hold up everybody, and a hostile one more than that.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.core import letters
from app.core.apart import Apart, ProcessDied
from app.core.errors import Busy, Invalid
from app.core.transaction import breathe
from app.frame.sheet_reader import CELL_LONGEST, ERROR, FORMULA, LONG_NUMBER, ROWS_MOST
from app.frame.sheet_writer import SheetPage
from workflows.words import Words

__all__ = ["SheetPage", "SheetRefused", "read", "write", "write_pages"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEMORY_BYTES = 1024 * 1_048_576
FILES_MOST = 4 * 1_048_576  # bytes of any files sent by a page together; our figure
UPLOAD_MOST = 2 * 1_048_576  # bytes of a sheet sent by a page; our figure, larger ones are for the command line
READ_SECONDS, WRITE_SECONDS = 20, 60  # of work; our figures
WAIT_SECONDS = 60  # beside others who work
AT_ONCE = 1  # in each of the web server's processes
_reading = Apart("app.frame.sheet_reader", AT_ONCE, MEMORY_BYTES, READ_SECONDS, WAIT_SECONDS)
_writing = Apart("app.frame.sheet_writer", AT_ONCE, MEMORY_BYTES, WRITE_SECONDS, WAIT_SECONDS)

_REFUSED: Mapping[str, Words] = {
    "unreadable": Words(
        "文件无法读取，请使用 xlsx 或 csv 格式的表格。", "The file cannot be read: use a table as xlsx or csv."
    ),
    "unfit_letter": Words(
        "第 {line} 行有无法使用的字符（控制字符或残缺的字），请删去后再导入。",
        "Line {line} holds a character that cannot be used (a control or half a letter): delete it.",
    ),
    "too_large": Words(
        "文件展开后过大，请另存为新的 xlsx 文件，只保留需要的表。",
        "The file unpacks to too much: save it as a new xlsx file with the one sheet that is needed.",
    ),
    "old_format": Words(
        "文件是旧的 xls 格式或设有密码，请取消密码并另存为 xlsx 后再导入。",
        "The file is an old xls or has a password: save it as xlsx without one.",
    ),
    "web_page": Words(
        "文件其实是网页，请用 Excel 或 WPS 打开后另存为 xlsx 再导入。",
        "The file is a web page in truth: open it in a spreadsheet and save it as xlsx.",
    ),
    "too_many_rows": Words("文件超过 {} 行，请分成几个文件。", "The file has more than {} rows: split it.").format(
        ROWS_MOST
    ),
    "too_long_cell": Words(
        "有单元格超过 {} 个字，请缩短后再导入。", "A cell holds more than {} characters: shorten it."
    ).format(CELL_LONGEST),
    "costly": Words(
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
    FORMULA: Flaw(Words("是公式，请改为文字。", "Is a formula: make it text.")),
    ERROR: Flaw(Words("单元格有错误值。", "The cell holds an error.")),
    LONG_NUMBER: Flaw(
        Words(
            "数字太长，末几位已被 Excel 改成 0，请把单元格设为文本后重新填写。",
            "The number is too long and Excel has made its end 0: format the cell as text and type it again.",
        )
    ),
}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that holds something, counted as a spreadsheet counts it."""

    number: int
    cells: tuple[Cell, ...]

    def __str__(self) -> str:
        texts = (str(cell) for cell in self.cells if cell and not isinstance(cell, Flaw))
        return "、".join(letters.fold(text)[:20] for text in texts if not letters.is_blank(text))[:60]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands in one sheet; a csv has one without a name."""

    name: str
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """What stands in a file; sheets that are hidden are not read."""

    sheets: tuple[Sheet, ...]
    hidden: tuple[str, ...]


def read(content: bytes) -> Book:
    """Read a file in a process of its own, with bounds on time and memory; raise SheetRefused saying what to do.

    Only the reader's own word is told of the file; raises Busy where the machine kept it from speaking.
    """
    try:
        answer = _reading.ask({"content": base64.b64encode(content).decode()})
    except ProcessDied as error:
        raise (_refused("costly") if error.of_its_own_doing else Busy()) from error
    if "refused" in answer:
        raise _refused(answer["refused"], answer["line"])
    return Book(tuple(Sheet(name, _rows(rows)) for name, rows in answer["tables"]), tuple(answer["hidden"]))


def _rows(rows: Sequence[Any]) -> tuple[SheetRow, ...]:
    return tuple(_row(*row) for row in rows)


def _row(number: int, cells: Sequence[Any]) -> SheetRow:
    breathe()
    return SheetRow(number, tuple(map(_cell, cells)))


def _cell(value: str | dict[str, str]) -> Cell:
    if isinstance(value, str):
        return value
    if "flaw" in value:
        return _FLAWS[value["flaw"]]
    return date.fromisoformat(value["day"]) if value["day"] else ""


def _refused(reason: str, line: int | None = None) -> SheetRefused:
    return SheetRefused(_REFUSED[reason].format(line=line))


def write(title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a workbook of one sheet; columns are a heading and a width in letters."""
    return write_pages([SheetPage(title, columns, rows)])


def write_pages(pages: Iterable[SheetPage]) -> bytes:
    """Return a workbook, written in a process of its own; raise Busy where that could not be done."""
    whole = [replace(page, rows=list(map(_texts, page.rows))) for page in pages]
    try:
        return base64.b64decode(_writing.ask({"pages": whole})["content"])
    except ProcessDied as error:
        raise Busy from error


def _texts(row: Sequence[str]) -> list[str]:
    """Return a row without halves of letters, which cannot even be handed on; others go on between two rows."""
    breathe()
    return [cell.encode(errors="ignore").decode() for cell in row]
