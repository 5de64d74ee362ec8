"""Rounds as they are now, their stops, what was found on them, each step, and the tracks kept for a while."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import db
from app.core.types import Code, UtcDateTime


class RoundRow(db.Model):
    """One time that a round is to be done on one ground. Its id follows from service, round, ground and time."""

    __tablename__ = "rounds"

    round_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    service: Mapped[str] = mapped_column(Code(20))
    code: Mapped[str] = mapped_column(Code(20))  # of the round within the service
    version: Mapped[int]  # of the service by which it was planned; it keeps it
    kind: Mapped[str] = mapped_column(Code(10))
    subject: Mapped[str] = mapped_column(Code(20))
    duty: Mapped[str] = mapped_column(Code(20))
    grid: Mapped[str] = mapped_column(Code(24), ForeignKey("grids.code"))  # whose roster says who does it
    grid_path: Mapped[str] = mapped_column(Code(120))
    window_from: Mapped[datetime] = mapped_column(UtcDateTime)
    window_until: Mapped[datetime] = mapped_column(UtcDateTime)
    origin_id: Mapped[UUID | None] = mapped_column(Uuid)  # the warning or campaign it is of; none: a plan asks
    drill: Mapped[bool] = mapped_column(default=False, server_default=false())  # as what it was made for is one
    n: Mapped[int] = mapped_column(default=1)  # where one window asks for several
    state: Mapped[str] = mapped_column(Code(12))
    seq: Mapped[int] = mapped_column(default=1)
    turned_seq: Mapped[int] = mapped_column(default=1)  # the last step that makes what was seen before stale
    doer_id: Mapped[UUID | None] = mapped_column(Uuid)  # who has set out
    doer_name: Mapped[str | None] = mapped_column(String(60))
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    desk_at: Mapped[datetime] = mapped_column(UtcDateTime)  # from when others than the person see that it was missed
    stops: Mapped[int] = mapped_column(default=0)
    stops_done: Mapped[int] = mapped_column(default=0)
    # of these, at how many what must be answered was left open
    answers_open: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    findings: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int | None]
    metres: Mapped[int | None]  # by the track; none: there was none
    marks: Mapped[list[Any]] = mapped_column(JSON, default=list)
    reason: Mapped[str | None] = mapped_column(String(500))  # why it was broken off, missed or cancelled
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("state IN ('planned', 'due', 'started', 'missed', 'done', 'cancelled')", name="state_known"),
        CheckConstraint("window_until > window_from", name="ends_after_start"),
        CheckConstraint("state != 'started' OR doer_id IS NOT NULL", name="somebody_started"),
        CheckConstraint("(state IN ('done', 'cancelled')) = (ended_at IS NOT NULL)", name="ended_when_ended"),
        UniqueConstraint("service", "code", "window_from", "n", "grid"),
        Index("ix_rounds_mine", "grid", "duty", "window_until", "round_id"),
        Index("ix_rounds_until", "window_until", "round_id", "grid_path"),
        Index("ix_rounds_ground", "grid_path", "window_from"),
        Index("ix_rounds_changed", "changed_at", "round_id"),
        Index("ix_rounds_begins", "state", "window_from"),
        Index("ix_rounds_ends", "state", "window_until"),
        Index(
            "ix_rounds_origin",
            "origin_id",
            "grid",
            sqlite_where=origin_id.is_not(None),
            postgresql_where=origin_id.is_not(None),
        ),
        Index("ix_rounds_last", "service", "code", "grid", "ended_at"),
    )


class RoundStop(db.Model):
    """Something to be looked at on a round: an object, the ground itself or a resident; and what was put down there."""

    __tablename__ = "round_stops"

    round_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("rounds.round_id"), primary_key=True)
    stop: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1
    object_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("objects.object_id"))  # none: the ground
    answers: Mapped[str | None] = mapped_column(Text)  # JSON; none: nobody was there yet
    note: Mapped[str | None] = mapped_column(String(500))
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    visited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answers_open: Mapped[bool] = mapped_column(default=False, server_default=false())  # some that must be answered
    resident_id: Mapped[UUID | None] = mapped_column(Uuid)  # of a stop that is a resident
    key_id: Mapped[str | None] = mapped_column(Code(20))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # what was put down of a resident; then `answers` is none

    __table_args__ = (
        Index(
            "ix_round_stops_resident",
            "resident_id",
            sqlite_where=resident_id.is_not(None),
            postgresql_where=resident_id.is_not(None),
        ),
        Index(
            "ix_round_stops_sealed",
            "visited_at",
            "key_id",
            sqlite_where=sealed.is_not(None),
            postgresql_where=sealed.is_not(None),
        ),
        Index(
            "ix_round_stops_object",
            "object_id",
            "visited_at",
            sqlite_where=object_id.is_not(None),
            postgresql_where=object_id.is_not(None),
        ),
    )


class RoundFinding(db.Model):
    """A case that began on a round; the case knows of it by this row."""

    __tablename__ = "round_findings"

    case_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    round_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("rounds.round_id"), primary_key=True)
    stop: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_round_findings_round", "round_id"),)


class RoundStep(db.Model):
    """One step of a round. Steps of rounds bear no chain: a round is no proof of anything against anybody."""

    __tablename__ = "round_steps"

    round_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("rounds.round_id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    op_id: Mapped[UUID] = mapped_column(Uuid)
    action: Mapped[str] = mapped_column(Code(20))
    state_from: Mapped[str | None] = mapped_column(Code(12))
    state_to: Mapped[str] = mapped_column(Code(12))
    actor_id: Mapped[UUID | None] = mapped_column(Uuid)
    actor_name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    phone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    counts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    data: Mapped[str] = mapped_column(Text)  # canonical JSON
    asked_digest: Mapped[str] = mapped_column(Code(80))

    __table_args__ = (UniqueConstraint("round_id", "op_id"),)


class RoundTrack(db.Model):
    """Where somebody was inside a started round, thinned; deleted by its date."""

    __tablename__ = "round_tracks"

    round_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("rounds.round_id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # the step that brought it
    points: Mapped[str] = mapped_column(Text)  # JSON: [longitude, latitude, seconds since the first]
    delete_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_round_tracks_delete", "delete_at"),)
