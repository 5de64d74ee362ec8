"""Messages to people: one row for each effect and recipient; and what people go without."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Uuid, false
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import db
from app.core.types import BigId, Code, UtcDateTime
from workflows.notices import PLAIN_KINDS, NoticeSubject

ID_MOST = 2**63 - 1  # what the column holds


class Notice(db.Model):
    """One message to one person. Its text names a case by number, class and address, and nobody who reported it."""

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    outbox_id: Mapped[int] = mapped_column(BigId)  # no foreign key: what is done is deleted from the outbox one day
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("people.id"))
    case_id: Mapped[UUID | None] = mapped_column(Uuid)  # none of what is about no case
    subject_id: Mapped[UUID | None] = mapped_column(Uuid)  # what it leads to instead, of what its kind says; none: many
    kind: Mapped[str] = mapped_column(Code(30))
    text: Mapped[str] = mapped_column(String(500))
    text_en: Mapped[str] = mapped_column(String(600))
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())  # an urgent case's, for its next hand
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def subject(self) -> NoticeSubject | None:
        """Return what it leads to, besides a case."""
        plain_kind = PLAIN_KINDS.get(self.kind) if self.case_id is None else None
        return plain_kind.subject if plain_kind else None

    __table_args__ = (
        Index("uq_notices_effect", "outbox_id", "person_id", unique=True),
        Index("ix_notices_person", "person_id", "id"),
        Index(
            "ix_notices_unread",
            "person_id",
            "read_at",  # nothing in all of them: with it SQLite takes this index and not the other
            "id",
            sqlite_where=read_at.is_(None),
            postgresql_where=read_at.is_(None),
        ),
    )


class NoticeChoice(db.Model):
    """A kind of message that a person does not want by one way."""

    __tablename__ = "notice_choices"

    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("people.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(Code(10), primary_key=True)
    kind: Mapped[str] = mapped_column(Code(30), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
