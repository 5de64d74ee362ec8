"""Opaque tokens: made at random, kept only as hashes; a refresh token's successor is derived from it.

Deriving lets a phone that lost the answer ask again and get the same one, although nothing secret is stored: the
successor needs the old token, which only the phone has, and the session's salt, which only the database has.
"""

import base64
import hashlib
import hmac
import secrets
from typing import NamedTuple
from uuid import UUID

LONGEST_WALK = 10_000  # rotations looked back: more than a year of hourly ones


class Pair(NamedTuple):
    """What a device holds."""

    access: str
    refresh: str


def new() -> str:
    """Return a random token of 256 bits."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return the SHA-256 by which a token is kept; it has enough randomness to need no more."""
    return hashlib.sha256(token.encode()).hexdigest()


def first(session_id: UUID) -> Pair:
    """Return the tokens of a new session; a refresh token names its session."""
    return Pair(new(), f"{session_id.hex}.{new()}")


def session_of(refresh: str) -> UUID | None:
    """Return the session that a refresh token names, or None for something that is none."""
    named = refresh.partition(".")[0]
    try:
        return UUID(hex=named) if len(named) == 32 else None
    except ValueError:
        return None


def successor(refresh: str, salt: str) -> Pair:
    """Return the tokens that follow a refresh token, always the same."""
    return Pair(_derive(refresh, "access", salt), f"{refresh.partition('.')[0]}.{_derive(refresh, 'refresh', salt)}")


def was_before(refresh: str, salt: str, current_hash: str, rotations: int) -> bool:
    """Tell whether a token once belonged to the session whose token now has this hash, and is not just made up."""
    for _ in range(min(rotations, LONGEST_WALK)):
        refresh = successor(refresh, salt).refresh
        if hmac.compare_digest(digest(refresh), current_hash):
            return True
    return False


def csrf(session_id: UUID) -> str:
    """Return the token that a page sends to show that it, too, knows the session in the cookie.

    The id is random and told to nobody else; it stays when the access token is renewed, and so does an open page.
    """
    return _derive(session_id.hex, "csrf", "")


def seal(session_id: UUID, content: bytes) -> str:
    """Return what shows that a page gives back, in the same session, the very bytes it was given."""
    return _derive(session_id.hex, "seal", hashlib.sha256(content).hexdigest())


def _derive(token: str, use: str, salt: str) -> str:
    digest = hmac.digest(token.encode(), f"{use}:{salt}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
