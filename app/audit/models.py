"""The audit: written once, never changed, and the seals over it; beside it, how often somebody was refused."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import db
from app.core.types import BigId, Code, UtcDateTime


class Refusal(db.Model):
    """How often somebody was refused at a route within an hour: see `refusals.py`."""

    __tablename__ = "refusals"

    person_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    hour: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)  # its beginning
    route: Mapped[str] = mapped_column(Code(160), primary_key=True)
    times: Mapped[int]


class AuditEntry(db.Model):
    """One thing somebody did or was refused. `data` holds ids, codes and counts, never personal data."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[UUID | None] = mapped_column(Uuid)
    tag: Mapped[str] = mapped_column(Code(40))
    subject_kind: Mapped[str | None] = mapped_column(Code(24))
    subject_id: Mapped[str | None] = mapped_column(Code(64))
    request_id: Mapped[str | None] = mapped_column(Code(40))
    address: Mapped[str | None] = mapped_column(Code(45))  # as it is: a hash of an address is as readable, only slower
    data: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (
        Index("ix_audit_log_person", "person_id", "id"),
        Index("ix_audit_log_subject", "subject_kind", "subject_id", "id"),
        Index("ix_audit_log_tag", "tag", "id"),
    )


class AuditSeal(db.Model):
    """A batch of rows that were written once, sealed: its digest covers them, and the seal before it.

    `marks` holds a few letters of a digest for each row and column, to say what was changed.
    """

    __tablename__ = "audit_seals"

    chain: Mapped[str] = mapped_column(Code(24), primary_key=True)  # the table whose rows are sealed
    n: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int]
    marks: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    previous: Mapped[str] = mapped_column(Code(80))
    digest: Mapped[str] = mapped_column(Code(80))
