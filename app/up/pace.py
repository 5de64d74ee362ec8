"""A client's connection that has to move: who sends or takes too little for too long is cut off.

What counts is the rate and not the whole time: a phone on a slow line may take as long as it needs. Patience is worn
away by waiting and restored by every byte; its most is what a client may stay silent.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
_BLOCK_BYTES = 65_536


class ClientTooSlow(Exception):
    """A client has used up our patience."""


@dataclass(frozen=True)
class Limits:
    """What is asked of a client; our figures, from the settings."""

    least_bytes_per_second: int
    silence_seconds: float  # within a request or an answer
    rest_seconds: float  # between two requests of one connection


class PacedSocket:
    """A socket as gunicorn uses it; everything that is not said here is the socket's own."""

    def __init__(self, connection: Any, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits
        self._patience = limits.silence_seconds
        self.resting = True  # nothing of a request has come yet

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def rest(self) -> None:
        """Wait for the next request, as long as a connection may lie idle."""
        self.resting = True

    def begin(self) -> None:
        """Begin something new, with full patience: the body after the head, the answer after the body."""
        self.resting = False
        self._patience = self._limits.silence_seconds

    def recv(self, size: int) -> bytes:
        """Return what comes next; nothing if an idle connection stays idle. Raises ClientTooSlow."""
        if not self.resting:
            return self._counted(lambda: self._connection.recv(size), len)
        self._connection.settimeout(self._limits.rest_seconds)
        try:
            first: bytes = self._connection.recv(size)
        except TimeoutError:
            return b""
        self.begin()
        return first

    def sendall(self, content: bytes) -> None:
        """Send everything; raise ClientTooSlow."""
        rest = memoryview(content)
        while rest:
            rest = rest[self._counted(lambda: self._connection.send(rest[:_BLOCK_BYTES]), int) :]  # noqa: B023

    def _counted(self, move: Callable[[], T], length: Callable[[T], int]) -> T:
        began = time.monotonic()
        self._connection.settimeout(max(self._patience, 0.001))
        try:
            moved = move()
        except TimeoutError as error:
            self._patience = 0.0
            raise ClientTooSlow from error
        earned = length(moved) / self._limits.least_bytes_per_second
        left = self._patience - (time.monotonic() - began) + earned
        self._patience = min(left, self._limits.silence_seconds)
        return moved
