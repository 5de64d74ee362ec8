"""What `gezhi verify` finds: one row that is not what its history says, named so that somebody can look at it."""

from dataclasses import dataclass
from typing import Any

from app.cases import chain

SPOKEN = frozenset({"description", "address", "form", "external_no"})  # may hold personal data: shown by digest only


@dataclass(frozen=True)
class Fault:
    """A broken row: its table and key, what is wrong (Chinese, English), what should stand there and what does."""

    table: str
    key: str
    zh: str
    en: str
    expected: str
    found: str

    def __str__(self) -> str:
        return (
            f"{self.table} {self.key}：{self.zh}。{self.en}.\n"
            f"  应为 expected: {self.expected}\n"
            f"  实为 found:    {self.found}"
        )


def shown(name: str, value: Any) -> str:
    """Return a column's value for the screen; texts people have written only by their digest."""
    text = chain.canonical({name: value})
    return f"{name} {chain.digest(text, 'sha256')}" if name in SPOKEN and value is not None else text
