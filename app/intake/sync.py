"""One exchange with a phone: its operations in order, each on its own, and the changes since it last read.

Which operations there are, and what can be followed, the rooms have entered in `sync_table`; nothing here knows a case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import Row, or_, select, tuple_

from app.cases.service import Phone
from app.core import clock, jobs, paging
from app.core.db import db
from app.core.errors import Busy, Invalid, Problem
from app.core.hints import DROPPED
from app.core.http import problem_body
from app.core.logs import log
from app.core.permissions import Person
from app.core.transaction import WRITE_LIMIT_SECONDS, breathe, passing_trouble
from app.intake.sync_table import Door, OperationType, Stream, doors, streams

OVERLAP = timedelta(seconds=60)  # writes are cut off at 30 s, so a row that comes late lies within this
PAGE = 100
_AHEAD = OVERLAP - timedelta(seconds=WRITE_LIMIT_SECONDS)  # so far clocks may lie apart, and nothing is missed
_LOWEST = UUID(int=0)
UNTYPED = OperationType.ACT  # as what an operation is judged that has no type of ours


@dataclass(frozen=True)
class Changes:
    """What a phone has to know of a stream: rows as they are now, and those it no longer sees."""

    changes: list[dict[str, Any]]
    gone: list[UUID]
    cursor: str
    more: bool
    reset: bool


@dataclass(frozen=True)
class _Place:
    """How far a phone has read, and when the reading began of which this is a page."""

    changed_at: datetime
    row_id: UUID
    began: datetime


def carry_out(person: Person, operations: Iterable[Any], phone: Phone) -> list[dict[str, Any]]:
    """Carry out a phone's operations in order, each in its own transaction; return status and body of each.

    A refused one blocks nothing. After one that we could not finish (5xx) the later ones on the same thing wait: they
    would be judged without it. The phone sends them again. `phone` is what it said for all of them: the time it has.
    """
    results, unfinished = [], set()
    for operation in operations:
        door = _door_of(operation)
        named = operation.get(door.about) if isinstance(operation, dict) else None
        subject = door.about, str(named).lower()
        result = _refused(Busy()) if subject in unfinished else _apply(door, person, operation, phone)
        if result["status"] >= 500:
            unfinished.add(subject)
        results.append(result)
        breathe()
    return results


def _door_of(operation: Any) -> Door:
    kind = operation.get("type") if isinstance(operation, dict) else None
    known = doors().get(kind) if isinstance(kind, str) else None
    return known or doors()[UNTYPED]


def _apply(door: Door, person: Person, operation: Any, phone: Phone) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = door.schema().load(operation)
        phone = replace(phone, at=loaded.get("phone_at"), dropped=(*phone.dropped, *loaded.get(DROPPED, ())))
        created, body = door.carry_out(person, loaded, phone)
        return {"status": 201 if created else 200, "body": body}
    except ValidationError as error:
        return _refused(Invalid(fields=dict(error.normalized_messages())))
    except Problem as problem:
        return _refused(problem)
    except Exception as error:  # whatever one operation does, the phone's others must get through
        db.session.rollback()
        passing = passing_trouble(error)
        if passing is None:
            log.error("sync.operation_failed", exc_info=error)
        return _refused(passing or Problem())


def _refused(problem: Problem) -> dict[str, Any]:
    return {"status": problem.status, "body": problem_body(problem)}


def changes(stream: Stream, person: Person, cursor: Any) -> Changes:
    """Return what changed in the cases since a cursor, a page at a time; all of it, when the person's scope is another.

    A finished reading is taken up again from a little before its first page began: what was committed late, or
    changed between two pages, is read then.
    """
    return _changes(stream, person, cursor, stream.mark(person))


def followed(person: Person, cursors: Mapping[str, Any]) -> dict[str, Changes]:
    """Return what changed in each stream that a phone follows since the cursor it has of it, alike.

    A cursor of another stream is none of this one's. What was read while the clock was ahead is read anew.
    """
    times = jobs.times_set_back()
    return {
        name: _changes(streams()[name], person, cursor, f"{name}:{times}:{streams()[name].mark(person)}")
        for name, cursor in cursors.items()
    }


def _changes(stream: Stream, person: Person, cursor: Any, mark: str) -> Changes:
    place, reset = _read(cursor, mark)
    began = place.began if place and place.row_id != _LOWEST else clock.now()
    rows = _changed(stream, person, place)
    page, more = rows[:PAGE], len(rows) > PAGE
    last = page[-1][0] if more else None
    reached = (*_key(stream, last), began) if last else (began - OVERLAP, _LOWEST, began)
    return Changes(
        stream.views(person, [row for row, is_visible in page if is_visible]),
        [_key(stream, row)[1] for row, is_visible in page if not is_visible],
        paging.encode(*reached, mark),
        more,
        reset,
    )


def _key(stream: Stream, row: Any) -> tuple[datetime, UUID]:
    return getattr(row, stream.changed_at.key), getattr(row, stream.row_id.key)


def _changed(stream: Stream, person: Person, place: _Place | None) -> list[Row[Any, bool]]:
    if not person.may(stream.permission):
        return []
    is_visible = stream.visible(person)
    statement = (
        select(stream.row, is_visible.label("seen"))
        .order_by(stream.changed_at, stream.row_id)
        .limit(PAGE + 1)
        .execution_options(populate_existing=True)
    )
    if place is None:
        return list(db.session.execute(statement.where(is_visible)).all())
    since = tuple_(stream.changed_at, stream.row_id) > tuple_(place.changed_at, place.row_id)
    at_any_time = or_(is_visible, stream.once_visible(person))
    return list(db.session.execute(statement.where(since, at_any_time)).all())


def _read(cursor: Any, mark: str) -> tuple[_Place | None, bool]:
    """Return how far a phone has read, and whether it has to begin anew.

    A cursor is a hint: one that is not ours costs a longer answer and no more. One that began in the future was given
    while the clock here was ahead: what has changed since lies before it, and would be missed for good.
    """
    if cursor is None:
        return None, False
    try:
        changed_at, row_id, began, then = paging.decode(cursor, 4)
        place = _Place(paging.moment(changed_at), paging.identity(row_id), paging.moment(began))
    except paging.CursorInvalid:
        return None, True
    if then != mark or place.began > clock.now() + _AHEAD:
        return None, True
    return place, False
