"""Read people from a sheet: one row for each role a person holds; every fault named by row and column."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.core import letters
from app.core.errors import Invalid
from app.core.permissions import ScopeKind
from app.core.transaction import breathe
from app.frame import sheets
from app.frame.sheets import Book, Sheet, SheetRow
from app.identity.people_cells import LOADERS, Wrong, display, half_width, plain
from workflows.words import Words, listed

COLUMNS = ("姓名", "账号", "手机", "角色", "范围类型", "范围代码", "起", "止")
MOST_ROWS = 20_000  # our figure
_HEADER_WITHIN = 30  # rows that hold something: titles and explanations stand above it
_ALSO_CALLED = {
    "姓名": ("名字", "人员姓名"),
    "账号": ("帐号", "用户名", "登录名", "登录账号"),
    "手机": ("手机号", "手机号码", "电话", "电话号码", "联系电话"),
    "范围代码": ("范围编码",),
    "起": ("开始", "开始日期", "起始日期", "生效日期"),
    "止": ("结束", "结束日期", "终止日期", "截止日期"),
}
_BESIDE_A_TITLE = re.compile(r"\(.*?\)|[*★:\s]")

_NOTHING, _THE_FILE = Words("", ""), Words("文件", "the file")
_EVERY_COLUMN = Words("全部列名", "all")
_ROWS = Words("{}第 {}—{} 行", "{} rows {}–{}")
_WANTED = Words("表头应有且只有一次：{}。", "The header should have once: {}.")
_NOTHING_READ = Words("文件里没有读到任何内容。{}{}", "Nothing was read in the file. {}{}")
_NO_HEADER = Words(
    "表头缺少：{0}。在{1}第 {2} 行读到“{3}”。{4}{5}", "Columns are missing: {0}. Row {2} of {6} reads “{3}”. {4}{5}"
)
_NO_PEOPLE = Words(
    "{0}第 {1} 行是表头，下面没有读到人员。请填写后再导入。{2}",
    "Row {1} of {3} is the header, and no people were read below it.{2}",
)
_SEVERAL_SHEETS = Words(
    "{}都有人员，请每个文件只留一张人员表。", "There are people in {}: leave one such sheet in each file."
)


class FileRefused(Invalid):
    """文件无法读取，请使用 xlsx 或 csv 格式的人员表。"""

    code = "people_file_refused"
    en = "The file cannot be read: use a sheet of people as xlsx or csv."


@dataclass(frozen=True)
class CellFault:
    """What is wrong in a cell, what was read in it, and where. Rows are counted as Excel does."""

    row: int
    column: str
    text: Words
    read: str
    sheet: Words  # as sentences name it; nothing where the file has no sheets

    def __str__(self) -> str:
        read = f"读到“{self.read}”：" if self.read else ""
        return f"{self.sheet!s}第 {self.row} 行「{self.column}」：{read}{self.text!s}"


@dataclass(frozen=True)
class PersonLine:
    """One row: a person and one role. `valid_to` is the first moment after the last day.

    `read` has what stood in its cells, and `sheet` where, for whoever finds something at fault later.
    """

    row: int
    sheet: Words
    read: Mapping[str, str]
    name: str
    username: str
    phone: str | None
    role: str
    scope_kind: ScopeKind
    scope_code: str
    valid_from: datetime | None
    valid_to: datetime | None

    def fault(self, column: str, text: Words) -> CellFault:
        """Say what is wrong in one of its cells."""
        return CellFault(self.row, column, text, self.read[column], self.sheet)


@dataclass
class PeopleSheet:
    """What a file holds, and what is wrong with it; `place` says where it was read, `hidden` names what was not."""

    sheet: Words
    place: Words
    hidden: tuple[str, ...] = ()
    lines: list[PersonLine] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)

    def people(self) -> dict[str, list[PersonLine]]:
        """Return the rows of each account."""
        rows: dict[str, list[PersonLine]] = {}
        for line in self.lines:
            rows.setdefault(line.username, []).append(line)
        return rows


def read(path: Path) -> PeopleSheet:
    """Read a file; raise FileRefused when it is no sheet of people."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileRefused from error
    return read_bytes(content)


def read_bytes(content: bytes) -> PeopleSheet:
    """Read a file's content; raise FileRefused when it holds no people, saying which sheet and row were read."""
    try:
        book = sheets.read(content)
    except sheets.SheetRefused as refused:
        raise FileRefused(refused.detail) from refused
    reading = _read_sheet(*_one_sheet(book))
    reading.hidden = book.hidden
    for lines in reading.people().values():
        reading.faults += [fault for line in lines[1:] for fault in _differences(line, lines[0])]
    return reading


def hidden_words(names: Sequence[str]) -> Words:
    """Say which sheets were passed over, and what to do where people stand there."""
    return Words(
        "隐藏的工作表没有读取：{}。如果其中有要导入的人员，请取消隐藏，只留一张人员表。",
        "Hidden sheets were not read: {}. If people stand there, show them and leave one such sheet.",
    ).format(listed(names))


def passwords_book(rows: Sequence[tuple[str, str, str]]) -> bytes:
    """Write name, account and first password as a workbook."""
    return sheets.write("初始密码", (("姓名", 12), ("账号", 20), ("初始密码", 20)), rows)


