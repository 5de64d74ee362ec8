"""Read tables that people bring: where the head stands, which column is which field, and what cells mean.

Columns that are not known are passed over with a note. An empty cell says nothing.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core import letters
from app.core.schemas import AT_MOST_LETTERS
from app.frame import sheets
from app.frame.sheets import Flaw
from workflows.forms import NO, YES, Field, Kind
from workflows.words import Words, listed

ONE_OF = Words("应为：{}。", "One of these: {}.")
HEAD_MOST = 20  # rows in which the head of a table is looked for
_NAMED_MOST = 10
_PASSED = Words("未导入的列：{}{}。", "Columns that were passed over: {}{}.")
_OTHER_SHEETS = Words("未导入的工作表：{}。", "Sheets that were passed over: {}.")
_WHOLE = Words("应为不带小数的数字。", "A number without decimals, please.")
_DAY = Words("应为日期，写成 2026-11-23。", "A date, please, written like 2026-11-23.")
_YES_OR_NO = Words("应为是或否。", "Yes or no, please.")
_UNFIT = Words("这一格含有不能保存的字符。", "The cell holds characters that cannot be kept.")


class UnfitCell(Exception):
    """A cell does not say what its column holds."""

    def __init__(self, text: Words) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True)
class Table:
    """The rows below a head, each by its number with its cells by field, and what was passed over."""

    rows: Sequence[tuple[int, Mapping[str, Any]]]
    notes: tuple[Words, ...]


def table_in(
    content: bytes, names: Mapping[str, str], is_head: Callable[[Collection[str | None]], bool]
) -> Table | None:
    """Return the first table of a file, by the headings (in small letters) of each field; None where there is none.

    Raises SheetRefused.
    """
    book = sheets.read(content)
    for sheet in book.sheets:
        for place, row in enumerate(sheet.rows[:HEAD_MOST]):
            heads = [letters.fold(str(cell)) for cell in row.cells]
            fields = [names.get(head.casefold()) for head in heads]
            if is_head(fields):
                passed = [head for head, field in zip(heads, fields, strict=True) if head and not field]
                others = [one.name for one in book.sheets if one is not sheet] + list(book.hidden)
                rows = [(each.number, _cells(fields, each.cells)) for each in sheet.rows[place + 1 :]]
                return Table(rows, (*passed_over(passed), *_other_sheets(others)))
    return None


def _cells(fields: Sequence[str | None], cells: Sequence[Any]) -> dict[str, Any]:
    return {field: cell for field, cell in zip(fields, cells, strict=False) if field and cell != ""}


def passed_over(names: Sequence[str]) -> Iterator[Words]:
    """Say which columns were passed over."""
    if names:
        more = len(names) - _NAMED_MOST
        rest = Words("等 {0} 列", " and {1} more").format(len(names), more) if more > 0 else ""
        yield _PASSED.format(listed(letters.without_unfit(name)[:40] for name in names[:_NAMED_MOST]), rest)


def _other_sheets(names: Sequence[str]) -> Iterator[Words]:
    if names:
        yield _OTHER_SHEETS.format(listed(names[:_NAMED_MOST]))


def answer(question: Field, cell: Any) -> Any:
    """Return what a cell answers to a question of a form; None for an empty one; raise UnfitCell."""
    if question.kind is Kind.DATE and isinstance(cell, date):
        return cell.isoformat()
    text = text_of(cell)
    return _ANSWERS.get(question.kind, lambda text: text)(text) if text else None


def text_of(cell: Any) -> str:
    """Return what a cell says, without what stands around it; raise UnfitCell."""
    if isinstance(cell, Flaw):
        raise UnfitCell(cell.words)
    text = letters.fold(cell.isoformat() if isinstance(cell, date) else str(cell))
    if not letters.is_fit(text):
        raise UnfitCell(_UNFIT)
    return text


def short(text: str, most: int) -> str:
    """Return a text that is no longer than that; raise UnfitCell."""
    if len(text) > most:
        raise UnfitCell(AT_MOST_LETTERS.format(most))
    return text


def _whole(text: str) -> int:
    try:
        number = float(text)
    except ValueError:
        raise UnfitCell(_WHOLE) from None
    if not number.is_integer():
        raise UnfitCell(_WHOLE)
    return int(number)


def _yes_no(text: str) -> bool:
    yes, no = (str(YES), YES.en, "true", "1", "有", "√"), (str(NO), NO.en, "false", "0", "无")
    if text.casefold() in {each.casefold() for each in yes}:
        return True
    if text.casefold() in {each.casefold() for each in no}:
        return False
    raise UnfitCell(_YES_OR_NO)


def _day(text: str) -> str:
    plain = text.replace("/", "-").replace(".", "-")
    digits = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}" if plain.isdigit() and len(plain) == 8 else plain
    try:
        year, month, day = (int(part) for part in digits.split("-"))
        return date(year, month, day).isoformat()
    except ValueError:
        raise UnfitCell(_DAY) from None


_ANSWERS: Mapping[Kind, Any] = {Kind.INTEGER: _whole, Kind.YES_NO: _yes_no, Kind.DATE: _day}
