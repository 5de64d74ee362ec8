"""The figures of a document that nobody has decided yet (示例): find them, count them, set them. Pure."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from app.catalogue import words
from app.catalogue.document_text import DOT, Called, Path, blocks, is_figure, is_limit, nobody
from app.catalogue.documents import EXAMPLE
from workflows.case_terms import LimitKind
from workflows.words import Words

ADMISSION = "admission"  # of a service: a decision with its number and dates, which no tick stands for


@dataclass(frozen=True)
class Number:
    """A number in a figure: its field, what it is called, itself."""

    field: str
    label: Words
    value: int | float


@dataclass(frozen=True)
class Figure:
    """Something marked as an example: its place among its like, where it stands, what it says, its numbers."""

    place: int
    path: Path
    label: Words
    value: Words
    numbers: tuple[Number, ...]
    kind: LimitKind | None


@dataclass(frozen=True)
class Decision:
    """What the county has decided of one figure: numbers by field, and for a limit its kind."""

    numbers: Mapping[str, int | float]
    kind: LimitKind | None = None


def count(content: Any) -> int:
    """Count what is marked as an example and can be set as a figure: an admission is decided, and no figure."""
    if isinstance(content, Mapping):
        inner = (one for name, one in content.items() if name != ADMISSION)
        return (content.get("source") == EXAMPLE) + sum(map(count, inner))
    return sum(count(inner) for inner in content) if isinstance(content, list | tuple) else 0


def figures(content: Mapping[str, Any], called: Called = nobody) -> list[Figure]:
    """Return every figure marked as an example, in the order in which the document is shown."""
    every = ((block.title, row) for block in blocks(content, called) for row in block.rows if row.is_example)
    rows = [(title, row) for title, row in every if ADMISSION not in row.path]
    examples = []
    for place, (title, row) in enumerate(rows):
        inner = at(content, row.path)
        label = DOT.join([title, row.label])
        kind = next(kind for kind in LimitKind if kind in inner) if is_limit(inner) else None
        examples.append(Figure(place, row.path, label, row.value, _numbers(inner, row.path), kind))
    return examples


def at(content: Any, path: Path) -> Any:
    """Return what stands at a path."""
    for step in path:
        content = content[step]
    return content


def settle(
    content: Mapping[str, Any], source: str, decided: Mapping[int, Decision], called: Called = nobody
) -> dict[str, Any]:
    """Return the document with some of its examples decided: their numbers, and by which source."""
    settled = deepcopy(dict(content))
    for figure in figures(content, called):
        if figure.place in decided:
            _set(at(settled, figure.path), decided[figure.place], source)
    return settled


def settle_all(content: Any, source: str) -> Any:
    """Return the document with every figure that is an example adopted as it stands."""
    if isinstance(content, Mapping):
        settled = {name: inner if name == ADMISSION else settle_all(inner, source) for name, inner in content.items()}
        return {**settled, "source": source} if content.get("source") == EXAMPLE else settled
    return [settle_all(inner, source) for inner in content] if isinstance(content, list) else content


def _set(inner: dict[str, Any], decision: Decision, source: str) -> None:
    for field, value in decision.numbers.items():
        if field in inner:
            inner[field] = value
    old = next((kind for kind in LimitKind if kind in inner), None)
    if decision.kind and old and decision.kind != old:
        inner[str(decision.kind)] = inner.pop(old)
    inner["source"] = source


def _numbers(inner: Mapping[str, Any], path: Path) -> tuple[Number, ...]:
    if not is_figure(inner):
        return ()
    within = next((step for step in reversed(path) if isinstance(step, str)), "")
    rows = ((field, value) for field, value in inner.items() if isinstance(value, int | float))
    return tuple(
        Number(field, words.name_of(field, within), value) for field, value in rows if not isinstance(value, bool)
    )
