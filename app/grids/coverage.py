"""Where a grid has no worker or head, a village no auxiliary officer, and since when (一村（格）一辅警).

A village has its auxiliary officer in one of its own or in one for each of its grids. Whoever serves and is on leave is
not lacking: that is said beside, so that a township sees where nobody is there today.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.core import clock
from app.core.db import db
from app.core.permissions import Person
from app.grids.levels import Duty, GridKind, Level
from app.grids.models import Grid, Roster
from app.grids.queries import grid_tree, roster_ground
from app.grids.tree import GridNode
from app.identity import queries as identity
from app.identity.models import PersonRow

NEEDED: Mapping[Level, tuple[Duty, ...]] = {
    Level.GRID: (Duty.FULL_TIME, Duty.CHIEF),
    Level.VILLAGE: (Duty.AUXILIARY_OFFICER,),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """A grid or village that nobody serves as something it should have."""

    grid: GridNode
    above: tuple[GridNode, ...]  # county first
    duty: Duty
    since: datetime  # when the last service ended, or the grid began; of somebody on leave, when that began
    ever_served: bool
    away: bool = False  # somebody serves it, and is on leave


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a township is served as something."""

    township: GridNode
    duty: Duty
    total: int
    lacking: int
    away: int


@dataclass(frozen=True, slots=True)
class _TimeServed:
    person_id: UUID
    valid_from: datetime
    valid_to: datetime | None  # when it ended, by the roster or as the account was closed
    known: bool  # none of those whose account is closed and nobody knows since when


_Served = Mapping[tuple[str, Duty], Sequence[_TimeServed]]
_Ways = Sequence[Sequence[Sequence[_TimeServed]]]  # each by itself enough: somebody in all of its places


def gaps(person: Person, under: str | None = None, duty: Duty | None = None, at: datetime | None = None) -> list[Gap]:
    """Return what is lacking, or was, on the ground whose roster a person reads, the longest first, then who is away.

    Raises GridUnknown for a part of the tree that is not theirs.
    """
    every = [gap for node, one, gap in _looked_at(roster_ground(person, under), at) if gap and duty in (None, one)]
    return sorted(every, key=lambda gap: (gap.away, gap.since, gap.grid.path))


def lacking(nodes: Sequence[GridNode]) -> dict[str, tuple[Duty, ...]]:
    """Return which duties nobody has in these grids; whoever is on leave has theirs."""
    now, by_grid = clock.now(), defaultdict[str, list[Duty]](list)
    served = _services(nodes, now, Roster.valid_to.is_(None) | (Roster.valid_to > now))
    for node, duty in _needed(nodes):
        if not _serves(_ways(node, duty, served), now):
            by_grid[node.code].append(duty)
    return {code: tuple(duties) for code, duties in by_grid.items()}


def count_lacking(person: Person, duty: Duty = Duty.FULL_TIME) -> int:
    """Count the grids on a person's ground that nobody serves as this."""
    return sum(duty in duties for duties in lacking(roster_ground(person, None)).values())


def shares(person: Person, under: str | None = None, at: datetime | None = None) -> list[Share]:
    """Count by township and duty how many grids there are, and how many lack somebody, in the order of the tree."""
    tree, counts = grid_tree(), defaultdict[tuple[str, Duty], list[Gap | None]](list)
    for node, duty, gap in _looked_at(roster_ground(person, under), at):
        township = tree.at_level(node.code, Level.TOWNSHIP)
        if township:
            counts[township.code, duty].append(gap)
    return [
        Share(township, duty, len(of_it), sum(gap is not None and not gap.away for gap in of_it),
              sum(gap is not None and gap.away for gap in of_it))
        for (code, duty), of_it in sorted(counts.items(), key=lambda item: (item[0][0], list(Duty).index(item[0][1])))
        if (township := tree.get(code))
    ]  # fmt: skip


def _looked_at(ground: Sequence[GridNode], at: datetime | None) -> list[tuple[GridNode, Duty, Gap | None]]:
    now = at or clock.now()
    served = _services(ground, now)
    theirs = {one.person_id for several in served.values() for one in several if _runs(one, now)}
    away = identity.away_since(theirs, now)
    begun = _beginnings(ground)
    return [
        (node, duty, _gap(node, duty, _ways(node, duty, served), away, now, begun[node.code]))
        for node, duty in _needed(ground)
    ]


