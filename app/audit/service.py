"""Write the audit."""

from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.audit.tags import SubjectKind, Tag
from app.core import client_address, clock
from app.core.transaction import put_off


def record(
    tag: Tag,
    *,
    person_id: UUID | None = None,
    subject: tuple[SubjectKind, object] | None = None,
    address: str | None = None,
    **data: Any,
) -> None:
    """Enter one row in the running transaction, so that what happened and its entry stand or fall together.

    `address` is that of the running request unless another is named.
    `subject` is a kind and an id ("session", id). `data` must be JSON without names, phones or identity numbers.
    """
    kind, of = subject or (None, None)
    row = {
        "at": clock.now(),
        "person_id": person_id,
        "tag": Tag(tag).value,
        "subject_kind": kind,
        "subject_id": None if of is None else str(of),
        "request_id": structlog.contextvars.get_contextvars().get("request_id"),
        "address": address or client_address.address.get(),
        "data": data,
    }
    put_off("audit_log", row, _write)


def _write(session: Session, rows: list[dict[str, Any]]) -> None:
    session.execute(insert(AuditEntry), rows)
