"""Bound the guessing of passwords without locking people out.

Every attempt is counted before its password is looked at, so that fifty at once are fifty, and taken back when the
password was right: only failures stay. The counts are rows, so a restart forgets nothing.

- A device that has signed in to the account before (it shows its device token) has a count of its own. Nobody else
  can make that one wait: an attacker can slow down strangers to the account, never its owner's phone.
- Any other attempt counts for the pair of account and address (few free), for the account from everywhere (against
  many addresses guessing at one account) and for the address (against one address guessing at many accounts; wide,
  since a whole village may share one address).
- Past the free failures each further one makes the wait twice as long, up to a longest. A wait refuses even the
  right password, and failures are forgotten at the end of a fixed window: no lock lasts for ever.
- Names without an account are counted like names with one.
- Whoever is signed in and shows the password again (to change it) is counted by that session alone: nobody outside
  can make the owner wait, and who found an open phone cannot try for long.
- A one-time code from an administrator passes by all of this (`codes.py`).

An address is what the connection says, or what configured proxies say (`gate.behind_proxies`). IPv6 counts by /64,
which one subscriber has to himself.
"""

import hashlib
import ipaddress
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Row, case, delete, select

from app.core import clock
from app.core.db import db, upsert
from app.core.errors import TooMany
from app.identity import tokens
from app.identity.models import PersonRow, SessionRow, SignInCode, SignInCount
from workflows.words import Words


@dataclass(frozen=True)
class Bound:
    """How many failures cost nothing within a window, and how the wait grows after them."""

    free: int
    first_wait: timedelta
    longest_wait: timedelta
    window: timedelta

    def wait(self, failures: int) -> timedelta | None:
        """Return how long to wait after so many failures."""
        beyond = failures - self.free
        return min(self.first_wait * 2 ** min(beyond, 20), self.longest_wait) if beyond >= 0 else None


# all figures are ours, to be judged by what a county sees
_DAY, _HOUR, _QUARTER = timedelta(days=1), timedelta(hours=1), timedelta(minutes=15)
DEVICE = Bound(10, timedelta(seconds=30), _QUARTER, _DAY)
PAIR = Bound(5, timedelta(seconds=30), _QUARTER, _DAY)
SESSION = Bound(5, timedelta(seconds=30), _QUARTER, _DAY)
ACCOUNT = Bound(50, timedelta(minutes=1), _QUARTER, _DAY)
ADDRESS = Bound(1_000, timedelta(minutes=1), _QUARTER, _HOUR)


class SignInLocked(TooMany):
    """登录失败次数过多，请稍后再试；急用或忘记密码，请向管理员要一次性登录码，用它可以立即登录。"""

    code = "sign_in_locked"
    en = "Signing in failed too often: wait a little, or ask an administrator for a one-time code that lets you in now."


@dataclass(frozen=True)
class Attempt:
    """One counted attempt: whom it names (if anybody), and the counts it raised."""

    username: str
    address: str
    person_id: UUID | None
    password_hash: str | None
    device_hash: str | None
    bounds: dict[str, Bound]


def count(username: str, address: str, device_token: str | None) -> Attempt:
    """Count an attempt to sign in; raise SignInLocked, counting nothing, while one of its counts must wait."""
    username = username.strip().lower()
    device_hash = tokens.digest(device_token) if device_token else None
    person = _find(username, device_hash)
    device_hash = device_hash if person and person.knows_device else None
    bounds = _bounds(username, address, device_hash)
    _count(bounds)
    return Attempt(
        username,
        address,
        person.id if person else None,
        person.password_hash if person else None,
        device_hash,
        bounds,
    )


def count_in_session(account: PersonRow, session_id: UUID, address: str) -> Attempt:
    """Count an attempt of somebody who is signed in; raise SignInLocked while this session must wait."""
    bounds = {_key("session", session_id.hex): SESSION}
    _count(bounds)
    return Attempt(account.username, address, account.id, account.password_hash, None, bounds)


def count_by_code(account: PersonRow, address: str) -> Attempt:
    """Count an attempt at the second factor by whoever holds the account's one-time code: nobody else gets that far."""
    bounds = {_key("code", account.id.hex): SESSION}
    _count(bounds)
    return Attempt(account.username, address, account.id, account.password_hash, None, bounds)


