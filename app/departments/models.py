"""Departments and the other names people use for them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import db
from app.core.types import Code, UtcDateTime
from app.departments.kinds import DepartmentKind


class Department(db.Model):
    """A body that can be given work; who leads it and works in it are assignments. Never deleted, only ended."""

    __tablename__ = "departments"

    code: Mapped[str] = mapped_column(Code(24), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(Code(20))
    grid_code: Mapped[str | None] = mapped_column(Code(20))  # the ground of a township's own departments
    calendar: Mapped[str] = mapped_column(Code(40), default="office")
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_to: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind.value) for kind in DepartmentKind)})", name="kind"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid"),
    )


class DepartmentAlias(db.Model):
    """Another name of a department, as it stands in directories and old files: 城管局, 住建局."""

    __tablename__ = "department_aliases"

    alias: Mapped[str] = mapped_column(String(60), primary_key=True)
    department: Mapped[str] = mapped_column(Code(24), ForeignKey("departments.code"))
