"""Campaigns, the ground of each, what came of their forms, and who was reminded when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid, false
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import db
from app.core.types import Code, UtcDateTime


class Campaign(db.Model):
    """A round of the catalogue asked for once, from a day until another. Its rounds have it as their origin."""

    __tablename__ = "campaigns"

    campaign_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(Code(10))
    title: Mapped[str] = mapped_column(String(60))
    number: Mapped[str | None] = mapped_column(String(60))  # of the paper that orders it
    service: Mapped[str] = mapped_column(Code(20))
    round_code: Mapped[str] = mapped_column(Code(20))  # of the round within the service, which has the form
    version: Mapped[int]  # of the service when it was opened; it keeps it
    drill: Mapped[bool] = mapped_column(default=False, server_default=false())
    year: Mapped[int]  # under which its results are kept
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when its rounds begin: no two of one round are equal
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[UUID | None] = mapped_column(Uuid)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # none: rounds are still being made
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[UUID | None] = mapped_column(Uuid)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # none: its results are not summed up yet

    __table_args__ = (
        CheckConstraint("kind IN ('census', 'check_up')", name="kind_known"),
        CheckConstraint("ends_on >= begins_on", name="ends_after_start"),
        CheckConstraint("settled_at IS NULL OR closed_at IS NOT NULL", name="settled_is_closed"),
        UniqueConstraint("service", "round_code", "begins_at"),
        Index("ix_campaigns_list", "begins_on", "campaign_id"),
        Index(
            "ix_campaigns_open",
            "ends_on",
            sqlite_where=settled_at.is_(None),
            postgresql_where=settled_at.is_(None),
        ),
        Index("ix_campaigns_years", "service", "round_code", "year"),
    )


class CampaignGround(db.Model):
    """A grid, with all below it, over which a campaign goes."""

    __tablename__ = "campaign_grounds"

    campaign_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("campaigns.campaign_id"), primary_key=True)
    grid: Mapped[str] = mapped_column(Code(24), ForeignKey("grids.code"), primary_key=True)
    grid_path: Mapped[str] = mapped_column(Code(120))

    __table_args__ = (Index("ix_campaign_grounds_path", "grid_path"),)


class CampaignResult(db.Model):
    """How often a question was answered so in a township, and of numbers their sum and bounds; kept when settled."""

    __tablename__ = "campaign_results"

    campaign_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("campaigns.campaign_id"), primary_key=True)
    grid: Mapped[str] = mapped_column(Code(24), ForeignKey("grids.code"), primary_key=True)  # of the township
    field: Mapped[str] = mapped_column(Code(60), primary_key=True)
    answer: Mapped[str] = mapped_column(Code(60), primary_key=True)  # what was chosen; of numbers nothing
    count: Mapped[int]
    total: Mapped[float | None]
    least: Mapped[float | None]
    most: Mapped[float | None]


class CampaignReminder(db.Model):
    """On which day somebody was last reminded of what is behind: once a day, however much it is."""

    __tablename__ = "campaign_reminders"

    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("people.id"), primary_key=True)
    day: Mapped[date]
