"""Attachments of cases, and uploads that have not ended. No foreign key to cases: a photo may come before its case."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import db
from app.core.types import Code, UtcDateTime
from workflows.forms import Purpose

METADATA_LENGTH = 1000  # characters that are kept; seven short values in base64


class AttachmentState(StrEnum):
    """How far the bytes have come."""

    AWAITED = "awaited"  # a step names it, the bytes are still on a phone
    STORED = "stored"  # the bytes are here, judged and sealed
    REFUSED = "refused"  # bytes came and could not be used; others may come under the same id
    UNJUDGED = "unjudged"  # the bytes are here and sealed, but the machine never managed to look at them


KEPT = (AttachmentState.STORED, AttachmentState.UNJUDGED)  # the bytes are here


def _one_of(column: str, values: type[StrEnum]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


class Attachment(db.Model):
    """One photo or file of a case. `step` is the first step that names it; until then it is unclaimed."""

    __tablename__ = "attachments"

    case_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    attachment_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    step: Mapped[int | None] = mapped_column()
    purpose: Mapped[str] = mapped_column(Code(10))
    state: Mapped[str] = mapped_column(Code(10))
    reason: Mapped[str | None] = mapped_column(Code(20))
    sha256: Mapped[str | None] = mapped_column(Code(64))
    size: Mapped[int | None] = mapped_column(BigInteger)
    type: Mapped[str | None] = mapped_column(Code(40))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    dropped: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))  # hints that could not be used
    uploader: Mapped[UUID] = mapped_column(Uuid)
    stored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint(_one_of("purpose", Purpose), name="purpose_known"),
        CheckConstraint(_one_of("state", AttachmentState), name="state_known"),
        CheckConstraint(
            "state NOT IN ('stored', 'unjudged') OR (sha256 IS NOT NULL AND size IS NOT NULL AND type IS NOT NULL"
            " AND stored_at IS NOT NULL)",
            name="stored_has_bytes",
        ),
        CheckConstraint("(state = 'refused') = (reason IS NOT NULL)", name="refused_has_reason"),
        CheckConstraint("state <> 'awaited' OR step IS NOT NULL", name="awaited_is_named"),
        CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="place_is_whole"),
        Index("ix_attachments_sha256", "sha256"),
        Index("ix_attachments_unclaimed", "created_at", sqlite_where=step.is_(None), postgresql_where=step.is_(None)),
        Index(
            "ix_attachments_unjudged",
            "stored_at",
            sqlite_where=state == "unjudged",
            postgresql_where=state == "unjudged",
        ),
    )


class AttachmentTrial(db.Model):
    """How often the machine ended before it had looked at some bytes, known by their hash."""

    __tablename__ = "attachment_trials"

    sha256: Mapped[str] = mapped_column(Code(64), primary_key=True)
    ends: Mapped[int]
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Upload(db.Model):
    """Bytes on their way in pieces: how many are expected and how many are here."""

    __tablename__ = "uploads"

    upload_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(Uuid)
    attachment_id: Mapped[UUID] = mapped_column(Uuid)
    uploader: Mapped[UUID] = mapped_column(Uuid)
    length_bytes: Mapped[int] = mapped_column(BigInteger)
    offset_bytes: Mapped[int] = mapped_column(BigInteger)
    said: Mapped[str] = mapped_column(String(METADATA_LENGTH))  # the metadata, word for word: HEAD gives it back
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("offset_bytes BETWEEN 0 AND length_bytes", name="offset_within_length"),
        Index("uq_uploads_attachment", "case_id", "attachment_id", unique=True),
        Index("ix_uploads_expires_at", "expires_at"),
    )

    @property
    def is_finished(self) -> bool:
        """Tell whether all bytes have come and been stored."""
        return self.offset_bytes == self.length_bytes
