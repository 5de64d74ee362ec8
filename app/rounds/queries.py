"""Read rounds: one, lists by keyset, what stands where. Everything starts from what a person sees."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, select, true, tuple_, union_all

from app.cases import visibility
from app.core import clock, paging
from app.core.db import Unindexed, db
from app.core.permissions import Person
from app.grids.queries import grid_tree
from app.objects.models import ObjectRow
from app.residents.models import Resident
from app.rounds import round_objects, round_residents, round_sight
from app.rounds.models import RoundFinding, RoundRow, RoundStep, RoundStop, RoundTrack
from app.rounds.round_errors import RoundNotFound
from app.rounds.round_objects import IS_WINNER, Winner
from workflows.round import ENDS
from workflows.round_terms import RoundState

_R = RoundRow
_FRESH = {"populate_existing": True}
_ENDS_FIRST = (_R.window_until, _R.round_id)


LISTED_DAYS = 30  # how far back is listed where nothing is asked for, and counted; our figure
_PAGE_FILTERS = ("state", "is_open", "grid", "service", "round_code", "first", "last")


@dataclass(frozen=True)
class RoundPage:
    """Some rounds, and where the next page begins."""

    items: Sequence[RoundRow]
    next: tuple[datetime, UUID] | None


@dataclass(frozen=True, slots=True)
class NamedStop:
    """A stop with the object that it is, as that is now."""

    row: RoundStop
    object_id: UUID | None = None  # where its own was entered twice, of the one that stays
    name: str | None = None
    identifier: str | None = None
    lon: float | None = None
    lat: float | None = None
    number: str | None = None  # of a resident


@dataclass
class PlanCount:
    """How many rounds of one plan stand where on a ground."""

    service: str
    code: str
    version: int
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
    wanted = _conditions(filters, person)
    if after:
        wanted.append(tuple_(*_ENDS_FIRST) > tuple_(*after))
    each = [
        select(_R.round_id).where(way, *wanted).order_by(*_ENDS_FIRST).limit(limit + 1).subquery()
        for way in round_sight.ways(person, own=bool(filters.get("mine")))
    ]
    if not each:
        return RoundPage([], None)
    ids = union_all(*(select(first.c.round_id) for first in each))
    ordered = select(_R).where(_R.round_id.in_(ids)).order_by(*_ENDS_FIRST).limit(limit + 1)
    rows = db.session.scalars(ordered.execution_options(**_FRESH)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return RoundPage(rows[:limit], (last.window_until, last.round_id) if last else None)


def carried(args: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the address of a list asks for."""
    return {name: args[name] for name in _PAGE_FILTERS if args.get(name) not in (None, "")}


def listed(args: Mapping[str, Any]) -> dict[str, Any]:
    """Return by what a page, and the file of it, list rounds: unasked, what is open or missed of late."""
    return carried(args) or {"is_open": True, "first": listed_since()}


def listed_since() -> date:
    """Return how far back rounds are listed where nothing is asked for."""
    return clock.local(clock.now()).date() - timedelta(days=LISTED_DAYS)


def keys(person: Person, filters: Mapping[str, Any], most: int) -> Sequence[UUID]:
    """Return the ids of the rounds that a person sees, those whose time ends first before the others."""
    statement = select(_R.round_id).where(round_sight.visible_to(person), *_conditions(filters, person))
    return db.session.scalars(statement.order_by(*_ENDS_FIRST).limit(most)).all()


def some(person: Person, round_ids: Collection[UUID]) -> Sequence[RoundRow]:
    """Return those of some rounds that a person sees still."""
    statement = select(_R).where(round_sight.visible_to(person), _R.round_id.in_(round_ids))
    return db.session.scalars(statement.order_by(*_ENDS_FIRST)).all()


def read_cursor(cursor: str) -> tuple[datetime, UUID]:
    """Return where a page of rounds begins; raise CursorInvalid."""
    until, round_id = paging.decode(cursor, 2)
    return paging.moment(until), paging.identity(round_id)


def parts_of(rows: Collection[RoundRow], person: Person) -> RoundParts:
    """Return stops of some rounds, and their findings as far as a person sees the cases; two statements for all."""
    return RoundParts(stops_of(rows), _findings([row.round_id for row in rows], person))


def _findings(round_ids: Collection[UUID], person: Person) -> Mapping[UUID, Sequence[RoundFinding]]:
    findings = defaultdict[UUID, list[RoundFinding]](list)
    seen = (RoundFinding.round_id.in_(round_ids), _of_case_seen(person))
    of_rounds = select(RoundFinding).where(*seen).order_by(RoundFinding.at, RoundFinding.case_id)
    for finding in db.session.scalars(of_rounds.execution_options(**_FRESH)):
        findings[finding.round_id].append(finding)
    return findings


