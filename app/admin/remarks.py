"""What administrators should look at: each room tells it of its own part."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.core.permissions import Person
from workflows.words import Words

Look = Callable[[Person], Iterable["Remark"]]
_looks: dict[str, Look] = {}


@dataclass(frozen=True)
class Remark:
    """Something that wants an administrator's hand, and where to go for it."""

    text: Words
    path: str


def watch(section: str, look: Look) -> None:
    """Let a room say what stands open in its section of administration; called by the wiring."""
    _looks[section] = look


def remarks(person: Person, sections: Iterable[str]) -> dict[str, list[Remark]]:
    """Return what stands open in each of these sections, for this person."""
    return {section: list(_looks[section](person)) for section in sections if section in _looks}
