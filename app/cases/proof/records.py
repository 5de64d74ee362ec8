"""Read from the audit what proves cases beside their own steps: grids that moved, personal data that was erased."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement

from app.audit import seals
from app.audit.models import AuditEntry
from app.audit.tags import SubjectKind, Tag
from app.cases.proof.row_checks import GridMove
from app.core import clock, raw
from app.core.raw import RawRow

UNSEALED_FOR = timedelta(minutes=5)  # an entry of the audit is sealed within one; longer, and it is no proof
_COLUMNS = tuple(AuditEntry.__table__.c[name] for name in ("id", "at", "data"))


def moves() -> list[GridMove]:
    """Return every move of a grid in the tree, the first one first; what was slipped in among sealed rows is none."""
    return [
        GridMove(**{name: str(row.data.get(name)) for name in ("changed_at", "old", "new")})
        for row in _entries(AuditEntry.tag == Tag.GRID_MOVED.value)
    ]


def erased(case_id: UUID) -> set[int]:
    """Return the steps of a case of which a sealed entry of the audit says that they were erased, or a very new one."""
    of_case = (AuditEntry.subject_kind == SubjectKind.CASE, AuditEntry.subject_id == str(case_id))
    return {
        row.data["seq"]
        for row in _entries(AuditEntry.tag == Tag.STEP_ERASED.value, *of_case, waiting=UNSEALED_FOR)
        if "seq" in row.data
    }


def _entries(*wanted: ColumnElement[bool], waiting: timedelta | None = None) -> list[RawRow]:
    """Return entries that are as they were sealed, and those that wait to be sealed, for so long if it is said."""
    rows = raw.rows(_COLUMNS, lambda statement: statement.where(*wanted).order_by(AuditEntry.id))
    known = [row for row in rows if isinstance(row.data, dict) and not any(row.unread())]
    sealed = seals.sealed_to(AuditEntry.__tablename__)
    proven = seals.proven(AuditEntry.__tablename__, [row.id for row in known if row.id <= sealed])
    since = clock.now() - waiting if waiting else None
    return [row for row in known if row.id in proven or (row.id > sealed and (since is None or row.at > since))]
