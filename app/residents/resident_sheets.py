"""Read a sheet of residents (xlsx, csv) row by row: which column is which, and what each cell means.

Columns are known by our names in either language and by the fields' own names. A field that whoever brings the sheet
does not read is no column for them: it is passed over like all that is not known.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.errors import Invalid
from app.core.permissions import Person
from app.core.schemas import AT_MOST_LETTERS
from app.frame import cells
from app.frame.cells import UnfitCell
from app.residents import queries, resident_sight
from app.residents.models import ConsentBy
from app.residents.resident_rules import FieldRule, rules
from workflows.forms import Field, Kind
from workflows.resident_terms import ResidentSubject
from workflows.words import Words, listed

ROWS_MOST = 5_000  # of a sheet: those of a township; our figure
COLUMNS: Mapping[str, Words] = {
    "subject": Words("种类", "Kind"),
    "grid": Words("网格编码", "Code of the grid"),
    "cares": Words("关爱种类", "Kinds of care"),
    "household_id": Words("所在住户编号", "Number of the household"),
    "consent.by": Words("谁同意", "Who has agreed"),
    "consent.on": Words("同意日期", "Agreed on"),
}
_FIELD = "fields."
_BETWEEN = re.compile(r"[、，,；;]")
_LETTERS_MOST = 500
_DATE = Field("on", COLUMNS["consent.on"], Kind.DATE)
_NO_TABLE = Words(
    "没有找到表头：须有“种类”“网格编码”“关爱种类”三列。",
    "No head of a table is found: it has a kind, the code of a grid and kinds of care.",
)
_NO_ROWS = Words("文件里没有居民。", "There are no residents in the file.")
_TOO_MANY = Words("一次最多登记 {} 人，请分成几个文件。", "At most {} residents at a time: split the file.")


class NoResidentsInFile(Invalid):
    """文件里没有可以登记的居民，请按提示准备文件。"""

    code = "no_residents_in_file"
    en = "There is nobody to enter in the file: prepare it as shown."


@dataclass(frozen=True)
class ResidentSheetRow:
    """A row: its number in the file, the body as somebody would send it, and what is wrong with its cells."""

    number: int
    body: Mapping[str, Any]
    faults: tuple[tuple[Words, Words], ...]


@dataclass(frozen=True)
class ResidentSheet:
    """The rows of a sheet, and what was passed over."""

    raw: Sequence[tuple[int, Mapping[str, Any]]]
    notes: tuple[Words, ...]

    def rows(self, by: Person) -> Iterator[ResidentSheetRow]:
        """Yield what each row means to whoever brings it."""
        return (_row(number, raw, by) for number, raw in self.raw)


def read(content: bytes, by: Person) -> ResidentSheet:
    """Read a sheet; raise SheetRefused, or NoResidentsInFile for one that holds nobody, or too many."""
    table = cells.table_in(content, _names(by), _is_head)
    if table is None:
        raise NoResidentsInFile.at("file", _NO_TABLE)
    rows = [(number, raw) for number, raw in table.rows if raw]
    if not rows:
        raise NoResidentsInFile.at("file", _NO_ROWS)
    if len(rows) > ROWS_MOST:
        raise NoResidentsInFile.at("file", _TOO_MANY.format(ROWS_MOST))
    return ResidentSheet(rows, table.notes)


def rules_read(by: Person) -> list[FieldRule]:
    """Return the fields that a person reads on some ground, and can bring."""
    return [rule for rule in rules().fields.values() if resident_sight.reads_somewhere(rule.readers, by)]


def heading(field: str) -> Words:
    """Return what the column of a field at fault is called."""
    if field.startswith("cares"):
        return COLUMNS["cares"]
    code = field.removeprefix(_FIELD)
    if code in rules().fields:
        return rules().fields[code].question.label
    return COLUMNS.get(field) or COLUMNS["consent.by" if field == "consent" else "grid"]


def _is_head(fields: Collection[str | None]) -> bool:
    return {"subject", "grid", "cares"} <= set(fields)


def _names(by: Person) -> dict[str, str]:
    """Return by which headings, in small letters, each field is known."""
    known = {rule.code: rule.question.label for rule in rules_read(by)}
    names = {name.casefold(): _FIELD + code for code, label in known.items() for name in (label, label.en, code)}
    return names | {name.casefold(): field for field, text in COLUMNS.items() for name in (text, text.en, field)}


def _row(number: int, raw: Mapping[str, Any], by: Person) -> ResidentSheetRow:
    body: dict[str, Any] = {"fields": {}}
    faults: list[tuple[Words, Words]] = []
    for field, cell in raw.items():
        try:
            _put(body, field, cell, by)
        except UnfitCell as unfit:
            faults.append((heading(field), unfit.text))
    return ResidentSheetRow(number, body, tuple(faults))


def _put(body: dict[str, Any], field: str, cell: Any, by: Person) -> None:
    if field.startswith(_FIELD):
        code = field.removeprefix(_FIELD)
        answer = cells.answer(rules().fields[code].question, cell)
        if isinstance(answer, str) and len(answer) > _LETTERS_MOST:
            raise UnfitCell(AT_MOST_LETTERS.format(_LETTERS_MOST))
        if answer is not None:
            body["fields"][code] = answer
    elif text := cell if isinstance(cell, date) else cells.text_of(cell):
        place = body.setdefault("consent", {}) if field.startswith("consent.") else body
        place[field.removeprefix("consent.")] = _READERS[field](text, by)


def _member(named: Mapping[str, Words]) -> Callable[[Any, Person], str]:
    by_name = {name.casefold(): code for code, words in named.items() for name in (code, words, words.en)}

    def read_member(text: Any, by: Person) -> str:
        code = by_name.get(str(text).casefold())
        if code is None:
            raise UnfitCell(cells.ONE_OF.format(listed(named.values())))
        return code

    return read_member


def _cares(text: Any, by: Person) -> list[str]:
    """Return the codes of the kinds of care; one that is not theirs to know is none, as when entered by hand."""
    known = {
        code: care.name for code, care in rules().cares.items() if resident_sight.reads_somewhere(care.readers, by)
    }
    read_care = _member(known)
    return [read_care(name, by) for one in _BETWEEN.split(str(text)) if (name := one.strip())]


def _household(text: Any, by: Person) -> str:
    try:
        return str(queries.household_of(cells.short(str(text), 12), by))
    except Invalid:
        raise UnfitCell(queries.NO_HOUSEHOLD) from None


_READERS: Mapping[str, Callable[[Any, Person], Any]] = {
    "subject": _member({str(one): one.words for one in ResidentSubject}),
    "grid": lambda text, by: cells.short(str(text), 24),
    "cares": _cares,
    "household_id": _household,
    "consent.by": _member({str(one): one.words for one in ConsentBy}),
    "consent.on": lambda text, by: cells.answer(_DATE, text),
}
