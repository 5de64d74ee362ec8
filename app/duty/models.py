"""Who is on duty at a centre, and the records of handing over."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import db
from app.core.types import Code, UtcDateTime


class DutyRow(db.Model):
    """A person on duty at a centre in the shift that begins on a day."""

    __tablename__ = "duty"

    centre: Mapped[str] = mapped_column(Code(40), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    shift: Mapped[str] = mapped_column(Code(20), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("people.id"), primary_key=True)


class Handover(db.Model):
    """What who leaves tells who takes over; the open urgent cases are filled in by the system, as they stood."""

    __tablename__ = "duty_handovers"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    centre: Mapped[str] = mapped_column(Code(40))
    day: Mapped[date]  # of the shift that ends
    shift: Mapped[str] = mapped_column(Code(20))
    note: Mapped[str] = mapped_column(String(1000))
    cases: Mapped[list[Any]] = mapped_column(JSON)  # case_id and number of each
    left_by: Mapped[UUID] = mapped_column(Uuid, ForeignKey("people.id"))
    left_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_by: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("people.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name="taken_by_somebody"),
        CheckConstraint("taken_by IS NULL OR taken_by <> left_by", name="taken_by_another"),
        UniqueConstraint("centre", "day", "shift", name="uq_duty_handovers_shift"),
        Index("ix_duty_handovers_left", "centre", "left_at"),
    )
