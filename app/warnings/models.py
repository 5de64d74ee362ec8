"""Warnings as they were given, and how far those who are called about silent grids were."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import db
from app.core.types import Code, UtcDateTime


def _newest(name: str, where: ColumnElement[bool]) -> Index:
    """Return an index by which the newest of some warnings are found."""
    return Index(name, "given_at", "warning_id", sqlite_where=where, postgresql_where=where)


class WarningRow(db.Model):
    """A warning of one kind and level for a grid and all below it. Its receipts are rounds whose origin it is."""

    __tablename__ = "warnings"

    warning_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(Code(20))
    level: Mapped[str] = mapped_column(Code(10))
    grid: Mapped[str] = mapped_column(Code(24), ForeignKey("grids.code"))
    grid_path: Mapped[str] = mapped_column(Code(120))
    number: Mapped[str | None] = mapped_column(String(60))  # of whoever has issued it
    issuer: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(String(500))
    drill: Mapped[bool] = mapped_column(default=False)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given_by: Mapped[UUID | None] = mapped_column(Uuid)
    confirm_by: Mapped[datetime] = mapped_column(UtcDateTime)
    call_count: Mapped[int] = mapped_column(default=0)  # of those of its level, in their order
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[UUID | None] = mapped_column(Uuid)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when nothing of it was left to be begun
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("level IN ('blue', 'yellow', 'orange', 'red')", name="level_known"),
        CheckConstraint("ended_at IS NULL OR ended_at >= given_at", name="ends_after_start"),
        Index(
            "ix_warnings_to_lift",
            "ended_at",
            sqlite_where=ended_at.is_not(None) & lifted_at.is_(None),
            postgresql_where=ended_at.is_not(None) & lifted_at.is_(None),
        ),
        Index("ix_warnings_changed", "changed_at", "warning_id"),
        _newest("ix_warnings_open", ended_at.is_(None)),
        _newest("ix_warnings_ended", ended_at.is_not(None)),
    )
