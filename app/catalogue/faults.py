"""Say where in a file a fault lies, in words beside the path that whoever edits the file looks for. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.catalogue import words
from app.catalogue.words import Words

_STEP = re.compile(r"\[(?P<inner>[^\]]*)\]|(?P<name>[^.\[\]]+)")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: in which file, where in words, by which path, and what to do."""

    file: str
    where: Words
    path: str
    text: str


def faults(fields: Mapping[str, Any]) -> list[Fault]:
    """Return what a refusal names, in its order."""
    return list(_faults(fields))


def _faults(fields: Mapping[str, Any]) -> Iterator[Fault]:
    for where, texts in fields.items():
        file, _, path = where.rpartition(": ")
        if not file and where.endswith((".yaml", ".yml")):
            file, path = where, ""
        for text in [texts] if isinstance(texts, str) else texts:
            yield Fault(file, _said(path), path, str(text))


def _said(path: str) -> Words:
    """Say a path like `class[0102].conditions[0].limits.A`."""
    parts: list[Words] = []
    for step in _STEP.finditer(path):
        inner, name = step["inner"], step["name"]
        if inner is not None and inner.isdigit() and parts and step.start() != path.find("["):
            parts.append((f"第 {int(inner) + 1} 条", f"no. {int(inner) + 1}"))
        elif inner is not None:
            parts.append(words.plain(inner))
        elif name.isdigit():
            parts.append((f"第 {int(name) + 1} 条", f"no. {int(name) + 1}"))
        else:
            parts.append(words.KINDS.get(name) or words.name_of(name))
    return words.join(parts, " · ", " · ")
