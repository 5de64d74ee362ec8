"""Sign in and change the password: what needs the slow hasher between two transactions."""

from dataclasses import dataclass

from app.audit import service as audit
from app.audit.tags import Tag
from app.core.errors import Invalid, Unauthenticated
from app.core.permissions import Assignment, Person
from app.core.transaction import transaction
from app.identity import attempts, passwords, queries, service, sessions, tokens
from app.identity.sessions import Opened

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

    opened: Opened
    name: str
    assignments: tuple[Assignment, ...]
    must_change_password: bool
    device_token: str


def sign_in(
    username: str, password: str, *, address: str, device: str = "", device_token: str | None = None
) -> Welcome:
    """Sign a device in; raise SignInRefused, SignInLocked or SignInBusy.

    Two transactions, because the attempt must be counted before, and the password checked outside of one: it takes
    long, and on SQLite nobody else could write meanwhile.
    """
    with passwords.turn():
        with transaction(vital=True):
            attempt = attempts.count(username, address, device_token)
        right = passwords.matches(attempt.password_hash, password)
    with transaction(vital=True):
        welcome = _admit(attempt, device, device_token) if right else None
        tag = Tag.SIGN_IN_SUCCEEDED if welcome else Tag.SIGN_IN_REFUSED
        audit.record(tag, person_id=attempt.person_id, address=attempt.address)
    if welcome is None:
        raise SignInRefused
    return welcome


def change_own_password(old_password: str, new_password: str, *, person: Person, address: str) -> None:
    """Set one's own password and end one's other sessions. Raises OldPasswordWrong, WeakPassword, SignInLocked."""
    account = queries.account(person.person_id)
    passwords.check_strength(new_password, account.username)
    with passwords.turn():
        with transaction(vital=True):  # counted like signing in: who found an open phone must not try passwords on it
            attempt = attempts.count(account.username, address, None)
        if not passwords.matches(attempt.password_hash, old_password):
            raise OldPasswordWrong(fields={"old_password": ["原密码不正确。"]})
        fresh = passwords.hash_password(new_password)
    with transaction(vital=True):
        attempts.take_back(attempt)
        keep = person.session_id
        service.change_password(account.id, fresh, by=person, must_change=False, keep_session=keep)


def _admit(attempt: attempts.Attempt, device: str, device_token: str | None) -> Welcome | None:
    """Open the session; None if the account was closed while its password was being checked."""
    if attempt.person_id is None:
        return None
    account = queries.account(attempt.person_id)
    if not account.active or account.password_hash != attempt.password_hash:
        return None
    attempts.take_back(attempt)
    token = device_token if device_token and attempt.device_hash else tokens.new()
    opened = sessions.open_session(account.id, device or DEVICE_UNNAMED, tokens.digest(token))
    return Welcome(opened, account.name, queries.assignments(account.id), account.must_change_password, token)
