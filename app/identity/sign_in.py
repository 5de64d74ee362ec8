"""Sign in and change the password: what needs the slow hasher between two transactions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.audit import service as audit
from app.audit.tags import Tag
from app.core import clock
from app.core.errors import Invalid, Problem, Unauthenticated
from app.core.permissions import Assignment, Person
from app.core.transaction import transaction
from app.identity import attempts, codes, passwords, queries, second_factor, service, sessions, strength, tokens
from app.identity.models import PersonRow
from app.identity.second_factor import SecondFactorRequired, SecondFactorWrong
from app.identity.sessions import SessionTokens
from workflows.words import Words

DEVICE_UNNAMED = "未命名设备"


class SignInRefused(Unauthenticated):
    """账号或密码不正确，请检查后重新输入。"""

    code = "sign_in_refused"
    en = "User name or password is wrong: please check them and try again."


class OldPasswordWrong(Invalid):
    """原密码不正确，请重新输入。"""

    code = "old_password_wrong"
    en = "The old password is wrong: please type it again."


@dataclass(frozen=True)
class Welcome:
    """A new session, who signed in, and the token by which the device is known next time."""

    opened: SessionTokens
    name: str
    assignments: tuple[Assignment, ...]
    must_change_password: bool
    device_token: str


@dataclass(frozen=True)
class Device:
    """What signs in: what it is called, the token by which it is known, and whether it is a browser."""

    name: str = ""
    token: str | None = None
    browser: bool = False


def sign_in(username: str, password: str, device: Device, *, address: str, code: str = "") -> Welcome:
    """Sign a device in; raise SignInRefused, SecondFactorRequired, SecondFactorWrong, SignInLocked or SignInBusy.

    Two transactions, because the attempt must be counted before, and the password checked outside of one: it takes
    long, and on SQLite nobody else could write meanwhile. A one-time code is neither counted nor slow.
    """
    if codes.has_form(password):
        with transaction(vital=True):
            by_code = _admit_by_code(username, password, device, address, code)
        if by_code:
            return _welcome(by_code)
    with passwords.turn():
        with transaction(vital=True):
            attempt = attempts.count(username, address, device.token)
        right = passwords.matches(attempt.password_hash, password)
    with transaction(vital=True):
        outcome = _admit(attempt, device, code) if right else SignInRefused()
        _enter(outcome, attempt)
    return _welcome(outcome)


def change_own_password(old_password: str, new_password: str, *, person: Person, address: str) -> None:
    """Set one's own password and end one's other sessions. Raises OldPasswordWrong, WeakPassword, SignInLocked."""
    account = queries.account(person.person_id)
    strength.check(new_password, account.username, account.name)
    with passwords.turn():
        attempt = confirm_password(account, old_password, person, address)
        fresh = passwords.hash_password(new_password)
    with transaction(vital=True):
        attempts.take_back(attempt)
        keep = person.session_id
        service.change_password(account.id, fresh, by=person, must_change=False, keep_session=keep)


def confirm_password(account: PersonRow, old_password: str, person: Person, address: str) -> attempts.Attempt:
    """Let somebody who is signed in show the password (or the code that stands for it) again."""
    assert person.session_id is not None  # noqa: S101 - whoever is signed in has one
    with transaction(vital=True):  # whoever found an open phone must not try passwords on it
        attempt = attempts.count_in_session(account, person.session_id, address)
        by_code = codes.stands_for_password(account.id, old_password)
    right = passwords.matches(attempt.password_hash, old_password) if by_code is None else by_code
    if not right:
        raise OldPasswordWrong.at("old_password", Words("原密码不正确。", "This is not the old password."))
    return attempt


Outcome = Welcome | SignInRefused | SecondFactorRequired | SecondFactorWrong


def _welcome(outcome: Outcome) -> Welcome:
    """Raise what came of it, unless that is a session: what was counted is committed by then."""
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


def _enter(outcome: Outcome, attempt: attempts.Attempt) -> None:
    """Enter what came of an attempt in the audit; one whose code is still owed goes on."""
    if isinstance(outcome, SecondFactorRequired):
        return
    tag = Tag.SIGN_IN_SUCCEEDED if isinstance(outcome, Welcome) else Tag.SIGN_IN_REFUSED
    why: dict[str, Any] = {"why": "second_factor"} if isinstance(outcome, SecondFactorWrong) else {}
    audit.record(tag, person_id=attempt.person_id, address=attempt.address, **why)


def _admit(attempt: attempts.Attempt, device: Device, code: str) -> Outcome:
    """Open the session, unless the account was closed while its password was being checked, or a code is owed."""
    if attempt.person_id is None:
        return SignInRefused()
    account = queries.account(attempt.person_id)
    if not account.active or account.password_hash != attempt.password_hash:
        return SignInRefused()
    shown_at = second_factor.last_code_at(account.id, attempt.device_hash)
    if second_factor.asked_of(account.id, attempt.device_hash):
        if not code:
            attempts.take_back(attempt, forgive=False)
            return SecondFactorRequired()
        if not second_factor.check(account.id, code):
            return SecondFactorWrong()
        shown_at = clock.now()
    attempts.take_back(attempt)
    return _open(account, device, device.token if attempt.device_hash else None, shown_at)


def _admit_by_code(username: str, password: str, device: Device, address: str, code: str) -> Outcome | None:
    """Open the one session that a one-time code is good for; None for what is no code, or was one."""
    person_id = codes.find(username, password)
    if person_id is None:
        return None
    account, shown_at = queries.account(person_id), None
    if second_factor.asked_of(person_id, None):
        if not code:
            return SecondFactorRequired()
        attempt, shown_at = attempts.count_by_code(account, address), clock.now()
        if not second_factor.check(person_id, code):
            return SecondFactorWrong()
        attempts.take_back(attempt)
    if not codes.use_up(person_id):
        return None
    audit.record(Tag.SIGN_IN_SUCCEEDED, person_id=person_id, by="code")
    return _open(account, device, None, shown_at)


def _open(account: PersonRow, device: Device, known_token: str | None, shown_at: datetime | None) -> Welcome:
    token = known_token or tokens.new()
    name = device.name or DEVICE_UNNAMED
    opened = sessions.open_session(
        account.id, name, tokens.digest(token), browser=device.browser, second_factor_at=shown_at
    )
    return Welcome(opened, account.name, queries.assignments(account.id), account.must_change_password, token)
