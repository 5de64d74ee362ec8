"""Who serves which grid as what, as lists show it: where somebody is lacking comes first."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.core import clock
from app.core.db import db
from app.core.permissions import Permission, Person
from app.grids import coverage
from app.grids.levels import Duty, Level
from app.grids.models import Roster
from app.grids.queries import grid_tree, managed, roster_ground
from app.grids.tree import GridNode
from app.identity.models import PersonRow

LISTED = (Level.GRID, Level.VILLAGE, Level.MICRO, Level.TOWNSHIP, Level.COUNTY)  # chiefs serve any of them
HISTORY_MOST = 100


@dataclass(frozen=True, slots=True)
class Appointment:
    """A person serves a grid as something, from a time; perhaps one that is still to come."""

    grid: str
    duty: Duty
    person_id: UUID
    name: str
    username: str
    active: bool
    valid_from: datetime
    valid_to: datetime | None = None
    instead_of: str | None = None  # who is on leave meanwhile

    @property
    def begun(self) -> bool:
        """Tell whether the service has begun."""
        return self.valid_from <= clock.now()


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A grid with who serves it, and which duties nobody has."""

    grid: GridNode
    above: tuple[GridNode, ...]
    served: Mapping[Duty, tuple[Appointment, ...]]
    lacking: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class RosterFilter:
    """Which grids to list."""

    level: Level = Level.GRID
    under: str | None = None
    lacking: Duty | None = None
    text: str = ""


NOBODY: Mapping[Duty, tuple[Appointment, ...]] = {}


def lines(person: Person, filter_: RosterFilter | None = None) -> list[RosterLine]:
    """Return the grids whose roster a person reads: those that lack somebody first, each in the tree's order."""
    wanted = filter_ or RosterFilter()
    nodes = [node for node in roster_ground(person, wanted.under) if node.level is wanted.level]
    served, lacking = _served([node.code for node in nodes]), coverage.lacking(nodes)
    every = (_line(node, served, lacking) for node in nodes)
    matches = [line for line in every if _fits(line, wanted)]
    return sorted(matches, key=lambda line: (-len(line.lacking), line.grid.path))


def filter_of(args: Mapping[str, Any]) -> RosterFilter:
    """Return which grids are meant by what the address of a list says."""
    level = args["level"] if args["level"] in LISTED and not args["lacking"] else Level.GRID
    return RosterFilter(level, args["under"], args["lacking"], args["q"])


def line(code: str, person: Person) -> RosterLine:
    """Return one grid of those whose roster a person reads; raise GridUnknown."""
    node = managed(code, person, Permission.GRID_ROSTER_READ)
    return _line(node, _served([code]), coverage.lacking([node]))


def of(code: str) -> tuple[Appointment, ...]:
    """Return who serves a grid, by duty."""
    return tuple(one for several in _served([code]).get(code, NOBODY).values() for one in several)


@dataclass(frozen=True, slots=True)
class PastService:
    """Who served a grid before as what, from when to when."""

    duty: Duty
    name: str
    username: str
    valid_from: datetime
    valid_to: datetime


def past(code: str) -> list[PastService]:
    """Return who served a grid before, the last to leave first; at most HISTORY_MOST."""
    row, person = Roster, PersonRow
    statement = (
        select(row.duty, person.name, person.username, row.valid_from, row.valid_to)
        .join(person, person.id == row.person_id)
        .where(row.grid == code, row.valid_to <= clock.now(), row.valid_to > row.valid_from)
        .order_by(row.valid_to.desc(), row.duty, person.username)
        .limit(HISTORY_MOST)
    )
    return [PastService(**{**each._mapping, "duty": Duty.of(each.duty)}) for each in db.session.execute(statement)]


def _served(codes: list[str]) -> dict[str, dict[Duty, tuple[Appointment, ...]]]:
    """Return who serves these grids now or from a day to come, by grid and duty, in one statement.

    A long list is not sent along: the roster of the whole county is a few thousand rows.
    """
    row, person, away = Roster, PersonRow, aliased(PersonRow)
    statement = (
        select(
            row.grid,
            row.duty,
            row.person_id,
            person.name,
            person.username,
            person.active,
            row.valid_from,
            row.valid_to,
            away.name.label("instead_of"),
        )
        .join(person, person.id == row.person_id)
        .outerjoin(away, away.id == row.stands_in_for)
        .where(row.valid_to.is_(None) | (row.valid_to > clock.now()) & (row.valid_to > row.valid_from))
        .order_by(row.grid, row.duty, row.valid_from, person.username)
    )
    if len(codes) == 1:
        statement = statement.where(row.grid == codes[0])
    wanted, gathered = set(codes), defaultdict[str, dict[Duty, list[Appointment]]](lambda: defaultdict(list))
    for each in db.session.execute(statement):
        if each.grid in wanted:
            one = Appointment(**{**each._mapping, "duty": Duty.of(each.duty)})
            gathered[one.grid][one.duty].append(one)
    return {code: {duty: tuple(duties[duty]) for duty in Duty if duty in duties} for code, duties in gathered.items()}


def _line(
    node: GridNode,
    served: Mapping[str, Mapping[Duty, tuple[Appointment, ...]]],
    lacking: Mapping[str, tuple[Duty, ...]],
) -> RosterLine:
    above = grid_tree().ancestors(node.code)
    return RosterLine(node, above, served.get(node.code, NOBODY), lacking.get(node.code, ()))


def _fits(line: RosterLine, filter_: RosterFilter) -> bool:
    if filter_.lacking and filter_.lacking not in line.lacking:
        return False
    text = filter_.text.casefold()
    words = [line.grid.name, line.grid.code, *(node.name for node in line.above)]
    words += [word for several in line.served.values() for one in several for word in (one.name, one.username)]
    return not text or any(text in word.casefold() for word in words)
