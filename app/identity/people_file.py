"""Read people from an Excel file: one row for each role a person holds; every fault named by row and column."""

import re
import warnings
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from app.core.clock import LOCAL
from app.core.errors import Invalid

COLUMNS = ("姓名", "账号", "手机", "角色", "范围类型", "范围代码", "起", "止")
MOST_ROWS = 20_000  # our figure
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
PHONE = re.compile(r"\+?[0-9-]{5,20}")
_SCOPES = {"网格": "grid", "部门": "department", "中心": "centre"}
UNPACKED_BYTES = 40 * 1_048_576  # our figure: several times what 20,000 rows need
_BROKEN = (  # what the library raises at files that only look like workbooks
    *(BadZipFile, InvalidFileException, ParseError, zlib.error, OSError, EOFError, RuntimeError),
    *(AttributeError, LookupError, TypeError, ValueError),
)
_EXACT_DIGITS = 15  # Excel keeps no more of a number; a longer code must be text


class FileRefused(Invalid):
    """文件无法读取，请使用 xlsx 格式的人员表。"""

    code = "people_file_refused"
    en = "The file cannot be read: use an xlsx sheet of people."


@dataclass(frozen=True)
class Fault:
    """What is wrong in a cell. Rows are counted as Excel does."""

    row: int
    column: str
    text: str

    def __str__(self) -> str:
        return f"第 {self.row} 行「{self.column}」：{self.text}"


@dataclass(frozen=True)
class Line:
    """One row: a person and one role. `valid_to` is the first moment after the last day."""

    row: int
    name: str
    username: str
    phone: str | None
    role: str
    scope_kind: str
    scope_code: str
    valid_from: datetime | None
    valid_to: datetime | None


@dataclass
class Reading:
    """What a file holds, and what is wrong with it."""

    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def people(self) -> dict[str, list[Line]]:
        """Return the rows of each account."""
        rows: dict[str, list[Line]] = {}
        for line in self.lines:
            rows.setdefault(line.username, []).append(line)
        return rows


class _Wrong(ValueError):
    """A cell that cannot be used; its text tells why."""


def read(path: Path) -> Reading:
    """Read the first sheet of a file; raise FileRefused when it is no such file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileRefused from error
    return read_bytes(content)


def read_bytes(content: bytes) -> Reading:
    """Read the first sheet of a file's content; raise FileRefused when it is none of a workbook."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles it does not keep; we keep none
            _check_size(content)
            book = load_workbook(BytesIO(content), read_only=True)
            reading = _read_sheet(book.worksheets[0])
    except _BROKEN as error:
        raise FileRefused from error
    for lines in reading.people().values():
        reading.faults += [fault for line in lines[1:] for fault in _differences(line, lines[0])]
    return reading


