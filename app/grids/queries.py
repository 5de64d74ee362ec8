"""Read the grid tree and the roster."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core import clock
from app.core.db import db
from app.core.errors import Invalid, NotFound
from app.core.permissions import Permission, Person
from app.core.revisions import Reference
from app.grids.coordinates import Crs, to_wgs84
from app.grids.levels import NEVER_ENFORCING, AreaClass, Duty, GridKind, Level, codes_in
from app.grids.models import Grid, Roster
from app.grids.tree import GridNode, GridTree
from app.identity.models import PersonRow
from workflows.words import Words


class GridUnknown(NotFound):
    """没有这个网格，请检查网格编码。"""

    code = "grid_unknown"
    en = "There is no such grid: check its code."


class ServesGrid(Invalid):
    """此人在花名册上任网格员、兼职网格员或辅警，不能担任执法岗位；请先在花名册上免去。"""

    code = "serves_grid"
    en = "They serve a grid as a worker or auxiliary officer, and can hold no enforcing post: dismiss them there first."


class PlaceOutside(Invalid):
    """位置不在本辖区范围内，请重新定位或在地图上选点。"""

    code = "place_outside"
    en = "This place is outside the county: locate it again or choose it on the map."


@dataclass(frozen=True, slots=True)
class GridPoint:
    """A place in WGS-84 degrees with the deepest grid there."""

    lon: float
    lat: float
    grid: GridNode


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A person serves a grid as something now."""

    grid: str
    person_id: UUID
    duty: Duty
    stands_in: bool = False  # for somebody who is on leave meanwhile


def _load() -> GridTree:
    # the table and not the class: nothing of the session hangs on what other requests will use
    return GridTree(_node(row) for row in db.session.execute(select(Grid.__table__)))


def _node(row: Row[Any]) -> GridNode:
    return GridNode(
        code=row.code,
        name=row.name,
        level=Level.of(row.level),
        kind=GridKind.of(row.kind),
        parent=row.parent,
        path=row.path,
        area_class=AreaClass.of(row.area_class),
        responsible_department=row.responsible_department,
        trade_department=row.trade_department,
        boundary=row.boundary,
        ended=row.valid_to is not None,
        has_centre=row.has_centre,
    )


_tree = Reference("grids", _load)


def grid_tree() -> GridTree:
    """Return the tree this session works with; one object per process and revision."""
    return _tree.get()


def revision() -> int:
    """Return the number of the tree, without loading it."""
    return _tree.number()


def grid(code: str) -> GridNode:
    """Return a grid by its code; raise GridUnknown."""
    node = grid_tree().get(code)
    if node is None:
        raise GridUnknown
    return node


def grid_name(code: str) -> str:
    """Return what a grid is called; its code for one that is not here."""
    node = grid_tree().get(code)
    return node.name if node else code


def townships() -> tuple[GridNode, ...]:
    """Return the townships of today."""
    return tuple(node for node in grid_tree().current if node.level is Level.TOWNSHIP)


def managed_roots(person: Person, permission: Permission) -> tuple[GridNode, ...]:
    """Return the grids in which a person holds a permission and not only in one above them, in order."""
    tree = grid_tree()
    return tuple(node for path in person.grounds(permission) if (node := tree.get(codes_in(path)[-1])))


def managed(code: str, person: Person, permission: Permission) -> GridNode:
    """Return a grid, also one that has ended, on the ground where a person holds a permission; raise GridUnknown."""
    node = grid(code)
    if not person.reaches(permission, node.path):
        raise GridUnknown
    return node


def roster_ground(person: Person, under: str | None) -> list[GridNode]:
    """Return the grids whose roster a person reads, of all levels, or those of one part; raise GridUnknown."""
    tree = grid_tree()
    if under:
        return list(tree.within(managed(under, person, Permission.GRID_ROSTER_READ).code))
    roots = managed_roots(person, Permission.GRID_ROSTER_READ)
    return [node for root in roots for node in tree.within(root.code)]


def search(person: Person, text: str) -> list[GridNode]:
    """Return the grids that a person manages whose name or code holds a text, those that have ended last."""
    tree, wanted = grid_tree(), text.casefold()
    return [
        node
        for node in (*tree.current, *tree.ended)
        if (wanted in node.name.casefold() or wanted in node.code.casefold())
        and person.reaches(Permission.GRID_IMPORT, node.path)
    ]


def is_around(person: Person, permission: Permission, located: GridPoint, metres: int) -> bool:
    """Tell whether a place lies in the grids where a person holds a permission, or at most so far outside of them."""
    if person.reaches(permission, located.grid.path):
        return True
    tree = grid_tree()
    codes = (codes_in(path)[-1] for path in person.grounds(permission))
    own = [code for code in codes if of_today(code)]
    return any(tree.metres_to(code, located.lon, located.lat) <= metres for code in own)


def of_today(code: str) -> GridNode | None:
    """Return a grid that there is today, of whatever level; None for one that is unknown or has ended."""
    node = grid_tree().get(code)
    return None if node is None or node.ended else node


def scope_path(code: str) -> str | None:
    """Return the scope path of an assignment to a grid: its own path; None if unknown."""
    node = grid_tree().get(code)
    return node.path if node else None


def centre_path(code: str) -> str | None:
    """Return the scope path of an assignment to the centre in a grid; None if there is no centre."""
    node = grid_tree().get(code)
    return node.path if node and node.has_centre else None


