"""Read the audit, newest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, cast, false, func, or_, select

from app.audit.models import AuditEntry, Refusal
from app.audit.tags import SubjectKind, Tag
from app.core.db import db

LARGEST_PAGE = 200


@dataclass(frozen=True)
class AuditPage:
    """Some entries, and the cursor of the next page or None."""

    items: Sequence[AuditEntry]
    next_cursor: int | None


def search(*, cursor: int | None = None, limit: int = 50, **wanted: Any) -> AuditPage:
    """Find a page of entries by what `conditions` takes, the newest first."""
    entry = AuditEntry
    before = [entry.id < cursor] if cursor else []
    statement = select(entry).where(*conditions(**wanted), *before)
    statement = statement.order_by(entry.id.desc()).limit(min(limit, LARGEST_PAGE) + 1)
    rows = db.session.scalars(statement).all()
    items = rows[: min(limit, LARGEST_PAGE)]
    return AuditPage(items, items[-1].id if len(rows) > len(items) else None)


def ids(most: int, **wanted: Any) -> Sequence[int]:
    """Return the numbers of all entries found by what `conditions` takes, the newest first."""
    statement = select(AuditEntry.id).where(*conditions(**wanted))
    return db.session.scalars(statement.order_by(AuditEntry.id.desc()).limit(most)).all()


def entries(numbers: Sequence[int]) -> Sequence[AuditEntry]:
    """Return entries by their numbers, the newest first."""
    statement = select(AuditEntry).where(AuditEntry.id.in_(numbers))
    return db.session.scalars(statement.order_by(AuditEntry.id.desc())).all()


def conditions(
    *,
    tags: Sequence[Tag] = (),
    person_id: UUID | None = None,
    people: Select[Any] | None = None,
    subject: tuple[SubjectKind, object] | None = None,
    subjects: Sequence[tuple[SubjectKind, object]] | None = None,
    concerning: Select[Any] | None = None,
    address: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[ColumnElement[bool]]:
    """Return what entries must be to be found by any of these; times are `since <= at < until`.

    `people` and `concerning` select ids: entries by one of the former, and entries by or about one of the latter.
    """
    entry = AuditEntry
    wanted = (
        entry.tag.in_([tag.value for tag in tags]) if tags else None,
        entry.person_id == person_id if person_id else None,
        entry.person_id.in_(people) if people is not None else None,
        _about([subject]) if subject else None,
        _about(subjects) if subjects is not None else None,
        or_(entry.person_id.in_(concerning), _about_people(concerning)) if concerning is not None else None,
        entry.address.startswith(address, autoescape=True) if address else None,
        entry.at >= since if since else None,
        entry.at < until if until else None,
    )
    return [condition for condition in wanted if condition is not None]


def times_refused(keys: Iterable[tuple[UUID | None, str, str]]) -> dict[tuple[UUID | None, str, str], int]:
    """Return how often each was refused: who, in which hour (as ISO), at which route."""
    wanted = [(person_id, datetime.fromisoformat(hour), route) for person_id, hour, route in keys]
    if not wanted:
        return {}
    row = Refusal
    each = (and_(row.person_id == who, row.hour == hour, row.route == route) for who, hour, route in wanted)
    return {
        (one.person_id, one.hour.isoformat(), one.route): one.times
        for one in db.session.scalars(select(row).where(or_(*each)))
    }


def _about(subjects: Sequence[tuple[SubjectKind, object]]) -> ColumnElement[bool]:
    """Return the condition for entries about one of these things, each a kind and an id."""
    ids: dict[str, list[str]] = {}
    for kind, of in subjects:
        ids.setdefault(kind, []).append(str(of))
    entry = AuditEntry
    return or_(false(), *(and_(entry.subject_kind == kind, entry.subject_id.in_(codes)) for kind, codes in ids.items()))


def _about_people(people: Select[Any]) -> ColumnElement[bool]:
    """Return the condition for entries about one of these people; the databases write ids with hyphens or without."""
    rows = people.subquery()
    ids = select(func.replace(cast(rows.c[0], String), "-", ""))
    entry = AuditEntry
    return and_(entry.subject_kind == SubjectKind.PERSON, func.replace(entry.subject_id, "-", "").in_(ids))
