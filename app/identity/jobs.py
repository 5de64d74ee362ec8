"""Periodic work about sessions and sign-in."""

from datetime import timedelta

from app.core import clock
from app.core.transaction import transaction
from app.identity import attempts, sessions


def tidy() -> None:
    """Delete sessions long ended and counts long past; safe to run at any time, twice and at once."""
    now = clock.now()
    with transaction(vital=True):
        sessions.forget(now)
        attempts.forget(now - timedelta(days=2))
