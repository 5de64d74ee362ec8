"""Read the cells of a sheet of people; what cannot be used is told in a sentence. Pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from app.core import field_texts, letters, telephones
from app.core.clock import midnight
from app.core.permissions import ScopeKind
from app.core.schemas import AT_MOST_LETTERS, ONE_LINE, UNFIT, WRONG_TELEPHONE, YEARS, is_near
from app.frame import sheets
from workflows.words import Words

WRONG_NAME = Words("不能以 = + - @ 开头。", "Must not begin with = + - @.")
WRONG_USERNAME = Words("只能用字母、数字和 . _ -，2 到 40 位。", "2 to 40 letters, digits and . _ - only.")
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_SCOPES = {str(kind.words): kind for kind in ScopeKind}
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?: 00:00(?::00)?)?")


_SEEN_MOST = 30  # characters of what was read, beside a fault; our figure
_DIGITS_SHOWN = {"手机": 5}  # in a row; a day has 8
_DIGITS_SHOWN_ELSEWHERE = 8
_NUMBER = re.compile(r"\d(?:[\s()/.·—–-]*\d)*[Xx]?")


class Wrong(ValueError):
    """A cell that cannot be used; its text tells why."""

    def __init__(self, text: Words) -> None:
        super().__init__(text)
        self.text = text


def is_name(text: str) -> bool:
    """Tell whether a text can be a name: what begins like a formula is a slip."""
    return not text.startswith(("=", "+", "-", "@"))


def plain(cell: sheets.Cell) -> str | date:
    """Return what a cell says: a text without padding, or a day."""
    if isinstance(cell, sheets.Flaw):
        raise Wrong(cell.words)
    if isinstance(cell, date):
        return cell
    if not letters.is_fit(cell):
        raise Wrong(UNFIT)
    return letters.fold(cell)


def display(column: str, cell: sheets.Cell) -> str:
    """Return what was read in a cell, to stand beside a fault: one short line, long numbers by their ends alone."""
    if isinstance(cell, sheets.Flaw):
        return ""
    text = half_width(letters.without_unfit(letters.fold(str(cell))))
    most = _DIGITS_SHOWN.get(column, _DIGITS_SHOWN_ELSEWHERE)
    line = " ".join(_NUMBER.sub(lambda number: _ends(number[0], most), text).split())
    return line if len(line) <= _SEEN_MOST else f"{line[:_SEEN_MOST]}…"


def _ends(number: str, most: int) -> str:
    digits = re.sub(r"\W", "", number)
    return f"{digits[:3]}…{digits[-2:]}" if len(digits) > most else number


def half_width(text: str) -> str:
    """Return a text in letters of ordinary width."""
    return unicodedata.normalize("NFKC", text)


def _text(longest: int) -> Callable[[Any], str]:
    def load(value: Any) -> str:
        if not isinstance(value, str):
            raise Wrong(field_texts.TEXT)
        if not value:
            raise Wrong(field_texts.REQUIRED)
        if not letters.is_one_line(value):
            raise Wrong(ONE_LINE)
        if len(value) > longest:
            raise Wrong(AT_MOST_LETTERS.format(longest))
        if not is_name(value):
            raise Wrong(WRONG_NAME)
        return letters.fold_name(value)

    return load


def _username(value: Any) -> str:
    text = half_width(_text(40)(value)).lower()
    if not USERNAME.fullmatch(text):
        raise Wrong(WRONG_USERNAME)
    return text


def _code(value: Any) -> str:
    return half_width(_text(24)(value))


def _phone(value: Any) -> str | None:
    try:
        return telephones.read(str(value))
    except telephones.NoTelephone:
        raise Wrong(WRONG_TELEPHONE) from None


def _scope_kind(value: Any) -> ScopeKind:
    if value not in _SCOPES:
        raise Wrong(Words("应为{}、{}或{}。", "Should be {} (grid), {} (department) or {} (centre).").format(*_SCOPES))
    return _SCOPES[value]


def _day(value: Any) -> datetime | None:
    """Return the beginning of a day in the county."""
    if value == "":
        return None
    day = value if isinstance(value, date) else _day_written(value)
    if not is_near(day):
        raise Wrong(YEARS)
    return midnight(day)


def _day_written(text: str) -> date:
    written = _DAY.fullmatch(half_width(text))
    try:
        year, month, day = map(int, filter(None, written.groups() if written else ()))
        return date(year, month, day)
    except ValueError:
        raise Wrong(field_texts.DAY) from None


LOADERS: Mapping[str, Callable[[Any], Any]] = {
    "姓名": _text(40),
    "账号": _username,
    "手机": _phone,
    "角色": _text(40),
    "范围类型": _scope_kind,
    "范围代码": _code,
    "起": _day,
    "止": _day,
}
