"""Erase what was kept of residents: each field at the end of its time, all at once where nothing may be kept."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.core import clock, events
from app.core.db import db
from app.core.permissions import SYSTEM, Person
from app.core.transaction import breathe, transaction
from app.residents.events import ResidentErased
from app.residents.models import Resident, ResidentCare, ResidentChange, ResidentField
from app.residents.resident_rules import rules

AT_ONCE = 200  # residents in one transaction


def sweep() -> int:
    """Erase the fields whose time is over; return how many. A field that no rule names any more has no purpose left."""
    count, after = 0, UUID(int=0)
    while True:
        with transaction():
            rows = _ended(after)
            count += sum(_erase_due(row) for row in rows)
        if len(rows) < AT_ONCE:
            return count
        after = rows[-1].resident_id
        breathe()


def erase(row: Resident, *, by: Person) -> int:
    """Erase all that is kept of a resident, inside a transaction, and what others have put down of them."""
    return _erase(row, _codes(row), by)


def _ended(after: UUID) -> list[Resident]:
    open_ = (Resident.ended_at.is_not(None), Resident.erased_at.is_(None), Resident.resident_id > after)
    statement = select(Resident).where(*open_).order_by(Resident.resident_id).limit(AT_ONCE).with_for_update()
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def _erase_due(row: Resident) -> int:
    assert row.ended_at is not None  # noqa: S101 - these alone were read
    codes = _codes(row)
    due = [code for code in codes if _until(row.ended_at, code) <= clock.now()]
    return _erase(row, due, SYSTEM) if due or not codes else 0


def _codes(row: Resident) -> list[str]:
    own = select(ResidentField.field).where(ResidentField.resident_id == row.resident_id)
    return list(db.session.scalars(own.order_by(ResidentField.field)))


def _until(ended_at: datetime, code: str) -> datetime:
    rule = rules().fields.get(code)
    return ended_at + timedelta(days=rule.retention_days if rule else 0)


def _erase(row: Resident, codes: list[str], by: Person) -> int:
    """Delete some fields; where none is left, everything that says something of this resident."""
    own = ResidentField.resident_id == row.resident_id
    db.session.execute(_plain(delete(ResidentField).where(own, ResidentField.field.in_(codes))))
    subject = (SubjectKind.RESIDENT, row.resident_id)
    audit.record(Tag.RESIDENT_ERASED, person_id=by.person_id, subject=subject, of_fields=codes)
    if db.session.scalar(select(ResidentField.field).where(own).limit(1)) is None:
        db.session.execute(_plain(delete(ResidentCare).where(ResidentCare.resident_id == row.resident_id)))
        emptied = update(ResidentChange).where(ResidentChange.resident_id == row.resident_id)
        db.session.execute(_plain(emptied.values(fields=[], cares=[])))
        row.erased_at, row.household_id, row.consent_by, row.consent_on = clock.now(), None, None, None
        events.publish(ResidentErased(row.resident_id))
    return len(codes)


def _plain(statement: Any) -> Any:
    return statement.execution_options(synchronize_session=False)
