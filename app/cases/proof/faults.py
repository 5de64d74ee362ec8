"""What `gezhi verify` finds: one row that is not what its history says, named so that somebody can look at it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.commands import both
from app.core.digests import canonical, digest, plain
from app.core.raw import RawRow, Unread
from workflows.words import Words

# may hold personal data: shown by digest only
SPOKEN = frozenset(
    {"description", "address", "form", "external_no", "actor_name", "note", "ask_data", "text", "text_en", "data"}
    | {"reply", "wording", "carried", "carried_numbers"}
)

_SENTENCE = Words("{}。", "{}.")
_EXPECTED, _ACTUAL = Words("应为", "expected"), Words("实为", "found")


@dataclass(frozen=True)
class Fault:
    """A broken row: its table, key and column, what is wrong, what should stand there and what does.

    Of columns that only one digest covers together, `column` names them all.
    """

    table: str
    key: str
    wrong: Words
    expected: str
    actual: str
    column: str = ""

    def __str__(self) -> str:
        column = f" [{self.column}]" if self.column else ""
        text = (
            f"{self.table} {self.key}{column}：{both(_SENTENCE.format(self.wrong))}\n"
            f"  {both(_EXPECTED)}: {self.expected}\n"
            f"  {both(_ACTUAL)}:    {self.actual}"
        )
        return text.encode("utf-8", "backslashreplace").decode()  # what was slipped in may be no text


def display(name: str, value: Any) -> str:
    """Return a column's value for the screen; texts people have written only by their digest."""
    text = canonical({name: value})
    return f"{name} {digest(text, 'sha256')}" if name in SPOKEN and value is not None else text


def differs(table: str, key: str, name: str, expected: Any, actual: Any) -> Iterator[Fault]:
    """Yield a fault where a column does not hold what the steps say; one that cannot be read is told elsewhere."""
    if not isinstance(actual, Unread) and plain(actual) != plain(expected):
        text = Words("字段 {} 与步骤所记不符", "Column {} is not what its steps say").format(name)
        yield Fault(table, key, text, display(name, expected), display(name, actual), name)


def unread(table: str, key: str, row: RawRow) -> Iterator[Fault]:
    """Yield a fault for every column whose value is none of its kind."""
    for name, value in row.unread():
        text = Words("字段 {} 无法读取", "Column {} cannot be read as what it should hold").format(name)
        actual = f"{type(value.value).__name__}" if name in SPOKEN else str(value)
        yield Fault(table, key, text, f"a value of {name}", actual, name)


def missing(table: str, key: str, values: Mapping[str, Any]) -> Fault:
    """Name a row that the steps speak of and that is not there."""
    text = Words("步骤所记的行不存在", "The row that its steps speak of is missing")
    return Fault(table, key, text, "; ".join(display(name, value) for name, value in values.items()), "(no row)")


def beyond(table: str, key: str) -> Fault:
    """Name a row that no step speaks of."""
    return Fault(table, key, Words("没有任何步骤记载这一行", "No step speaks of this row"), "(no row)", "a row")
