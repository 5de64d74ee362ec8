"""Say where in a file a fault lies, in words beside the path that whoever edits the file looks for. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.catalogue import words
from app.catalogue.document_text import DOT, numbered
from app.core.errors import Faults
from app.frame.forms import flat
from workflows.words import Words, plain

_STEP = re.compile(r"\[(?P<inner>[^\]]*)\]|(?P<name>[^.\[\]]+)")


@dataclass(frozen=True)
class FileFault:
    """One thing that is wrong: in which file, where in words, by which path, and what to do."""

    file: str
    where: Words
    path: str
    text: Words


def faults(fields: Mapping[str, Faults]) -> list[FileFault]:
    """Return what a refusal names, in its order."""
    return list(_faults(fields))


def _faults(fields: Mapping[str, Faults]) -> Iterator[FileFault]:
    for where, texts in fields.items():
        file, _, path = where.rpartition(": ")
        if not file and where.endswith((".yaml", ".yml")):
            file, path = where, ""
        for text in flat(texts):
            yield FileFault(file, _path_text(path), path, text)


def _path_text(path: str) -> Words:
    """Say a path like `class[0102].conditions[0].limits.A`."""
    parts: list[Words] = []
    for step in _STEP.finditer(path):
        inner, name = step["inner"], step["name"]
        if inner is not None and inner.isdigit() and parts and step.start() != path.find("["):
            parts.append(numbered(int(inner) + 1))
        elif inner is not None:
            parts.append(plain(inner))
        elif name.isdigit():
            parts.append(numbered(int(name) + 1))
        else:
            parts.append(words.KINDS.get(name) or words.name_of(name))
    return DOT.join(parts)
