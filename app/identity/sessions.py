"""Open, prolong and end the sessions of phones and desks.

A phone's session lasts as long as it is renewed in time: what waits on it must be sent. A browser's stands on a desk
that somebody leaves: it ends when nobody has used it for a while (what an open page asks by itself is no use), and
after some hours in any case.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import delete, select, update

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.core import clock
from app.core.db import db
from app.core.errors import NotFound, Unauthenticated
from app.core.permissions import Person
from app.core.transaction import transaction
from app.identity import tokens
from app.identity.models import PersonRow, SessionRow

NOTED_EVERY = timedelta(minutes=1)
KEPT_AFTER_END = timedelta(days=180)  # so long a device is known again at sign-in; our figure


class RefreshRefused(Unauthenticated):
    """Refuse to renew a sign-in, in the words of any that has ended."""

    code = "refresh_refused"
    text = Unauthenticated.text


@dataclass(frozen=True)
class SessionTokens:
    """What a device receives: its tokens, and in how many seconds the access token ends."""

    person_id: UUID
    access_token: str
    refresh_token: str
    expires_in: int


def open_session(
    person_id: UUID, device: str, device_hash: str, *, browser: bool = False, second_factor_at: datetime | None = None
) -> SessionTokens:
    """Begin a session for a device."""
    now, session_id = clock.now(), uuid4()
    pair = tokens.first(session_id)
    row = SessionRow(
        id=session_id,
        person_id=person_id,
        device=device,
        device_hash=device_hash,
        rotations=0,
        salt=secrets.token_hex(16),
        created_at=now,
        second_factor_at=second_factor_at,
    )
    if browser:
        _bound(row)
    _give(row, pair, now)
    db.session.add(row)
    return _opened(row, pair, now)


def refresh(token: str, *, browser: bool = False) -> SessionTokens | None:
    """Exchange a refresh token for the next pair; None when it is refused.

    The token before is answered with the same pair for a moment, since the answer may have been lost. Any older
    use of a spent token may be a thief's, so it ends the session: whoever is honest signs in again.
    """
    now = clock.now()
    row = _find(token)
    if row is None or row.refresh_expires_at <= now or not is_in_use(row.used_at, now):
        return None
    if row.second_factor_at and now - row.second_factor_at >= second_factor_lasts():
        return None
    if browser and row.ends_at is None and _bound(row) <= now:  # from before there were bounds
        return None
    presented = tokens.digest(token)
    if presented == row.refresh_hash:
        pair = tokens.successor(token, row.salt)
        row.previous_refresh_hash, row.rotated_at, row.rotations = row.refresh_hash, now, row.rotations + 1
        _give(row, pair, now)
        return _opened(row, pair, now)
    grace = timedelta(seconds=current_app.config["REFRESH_GRACE_SECONDS"])
    if presented == row.previous_refresh_hash and row.rotated_at and abs(now - row.rotated_at) <= grace:
        return _opened(row, tokens.successor(token, row.salt), now)
    if tokens.was_before(token, row.salt, row.refresh_hash, row.rotations):
        _end(row, "reused")
        audit.record(Tag.SESSION_REUSED, person_id=row.person_id, subject=(SubjectKind.SESSION, row.id))
    return None


def idle_limit() -> timedelta:
    """Return how long a browser's session lasts without being used."""
    return timedelta(minutes=current_app.config["BROWSER_IDLE_MINUTES"])


def second_factor_lasts() -> timedelta:
    """Return how long a device on which a code was shown is asked for none."""
    return timedelta(days=current_app.config["SECOND_FACTOR_DAYS"])


def is_in_use(used_at: datetime | None, now: datetime) -> bool:
    """Tell whether a browser's session was used lately; a phone's always counts as used."""
    return used_at is None or abs(now - used_at) < idle_limit()


def note_use(session_id: UUID, used_at: datetime | None) -> None:
    """Keep in mind that somebody uses a browser, by a write a minute at most; raise Busy when it cannot be written."""
    now = clock.now()
    if used_at is None or timedelta() <= now - used_at < NOTED_EVERY:
        return
    with transaction(vital=True):
        row = update(SessionRow).where(SessionRow.id == session_id, SessionRow.used_at == used_at)
        db.session.execute(row.values(used_at=now))


def sign_out(access: str) -> None:
    """End the session of an access token; one that is not known is as good as ended."""
    row = db.session.scalar(
        select(SessionRow).where(SessionRow.access_hash == tokens.digest(access), SessionRow.ended_at.is_(None))
    )
    if row:
        _end(row, "signed_out")
        audit.record(Tag.SIGNED_OUT, person_id=row.person_id, subject=(SubjectKind.SESSION, row.id))


def revoke(session_id: UUID, person: Person) -> None:
    """End one of the person's own sessions, for example of a lost phone; raise NotFound for any other."""
    row = db.session.get(SessionRow, session_id)
    if row is None or row.person_id != person.person_id or row.ended_at:
        raise NotFound
    _end(row, "revoked")
    audit.record(Tag.SESSION_REVOKED, person_id=person.person_id, subject=(SubjectKind.SESSION, row.id))


def revoke_all(person_id: UUID, but: UUID | None = None) -> int:
    """End all sessions of a person but one; return how many."""
    others = select(SessionRow).where(SessionRow.person_id == person_id, SessionRow.ended_at.is_(None))
    rows = [row for row in db.session.scalars(others) if row.id != but]
    for row in rows:
        _end(row, "revoked")
    return len(rows)


def forget(now: datetime) -> None:
    """Delete sessions that ended so long ago that their devices are strangers again."""
    db.session.execute(delete(SessionRow).where(SessionRow.refresh_expires_at < now - KEPT_AFTER_END))


def _find(token: str) -> SessionRow | None:
    session_id = tokens.session_of(token)
    if session_id is None:
        return None
    wanted = select(SessionRow).join(PersonRow, PersonRow.id == SessionRow.person_id)
    wanted = wanted.where(SessionRow.id == session_id, SessionRow.ended_at.is_(None), PersonRow.active)
    return db.session.scalar(wanted.with_for_update(of=SessionRow).execution_options(populate_existing=True))


def _bound(row: SessionRow) -> datetime:
    """Let a session be a browser's; return its end."""
    end = row.created_at + timedelta(hours=current_app.config["BROWSER_HOURS"])
    row.used_at, row.ends_at = clock.now(), end
    return end


def _give(row: SessionRow, pair: tokens.Pair, now: datetime) -> None:
    if row.ends_at:  # an end that was set when the clock was ahead comes no later than one set now
        row.ends_at = min(row.ends_at, now + timedelta(hours=current_app.config["BROWSER_HOURS"]))
    row.access_hash, row.refresh_hash = tokens.digest(pair.access), tokens.digest(pair.refresh)
    row.access_expires_at = now + timedelta(minutes=current_app.config["ACCESS_MINUTES"])
    row.refresh_expires_at = row.ends_at or now + timedelta(days=current_app.config["REFRESH_DAYS"])
    if row.ends_at:
        row.access_expires_at = min(row.access_expires_at, row.ends_at)
    row.last_seen_at = now


def _opened(row: SessionRow, pair: tokens.Pair, now: datetime) -> SessionTokens:
    left = int((row.access_expires_at - now).total_seconds())
    return SessionTokens(row.person_id, pair.access, pair.refresh, left)


def _end(row: SessionRow, why: str) -> None:
    row.ended_at, row.ended_because = clock.now(), why
