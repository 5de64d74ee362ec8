"""Residents and households: where they are and why they are kept lies open, what is known of them is sealed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.core import encryption
from app.core.db import db
from app.core.types import Code, UtcDateTime
from workflows.words import Term


class ConsentBy(Term):
    """Who has agreed that this is kept (个保法 13(1), 29, 31)."""

    SELF = "self", "本人", "Themselves"
    GUARDIAN = "guardian", "监护人", "Their guardian"


class ResidentEnd(Term):
    """Why somebody need not be cared for any more."""

    MOVED = "moved", "已迁出", "Moved away"
    DIED = "died", "已去世", "Died"
    OVER = "over", "不再需要关爱", "No longer in need"
    WITHDRAWN = "withdrawn", "本人或监护人撤回同意", "Consent withdrawn"  # erased at once
    MISTAKE = "mistake", "登记有误", "Entered by mistake"  # erased at once

    @property
    def erases(self) -> bool:
        """Tell whether nothing may be kept from now on."""
        return self in (ResidentEnd.WITHDRAWN, ResidentEnd.MISTAKE)


class ResidentEdit(Term):
    """What was done to the record of a resident."""

    ENTERED = "entered", "登记", "Entered"
    CHANGED = "changed", "变更", "Record changed"
    ENDED = "ended", "结束关爱", "Care ended"
    ERASED = "erased", "删除个人信息", "Personal data erased"


class Resident(db.Model):
    """Somebody to visit. The row itself holds nothing personal; once all is erased it stays as what rounds named."""

    __tablename__ = "residents"

    resident_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)  # made by whoever enters it
    subject: Mapped[str] = mapped_column(Code(10))
    number: Mapped[str] = mapped_column(Code(12))  # follows from the id: it tells nobody how many there are
    household_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("residents.resident_id"))
    grid: Mapped[str] = mapped_column(Code(24), ForeignKey("grids.code"))
    grid_path: Mapped[str] = mapped_column(Code(120))
    digest: Mapped[str] = mapped_column(Code(64))  # with a key, of what it was entered with; empty: all is erased
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by: Mapped[UUID | None] = mapped_column(Uuid)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of its last care
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("subject IN ('person', 'household')", name="subject_known"),
        CheckConstraint("erased_at IS NULL OR ended_at IS NOT NULL", name="erased_after_end"),
        Index(
            "ix_residents_path",
            "grid_path",
            "resident_id",
            sqlite_where=ended_at.is_(None),
            postgresql_where=ended_at.is_(None),
        ),
        Index(
            "ix_residents_household",
            "household_id",
            sqlite_where=household_id.is_not(None),
            postgresql_where=household_id.is_not(None),
        ),
        Index(
            "ix_residents_ended", "ended_at", sqlite_where=ended_at.is_not(None), postgresql_where=ended_at.is_not(None)
        ),
    )


class ResidentCare(db.Model):
    """Why somebody is visited; each kind of care has its own readers."""

    __tablename__ = "resident_cares"

    resident_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("residents.resident_id"), primary_key=True)
    care: Mapped[str] = mapped_column(Code(20), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(Code(12))

    __table_args__ = (Index("ix_resident_cares_care", "care", "resident_id"),)


class ResidentField(db.Model):
    """One field of what is known of somebody, sealed; its digest, with a key, finds it where it may be looked for."""

    __tablename__ = "resident_fields"

    resident_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("residents.resident_id"), primary_key=True)
    field: Mapped[str] = mapped_column(Code(20), primary_key=True)
    n: Mapped[int] = mapped_column(default=1)  # how often it was set
    key_id: Mapped[str] = mapped_column(Code(20))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str | None] = mapped_column(Code(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    consent_by: Mapped[str | None] = mapped_column(Code(10))  # of this field alone: others know of others
    consent_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("(consent_by IS NULL) = (consent_on IS NULL)", name="consent_whole"),
        Index(
            "ix_resident_fields_digest",
            "field",
            "digest",
            sqlite_where=digest.is_not(None),
            postgresql_where=digest.is_not(None),
        ),
    )


class ResidentChange(db.Model):
    """One thing done to a record: which fields and kinds of care it touched, never what stood in them."""

    __tablename__ = "resident_changes"

    resident_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("residents.resident_id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    op_id: Mapped[UUID | None] = mapped_column(Uuid)
    edit: Mapped[str] = mapped_column(Code(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    by_name: Mapped[str] = mapped_column(String(60))
    fields: Mapped[list[Any]] = mapped_column(JSON)
    cares: Mapped[list[Any]] = mapped_column(JSON)
    digest: Mapped[str | None] = mapped_column(Code(64))  # with a key, of what was asked; none: erased, or by a job

    __table_args__ = (
        Index(
            "uq_resident_changes_op",
            "resident_id",
            "op_id",
            unique=True,
            sqlite_where=op_id.is_not(None),
            postgresql_where=op_id.is_not(None),
        ),
    )


class ResidentImport(db.Model):
    """A file of residents on its way in: checked whole, then taken a few rows at a time."""

    __tablename__ = "resident_imports"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    file_name: Mapped[str] = mapped_column(String(120))
    file_digest: Mapped[str] = mapped_column(Code(64))  # with a key
    stage: Mapped[str] = mapped_column(Code(10))
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    by_name: Mapped[str] = mapped_column(String(60))
    notes: Mapped[list[Any]] = mapped_column(JSON)  # what was passed over, in both languages
    rows: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)  # rows with a fault
    settled: Mapped[int] = mapped_column(default=0)  # rows done, in that order
    created: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("stage IN ('loading', 'checked', 'faulty', 'taking', 'done')", name="stage_known"),
        Index("ix_resident_imports_stage", "stage", "begun_at"),
    )


class ResidentImportRow(db.Model):
    """A row of such a file, sealed until it is taken; then, and where nothing is taken, nothing of it is left."""

    __tablename__ = "resident_import_rows"

    import_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("resident_imports.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1, without gaps
    number: Mapped[int]  # the row in the file
    resident_id: Mapped[UUID] = mapped_column(Uuid)
    key_id: Mapped[str] = mapped_column(Code(20))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # what it says; none: it is not taken
    faults: Mapped[str | None] = mapped_column(Text)  # JSON: column, Chinese, English of each
    doubts: Mapped[str | None] = mapped_column(Text)  # as faults: whom whoever brings it may know already

    __table_args__ = (
        Index(
            "ix_resident_import_rows_faults",
            "import_id",
            "place",
            sqlite_where=faults.is_not(None),
            postgresql_where=faults.is_not(None),
        ),
    )


encryption.holds(ResidentField.key_id, ResidentField.sealed)
encryption.holds(ResidentImportRow.key_id, ResidentImportRow.sealed)