def locate(lon: float, lat: float, crs: Crs | str = Crs.WGS84) -> GridPoint:
    """Find the deepest grid at a place given in `crs`; raise PlaceOutside for (0, 0) and for places outside."""
    wgs_lon, wgs_lat = to_wgs84(lon, lat, crs)
    node = grid_tree().locate(wgs_lon, wgs_lat)
    if node is None:
        outside = [Words("不在辖区内。", "Not within the county.")]
        raise PlaceOutside(fields={"lon": outside, "lat": outside})
    return GridPoint(wgs_lon, wgs_lat, node)


def serving(
    codes: Collection[str], duties: Collection[Duty] | None = None, at: datetime | None = None
) -> tuple[RosterEntry, ...]:
    """Return who serves these very grids (not those above or below) at a time, in the order of grid, duty, start."""
    moment = at or clock.now()
    statement = (
        select(Roster.grid, Roster.person_id, Roster.duty)
        .where(Roster.grid.in_(sorted(codes)), *_running(moment))
        .order_by(Roster.grid, Roster.duty, Roster.valid_from, Roster.person_id)
    )
    if duties is not None:
        statement = statement.where(Roster.duty.in_(sorted(duties)))
    return tuple(RosterEntry(code, person_id, Duty.of(duty)) for code, person_id, duty in db.session.execute(statement))


def served_by(person_id: UUID, at: datetime | None = None, *, ever: bool = False) -> tuple[RosterEntry, ...]:
    """Return which grids a person serves as what at a time, by default now; `ever`: and served before."""
    mine = (
        select(Roster.grid, Roster.duty, Roster.stands_in_for.is_not(None).label("stands_in"))
        .where(Roster.person_id == person_id)
        .distinct()
        .order_by(Roster.grid, Roster.duty)
    )
    rows = db.session.execute(mine if ever else mine.where(*_running(at or clock.now())))
    return tuple(RosterEntry(code, person_id, Duty.of(duty), stands_in) for code, duty, stands_in in rows)


def bars_enforcing(person_id: UUID) -> bool:
    """Tell whether a person serves a grid as one of those who never enforce, now or from a day to come."""
    own = (Roster.person_id == person_id, Roster.duty.in_(sorted(NEVER_ENFORCING)))
    return db.session.scalar(select(Roster.grid).where(*own, lasting(clock.now())).limit(1)) is not None


def barred_from_enforcing(person_ids: Collection[UUID]) -> Mapping[UUID, Words]:
    """Return which of these people serve a grid as one of those who never enforce, and that this bars them."""
    serving = (Roster.duty.in_(sorted(NEVER_ENFORCING)), lasting(clock.now()))
    rows = db.session.scalars(select(Roster.person_id).where(*serving).distinct())
    return {each: ServesGrid.text for each in rows if each in person_ids}


def refuse_enforcing(person_id: UUID) -> None:
    """Refuse an enforcing post to whoever serves a grid as one of those who never enforce; raise ServesGrid."""
    if bars_enforcing(person_id):
        raise ServesGrid.at("role", ServesGrid.text)


def lasting(moment: datetime) -> ColumnElement[bool]:
    """Return the condition on `roster` for what runs at a moment or begins later, and was not cancelled before."""
    return Roster.valid_to.is_(None) | (Roster.valid_to > moment) & (Roster.valid_to > Roster.valid_from)


def grids_with(duty: Duty, at: datetime | None = None) -> frozenset[str]:
    """Return the codes of the grids that somebody whose account is open serves as this at a time."""
    runs = (Roster.duty == duty, PersonRow.active, *_running(at or clock.now()))
    served = select(Roster.grid).join(PersonRow, PersonRow.id == Roster.person_id).where(*runs).distinct()
    return frozenset(db.session.scalars(served))


def serves_since(
    person_id: InstrumentedAttribute[Any],
    grid: InstrumentedAttribute[str],
    duty: InstrumentedAttribute[str],
    moment: datetime,
) -> ColumnElement[bool]:
    """Return the condition that somebody whose account is open serves a grid as this, or did so after a moment."""
    entry = (Roster.person_id == person_id, Roster.grid == grid, Roster.duty == duty, Roster.valid_from <= clock.now())
    there = (PersonRow.id == Roster.person_id, PersonRow.active)
    return exists().where(*entry, *there, Roster.valid_to.is_(None) | (Roster.valid_to > moment))


def has_ended(grid: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Return the condition that a grid is none of today's."""
    return exists().where(Grid.code == grid, Grid.valid_to.is_not(None))


def left_duty(person_id: InstrumentedAttribute[Any], since: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    """Return the condition that somebody served a grid at a time before, as anything, and does so no more."""
    ended = (Roster.person_id == person_id, Roster.valid_to > since, Roster.valid_to <= clock.now())
    return exists().where(*ended)


def grids_served(person_id: UUID, level: Level | None = None, at: datetime | None = None) -> tuple[str, ...]:
    """Return the codes of the grids a person serves as anything, of one level if it is named, in order."""
    served = (
        select(Roster.grid)
        .join(Grid, Grid.code == Roster.grid)
        .where(Roster.person_id == person_id, Grid.valid_to.is_(None), *_running(at or clock.now()))
        .distinct()
        .order_by(Roster.grid)
    )
    if level is not None:
        served = served.where(Grid.level == level)
    return tuple(db.session.scalars(served))


def _running(moment: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Roster.valid_from <= moment, Roster.valid_to.is_(None) | (Roster.valid_to > moment)


def duties_served() -> frozenset[Duty]:
    """Return as what anybody serves anywhere now."""
    now = clock.now()
    running = (Roster.valid_from <= now, Roster.valid_to.is_(None) | (Roster.valid_to > now), PersonRow.active)
    rows = select(Roster.duty).join(PersonRow, PersonRow.id == Roster.person_id).where(*running).distinct()
    return frozenset(Duty.of(duty) for duty in db.session.scalars(rows))
