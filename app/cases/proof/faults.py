"""What `gezhi verify` finds: one row that is not what its history says, named so that somebody can look at it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.digests import canonical, digest, plain
from app.core.raw import Row, Unread

# may hold personal data: shown by digest only
SPOKEN = frozenset(
    {"description", "address", "form", "external_no", "actor_name", "note", "ask_data", "text", "text_en", "data"}
)


@dataclass(frozen=True)
class Fault:
    """A broken row: its table, key and column, what is wrong (Chinese, English), what should stand there and what does.

    Of columns that only one digest covers together, `column` names them all.
    """

    table: str
    key: str
    zh: str
    en: str
    expected: str
    found: str
    column: str = ""

    def __str__(self) -> str:
        column = f" [{self.column}]" if self.column else ""
        text = (
            f"{self.table} {self.key}{column}：{self.zh}。{self.en}.\n"
            f"  应为 expected: {self.expected}\n"
            f"  实为 found:    {self.found}"
        )
        return text.encode("utf-8", "backslashreplace").decode()  # what was slipped in may be no text


def shown(name: str, value: Any) -> str:
    """Return a column's value for the screen; texts people have written only by their digest."""
    text = canonical({name: value})
    return f"{name} {digest(text, 'sha256')}" if name in SPOKEN and value is not None else text


def differs(table: str, key: str, name: str, expected: Any, found: Any) -> Iterator[Fault]:
    """Yield a fault where a column does not hold what the steps say; one that cannot be read is told elsewhere."""
    if not isinstance(found, Unread) and plain(found) != plain(expected):
        zh, en = f"字段 {name} 与步骤所记不符", f"Column {name} is not what its steps say"
        yield Fault(table, key, zh, en, shown(name, expected), shown(name, found), name)


def unread(table: str, key: str, row: Row) -> Iterator[Fault]:
    """Yield a fault for every column whose value is none of its kind."""
    for name, value in row.unread():
        zh, en = f"字段 {name} 无法读取", f"Column {name} cannot be read as what it should hold"
        found = f"{type(value.value).__name__}" if name in SPOKEN else str(value)
        yield Fault(table, key, zh, en, f"a value of {name}", found, name)


def missing(table: str, key: str, values: Mapping[str, Any]) -> Fault:
    """Name a row that the steps speak of and that is not there."""
    zh, en = "步骤所记的行不存在", "The row that its steps speak of is missing"
    return Fault(table, key, zh, en, "; ".join(shown(name, value) for name, value in values.items()), "(no row)")


def beyond(table: str, key: str) -> Fault:
    """Name a row that no step speaks of."""
    return Fault(table, key, "没有任何步骤记载这一行", "No step speaks of this row", "(no row)", "a row")
