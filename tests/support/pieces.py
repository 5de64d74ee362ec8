"""How much is done in one piece: calls of functions between two chances that a process gives to its other requests.

A count and no time, so a loaded machine changes nothing in it; a hundred thousand calls are some 30 ms on a quiet core.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from app.core import transaction
from app.core.apart import Apart
from app.core.aside import Aside


class Pieces:
    """Counts while it is open; `longest` is the piece with the most calls."""

    def __init__(self) -> None:
        self.longest = 0
        self._calls = 0

    def _count(self, frame: Any, event: str, arg: Any) -> None:
        self._calls += event in ("call", "c_call")

    def cut(self, *_: object) -> None:
        """End a piece: others go on here."""
        self.longest, self._calls = max(self.longest, self._calls), 0

    def of(self, call: Callable[[], Any]) -> Any:
        """Return what a call returns, and count what it does here and in one piece."""
        self.longest = self._calls = 0
        sys.setprofile(self._count)
        try:
            return call()
        finally:
            sys.setprofile(None)
            self.cut()


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pieces]:
    """Count pieces: one ends where others are let on, and where another process or a native thread is asked."""
    pieces = Pieces()

    def cut_at(owner: type, name: str) -> None:
        method = getattr(owner, name)

        def asked(*args: Any, **kwargs: Any) -> Any:
            pieces.cut()
            try:
                return method(*args, **kwargs)
            finally:
                pieces.cut()

        patched.setattr(owner, name, asked)

    with monkeypatch.context() as patched:
        patched.setattr(transaction, "sleep", pieces.cut)
        cut_at(Apart, "ask")
        cut_at(Aside, "run")
        yield pieces
