"""Look ahead at what documents bring about beside what they say, before anybody confirms their import.

What is counted may be much: a look says a part of it, and a mark with which it is asked to go on. A page shows how far
it is and carries the mark along, so that no request takes long and no host keeps anything meanwhile.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.catalogue.files import Document
from workflows.words import Words


@dataclass(frozen=True)
class Foresight:
    """What a document brings about; with a mark where the counting has to go on, and how far it is."""

    texts: tuple[Words, ...] = ()
    mark: str = ""


Foresee = Callable[[Mapping[str, Any], str], Foresight]
_foresee: dict[str, Foresee] = {}  # of kinds with one document: a page carries one mark


def foresee_with(kind: str, look: Foresee) -> None:
    """Let a later room say, before it is imported, what another document of a kind brings about."""
    _foresee[kind] = look


def part(documents: Iterable[Document], mark: str) -> Foresight:
    """Return a part of what documents bring about: from the beginning, or going on from a mark."""
    looks = [_foresee[one.kind](one.content, mark) for one in documents if one.kind in _foresee]
    marks = [one.mark for one in looks if one.mark]
    return Foresight(tuple(text for one in looks for text in one.texts), marks[0] if marks else "")


def whole(documents: Iterable[Document]) -> tuple[Words, ...]:
    """Return all that documents bring about, however long that takes."""
    together = tuple(documents)
    foresight = part(together, "")
    while foresight.mark:
        foresight = part(together, foresight.mark)
    return foresight.texts