def _needed(ground: Sequence[GridNode]) -> Iterator[tuple[GridNode, Duty]]:
    """Yield which duties somebody should have where."""
    for node in ground:
        for duty in () if node.ended else NEEDED.get(node.level, ()):
            if not (node.kind is GridKind.DEDICATED and duty is Duty.FULL_TIME):  # its own people look after it
                yield node, duty


def _ways(node: GridNode, duty: Duty, served: _Served) -> _Ways:
    """Return by whom a place is served, or could be: by those of its own, a village also by those of all its grids."""
    own = served.get((node.code, duty), ())
    below = [one for one in grid_tree().children(node.code) if one.level is Level.GRID and not one.ended]
    in_each = [served.get((one.code, duty), ()) for one in below] if node.level is Level.VILLAGE else []
    return [[own], in_each] if in_each else [[own]]


def _gap(
    node: GridNode, duty: Duty, ways: _Ways, away: Mapping[UUID, datetime], now: datetime, begun: datetime
) -> Gap | None:
    if any(all(_here(services, away, now) for services in way) for way in ways):
        return None
    above = grid_tree().ancestors(node.code)
    each = [one for way in ways for services in way for one in services]
    if _serves(ways, now):
        left = [max(away[one.person_id], one.valid_from) for one in each if _runs(one, now) and one.person_id in away]
        return Gap(node, above, duty, max(left), ever_served=True, away=True)
    ends = [end for way in ways if (end := _left(way, now))]
    return Gap(node, above, duty, max([begun, *ends]), ever_served=bool(each))


def _left(way: Sequence[Sequence[_TimeServed]], now: datetime) -> datetime | None:
    """Return when a way of serving last came to an end: every place had somebody until then; None if it never did."""
    ends = {one.valid_to for services in way for one in services if one.valid_to and one.valid_to <= now}
    whole = (end for end in ends if all(any(_until(one, end) for one in services) for services in way))
    return max(whole, default=None)


def _until(one: _TimeServed, moment: datetime) -> bool:
    """Tell whether a service ran up to a moment."""
    return one.known and one.valid_from < moment and (one.valid_to is None or one.valid_to >= moment)


def _serves(ways: _Ways, now: datetime) -> bool:
    return any(all(any(_runs(one, now) for one in services) for services in way) for way in ways)


def _here(services: Sequence[_TimeServed], away: Collection[UUID], now: datetime) -> bool:
    return any(_runs(one, now) and one.person_id not in away for one in services)


def _runs(one: _TimeServed, now: datetime) -> bool:
    return one.known and one.valid_from <= now and (one.valid_to is None or one.valid_to > now)


def _services(nodes: Sequence[GridNode], now: datetime, *wanted: ColumnElement[bool]) -> _Served:
    """Return all services that had begun, of the duties that are needed: a few thousand rows for a county.

    An account that was opened again counts as open all the while: when it was closed is not kept.
    """
    duties = sorted({duty for several in NEEDED.values() for duty in several})
    person = (PersonRow.active, PersonRow.closed_at)
    columns = (Roster.grid, Roster.duty, Roster.person_id, Roster.valid_from, Roster.valid_to, *person)
    begun = [Roster.duty.in_(duties), Roster.valid_from <= now]
    if len(nodes) == 1:  # a long list is not sent along
        begun.append(Roster.grid.in_([nodes[0].code, *(one.code for one in grid_tree().children(nodes[0].code))]))
    every = select(*columns).join(PersonRow, PersonRow.id == Roster.person_id).where(*begun, *wanted)
    gathered = defaultdict[tuple[str, Duty], list[_TimeServed]](list)
    for row in db.session.execute(every):
        ends = min(filter(None, (row.valid_to, row.closed_at)), default=None)
        known = row.active or ends is not None
        served = _TimeServed(row.person_id, row.valid_from, ends, known)
        gathered[row.grid, Duty.of(row.duty)].append(served)
    return gathered


def _beginnings(nodes: Sequence[GridNode]) -> dict[str, datetime]:
    wanted = {node.code for node in nodes}
    rows = db.session.execute(select(Grid.code, Grid.valid_from).where(Grid.valid_to.is_(None)))
    return {code: valid_from for code, valid_from in rows if code in wanted}
