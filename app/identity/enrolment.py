"""What people do about their own second factor: set it up, show a code again, give it up."""

from collections.abc import Callable
from typing import TypeVar

from app.core.permissions import Person
from app.core.transaction import transaction
from app.identity import attempts, passwords, queries, second_factor
from app.identity.second_factor import AuthenticatorSecret, CodeWrong, StillRequired
from app.identity.sign_in import confirm_password
from workflows.words import Words

T = TypeVar("T")


def begin(password: str, *, person: Person, address: str) -> AuthenticatorSecret:
    """Make a secret for an app, for whoever shows the password: who found an open desk must not tie the account.

    Raises CodeFirst, OldPasswordWrong, SignInLocked.
    """
    second_factor.demand_code(person)
    account = queries.account(person.person_id)
    with passwords.turn():
        attempt = confirm_password(account, password, person, address)
    with transaction():
        attempts.take_back(attempt)
        return second_factor.begin(person, account.username)


def confirm(code: str, *, person: Person, address: str) -> list[str]:
    """Let what was begun count from now on; return recovery codes.

    Raises CodeFirst, CodeWrong, NotBegun, SignInLocked.
    """
    second_factor.demand_code(person)
    return _counted(person, address, lambda: second_factor.confirm(person, code))


def confirm_session(code: str, *, person: Person, address: str) -> None:
    """Let this session count as one with a second factor. Raises CodeWrong, SignInLocked."""
    _counted(person, address, lambda: second_factor.confirm_session(person, code) or None)


def give_up(password: str, *, person: Person, address: str) -> None:
    """Do without a second factor from now on. Raises StillRequired, CodeFirst, OldPasswordWrong, SignInLocked."""
    if second_factor.required(person):
        raise StillRequired
    second_factor.demand_code(person)
    account = queries.account(person.person_id)
    with passwords.turn():
        attempt = confirm_password(account, password, person, address)
    with transaction():
        attempts.take_back(attempt)
        second_factor.drop(account.id, by=person)


def _counted(person: Person, address: str, show: Callable[[], T | None]) -> T:
    """Count an attempt by its session before a code is looked at; raise CodeWrong when it was none."""
    account = queries.account(person.person_id)
    assert person.session_id is not None  # noqa: S101 - whoever is signed in has one
    with transaction(vital=True):
        attempt = attempts.count_in_session(account, person.session_id, address)
    with transaction(vital=True):
        count = show()
        if count is not None:
            attempts.take_back(attempt)
    if count is None:
        raise CodeWrong.at("code", Words("验证码不正确。", "This code is not right."))
    return count
