"""Grids and the people who serve them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import db
from app.core.types import Code, UtcDateTime

CODE_LENGTH = 24  # the longest known, of CJ/T 349, has 20 digits
PATH_LENGTH = 120


class Grid(db.Model):
    """An area of any level. An ended one keeps its row: old cases lie in it."""

    __tablename__ = "grids"

    code: Mapped[str] = mapped_column(Code(CODE_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[str] = mapped_column(Code(10))
    kind: Mapped[str] = mapped_column(Code(10))
    parent: Mapped[str | None] = mapped_column(Code(CODE_LENGTH), ForeignKey("grids.code"))
    path: Mapped[str] = mapped_column(Code(PATH_LENGTH))  # codes from the county down to itself, each ending in a slash
    boundary: Mapped[str] = mapped_column(Text)  # a GeoJSON geometry in WGS-84
    area_class: Mapped[str] = mapped_column(Code(1))
    responsible_department: Mapped[str | None] = mapped_column(Code(24), ForeignKey("departments.code"))
    trade_department: Mapped[str | None] = mapped_column(Code(24), ForeignKey("departments.code"))
    has_centre: Mapped[bool] = mapped_column(default=False)  # a centre of this level works here
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_to: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the moment it was ended; never set ahead

    __table_args__ = (
        CheckConstraint("level IN ('county', 'township', 'village', 'grid', 'micro')", name="level_known"),
        CheckConstraint("kind IN ('general', 'dedicated')", name="kind_known"),
        CheckConstraint("area_class IN ('A', 'B', 'C')", name="area_class_known"),
        CheckConstraint("(parent IS NULL) = (level = 'county')", name="parent_unless_county"),
        CheckConstraint("kind = 'dedicated' OR trade_department IS NULL", name="trade_when_dedicated"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_start"),
        Index("ix_grids_path", "path", unique=True),
    )


class Roster(db.Model):
    """A person serves a grid as something, from a time until another."""

    __tablename__ = "roster"

    grid: Mapped[str] = mapped_column(Code(CODE_LENGTH), ForeignKey("grids.code"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("people.id"), primary_key=True)
    duty: Mapped[str] = mapped_column(Code(20), primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    valid_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stands_in_for: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("people.id"))  # who is on leave meanwhile

    __table_args__ = (
        CheckConstraint(
            "duty IN ('chief', 'full_time', 'part_time', 'instructor', 'auxiliary_officer', 'building_head', "
            "'river_chief', 'forest_chief')",
            name="duty_known",
        ),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_start"),
        Index("ix_roster_person", "person_id", "grid"),
    )