def stops_of(rows: Collection[RoundRow]) -> Mapping[UUID, Sequence[NamedStop]]:
    """Return the stops of some rounds, in their order: those of residents too, whoever may know of them."""
    stops = defaultdict[UUID, list[NamedStop]](list)
    known = (ObjectRow.object_id, ObjectRow.name, ObjectRow.identifier, ObjectRow.lon, ObjectRow.lat)
    columns = (func.coalesce(getattr(Winner, each.key), each) for each in known)
    joined = (
        select(RoundStop, *columns, Resident.number)
        .join(_R, _R.round_id == RoundStop.round_id)
        .outerjoin(ObjectRow, ObjectRow.object_id == RoundStop.object_id)
        .outerjoin(Winner, IS_WINNER)
        .outerjoin(Resident, Resident.resident_id == RoundStop.resident_id)
    )
    there = (round_residents.are_there(rows), round_objects.are_there())
    named = joined.where(RoundStop.round_id.in_([row.round_id for row in rows]), *there)
    ordered = named.order_by(RoundStop.round_id, RoundStop.stop).execution_options(**_FRESH)
    for row, *each in db.session.execute(ordered):
        stops[row.round_id].append(NamedStop(row, *each))
    return stops


def findings_seen(rows: Collection[RoundRow], person: Person) -> Mapping[UUID, int]:
    """Count, by round, the findings whose cases a person sees; nothing is asked where nothing was found."""
    round_ids = [row.round_id for row in rows if row.findings]
    if not round_ids:
        return {}
    counted = select(RoundFinding.round_id, func.count()).where(
        RoundFinding.round_id.in_(round_ids), _of_case_seen(person)
    )
    return {round_id: number for round_id, number in db.session.execute(counted.group_by(RoundFinding.round_id))}


def _of_case_seen(person: Person) -> ColumnElement[bool]:
    """Return the condition that the case of a finding is one that a person sees: some are confidential."""
    return true() if person.is_system else visibility.in_visible_case(person, RoundFinding.case_id)


def steps(round_id: UUID) -> Sequence[RoundStep]:
    """Return all steps of a round, in their order."""
    return db.session.scalars(select(RoundStep).where(RoundStep.round_id == round_id).order_by(RoundStep.seq)).all()


def cases_seen(round_id: UUID, person: Person) -> frozenset[UUID]:
    """Return the cases that began on a round, of those that a person sees."""
    return frozenset(one.case_id for one in _findings([round_id], person).get(round_id, ()))


def own_tracks(round_id: UUID, person: Person) -> list[list[list[float]]]:
    """Return the tracks of a round that are still kept, each its points, of the person alone; raise RoundNotFound."""
    one(round_id, person)
    brought = (RoundStep.round_id == RoundTrack.round_id) & (RoundStep.seq == RoundTrack.seq)
    own = (RoundTrack.round_id == round_id, RoundStep.actor_id == person.person_id)
    rows = db.session.scalars(select(RoundTrack.points).join(RoundStep, brought).where(*own).order_by(RoundTrack.seq))
    return [[[float(each) for each in point] for point in json.loads(text)] for text in rows]


def round_of_case(case_id: UUID, person: Person) -> RoundRow | None:
    """Return the round on which a case was reported, where the person sees it."""
    own = select(_R).where(_R.round_id.in_(_found_on(case_id, person)), round_sight.visible_to(person))
    return db.session.scalar(own.order_by(_R.round_id).limit(1))


def plan_counts(person: Person, grid: str | None, first: date | None, last: date | None) -> list[PlanCount]:
    """Count the rounds that a person sees by plan, but for drills; one statement."""
    filters = {"grid": grid, "first": first, "last": last}
    columns = (Unindexed(_R.service), Unindexed(_R.code))  # the days lead to the rounds, not the groups
    counted = select(*columns, func.max(_R.version), _R.state, func.count()).where(
        round_sight.counted(person), *_conditions(filters, person)
    )
    lines: dict[tuple[str, str], PlanCount] = {}
    for service, code, version, state, number in db.session.execute(
        counted.group_by(*columns, _R.state).order_by(*columns)
    ):
        line = lines.setdefault((service, code), PlanCount(service, code, version))
        name = state if state in (RoundState.DONE, RoundState.MISSED, RoundState.CANCELLED) else "open"
        setattr(line, name, getattr(line, name) + number)
        line.version = max(line.version, version)
    return list(lines.values())


def _conditions(filters: Mapping[str, Any], person: Person) -> list[ColumnElement[bool]]:
    wanted = {name: value for name, value in filters.items() if value not in (None, "") and name in _FILTERS}
    conditions = [_FILTERS[name](value) for name, value in wanted.items()]
    if filters.get("case"):
        conditions.append(_R.round_id.in_(_found_on(filters["case"], person)))
    return conditions


def _found_on(case_id: UUID, person: Person) -> Select[UUID]:
    return select(RoundFinding.round_id).where(RoundFinding.case_id == case_id, _of_case_seen(person))


def _in_grid(code: str) -> ColumnElement[bool]:
    node = grid_tree().get(code)
    return round_sight.within(node.path) if node else false()


_FILTERS: Mapping[str, Any] = {
    "state": lambda state: _R.state == state,
    "is_open": lambda wanted: _R.state.not_in(ENDS) if wanted else true(),  # unticked, nothing is left out
    "service": lambda code: _R.service == code,
    "round_code": lambda code: _R.code == code,
    "grid": _in_grid,
    "first": lambda day: _R.window_until > clock.midnight(day),
    "last": lambda day: _R.window_from < clock.midnight(day + timedelta(days=1)),
}
