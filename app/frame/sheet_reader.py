"""Read the tables in a file: xlsx by calamine, csv by the standard library. Bytes in, texts and days out; pure.

Hostile or broken files can end the library's process or fill the memory: `sheets.read` therefore runs this as a program
of its own. What a file says of its own size is not believed; hidden sheets are named and not read.
"""

import base64
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from app.core import letters

UNPACKED_BYTES = 40 * 1_048_576  # these bounds are ours: many times what a county's lists need
MEMBERS_MOST = 2_000
ROWS_MOST = 100_001  # that hold something: a head and what a survey of components counts below it
COLUMNS_MOST = 256
CELL_LONGEST = 32_767  # characters, as Excel has it
FORMULA, ERROR, LONG_NUMBER = "formula", "error", "long_number"
_EXACT_DIGITS = 15  # a spreadsheet keeps no more of a number
_OLD_FORMAT = b"\xd0\xcf\x11\xe0"  # xls, and anything under a password
_DELIMITERS = ",;\t"
_LINES_LOOKED_AT = 20  # to find the delimiter
_DELIMITER_NAMED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')  # how some programs keep leading zeros
_MAIN = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_CELL = re.compile(
    rb"""<(?:\w+:)?c\b(?P<about>[^>]*?\br=["'](?P<column>[A-Z]{1,3})(?P<row>\d{1,7})["'][^>]*)(?<!/)>(?P<body>.*?)</(?:\w+:)?c>""",
    re.DOTALL,
)
_KIND = re.compile(rb"""\bt=["'](\w+)["']""")
_HAS_FORMULA, _HAS_VALUE = re.compile(rb"<(?:\w+:)?f[\s/>]"), re.compile(rb"<(?:\w+:)?v>[^<]")
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^>]*/>")
_FAR = re.compile(  # a cell beyond IV, the 256th column: the library would make room for all before it
    rb"""<(?:\w+:)?c\b(?=[^>]*\br=["'](?:[A-Z]{3}|[J-Z][A-Z]|I[W-Z])\d)[^>]*?(?:/>|(?<!/)>.*?</(?:\w+:)?c>)""",
    re.DOTALL,
)
_SUSPECT = re.compile(rb"""<(?:\w+:)?f[\s/>]|\bt=["']e["']""")

_NEVER = (-1, "")

_BROKEN = (  # what is raised at files that only look like workbooks
    *(CalamineError, zipfile.BadZipFile, zlib.error, ElementTree.ParseError),
    *(OSError, EOFError, KeyError, ValueError, RuntimeError, NotImplementedError),
)
Flaws = Mapping[int, Mapping[int, str]]  # by row, by column
Cell = str | dict[str, str]  # a text, {"day": "2026-11-23"} or {"flaw": FORMULA}
Row = tuple[int, list[Cell]]


class SheetUnreadable(Exception):
    """The file is not read; its text is the reason's name in `sheets`, and `line` where in a csv it lies."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, slots=True)
class SheetTable:
    """The rows of one sheet that hold something, counted as Excel counts them."""

    name: str
    rows: Sequence[Row]


def tables_of(content: bytes) -> tuple[list[SheetTable], list[str]]:
    """Return the tables of a file and the names of the sheets that are hidden; raise SheetUnreadable."""
    if content.startswith(b"PK"):
        return _workbook(content)
    if content.startswith(_OLD_FORMAT):
        raise SheetUnreadable("old_format")
    return [SheetTable("", list(_bounded(_records(_decoded(content)))))], []


def _workbook(content: bytes) -> tuple[list[SheetTable], list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            if len(members) > MEMBERS_MOST or sum(one.file_size for one in members) > UNPACKED_BYTES:
                raise SheetUnreadable("too_large")
            book = CalamineWorkbook.from_filelike(_without_stated_sizes(packed))
            sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
            visible_names = [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible]
            parts = _parts(packed)
            tables = [_table(book.get_sheet_by_name(name), _flaws(packed, parts.get(name))) for name in visible_names]
    except _BROKEN as error:
        raise SheetUnreadable("unreadable") from error
    return tables, [one.name for one in sheets if one.name not in visible_names]


def _without_stated_sizes(packed: zipfile.ZipFile) -> io.BytesIO:
    """Return the file without pictures, cells far to the right, and what its sheets say of their size.

    The library may stumble over each of them.
    """
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as target:
        for name in packed.namelist():
            if name.endswith((".xml", ".rels")):
                target.writestr(name, _FAR.sub(b"", _DIMENSION.sub(b"", _member(packed, name), count=1)))
    plain.seek(0)
    return plain


def _table(sheet: CalamineSheet, flaws: Flaws) -> SheetTable:
    return SheetTable(sheet.name, list(_bounded(_rows(sheet, flaws))))


def _rows(sheet: CalamineSheet, flaws: Flaws) -> Iterator[Row]:
    """Yield the rows in which something stands; cells merged downwards hold what their first one holds."""
    top, left = sheet.start or (0, 0)
    begun: dict[int, list[tuple[int, int]]] = {}
    for (first, column), (last, _) in sheet.merged_cell_ranges or ():
        if last > first:
            begun.setdefault(first, []).append((column - left, last))
    running: dict[int, tuple[int, Any]] = {}  # by column: until which row, and what
    bottom = top + sheet.height
    yield from ((row + 1, _cells((), 0, flaws[row])) for row in sorted(flaws) if row < top)
    for row, cells in enumerate(sheet.iter_rows(), top):
        if cells.count("") == len(cells) and row not in flaws:
            continue
        values = [_merged(value, row, running.get(place, _NEVER)) for place, value in enumerate(cells)]
        running |= {place: (last, values[place]) for place, last in begun.get(row, ()) if 0 <= place < len(values)}
        yield row + 1, _cells(values, left, flaws.get(row, {}))
    yield from ((row + 1, _cells((), 0, flaws[row])) for row in sorted(flaws) if row >= bottom)


def _merged(value: Any, row: int, above: tuple[int, Any]) -> Any:
    last, held = above
    return held if value == "" and row <= last else value


def _cells(values: Sequence[Any], left: int, flaws: Mapping[int, str]) -> list[Cell]:
    cells: list[Cell] = [*[""] * left, *map(_display, values)]
    cells += [""] * (max(flaws, default=-1) + 1 - len(cells))
    for column, flaw in flaws.items():
        cells[column] = {"flaw": flaw}
    return cells[:COLUMNS_MOST]


def _display(value: Any) -> Cell:
    """Return what a cell shows."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (datetime, date)):
        return {"day": f"{value:%Y-%m-%d}" if value.year >= 1000 else ""}
    if isinstance(value, float):
        whole = value.is_integer()
        if whole and abs(value) >= 10**_EXACT_DIGITS:
            return {"flaw": LONG_NUMBER}
        return str(int(value)) if whole else format(value, f".{_EXACT_DIGITS}g")
    return value.isoformat() if isinstance(value, time) else str(value)


