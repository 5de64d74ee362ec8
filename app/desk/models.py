"""What people at desks put by: filters by name, and texts that a department or centre uses again and again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import db
from app.core.types import Code, UtcDateTime


class DeskFilter(db.Model):
    """A list that somebody looks at often, under a name of their own: the filters as they stand in its address."""

    __tablename__ = "desk_filters"

    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("people.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Code(30), primary_key=True)
    query: Mapped[str] = mapped_column(String(600))


class Phrase(db.Model):
    """A text for an act, shared by all who act for a department or a centre (常用语)."""

    __tablename__ = "desk_phrases"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    scope_code: Mapped[str] = mapped_column(Code(24))  # a department, or the grid of a centre
    action: Mapped[str] = mapped_column(Code(30))
    text: Mapped[str] = mapped_column(String(500))
    created_by: Mapped[UUID] = mapped_column(Uuid, ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_desk_phrases_scope", "scope_code", "action"),)
