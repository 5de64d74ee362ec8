"""Hash and check passwords with argon2id, a bounded number at once: each costs tens of milliseconds and megabytes."""

import os
import secrets
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from app.core.aside import Aside
from app.core.errors import Busy

LONGEST = 200
_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"
WAIT_SECONDS = 0.5  # for a turn, before saying "busy"; our figure


class SignInBusy(Busy):
    """同时登录的人较多，请几秒钟后再试。"""

    code = "sign_in_busy"
    en = "Many are signing in just now: please try again shortly."


class Passwords:
    """One application's hasher, its turns, and a hash to check against when there is no account."""

    def __init__(self, memory_kib: int, rounds: int, at_once: int) -> None:
        self.hasher = PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)
        self.turns = threading.BoundedSemaphore(at_once)
        self.aside = Aside(at_once)
        self.nobodys = self.hasher.hash("")


def _passwords() -> Passwords:
    passwords_here: Passwords | None = current_app.extensions.get("gezhi_passwords")
    if passwords_here is None:
        config = current_app.config
        passwords_here = Passwords(config["ARGON2_MEMORY_KIB"], config["ARGON2_ROUNDS"], config["SIGN_INS_AT_ONCE"])
        passwords_here = current_app.extensions.setdefault("gezhi_passwords", passwords_here)
    return passwords_here


@contextmanager
def turn() -> Iterator[None]:
    """Take a turn at the hasher; raise SignInBusy when all are taken for longer than a moment."""
    turns = _passwords().turns
    if not turns.acquire(timeout=WAIT_SECONDS):
        raise SignInBusy(retry_after_seconds=5)
    try:
        yield
    finally:
        turns.release()


def hash_password(password: str) -> str:
    """Return the hash to keep. Call it outside a transaction: it is slow, and others wait for the database."""
    passwords = _passwords()
    return passwords.aside.run(passwords.hasher.hash, password)


def hash_all(words: Sequence[str]) -> Iterator[str]:
    """Hash many, as many at once as the machine has cores, in order. For commands, not for requests."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(_passwords().hasher.hash, words)


def hash_in_turns(words: Sequence[str]) -> Iterator[str]:
    """Hash many in a request, one at a time and each in its turn, so that others can sign in meanwhile."""
    passwords = _passwords()
    for password in words:
        with passwords.turns:
            hashed = passwords.aside.run(passwords.hasher.hash, password)
        yield hashed


def invent() -> str:
    """Return a first password to be written on paper: no letters that look like others, some 60 bits."""
    return "".join(secrets.choice(_CLEAR) for _ in range(12))


def matches(password_hash: str | None, password: str) -> bool:
    """Tell whether a password is right, in the same time for an account that does not exist (None)."""
    passwords = _passwords()
    try:
        passwords.aside.run(passwords.hasher.verify, password_hash or passwords.nobodys, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None
