"""Erase what was kept of residents: each field at the end of its time, all at once where nothing may be kept."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, or_, select, update

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.core import clock, events
from app.core.db import db, empty_log, overwrite_deleted
from app.core.permissions import SYSTEM, Person
from app.core.transaction import after_commit, breathe, transaction
from app.residents import queries, resident_changes
from app.residents.events import ConsentWithdrawn, ResidentErased
from app.residents.models import Resident, ResidentCare, ResidentChange, ResidentEdit, ResidentField
from app.residents.resident_rules import FieldRule, rules

AT_ONCE = 200  # residents in one transaction


def sweep() -> int:
    """Erase the fields whose time is over; return how many. A field that no rule names any more has no purpose left."""
    count, after = 0, UUID(int=0)
    while True:
        with transaction():
            overwrite_deleted()
            rows = _doubtful(after)
            count += sum(_erase_due(row) for row in rows)
        if len(rows) < AT_ONCE:
            break
        after = rows[-1].resident_id
        breathe()
    empty_log()
    return count


def erase(row: Resident, *, by: Person) -> int:
    """Erase all that is kept of a resident, inside a transaction, and what others have put down of them."""
    overwrite_deleted()
    after_commit(empty_log)
    return _erase(row, list(queries.field_rows(row.resident_id)), by)


def withdraw(row: Resident, *, by: Person) -> list[str]:
    """Erase what rests on consent, whoever has entered it, though others care on; return which fields that was.

    It is one person who has agreed, and who does not any more.
    """
    overwrite_deleted()
    after_commit(empty_log)
    known = rules().fields
    codes = [one for one in queries.field_rows(row.resident_id) if one not in known or known[one].needs_consent]
    _erase(row, codes, by)
    events.publish(ConsentWithdrawn(row.resident_id))
    return codes


def _doubtful(after: UUID) -> list[Resident]:
    """Return, locked, some residents of whom a care has ended, or something is kept that no rule names."""
    own, field = ResidentCare.resident_id == Resident.resident_id, ResidentField.resident_id == Resident.resident_id
    over = exists().where(own, ResidentCare.ended_at.is_not(None))
    unnamed = exists().where(field, ResidentField.field.not_in(list(rules().fields)))
    open_ = (Resident.erased_at.is_(None), Resident.resident_id > after, or_(over, unnamed))
    statement = select(Resident).where(*open_).order_by(Resident.resident_id).limit(AT_ONCE).with_for_update()
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def _erase_due(row: Resident) -> int:
    own = select(ResidentCare).where(ResidentCare.resident_id == row.resident_id)
    cares = db.session.scalars(own.execution_options(populate_existing=True)).all()
    codes = list(queries.field_rows(row.resident_id))
    due = [code for code in codes if _is_due(code, cares)]
    if due and row.ended_at is None:
        resident_changes.append(row.resident_id, ResidentEdit.ERASED, due, (), SYSTEM)
    return _erase(row, due, SYSTEM) if due or (not codes and row.ended_at) else 0


def _is_due(code: str, cares: Sequence[ResidentCare]) -> bool:
    """Tell whether no care that goes on needs a field any more, and its time since is over."""
    rule = rules().fields.get(code)
    if rule is None:
        return True
    if any(care.ended_at is None and _is_for(rule, care.care) for care in cares):
        return False
    over = [care for care in cares if care.ended_at is not None]
    ends = [care.ended_at for care in over if _is_for(rule, care.care)] or [care.ended_at for care in over]
    last = max((one for one in ends if one), default=None)
    return last is not None and last + timedelta(days=rule.retention_days) <= clock.now()


def _is_for(rule: FieldRule, code: str) -> bool:
    """Tell whether a kind of care has to do with a field: it asks for it, or one who knows of it reads it."""
    care = rules().cares.get(code)
    return care is not None and (rule.code in care.requires or not set(care.readers).isdisjoint(rule.readers))


def _erase(row: Resident, codes: Sequence[str], by: Person) -> int:
    """Delete some fields; where none is left of somebody not cared for, everything that says something of them."""
    own = ResidentField.resident_id == row.resident_id
    db.session.execute(_plain(delete(ResidentField).where(own, ResidentField.field.in_(codes))))
    subject = (SubjectKind.RESIDENT, row.resident_id)
    audit.record(Tag.RESIDENT_ERASED, person_id=by.person_id, subject=subject, of_fields=sorted(codes))
    if row.ended_at and db.session.scalar(select(ResidentField.field).where(own).limit(1)) is None:
        db.session.execute(_plain(delete(ResidentCare).where(ResidentCare.resident_id == row.resident_id)))
        emptied = update(ResidentChange).where(ResidentChange.resident_id == row.resident_id)
        db.session.execute(_plain(emptied.values(fields=[], cares=[], digest=None)))
        row.erased_at, row.household_id, row.digest = clock.now(), None, ""
        events.publish(ResidentErased(row.resident_id))
    return len(codes)


def _plain(statement: Any) -> Any:
    return statement.execution_options(synchronize_session=False)