def take_back(attempt: Attempt, *, forgive: bool = True) -> None:
    """Undo the counting of an attempt that was right; what one device or pair got wrong before is forgiven.

    Not while the second factor is still owed: whoever knows the password could else guess at it for ever.
    """
    for row in _take(list(attempt.bounds)):
        bound = attempt.bounds[row.key]
        row.failures = 0 if forgive and bound in (DEVICE, PAIR, SESSION) else max(row.failures - 1, 0)
        if bound.wait(row.failures) is None:
            row.locked_until = None


def forget(before: datetime) -> None:
    """Delete counts whose window began before a time."""
    db.session.execute(delete(SignInCount).where(SignInCount.since < before))


def network(address: str) -> str:
    """Return the address as it is counted: IPv4 whole, IPv6 by its /64; mapped IPv4 as IPv4."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def _count(bounds: dict[str, Bound]) -> None:
    rows = _take(list(bounds))
    now = clock.now()
    locked = max(filter(None, (_lock(row, bounds[row.key], now) for row in rows)), default=None)
    if locked:
        raise _locked(locked - now)
    for row in rows:
        _raise(row, bounds[row.key], now)


def _find(username: str, device_hash: str | None) -> Row[UUID, str | None, bool] | None:
    """Read the account in one statement, the same whether it exists or not; an inactive one is as good as none.

    While somebody has been given a code, no password opens the account.
    """
    used_before = (
        select(SessionRow.id)
        .where(
            SessionRow.person_id == PersonRow.id,
            SessionRow.device_hash == device_hash,
            SessionRow.ended_because.is_(None) | (SessionRow.ended_because == "signed_out"),
        )
        .exists()
    )
    coded = select(SignInCode.person_id).where(SignInCode.person_id == PersonRow.id).exists()
    password_hash = case((coded, None), else_=PersonRow.password_hash).label("password_hash")
    wanted = select(PersonRow.id, password_hash, used_before.label("knows_device"))
    return db.session.execute(wanted.where(PersonRow.username == username, PersonRow.active)).one_or_none()


def _bounds(username: str, address: str, device_hash: str | None) -> dict[str, Bound]:
    if device_hash:
        return {_key("device", username, device_hash): DEVICE}
    place = network(address)
    return {
        _key("pair", username, place): PAIR,
        _key("account", username): ACCOUNT,
        _key("address", place): ADDRESS,
    }


def _key(*parts: str) -> str:
    """Hash what is counted: people type passwords into the wrong field."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _take(keys: list[str]) -> list[SignInCount]:
    """Make the rows that are missing, and take all of them, always in the same order."""
    session = db.session()
    keys = sorted(keys)
    fresh = [{"key": key, "failures": 0, "since": clock.now()} for key in keys]
    session.execute(upsert(SignInCount).values(fresh).on_conflict_do_nothing())
    statement = select(SignInCount).where(SignInCount.key.in_(keys)).order_by(SignInCount.key).with_for_update()
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def _lock(row: SignInCount, bound: Bound, now: datetime) -> datetime | None:
    """Return until when a count must wait; nothing waits longer than its bound, so such an end is of a clock ahead."""
    until: datetime | None = row.locked_until
    return until if until and now < until <= now + bound.longest_wait else None


def _raise(row: SignInCount, bound: Bound, now: datetime) -> None:
    if not timedelta() <= now - row.since < bound.window:
        row.failures, row.since, row.locked_until = 0, now, None
    row.failures += 1
    wait = bound.wait(row.failures)
    row.locked_until = now + wait if wait else None


def _locked(wait: timedelta) -> SignInLocked:
    seconds = math.ceil(wait.total_seconds())
    minutes = math.ceil(seconds / 60)
    words = Words("{} 分钟", "{} min").format(minutes) if seconds >= 60 else Words("{} 秒", "{} s").format(seconds)
    return SignInLocked(
        Words(
            "登录失败次数过多，请 {}后再试；急用或忘记密码，请向管理员要一次性登录码，用它可以立即登录。",
            "Too many attempts failed: try again in {}, or ask an administrator for a one-time code that lets"
            " you in now.",
        ).format(words),
        retry_after_seconds=seconds,
    )