def write_passwords(path: Path, rows: Sequence[tuple[str, str, str]]) -> None:
    """Write the passwords to a new file that only its owner may read; raise FileExistsError."""
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(passwords_book(rows))


def _one_sheet(book: Book) -> tuple[Sheet, SheetRow, dict[str, int]]:
    """Return the sheet that holds people, the row of its header, and where its columns stand; raise FileRefused."""
    headed = [(sheet, *header) for sheet in book.sheets if (header := _header(sheet))]
    filled = [one for one in headed if one[0].rows[-1].number > one[1].number]
    if not headed:
        raise _no_header(book)
    if not filled:
        place, row, _ = headed[0]
        raise FileRefused(_NO_PEOPLE.format(_called(place), row.number, _hidden(book), _called(place) or _THE_FILE))
    if len(filled) > 1:
        raise FileRefused(_SEVERAL_SHEETS.format(Words("和", ", ").join(_called(sheet) for sheet, *_ in filled)))
    return filled[0]


def _header(sheet: Sheet) -> tuple[SheetRow, dict[str, int]] | None:
    for row in sheet.rows[:_HEADER_WITHIN]:
        places = _places(row)
        if len(places) == len(COLUMNS):
            return row, places
    return None


def _places(row: SheetRow) -> dict[str, int]:
    """Find the columns by their titles, in whatever order; a title that stands twice is none."""
    titles = [_title(cell) for cell in row.cells]
    places = {}
    for column in COLUMNS:
        named = next((name for name in (column, *_ALSO_CALLED.get(column, ())) if name in titles), None)
        if named and titles.count(named) == 1:
            places[column] = titles.index(named)
    return places


def _title(cell: sheets.Cell) -> str:
    return _BESIDE_A_TITLE.sub("", half_width(cell)) if isinstance(cell, str) else ""


def _no_header(book: Book) -> FileRefused:
    """Say what was read where a header was looked for: the row that looks most like one, else the first."""
    rows = [(len(_places(row)), sheet, row) for sheet in book.sheets for row in sheet.rows[:_HEADER_WITHIN]]
    wanted = _WANTED.format(listed(COLUMNS))
    if not rows:
        return FileRefused(_NOTHING_READ.format(wanted, _hidden(book)))
    most, sheet, row = max(rows, key=lambda one: one[0])
    missing = listed(column for column in COLUMNS if column not in _places(row)) if most else _EVERY_COLUMN
    return FileRefused(
        _NO_HEADER.format(missing, _called(sheet), row.number, row, wanted, _hidden(book), _called(sheet) or _THE_FILE)
    )


def _called(sheet: Sheet) -> Words:
    return Words("工作表「{}」", "the sheet “{}”").format(sheet.name) if sheet.name else _NOTHING


def _hidden(book: Book) -> Words:
    return Words("", " ") + hidden_words(book.hidden) if book.hidden else _NOTHING


def _read_sheet(sheet: Sheet, header: SheetRow, places: dict[str, int]) -> PeopleSheet:
    below = [row for row in sheet.rows if row.number > header.number]
    if len(below) > MOST_ROWS:
        raise FileRefused(Words("一个文件最多 {} 行，请分成几个文件。", "At most {} rows: split it.").format(MOST_ROWS))
    reading = PeopleSheet(_called(sheet), _ROWS.format(_called(sheet), below[0].number, below[-1].number))
    for row in below:
        breathe()
        cells = {column: row.cells[place] for column, place in places.items() if place < len(row.cells)}
        if any(_is_filled(cell) for cell in cells.values()):
            _read_row(row.number, cells, reading)
    return reading


def _is_filled(cell: sheets.Cell) -> bool:
    return not (isinstance(cell, str) and letters.is_blank(cell))


def _read_row(number: int, cells: dict[str, sheets.Cell], reading: PeopleSheet) -> None:
    values: dict[str, Any] = {}
    read = {column: display(column, cells.get(column, "")) for column in COLUMNS}
    faults = []
    for column, load in LOADERS.items():
        try:
            values[column] = load(plain(cells.get(column, "")))
        except Wrong as wrong:
            faults.append(CellFault(number, column, wrong.text, read[column], reading.sheet))
    if not faults and values["起"] and values["止"] and values["止"] <= values["起"]:
        faults.append(
            CellFault(number, "止", Words("早于开始日期。", "Is before the first day."), read["止"], reading.sheet)
        )
    reading.faults += faults
    if not faults:
        values["止"] = values["止"] and values["止"] + timedelta(days=1)
        reading.lines.append(PersonLine(number, reading.sheet, read, *[values[column] for column in COLUMNS]))


def _differences(line: PersonLine, first: PersonLine) -> Iterator[CellFault]:
    """Tell where a further row of an account calls the person otherwise."""
    text = Words("与第 {} 行同一账号的填写不一致。", "Differs from row {}, which has the same user name.").format(
        first.row
    )
    for column, here, there in (("姓名", line.name, first.name), ("手机", line.phone, first.phone)):
        if here != there:
            yield line.fault(column, text)