def _parts(packed: zipfile.ZipFile) -> dict[str, str]:
    """Return which member holds which sheet."""
    book = ElementTree.fromstring(_member(packed, "xl/workbook.xml"))  # noqa: S314 - expat bounds what entities unfold
    links = ElementTree.fromstring(_member(packed, "xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {one.get("Id"): one.get("Target", "") for one in links}
    named = ((one.get("name"), one) for one in book.iter() if one.tag.endswith("}sheet"))
    ids = ((name, next((value for key, value in one.items() if key.endswith("}id")), None)) for name, one in named)
    full = ((name, targets.get(key, "")) for name, key in ids if name)
    return {name: target.lstrip("/") if target.startswith("/") else f"xl/{target}" for name, target in full}


def _flaws(packed: zipfile.ZipFile, part: str | None) -> Flaws:
    """Find the cells whose formula was never worked out, or that hold an error: the library reads them as empty."""
    content = _member(packed, part) if part in packed.namelist() else b""
    flaws: dict[int, dict[int, str]] = {}
    for cell in _CELL.finditer(content) if _SUSPECT.search(content) else ():
        flaw = _flaw(cell["about"], cell["body"])
        if flaw:
            flaws.setdefault(int(cell["row"]) - 1, {})[_column(cell["column"])] = flaw
    return flaws


def _flaw(about: bytes, body: bytes) -> str | None:
    kind = _KIND.search(about)
    if kind:
        return ERROR if kind[1] == b"e" else None
    return FORMULA if _HAS_FORMULA.search(body) and not _HAS_VALUE.search(body) else None


def _column(name: bytes) -> int:
    column = 0
    for letter in name:
        column = column * 26 + letter - ord("A") + 1
    return column - 1


def _member(packed: zipfile.ZipFile, name: str) -> bytes:
    with packed.open(name) as member:
        content = member.read(UNPACKED_BYTES + 1)  # the real size, whatever the stated one
    if len(content) > UNPACKED_BYTES:
        raise SheetUnreadable("too_large")
    return content


def _decoded(content: bytes) -> str:
    """Return a csv's text; raise SheetUnreadable for what is no text."""
    try:
        text = letters.decoded(content)
    except UnicodeDecodeError as error:
        raise SheetUnreadable("unreadable") from error
    if not letters.is_fit(text):
        raise SheetUnreadable("unfit_letter", letters.unfit_line(text))
    if text.lstrip().startswith("<"):
        raise SheetUnreadable("web_page")
    return text


def _records(text: str) -> Iterator[Row]:
    named = _DELIMITER_NAMED.match(text)
    delimiter = named[1] if named else _delimiter(text)
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            if number > 1 or not named:
                yield number, [_unquoted(cell) for cell in record[:COLUMNS_MOST]]
    except csv.Error as error:
        raise SheetUnreadable("unreadable") from error


def _delimiter(text: str) -> str:
    first = text.split("\n", _LINES_LOOKED_AT)[:_LINES_LOOKED_AT]
    return max(_DELIMITERS, key=lambda delimiter: sum(line.count(delimiter) for line in first))


def _unquoted(cell: str) -> Cell:
    quoted = _QUOTED_FORMULA.fullmatch(cell)
    return quoted[1] if quoted else cell


def _bounded(rows: Iterable[Row]) -> Iterator[Row]:
    """Leave out the rows that hold nothing to be seen; raise SheetUnreadable for too many rows or too long cells."""
    count = 0
    for number, cells in rows:
        if not any(cells) or all(isinstance(cell, str) and letters.is_blank(cell) for cell in cells):
            continue
        count += 1
        if count > ROWS_MOST:
            raise SheetUnreadable("too_many_rows")
        if any(len(cell) > CELL_LONGEST for cell in cells):
            raise SheetUnreadable("too_long_cell")
        yield number, cells


def answer(question: dict[str, str]) -> dict[str, Any]:
    """Read a file in a process of its own, and say what stands in it."""
    try:
        tables, hidden = tables_of(base64.b64decode(question["content"]))
    except SheetUnreadable as refused:
        return {"refused": str(refused), "line": refused.line}
    return {"tables": [[one.name, one.rows] for one in tables], "hidden": hidden}
