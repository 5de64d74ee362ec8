"""Read from the audit what proves cases beside their own steps: grids that moved, personal data that was erased."""

from datetime import timedelta
from uuid import UUID

from app.audit import seals
from app.audit.models import AuditEntry
from app.audit.tags import Tag
from app.cases.proof.rows import Moved
from app.core import clock, raw

UNSEALED_FOR = timedelta(minutes=5)  # an entry of the audit is sealed within one; longer, and it is no proof
_COLUMNS = tuple(AuditEntry.__table__.c[name] for name in ("id", "at", "data"))


def moves() -> list[Moved]:
    """Return every move of a grid in the tree, the first one first."""
    of_tag = AuditEntry.tag == Tag.GRID_MOVED.value
    found = raw.rows(_COLUMNS, lambda statement: statement.where(of_tag).order_by(AuditEntry.id))
    known = [row for row in found if isinstance(row.data, dict) and not any(row.unread())]
    return [Moved(**{name: str(row.data.get(name)) for name in ("changed_at", "old", "new")}) for row in known]


def erased(case_id: UUID) -> set[int]:
    """Return the steps of a case of which a sealed entry of the audit says that they were erased, or a very new one."""
    of_case = (AuditEntry.subject_kind == "case", AuditEntry.subject_id == str(case_id))
    about = (AuditEntry.tag == Tag.STEP_ERASED.value, *of_case)
    sealed, lately = seals.sealed_to(AuditEntry.__tablename__), clock.now() - UNSEALED_FOR
    return {
        row.data["seq"]
        for row in raw.rows(_COLUMNS, lambda statement: statement.where(*about))
        if isinstance(row.data, dict) and "seq" in row.data and not any(row.unread())
        if row.id <= sealed or row.at > lately
    }
