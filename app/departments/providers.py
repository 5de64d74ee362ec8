"""What later rooms know of departments: the townships there are, the calendars in force, what leans on a department."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from app.departments.queries import Entry
from workflows.words import Words


class Township(Protocol):
    """A township on the map."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def path(self) -> str: ...


Townships = Callable[[], Iterable[Township]]
Calendars = Callable[[], Mapping[str, str]]
Leaning = Callable[[Entry], Iterable[Words]]
_known: dict[str, Callable[[], object]] = {}
_leaning: dict[str, Leaning] = {}


def know(townships: Townships, calendars: Calendars) -> None:
    """Say where townships and calendars (their names by code) are looked up; called by the wiring."""
    _known.update(townships=townships, calendars=calendars)


def leaning_with(name: str, look: Leaning) -> None:
    """Let a room say what of its own leans on a department; called by the wiring."""
    _leaning[name] = look


def townships() -> dict[str, Township]:
    """Return the townships of today by code."""
    return {one.code: one for one in _known["townships"]()}  # type: ignore[attr-defined]


def calendars() -> Mapping[str, str]:
    """Return the names of the calendars in force by code; empty before any were imported."""
    return _known["calendars"]()  # type: ignore[return-value]


def leaning(department: Entry) -> list[Words]:
    """Return what still leans on a department: open tasks, people, routes, grids."""
    return [words for look in _leaning.values() for words in look(department)]
