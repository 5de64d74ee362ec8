"""What an import would change, said in Chinese and in English, line by line."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.catalogue import words
from app.catalogue.document_terms import DocumentKind
from app.catalogue.document_text import (
    DOT,
    Called,
    also_by,
    by_labels,
    is_figure,
    item_name,
    marked,
    nobody,
    source_of,
    value_text,
)
from app.catalogue.documents import EXAMPLE
from workflows.words import Words, plain

_ABSENT = object()
_BY_PARTS = frozenset(("evidence",))  # figures of several numbers: only what differs is said


@dataclass(frozen=True)
class DocumentChange:
    """One document that is new or says something else."""

    kind: str
    code: str
    name: str
    added: bool
    lines: tuple[Words, ...] = ()

    @property
    def title(self) -> Words:
        """Say which document it is."""
        kind = words.KINDS.get(self.kind, plain(self.kind))
        own = f" {self.code}" if self.kind == DocumentKind.CLASS or (not self.name and self.code != self.kind) else ""
        return kind + plain(own + (f" {self.name}" if self.name else ""))

    @property
    def texts(self) -> list[Words]:
        """Say line by line what changes."""
        if self.added:
            return [Words("＋ {}：新增", "+ {}: new").format(self.title)]
        return [plain("～ ") + self.title, *(plain("    ") + line for line in self.lines)]


@dataclass(frozen=True)
class Difference:
    """Everything an import changes, and what the county should know about the result."""

    changes: tuple[DocumentChange, ...]
    remarks: tuple[Words, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes)

    @property
    def digest(self) -> str:
        """Return what is the same only for the same changes, so that somebody confirms what they have seen."""
        return hashlib.sha256("\n".join(map(str, Difference(self.changes).texts)).encode()).hexdigest()

    @property
    def texts(self) -> list[Words]:
        """Say line by line what changes, and what else is to be known."""
        head = [text for change in self.changes for text in change.texts]
        remarks = [Words("！ {}", "! {}").format(remark) for remark in self.remarks]
        return (head or [Words("没有变化。", "Nothing changes.")]) + remarks


def compare(
    kind: str, code: str, old: Mapping[str, Any] | None, new: Mapping[str, Any], called: Called = nobody
) -> DocumentChange | None:
    """Return how a document has changed; None if it says the same."""
    name = str(new.get("name", ""))
    if old is None:
        return DocumentChange(kind, code, name, added=True)
    changed_lines = tuple(lines(old, new, called))
    return DocumentChange(kind, code, name, added=False, lines=changed_lines) if changed_lines else None


def lines(old: Mapping[str, Any], new: Mapping[str, Any], called: Called = nobody) -> Iterator[Words]:
    """Say, line by line, what is not the same in two versions of a document."""
    yield from _lines(by_labels(old), by_labels(new), (), "", also_by(called, old, new))


def _lines(old: Any, new: Any, path: tuple[Words, ...], field: str, called: Called) -> Iterator[Words]:
    if old == new:
        return
    before, after = _parts(old, field), _parts(new, field)
    if before is None or after is None:
        yield _line(path, _whole(old, field, called), _whole(new, field, called))
        return
    for key in [*before, *(key for key in after if key not in before)]:
        label, earlier = before.get(key, (None, _ABSENT))
        newer_label, later = after.get(key, (None, _ABSENT))
        step = key if isinstance(old, Mapping) else field
        yield from _lines(earlier, later, (*path, newer_label or label or words.NONE), str(step), called)


def _line(path: tuple[Words, ...], before: Words, after: Words) -> Words:
    where = DOT.join(list(path))
    return Words("{}：{} → {}", "{}: {} → {}").format(where, before, after)


def _parts(value: Any, field: str) -> dict[str, tuple[Words, Any]] | None:
    """Take an object, or a list of objects, apart into names and parts; None for what is said whole."""
    if isinstance(value, Mapping) and (field in _BY_PARTS or not is_figure(value)):
        return {name: (words.name_of(name, field), one) for name, one in value.items()}
    if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        mark = marked(value)
        keys = [str(item[mark]) if mark else str(place) for place, item in enumerate(value, 1)]
        named = [(item_name(item, place, field), item) for place, item in enumerate(value, 1)]
        return dict(zip(keys, named, strict=True))
    return None


def _whole(value: Any, field: str, called: Called) -> Words:
    if value is _ABSENT:
        return words.NONE
    if field == "source":
        return words.EXAMPLE_WORDS if value == EXAMPLE else _quoted(value)
    text = value_text(value, field, called)
    if isinstance(value, Mapping) and "source" in value:
        return Words("{}（{}）", "{} ({})").format(text, source_of(value))
    return _quoted(value) if isinstance(value, str) and field in words.FREE else text


def _quoted(value: Any) -> Words:
    return plain(f"“{value}”")
