"""Files that people have ordered: what of, how far they are, and until when they are kept."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import db
from app.core.types import Code, UtcDateTime
from workflows.words import Term


class ExportFormat(StrEnum):
    """As what a table is written."""

    CSV = "csv"
    XLSX = "xlsx"


class ExportStatus(Term):
    """How far a file is."""

    WAITING = "waiting", "排队中", "waiting"
    RUNNING = "running", "生成中", "being written"
    READY = "ready", "可下载", "ready"
    FAILED = "failed", "未能生成", "not written"


class ExportFault(Term):
    """Why a file was not written."""

    BROKEN = "broken", "几次都没有写完，请重新导出；仍不成功请联系管理员。", "it broke off several times: try again"
    CHANGED = "changed", "您的权限已变，请重新导出。", "what you may see has changed: take it away anew"
    TOO_MANY = "too_many", "超过 100,000 行，请缩小筛选范围后再导出。", "more than 100,000 rows: narrow the list"


class Export(db.Model):
    """A file for one person; `sight` is a digest of what decided what they saw, `trail` says what stands in it."""

    __tablename__ = "exports"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("people.id"))
    table_name: Mapped[str] = mapped_column(Code(30))
    format: Mapped[str] = mapped_column(Code(10))
    language: Mapped[str] = mapped_column(Code(2))
    filters: Mapped[dict[str, Any]] = mapped_column(JSON)
    sight: Mapped[str] = mapped_column(Code(64))
    trail: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # 17 bytes a row: read only where in doubt
    address: Mapped[str | None] = mapped_column(Code(45))
    status: Mapped[str] = mapped_column(Code(10), default=ExportStatus.WAITING)
    fault: Mapped[str | None] = mapped_column(Code(20))
    total: Mapped[int] = mapped_column(default=0)
    written: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when its maker first downloaded it

    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'running', 'ready', 'failed')", name="status_known"),
        CheckConstraint("format IN ('csv', 'xlsx')", name="format_known"),
        Index("ix_exports_person", "person_id", "created_at"),
        Index("ix_exports_status", "status", "created_at"),
    )

    @property
    def is_under_way(self) -> bool:
        """Tell whether it is still to be written."""
        return self.status in (ExportStatus.WAITING, ExportStatus.RUNNING)
