"""How far the running limits have been counted anew by the calendars in force."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import db
from app.core.types import BigId, Code, UtcDateTime


class CalendarRecount(db.Model):
    """One going through all open cases, after the calendars have changed; `basis` says by what they count."""

    __tablename__ = "calendar_recounts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    basis: Mapped[str] = mapped_column(Code(64))
    version: Mapped[int]  # of the document of calendars
    total: Mapped[int]  # cases to look at
    progress: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)  # cases whose ends have moved
    after: Mapped[UUID | None] = mapped_column(Uuid)  # the last case that was looked at
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_calendar_recounts_open", "id", sqlite_where=done_at.is_(None), postgresql_where=done_at.is_(None)),
    )
