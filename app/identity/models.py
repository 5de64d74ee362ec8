"""People, what they hold, and the sessions of their phones and desks."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import db
from app.core.types import BigId, Code, UtcDateTime


class PersonRow(db.Model):
    """An account of a person; never deleted, since the steps they took name it."""

    __tablename__ = "people"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    username: Mapped[str] = mapped_column(Code(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    phone_open: Mapped[str | None] = mapped_column("phone", String(20))  # as versions before kept it
    phone_key: Mapped[str | None] = mapped_column(Code(20))  # see `staff_telephones`
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_tail: Mapped[str | None] = mapped_column(Code(64), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # none: open, or closed by an older version
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Role(db.Model):
    """A name for a set of permissions (角色)."""

    __tablename__ = "roles"

    code: Mapped[str] = mapped_column(Code(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60))
    scope_kind: Mapped[str] = mapped_column(Code(12))  # where it can be held: grid, department or centre


class RolePermission(db.Model):
    """One thing that a role may do."""

    __tablename__ = "role_permissions"

    role: Mapped[str] = mapped_column(Code(40), ForeignKey("roles.code"), primary_key=True)
    permission: Mapped[str] = mapped_column(Code(60), primary_key=True)


class AssignmentRow(db.Model):
    """A role held by a person in a scope, from a time until a time (任职)."""

    __tablename__ = "assignments"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(Code(40), ForeignKey("roles.code"))
    scope_kind: Mapped[str] = mapped_column(Code(12))
    scope_code: Mapped[str] = mapped_column(Code(24))
    scope_path: Mapped[str] = mapped_column(Code(120))  # of a grid or centre; empty for a department
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_to: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("scope_kind IN ('grid', 'department', 'centre')", name="scope_kind"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid"),
        Index("ix_assignments_person", "person_id"),
        Index("ix_assignments_scope", "scope_kind", "scope_code"),
        Index("ix_assignments_path", "scope_path"),
    )


class SessionRow(db.Model):
    """One sign-in of one device. Tokens are kept as hashes; `salt` derives each next refresh token from the last."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("people.id"))
    device: Mapped[str] = mapped_column(String(80))
    device_hash: Mapped[str] = mapped_column(Code(64))
    access_hash: Mapped[str] = mapped_column(Code(64), unique=True)
    access_expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    refresh_hash: Mapped[str] = mapped_column(Code(64))
    refresh_expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    previous_refresh_hash: Mapped[str | None] = mapped_column(Code(64))
    rotated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rotations: Mapped[int] = mapped_column(default=0)
    salt: Mapped[str] = mapped_column(Code(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)  # sign-in or last refresh: reading costs no write
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_because: Mapped[str | None] = mapped_column(Code(20))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of a browser: when somebody last did something
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of a browser: however much it is used
    second_factor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when a code was shown on this device

    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended"),
        Index("ix_sessions_person", "person_id"),
        Index("ix_sessions_device", "device_hash"),
    )


class SignInCount(db.Model):
    """How often signing in failed for an account, an address, a device: see `attempts.py`. The key is a hash."""

    __tablename__ = "sign_in_counts"

    key: Mapped[str] = mapped_column(Code(64), primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_sign_in_counts_since", "since"),)


class SignInCode(db.Model):
    """A one-time code that stands for a person's password until a new one is set: see `codes.py`. Kept as a hash."""

    __tablename__ = "sign_in_codes"

    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("people.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(Code(64))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SecondFactor(db.Model):
    """The secret that a person's authenticator app shares with us, sealed; a fresh one until a code of it was shown."""

    __tablename__ = "second_factors"

    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("people.id"), primary_key=True)
    key_id: Mapped[str | None] = mapped_column(Code(20))
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    fresh_key_id: Mapped[str | None] = mapped_column(Code(20))
    fresh_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(BigId)  # of the last code shown: none is taken twice

    __table_args__ = (CheckConstraint("(key_id IS NULL) = (confirmed_at IS NULL)", name="confirmed"),)


class RecoveryCode(db.Model):
    """A code on paper that stands for one of the app, once. Kept as a hash."""

    __tablename__ = "recovery_codes"

    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("people.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(Code(64), primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Absence(db.Model):
    """A person is away: nobody names them to verify or check meanwhile."""

    __tablename__ = "absences"

    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("people.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (CheckConstraint("until > since", name="ends_after_start"),)
