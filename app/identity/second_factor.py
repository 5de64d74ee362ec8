"""A second factor at sign-in: codes of an app by time (TOTP, RFC 6238), and recovery codes on paper.

Required of whoever administers or may reveal personal data; anybody at a desk may have one. Who only works in the
field is never asked: a phone without network and with gloves is no place for it, and it could not show more than the
person saw anyway.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp
from flask import current_app
from sqlalchemy import delete, func, or_, select, update

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.core import clock, encryption
from app.core.db import db
from app.core.errors import Conflict, Forbidden, Invalid, Unauthenticated
from app.core.permissions import SYSTEM, Assignment, Permission, Person
from app.identity import codes, queries, sessions
from app.identity.models import RecoveryCode, SecondFactor, SessionRow
from workflows.case_terms import CasePermission

OFF = "off"
STEP_SECONDS, DRIFT = 30, 1  # by RFC 6238; a step before and after, for clocks that differ
RECOVERY_CODES = 10
ISSUER = "格治 Gezhi"
SESSIONS_END = ("signed_out",)
REQUIRED_OF = frozenset({
    Permission.ACCESS_RESET, Permission.AUDIT_READ, Permission.CATALOGUE_IMPORT, Permission.CITIZEN_REVEAL,
    Permission.DEPARTMENT_MANAGE, Permission.GRID_IMPORT, Permission.GRID_ROSTER, Permission.PEOPLE_IMPORT,
    Permission.PEOPLE_MANAGE, Permission.RESIDENT_REVEAL, Permission.ROLE_GRANT,
})  # fmt: skip
FIELD = frozenset({Permission.CASE_REPORT_AS_AUXILIARY, Permission.CASE_REPORT_AS_WORKER, CasePermission.FIND})

encryption.holds(SecondFactor.key_id, SecondFactor.secret)
encryption.holds(SecondFactor.fresh_key_id, SecondFactor.fresh_secret)


class SecondFactorRequired(Unauthenticated):
    """请输入验证器应用上的六位验证码；手机不在身边时，输入一个恢复码。"""

    code = "second_factor_required"
    en = "Type the six digits of your authenticator app, or one of your recovery codes."


class SecondFactorWrong(Unauthenticated):
    """验证码不正确或已经用过，请输入验证器应用上最新的六位数字。"""

    code = "second_factor_wrong"
    en = "This code is wrong or was used already: type the newest six digits of your authenticator app."


class EnrolmentRequired(Forbidden):
    """您的岗位须开通二次验证：请用电脑浏览器登录，在“我的账号”中按提示开通。"""

    code = "second_factor_enrolment_required"
    en = "Your post needs a second factor: sign in with a browser and set it up under “My account”."


class CodeWrong(Invalid):
    """验证码不正确，请输入验证器应用上最新的六位数字。"""

    code = "second_factor_code_wrong"
    en = "This code is wrong: type the newest six digits of your authenticator app."


class NotBegun(Conflict):
    """请先开始开通二次验证，扫描二维码之后再输入验证码。"""

    code = "second_factor_not_begun"
    en = "Begin setting up the second factor first: scan the code, then type the digits."


class CodeFirst(Forbidden):
    """您已开通二次验证：更换或停用之前，请先在本次登录中输入一次验证码或恢复码。"""

    code = "second_factor_code_first"
    en = "You have a second factor: show one of its codes, or a recovery code, in this session before you change it."


class StillRequired(Conflict):
    """您的岗位须使用二次验证，不能停用；换手机请重新开通。"""

    code = "second_factor_still_required"
    en = "Your post needs a second factor: it cannot be given up. For another phone set it up anew."


@dataclass(frozen=True)
class AuthenticatorSecret:
    """What an authenticator app is given: the secret, and the address that the picture holds."""

    secret: str
    uri: str


def required(person: Person) -> bool:
    """Tell whether somebody may do nothing without a second factor."""
    return current_app.config["SECOND_FACTOR"] != OFF and not REQUIRED_OF.isdisjoint(person.permissions)


def in_the_field(held: Iterable[Assignment]) -> bool:
    """Tell whether somebody holds roles of the field and no others."""
    every = list(held)
    return bool(every) and not any(FIELD.isdisjoint(one.permissions) for one in every)


def since(person_id: UUID | None) -> datetime | None:
    """Return since when somebody has a second factor; None without one."""
    return db.session.scalar(select(SecondFactor.confirmed_at).where(SecondFactor.person_id == person_id))


def demand_code(person: Person) -> None:
    """Raise CodeFirst where somebody has a second factor and this session has shown no code of it."""
    statement = select(SessionRow.second_factor_at).where(SessionRow.id == person.session_id)
    if since(person.person_id) is not None and db.session.scalar(statement) is None:
        raise CodeFirst


def begin(person: Person, username: str) -> AuthenticatorSecret:
    """Make a secret for an app; it counts when a code of it has been shown."""
    assert person.person_id is not None  # noqa: S101 - whoever is signed in has one
    secret = pyotp.random_base32()
    row = db.session.get(SecondFactor, person.person_id) or SecondFactor(person_id=person.person_id, last_step=0)
    row.fresh_key_id, (row.fresh_secret,) = encryption.seal(secret)
    db.session.add(row)
    return AuthenticatorSecret(secret, pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER))


def begun(person_id: UUID | None, username: str) -> AuthenticatorSecret | None:
    """Return what was begun and is not yet confirmed."""
    row = db.session.get(SecondFactor, person_id)
    if row is None or row.fresh_key_id is None:
        return None
    secret = encryption.unseal(row.fresh_key_id, row.fresh_secret)[0] or ""
    return AuthenticatorSecret(secret, pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER))


def confirm(person: Person, code: str) -> list[str] | None:
    """Let the secret that was begun count, end all other sessions, return recovery codes; None for a wrong code."""
    row = _locked_factor(person.person_id)
    if row is None or row.fresh_key_id is None:
        raise NotBegun
    step = _step_of(encryption.unseal(row.fresh_key_id, row.fresh_secret)[0] or "", code)
    if step is None:
        return None
    row.key_id, row.secret, row.fresh_key_id, row.fresh_secret = row.fresh_key_id, row.fresh_secret, None, None
    row.confirmed_at, row.last_step = clock.now(), step
    _mark(person)
    sessions.revoke_all(row.person_id, but=person.session_id)
    audit.record(Tag.SECOND_FACTOR_SET, person_id=person.person_id, subject=(SubjectKind.PERSON, row.person_id))
    return _new_recovery_codes(row.person_id)


def confirm_session(person: Person, code: str) -> bool:
    """Let a session count as one with a second factor; False for a wrong code."""
    assert person.person_id is not None  # noqa: S101 - whoever is signed in has one
    if not check(person.person_id, code):
        return False
    _mark(person)
    return True


def check(person_id: UUID, code: str) -> bool:
    """Tell whether a code is right, in the running transaction; each is good for one time."""
    row = _locked_factor(person_id)
    if row is None or row.key_id is None:
        return False
    if codes.has_form(code):
        return _use_recovery_code(person_id, code)
    step = _step_of(encryption.unseal(row.key_id, row.secret)[0] or "", code)
    if step is None or step <= row.last_step <= _step_now() + DRIFT:  # one used later was used by a clock ahead
        return False
    row.last_step = step
    return True


def drop(person_id: UUID, *, by: Person = SYSTEM) -> None:
    """Take a second factor away with its recovery codes, and end all sessions but the one that asks."""
    for model in (RecoveryCode, SecondFactor):
        db.session.execute(delete(model).where(model.person_id == person_id))
    sessions.revoke_all(person_id, but=by.session_id)
    audit.record(Tag.SECOND_FACTOR_DROPPED, person_id=by.person_id, subject=(SubjectKind.PERSON, person_id))


def asked_of(person_id: UUID, device_hash: str | None) -> bool:
    """Tell whether somebody who signs in has to show a code: not on a device on which that was done lately."""
    return (
        since(person_id) is not None
        and not in_the_field(queries.assignments(person_id))
        and (last_code_at(person_id, device_hash) is None)
    )


def last_code_at(person_id: UUID, device_hash: str | None) -> datetime | None:
    """Return when a code was last shown on a device, within the days that this holds."""
    confirmed_at = since(person_id)
    if device_hash is None or confirmed_at is None:
        return None
    row = SessionRow
    statement = select(func.max(row.second_factor_at)).where(
        row.person_id == person_id,
        row.device_hash == device_hash,
        or_(row.ended_because.is_(None), row.ended_because.in_(SESSIONS_END)),
        row.second_factor_at > clock.now() - sessions.second_factor_lasts(),
        row.second_factor_at >= confirmed_at,
    )
    return db.session.scalar(statement)


def recovery_codes_left(person_id: UUID | None) -> int:
    """Count the recovery codes that were not used."""
    unused = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(unused) or 0


def _locked_factor(person_id: UUID | None) -> SecondFactor | None:
    """Take the row: of two who show the same code at once, the second finds it used."""
    wanted = select(SecondFactor).where(SecondFactor.person_id == person_id).with_for_update()
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def _step_now() -> int:
    return int(clock.now().timestamp()) // STEP_SECONDS


def _step_of(secret: str, code: str) -> int | None:
    """Return the step whose code this is, about now."""
    app, now = pyotp.TOTP(secret, interval=STEP_SECONDS), _step_now()
    typed = "".join(code.split()).encode()
    fits = (step for step in range(now - DRIFT, now + DRIFT + 1))
    return next((step for step in fits if hmac.compare_digest(app.generate_otp(step).encode(), typed)), None)


def _mark(person: Person) -> None:
    marked = update(SessionRow).where(SessionRow.id == person.session_id).values(second_factor_at=clock.now())
    db.session.execute(marked.execution_options(synchronize_session=False))


def _new_recovery_codes(person_id: UUID) -> list[str]:
    fresh = [codes.invent() for _ in range(RECOVERY_CODES)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    db.session.add_all(RecoveryCode(person_id=person_id, digest=codes.digest(each)) for each in fresh)
    return fresh


def _use_recovery_code(person_id: UUID, code: str) -> bool:
    row = db.session.get(RecoveryCode, (person_id, codes.digest(code)), with_for_update=True)
    if row is None or row.used_at:
        return False
    row.used_at = clock.now()
    audit.record(Tag.SECOND_FACTOR_RECOVERED, person_id=person_id, subject=(SubjectKind.PERSON, person_id))
    return True
