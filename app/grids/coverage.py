"""Where a grid has no worker or head, a village no auxiliary officer, and since when (一村（格）一辅警).

A village has its auxiliary officer in one of its own or in one for each of its grids. Whoever serves and is on leave is
not lacking: that is said beside, so that a township sees where nobody is there today.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.permissions import Person
from app.grids import rosters
from app.grids.levels import Duty, GridKind, Level
from app.grids.models import Grid, Roster
from app.grids.queries import grid_tree
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
    valid_to: datetime | None
    active: bool  # whose account is open


_Served = Mapping[tuple[str, Duty], Sequence[_TimeServed]]


def gaps(person: Person, under: str | None = None, duty: Duty | None = None) -> list[Gap]:
    """Return what is lacking on the ground whose roster a person keeps, the longest first, then who is on leave.

    Raises GridUnknown for a part of the tree that is not theirs.
    """
    every = [gap for node, one, gap in _looked_at(person, under) if gap and duty in (None, one)]
    return sorted(every, key=lambda gap: (gap.away, gap.since, gap.grid.path))


def shares(person: Person, under: str | None = None) -> list[Share]:
    """Count by township and duty how many grids there are, and how many lack somebody, in the order of the tree."""
    tree, counts = grid_tree(), defaultdict[tuple[str, Duty], list[Gap | None]](list)
    for node, duty, gap in _looked_at(person, under):
        township = tree.at_level(node.code, Level.TOWNSHIP)
        if township:
            counts[township.code, duty].append(gap)
    return [
        Share(township, duty, len(of_it), sum(gap is not None and not gap.away for gap in of_it),
              sum(gap is not None and gap.away for gap in of_it))
        for (code, duty), of_it in sorted(counts.items(), key=lambda item: (item[0][0], list(Duty).index(item[0][1])))
        if (township := tree.get(code))
    ]  # fmt: skip


def _looked_at(person: Person, under: str | None) -> list[tuple[GridNode, Duty, Gap | None]]:
    nodes = [node for node in rosters.ground(person, under) if node.level in NEEDED and not node.ended]
    served, now = _services(), clock.now()
    away = identity.away_since({one.person_id for several in served.values() for one in several if _runs(one, now)})
    begun = _beginnings(nodes)
    return [
        (node, duty, _gap(node, duty, served, away, now, begun[node.code]))
        for node in nodes
        for duty in NEEDED[node.level]
        if not (node.kind is GridKind.DEDICATED and duty is Duty.FULL_TIME)  # its own people look after it
    ]


def _gap(
    node: GridNode, duty: Duty, served: _Served, away: Mapping[UUID, datetime], now: datetime, begun: datetime
) -> Gap | None:
    tree = grid_tree()
    own = served.get((node.code, duty), ())
    below = [one for one in tree.children(node.code) if one.level is Level.GRID and not one.ended]
    in_each = [served.get((one.code, duty), ()) for one in below] if node.level is Level.VILLAGE else []
    ways = [[own], in_each] if in_each else [[own]]
    if any(all(_here(services, away, now) for services in way) for way in ways):
        return None
    is_away = any(all(any(_runs(one, now) for one in services) for services in way) for way in ways)
    each = [one for services in (own, *in_each) for one in services]
    if is_away:
        left = [max(away[one.person_id], one.valid_from) for one in each if _runs(one, now) and one.person_id in away]
        return Gap(node, tree.ancestors(node.code), duty, max(left), ever_served=True, away=True)
    ended = [one.valid_to for one in each if one.valid_to and one.valid_to <= now]
    ever_served = bool(ended) or any(not one.active for one in each)
    return Gap(node, tree.ancestors(node.code), duty, max([begun, *ended]), ever_served)


def _here(services: Sequence[_TimeServed], away: Collection[UUID], now: datetime) -> bool:
    return any(_runs(one, now) and one.person_id not in away for one in services)


def _runs(one: _TimeServed, now: datetime) -> bool:
    return one.active and one.valid_from <= now and (one.valid_to is None or one.valid_to > now)


def _services() -> _Served:
    """Return all services that have begun, of the duties that are needed: a few thousand rows for a county."""
    duties = sorted({duty for several in NEEDED.values() for duty in several})
    columns = (Roster.grid, Roster.duty, Roster.person_id, Roster.valid_from, Roster.valid_to, PersonRow.active)
    begun = (Roster.duty.in_(duties), Roster.valid_from <= clock.now())
    every = select(*columns).join(PersonRow, PersonRow.id == Roster.person_id).where(*begun)
    gathered = defaultdict[tuple[str, Duty], list[_TimeServed]](list)
    for row in db.session.execute(every):
        served = _TimeServed(row.person_id, row.valid_from, row.valid_to, row.active)
        gathered[row.grid, Duty.of(row.duty)].append(served)
    return gathered


def _beginnings(nodes: Sequence[GridNode]) -> dict[str, datetime]:
    wanted = {node.code for node in nodes}
    rows = db.session.execute(select(Grid.code, Grid.valid_from).where(Grid.valid_to.is_(None)))
    return {code: valid_from for code, valid_from in rows if code in wanted}
