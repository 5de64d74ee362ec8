"""What was done to the record of a resident: which fields and kinds of care, never what stood in them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select

from app.core import clock, encryption
from app.core.db import db
from app.core.permissions import Person
from app.residents.models import ResidentChange, ResidentEdit


def append(
    resident_id: UUID,
    edit: ResidentEdit,
    fields: Collection[str],
    cares: Collection[str],
    by: Person,
    op_id: UUID | None = None,
    fingerprint: str | None = None,
) -> None:
    """Append to the history of a record what is done to it now."""
    last = select(func.max(ResidentChange.n)).where(ResidentChange.resident_id == resident_id)
    db.session.add(
        ResidentChange(
            resident_id=resident_id, n=(db.session.scalar(last) or 0) + 1, op_id=op_id, edit=edit, at=clock.now(),
            by_id=by.person_id, by_name=by.name, fields=sorted(fields), cares=sorted(cares),
            digest=encryption.digest(fingerprint) if fingerprint else None,
        )
    )  # fmt: skip
