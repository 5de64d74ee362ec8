"""Read rounds: one, lists by keyset, what stands where. Everything starts from what a person sees."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, select, tuple_

from app.core import clock, paging
from app.core.db import db
from app.core.permissions import Person
from app.grids.queries import grid_tree
from app.objects.models import ObjectRow
from app.rounds import round_sight
from app.rounds.models import RoundFinding, RoundRow, RoundStep, RoundStop, RoundTrack
from app.rounds.round_errors import RoundNotFound
from workflows.round import ENDS
from workflows.round_terms import RoundState

_R = RoundRow


@dataclass(frozen=True)
class RoundPage:
    """Some rounds, and where the next page begins."""

    items: Sequence[RoundRow]
    next: tuple[datetime, UUID] | None


@dataclass(frozen=True, slots=True)
class NamedStop:
    """A stop with the object that it is, as that is now."""

    row: RoundStop
    name: str | None = None
    identifier: str | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass
class PlanCount:
    """How many rounds of one plan stand where on a ground."""

    service: str
    code: str
    version: int
    grid: str = ""
    open: int = 0
    missed: int = 0
    done: int = 0
    cancelled: int = 0


@dataclass(frozen=True)
class RoundParts:
    """What belongs to some rounds, by their ids, read in one go."""

    stops: Mapping[UUID, Sequence[NamedStop]] = field(default_factory=dict)
    findings: Mapping[UUID, Sequence[RoundFinding]] = field(default_factory=dict)


def one(round_id: UUID, person: Person) -> RoundRow:
    """Return a round that a person sees; raise RoundNotFound."""
    row = db.session.get(_R, round_id, populate_existing=True)
    if row is None or not round_sight.shows(row, person):
        raise RoundNotFound
    return row


def page(person: Person, filters: Mapping[str, Any], after: tuple[datetime, UUID] | None, limit: int) -> RoundPage:
    """Return rounds that a person sees, those whose time ends first before the others."""
    own = round_sight.mine(person) if filters.get("mine") else round_sight.visible_to(person)
    statement = select(_R).where(own, *_conditions(filters))
    if after:
        statement = statement.where(tuple_(_R.window_until, _R.round_id) > tuple_(*after))
    ordered = statement.order_by(_R.window_until, _R.round_id).limit(limit + 1)
    rows = db.session.scalars(ordered.execution_options(populate_existing=True)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return RoundPage(rows[:limit], (last.window_until, last.round_id) if last else None)


def keys(person: Person, filters: Mapping[str, Any], most: int) -> Sequence[UUID]:
    """Return the ids of the rounds that a person sees, those whose time ends first before the others."""
    statement = select(_R.round_id).where(round_sight.visible_to(person), *_conditions(filters))
    return db.session.scalars(statement.order_by(_R.window_until, _R.round_id).limit(most)).all()


def some(person: Person, round_ids: Collection[UUID]) -> Sequence[RoundRow]:
    """Return those of some rounds that a person sees still."""
    statement = select(_R).where(round_sight.visible_to(person), _R.round_id.in_(round_ids))
    return db.session.scalars(statement.order_by(_R.window_until, _R.round_id)).all()


def read_cursor(cursor: str) -> tuple[datetime, UUID]:
    """Return where a page of rounds begins; raise CursorInvalid."""
    until, round_id = paging.decode(cursor, 2)
    return paging.moment(until), paging.identity(round_id)


def parts_of(round_ids: Collection[UUID]) -> RoundParts:
    """Return stops and findings of some rounds; two statements, however many they are."""
    stops, findings = defaultdict[UUID, list[NamedStop]](list), defaultdict[UUID, list[RoundFinding]](list)
    columns = (ObjectRow.name, ObjectRow.identifier, ObjectRow.lon, ObjectRow.lat)
    joined = select(RoundStop, *columns).outerjoin(ObjectRow, ObjectRow.object_id == RoundStop.object_id)
    fresh = {"populate_existing": True}
    named = joined.where(RoundStop.round_id.in_(round_ids)).order_by(RoundStop.round_id, RoundStop.stop)
    for row, name, identifier, lon, lat in db.session.execute(named.execution_options(**fresh)):
        stops[row.round_id].append(NamedStop(row, name, identifier, lon, lat))
    of_rounds = select(RoundFinding).where(RoundFinding.round_id.in_(round_ids)).order_by(RoundFinding.at)
    for finding in db.session.scalars(of_rounds.execution_options(**fresh)):
        findings[finding.round_id].append(finding)
    return RoundParts(stops, findings)


def steps(round_id: UUID) -> Sequence[RoundStep]:
    """Return all steps of a round, in their order."""
    return db.session.scalars(select(RoundStep).where(RoundStep.round_id == round_id).order_by(RoundStep.seq)).all()


def step_data(step: RoundStep) -> dict[str, Any]:
    """Return what a step says."""
    return dict(json.loads(step.data))


def own_tracks(round_id: UUID, person: Person) -> list[list[list[float]]]:
    """Return the tracks of a round that are still kept, each its points, to whoever made them; raise RoundNotFound."""
    if one(round_id, person).doer_id != person.person_id:
        raise RoundNotFound
    rows = select(RoundTrack.points).where(RoundTrack.round_id == round_id).order_by(RoundTrack.seq)
    return [[[float(each) for each in point] for point in json.loads(text)] for text in db.session.scalars(rows)]


def round_of_case(case_id: UUID, person: Person) -> RoundRow | None:
    """Return the round on which a case was reported, where the person sees it."""
    found_on = select(RoundFinding.round_id).where(RoundFinding.case_id == case_id)
    own = select(_R).where(_R.round_id.in_(found_on), round_sight.visible_to(person))
    return db.session.scalar(own.order_by(_R.round_id).limit(1))


def plan_counts(
    person: Person, grid: str | None, first: date | None, last: date | None, *, by_grid: bool = False
) -> list[PlanCount]:
    """Count the rounds that a person sees by plan, and by the grid below which they lie; one statement."""
    filters = {"grid": grid, "first": first, "last": last}
    columns = (_R.service, _R.code, _R.grid) if by_grid else (_R.service, _R.code)
    counted = select(*columns, func.max(_R.version), _R.state, func.count()).where(
        round_sight.visible_to(person), *_conditions(filters)
    )
    lines: dict[tuple[str, ...], PlanCount] = {}
    for *key, version, state, number in db.session.execute(counted.group_by(*columns, _R.state).order_by(*columns)):
        service, code, *place = key
        line = lines.setdefault(tuple(key), PlanCount(service, code, version, *place))
        name = state if state in (RoundState.DONE, RoundState.MISSED, RoundState.CANCELLED) else "open"
        setattr(line, name, getattr(line, name) + number)
        line.version = max(line.version, version)
    return list(lines.values())


def to_do(person: Person) -> int:
    """Count the rounds that the roster gives a person and whose time runs or is over."""
    open_ = _R.state.not_in([*ENDS, RoundState.PLANNED])
    return db.session.scalar(select(func.count()).select_from(_R).where(round_sight.mine(person), open_)) or 0


def _conditions(filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    wanted = {name: value for name, value in filters.items() if value not in (None, "") and name in _FILTERS}
    return [_FILTERS[name](value) for name, value in wanted.items()]


def _in_grid(code: str) -> ColumnElement[bool]:
    node = grid_tree().get(code)
    return round_sight.within(node.path) if node else false()


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), clock.LOCAL)


_FILTERS: Mapping[str, Any] = {
    "state": lambda state: _R.state == state,
    "service": lambda code: _R.service == code,
    "round_code": lambda code: _R.code == code,
    "grid": _in_grid,
    "case": lambda case_id: _R.round_id.in_(select(RoundFinding.round_id).where(RoundFinding.case_id == case_id)),
    "first": lambda day: _R.window_until > _morning(day),
    "last": lambda day: _R.window_from < _morning(day + timedelta(days=1)),
}
