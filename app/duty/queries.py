"""Read who is on duty now and next, the roster of a centre, and what was handed over."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import literal, or_, select, tuple_

from app.cases.models import Case
from app.cases.protocol import DEFAULT, is_open
from app.core import clock, paging
from app.core.db import db
from app.core.permissions import Permission, Person, ScopeKind
from app.deadlines.queries import calendars
from app.deadlines.shifts import Shift, ShiftDay, around
from app.duty.models import DutyRow, Handover
from app.grids.queries import grid_tree
from app.identity import queries as identity
from app.identity.models import PersonRow

PAGE = 30  # handovers that a page shows
ROSTER_DAYS = 14  # days of a roster that a page shows
CASES_MOST = 200  # open urgent cases that a record names
HandoverKey = tuple[datetime, UUID]  # when who left has signed, and which record it is
_KEY = (Handover.left_at, Handover.id)


@dataclass(frozen=True)
class OnDuty:
    """Somebody on duty."""

    person_id: UUID
    name: str
    username: str


@dataclass(frozen=True)
class DutyShift:
    """A shift of a day with who is on duty in it."""

    turn: ShiftDay
    people: tuple[OnDuty, ...]
    gone: tuple[OnDuty, ...] = ()  # on the roster still, but of a closed account or without a role at the centre


@dataclass(frozen=True)
class DutyNow:
    """Who is on duty at a centre now and next; None between two shifts, or where there are none."""

    centre: str
    name: str
    now: DutyShift | None
    next: DutyShift | None


def shifts(centre: str) -> tuple[Shift, ...]:
    """Return the shifts of a centre; none before there are calendars."""
    try:
        return calendars().shifts_of(centre)
    except KeyError:
        return ()


def centres_of(person: Person) -> list[str]:
    """Return the centres at which a person works."""
    return sorted(person.centres(Permission.CASE_READ))


def now(centres: Collection[str]) -> list[DutyNow]:
    """Return who is on duty at some centres now and next, in two statements."""
    moment, tree = clock.now(), grid_tree()
    turns = {centre: around(shifts(centre), moment) for centre in centres}
    days = [turn.day for pair in turns.values() for turn in pair if turn]
    people = _people(centres, min(days), max(days)) if days else {}

    def filled(centre: str, turn: ShiftDay | None) -> DutyShift | None:
        return DutyShift(turn, *people.get((centre, turn.day, turn.shift.code), ((), ()))) if turn else None

    return [
        DutyNow(centre, node.name if (node := tree.get(centre)) else centre, *(filled(centre, one) for one in pair))
        for centre, pair in turns.items()
    ]


def roster(centre: str, since: date, days: int) -> list[DutyShift]:
    """Return the shifts of some days with who is on duty, whoever is on duty in a shift that is no more included."""
    people = _people([centre], since, since + timedelta(days=days - 1))
    turns = [ShiftDay(since + timedelta(days=number), shift) for number in range(days) for shift in shifts(centre)]
    return [DutyShift(turn, *people.get((centre, turn.day, turn.shift.code), ((), ()))) for turn in turns]


def is_on_duty(person_id: UUID | None, centre: str, day: date, shift: str) -> bool:
    """Tell whether a person is on duty in a shift."""
    return person_id is not None and db.session.get(DutyRow, (centre, day, shift, person_id)) is not None


def open_urgent(centre: str) -> list[dict[str, Any]]:
    """Return id, number and whether a drill, of the open urgent cases of a centre and of those it handed down."""
    works_or_closes = or_(Case.centre == centre, Case.handed_down_by == centre)
    urgent = select(Case.case_id, Case.number, Case.drill).where(Case.workflow == DEFAULT, works_or_closes, Case.urgent)
    at_work = (Case.ended_how.is_(None), is_open())  # the first alone finds them by an index
    rows = db.session.execute(urgent.where(*at_work).order_by(Case.reported_at).limit(CASES_MOST))
    return [{"case_id": str(row.case_id), "number": row.number, "drill": row.drill} for row in rows]


def read_cursor(cursor: str) -> HandoverKey:
    """Return behind which record a page begins; raise CursorInvalid."""
    left_at, record_id = paging.decode(cursor, 2)
    return paging.moment(left_at), paging.identity(record_id)


def handovers(
    centres: Collection[str], after: HandoverKey | None, limit: int
) -> tuple[Sequence[Handover], HandoverKey | None]:
    """Return records of some centres, the newest first, and where the next page begins."""
    chosen = select(Handover).where(Handover.centre.in_(centres))
    if after is not None:
        chosen = chosen.where(
            tuple_(*_KEY) < tuple_(*(literal(one, key.type) for one, key in zip(after, _KEY, strict=True)))
        )
    rows = db.session.scalars(chosen.order_by(*(one.desc() for one in _KEY)).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], (last.left_at, last.id) if last else None


def signers(records: Sequence[Handover]) -> Mapping[UUID, str]:
    """Return the names of who signed records."""
    return identity.names({one for row in records for one in (row.left_by, row.taken_by) if one})


def at_work(centres: Collection[str]) -> set[tuple[UUID, str]]:
    """Return who can be on duty where: active, with a role at that centre, now."""
    return set(identity.holders_in(ScopeKind.CENTRE, sorted(centres), Permission.CASE_READ))


def appointed(centre: str, day: date, shift: str) -> set[UUID]:
    """Return whom the roster has in a shift, whether they still work there or not."""
    rows = select(DutyRow.person_id).where(DutyRow.centre == centre, DutyRow.day == day, DutyRow.shift == shift)
    return set(db.session.scalars(rows))


_Filled = tuple[tuple[OnDuty, ...], tuple[OnDuty, ...]]  # who is on duty, and who is no more there


def _people(centres: Collection[str], since: date, until: date) -> dict[tuple[str, date, str], _Filled]:
    rows = select(DutyRow.centre, DutyRow.day, DutyRow.shift, PersonRow.id, PersonRow.name, PersonRow.username)
    rows = rows.join(PersonRow, PersonRow.id == DutyRow.person_id)
    chosen = rows.where(DutyRow.centre.in_(centres), DutyRow.day.between(since, until)).order_by(PersonRow.username)
    people: dict[tuple[str, date, str], _Filled] = {}
    entries = db.session.execute(chosen).all()
    working = at_work(centres) if entries else set()
    for row in entries:
        key, somebody = (row.centre, row.day, row.shift), (OnDuty(row.id, row.name, row.username),)
        there, gone = people.get(key, ((), ()))
        here = (row.id, row.centre) in working
        people[key] = (there + somebody, gone) if here else (there, gone + somebody)
    return people