def passwords_book(rows: Sequence[tuple[str, str, str]]) -> bytes:
    """Write name, account and first password as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("初始密码")
    for row in [("姓名", "账号", "初始密码"), *rows]:
        sheet.append(row)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def write_passwords(path: Path, rows: Sequence[tuple[str, str, str]]) -> None:
    """Write the passwords to a new file that only its owner may read; raise FileExistsError."""
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(passwords_book(rows))


def _check_size(content: bytes) -> None:
    """Refuse what would unpack to more than a machine can bear; the library unpacks no more than is declared."""
    with ZipFile(BytesIO(content)) as packed:
        if sum(one.file_size for one in packed.infolist()) > UNPACKED_BYTES:
            raise FileRefused("文件展开后过大，请另存为新的 xlsx 文件，只保留人员表。")


def _read_sheet(sheet: Any) -> Reading:
    rows = sheet.iter_rows()
    places = _places(next(rows, ()))
    reading = Reading()
    for number, cells in enumerate(rows, start=2):
        if number > MOST_ROWS + 1:
            raise FileRefused(f"一个文件最多 {MOST_ROWS} 行，请分成几个文件。")
        by_column = {column: cells[place] for column, place in places.items() if place < len(cells)}
        if any(cell.value not in (None, "") for cell in by_column.values()):
            _read_row(number, by_column, reading)
    return reading


def _places(header: Any) -> dict[str, int]:
    """Find the columns by their titles, in whatever order."""
    titles = {str(cell.value or "").strip(): place for place, cell in enumerate(header)}
    missing = [column for column in COLUMNS if column not in titles]
    if missing:
        raise FileRefused(f"表头缺少：{'、'.join(missing)}。第一行应为：{'、'.join(COLUMNS)}。")
    return {column: titles[column] for column in COLUMNS}


def _read_row(number: int, cells: dict[str, Any], reading: Reading) -> None:
    values: dict[str, Any] = {}
    faults = []
    for column, load in _LOADERS.items():
        try:
            values[column] = load(_plain(cells.get(column)))
        except _Wrong as wrong:
            faults.append(Fault(number, column, str(wrong)))
    if not faults and values["起"] and values["止"] and values["止"] <= values["起"]:
        faults.append(Fault(number, "止", "早于开始日期。"))
    reading.faults += faults
    if not faults:
        values["止"] = values["止"] and values["止"] + timedelta(days=1)
        reading.lines.append(Line(number, *[values[column] for column in COLUMNS]))


def _differences(line: Line, first: Line) -> list[Fault]:
    """Tell where a further row of an account calls the person otherwise."""
    pairs = (("姓名", line.name, first.name), ("手机", line.phone, first.phone))
    text = f"与第 {first.row} 行同一账号的填写不一致。"
    return [Fault(line.row, column, text) for column, here, there in pairs if here != there]


def _plain(cell: Any) -> Any:
    """Return what a cell shows: text without outer blanks, a whole number as text, a time as it is."""
    if cell is None or cell.value is None:
        return ""
    if cell.data_type == "f":
        raise _Wrong("是公式，请改为文字。")
    if cell.data_type == "e":
        raise _Wrong("单元格有错误值。")
    value = cell.value
    if isinstance(value, (datetime, date)):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and len(str(value)) > _EXACT_DIGITS:
        raise _Wrong("数字太长，末几位已被 Excel 改成 0，请把单元格设为文本后重新填写。")
    return str(value).strip()


def _text(longest: int) -> Callable[[Any], str]:
    def load(value: Any) -> str:
        if not isinstance(value, str):
            raise _Wrong("应为文字。")
        if not value:
            raise _Wrong("必填。")
        if len(value) > longest:
            raise _Wrong(f"最多 {longest} 个字。")
        if value[0] in "=+-@" or not value.isprintable():
            raise _Wrong("不能以 = + - @ 开头，也不能含有换行等字符。")
        return value

    return load


def _username(value: Any) -> str:
    text = _text(40)(value).lower()
    if not USERNAME.fullmatch(text):
        raise _Wrong("只能用字母、数字和 . _ -，2 到 40 位。")
    return text


def _phone(value: Any) -> str | None:
    if value == "":
        return None
    if not isinstance(value, str) or not PHONE.fullmatch(value):
        raise _Wrong("不是电话号码。")
    return value


def _scope_kind(value: Any) -> str:
    if value not in _SCOPES:
        raise _Wrong("应为网格、部门或中心。")
    return _SCOPES[value]


def _day(value: Any) -> datetime | None:
    """Return the beginning of a day in the county."""
    if value == "":
        return None
    if isinstance(value, str):
        try:
            value = datetime.strptime(value.replace("/", "-").replace(".", "-"), "%Y-%m-%d")  # noqa: DTZ007 - a day
        except ValueError:
            raise _Wrong("应为日期，例如 2026-11-23。") from None
    if not 2000 <= value.year < 2100:
        raise _Wrong("年份应在 2000 到 2100 之间。")
    return datetime.combine(value.date() if isinstance(value, datetime) else value, time(), LOCAL)


_LOADERS: dict[str, Callable[[Any], Any]] = {
    "姓名": _text(40),
    "账号": _username,
    "手机": _phone,
    "角色": _text(40),
    "范围类型": _scope_kind,
    "范围代码": _text(24),
    "起": _day,
    "止": _day,
}
